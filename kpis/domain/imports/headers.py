"""The header row: where it is, what its columns are called, and which column plays which part."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kpis.domain.imports.dates import ORDERS, DateIssue, read_date
from kpis.domain.imports.messages import Message, message
from kpis.domain.imports.numbers import Number, read_number
from kpis.domain.imports.read import Row

_FILLED = 0.6
_LOOK_AHEAD = 5
_COMMENT = ("#", "//")
_LONGEST_NAME = 200
_TELLING_LATIN, _TELLING_JAPANESE = 5, 2


@dataclass(frozen=True, slots=True)
class Header:
    """The row with the names of the columns, and what is worth saying about it."""

    row: Row
    columns: tuple[str, ...]
    notes: tuple[Message, ...]


def usual_width(rows: Iterable[Row]) -> tuple[int, float]:
    """Return the commonest number of cells, and the share of rows with it.

    Rows of one cell are titles and comments as long as there are wider ones; at a tie wide wins.
    """
    widths = Counter(len(row.cells) for row in rows)
    if not widths:
        return 0, 0.0
    total = widths.total()
    if len(widths) > 1:
        del widths[1]
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return width, count / total


def find_header(rows: Sequence[Row]) -> Row | None:
    """Return the first row that is filled like a header, passing titles, comments and blank rows.

    A row with values in it gives way to a row of names shortly after it: 出力日,2024/5/1 is a
    preamble even where the table has two columns.
    """
    width, _ = usual_width(rows)
    filled = [row for row in rows if _filled_cells(row) >= max(2, width * _FILLED)]
    if not filled:
        return next(iter(rows), None)
    first, following = filled[0], filled[1 : 1 + _LOOK_AHEAD]
    is_comment = first.cells[0].lstrip().startswith(_COMMENT)
    if is_comment or _has_value(first):
        return next((row for row in following if not _has_value(row)), first)
    return first


def header_of(row: Row) -> Header:
    """Name the columns by the header row: trimmed, without line breaks, each name once."""
    notes: list[Message] = []
    if _has_value(row):
        notes.append(message("note_header_has_values", row=row.number))
    columns: list[str] = []
    taken: set[str] = set()
    for number, cell in enumerate(_without_empty_end(row.cells), start=1):
        name = " ".join(cell[:_LONGEST_NAME].split())
        unique = _unique(name or message("column_without_name", number=number).text(), taken)
        if not name:
            notes.append(message("note_blank_header", number=number, name=unique))
        elif unique != name:
            notes.append(message("note_duplicate_header", name=name))
        columns.append(unique)
        taken.add(unique)
    return Header(row, tuple(columns), tuple(notes))


def find_columns(
    columns: Sequence[str], synonyms: Mapping[str, Sequence[str]]
) -> dict[str, str | None]:
    """Give each part the column whose name means it; no column plays two parts.

    A name that is a synonym wins over a name that contains one; longer synonyms win over shorter.
    """
    known = {part: [_plain(word) for word in words] for part, words in synonyms.items()}
    offers = sorted(
        (*fit, place, part, column)
        for part, words in known.items()
        for place, column in enumerate(columns)
        if (fit := _fit(column, words))
    )
    found: dict[str, str | None] = dict.fromkeys(synonyms)
    for *_, part, column in offers:
        if found[part] is None and column not in found.values():
            found[part] = column
    return found


def _fit(column: str, words: Sequence[str]) -> tuple[int, int] | None:
    """Return how well the name means one of the words, the smaller the better; None if not."""
    plain = _plain(column)
    if plain in words:
        return 0, words.index(plain)
    contained = [len(word) for word in words if word in plain and len(word) >= _telling(word)]
    return (1, -max(contained)) if contained else None


def _telling(word: str) -> int:
    """Return from which length a word within a name means something: 納期 does, `due` does not."""
    return _TELLING_LATIN if word.isascii() else _TELLING_JAPANESE


def _plain(name: str) -> str:
    return re.sub(
        r"[\s_\-・/.()【】\[\]「」*※]", "", unicodedata.normalize("NFKC", name).casefold()
    )


def _unique(name: str, taken: set[str]) -> str:
    unique, number = name, 1
    while unique in taken:
        number += 1
        unique = f"{name} ({number})"
    return unique


def _without_empty_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _filled_cells(row: Row) -> int:
    return sum(bool(cell.strip()) for cell in row.cells)


def _has_value(row: Row) -> bool:
    return any(_is_value(cell) for cell in row.cells)


def _is_value(cell: str) -> bool:
    if isinstance(read_number(cell), Number):
        return True
    return any(not isinstance(read_date(cell, order), DateIssue) for order in ORDERS)
