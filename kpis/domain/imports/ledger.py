"""Reading the mapped cells of rows, and the book of what was left out and why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from kpis.domain.imports.mapping import FileMapping, RowFilter
from kpis.domain.imports.messages import Message, message
from kpis.domain.imports.read import Row

PREVIEW_ROWS = 20
LONGEST_NAME = 200
_SHOWN = 200
_TOTALS = frozenset(
    {
        "合計",
        "総計",
        "小計",
        "計",
        "総合計",
        "累計",
        "平均",
        "total",
        "grand total",
        "subtotal",
        "sum",
    }
)


def name_in(text: str) -> str:
    """Return a name without outer and doubled spaces."""
    return " ".join(text.split())


class Severity(StrEnum):
    """Whether a row with a problem is left out or read all the same."""

    SKIPPED = "skipped"
    COUNTED = "counted"

    @property
    def label(self) -> Message:
        """Return the name that the user reads."""
        return message(f"severity_{self.value}")


class Outcome(StrEnum):
    """What became of a row."""

    ON_TIME = "on_time"
    LATE = "late"
    UNDELIVERED = "undelivered"
    COUNTED = "counted"
    SKIPPED = "skipped"

    @property
    def label(self) -> Message:
        """Return the name that the user reads."""
        return message(f"outcome_{self.value}")


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A row that a person should look at: where, what it says, and why."""

    row: int
    column: str
    value: str
    message: Message
    severity: Severity


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One of the first rows as it stands in the file, with what became of it."""

    row: int
    cells: tuple[str, ...]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Picked:
    """The cells of a row that the mapping asks for, in the order of its parts."""

    row: int
    texts: tuple[str, ...]
    cells: tuple[str, ...]
    is_total: bool


@dataclass(slots=True)
class Ledger:
    """Keeps count while the rows of one file are read."""

    parts: dict[str, str]
    read: int = 0
    filtered: int = 0
    problems: list[ProblemRow] = field(default_factory=list)
    preview: list[PreviewRow] = field(default_factory=list)

    def skip(self, number: int, part: str, value: str, code: str, **params: str | int) -> None:
        """Leave the row out, with the reason."""
        self._note(number, part, value, message(code, **params), Severity.SKIPPED)

    def warn(self, number: int, part: str, value: str, code: str) -> None:
        """Read the row, and say what is odd about it."""
        self._note(number, part, value, message(code), Severity.COUNTED)

    def show(self, picked: Picked, outcome: Outcome) -> None:
        """Keep the row for the preview if it is one of the first."""
        if picked.cells:
            self.preview.append(PreviewRow(picked.row, picked.cells, outcome))

    def _note(self, number: int, part: str, value: str, text: Message, severity: Severity) -> None:
        column = self.parts.get(part, "")
        self.problems.append(ProblemRow(number, column, value.strip()[:_SHOWN], text, severity))


def pick(
    rows: Iterable[Row], columns: Sequence[str], mapping: FileMapping, ledger: Ledger, shown: int
) -> Iterator[Picked]:
    """Yield the mapped cells of each row that the filter lets through and that is whole."""
    places = [columns.index(column) for column in ledger.parts.values()]
    needed = max(places) + 1
    for row in rows:
        ledger.read += 1
        if mapping.row_filter and not _passes(row, columns, mapping.row_filter):
            ledger.filtered += 1
            continue
        shown -= 1
        number, cells = row
        kept = cells if shown >= 0 else ()
        is_total = _is_total(cells)
        if problem := _misshapen(cells, needed, len(columns)):
            code = "row_is_total" if is_total else problem
            ledger.skip(number, "", _glimpse(cells), code)
            ledger.show(Picked(number, (), kept, is_total), Outcome.SKIPPED)
        else:
            yield Picked(number, tuple([cells[place] for place in places]), kept, is_total)


def _misshapen(cells: tuple[str, ...], needed: int, width: int) -> str | None:
    """Return why the cells may not stand under the header they seem to stand under."""
    if len(cells) < needed:
        return "row_too_short"
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        return "row_too_long"
    return None


def _glimpse(cells: tuple[str, ...]) -> str:
    """Return the beginning of a row, to recognise it by."""
    return " / ".join([cell[:40] for cell in cells[:10] if cell.strip()])


def _passes(row: Row, columns: Sequence[str], wanted: RowFilter) -> bool:
    place = columns.index(wanted.column)
    return place < len(row.cells) and row.cells[place].strip() == wanted.value.strip()


def _is_total(cells: tuple[str, ...]) -> bool:
    first = next((cell.strip() for cell in cells if cell.strip()), "")
    return first.casefold() in _TOTALS or first.replace(" ", "").replace("\u3000", "") in _TOTALS
