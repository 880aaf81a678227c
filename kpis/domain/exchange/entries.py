"""A tree on its way in or out: entries in the order of the outline, each with its level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from kpis.domain.exchange.messages import Problem
from kpis.domain.tree import Json

Fields = Mapping[str, Json]


class Form(StrEnum):
    """How a tree is written."""

    INDENTED = "indented"
    TABLE = "table"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class TargetEntry:
    """A target of an entry, with the row where it stands."""

    fields: Fields
    row: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A KPI: its level (1 is the top), the fields that were said, and its targets.

    A vendor stands in `responsible_organization` as it is written: by name, or by id.
    """

    level: int
    fields: Fields
    targets: Sequence[TargetEntry] = ()
    row: int = 0

    @property
    def name(self) -> str:
        """The name, empty where it is missing."""
        return str(self.fields.get("name") or "")


@dataclass(frozen=True, slots=True)
class Draft:
    """What was read: the entries, what is to be mended, and the name of the tree if it is said."""

    form: Form
    entries: Sequence[Entry]
    problems: Sequence[Problem] = ()
    name: str = ""


@dataclass
class Reading:
    """Collects entries and problems while rows are read."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def tell(self, row: int, code: str, /, **params: str | int) -> None:
        """Note what is to be mended at a row."""
        self.problems.append(Problem(row, code, params))

    def note(self, row: int, code: str, /, **params: str | int) -> None:
        """Note what is worth knowing."""
        self.problems.append(Problem(row, code, params, is_note=True))


def structure_problems(entries: Sequence[Entry]) -> list[Problem]:
    """Return where the levels do not make one tree."""
    found: list[Problem] = []
    before = 0
    for entry in entries:
        if entry.level == 1 and before:
            if not any(one.code == "two_roots" for one in found):
                found.append(Problem(entry.row, "two_roots", {"name": entries[0].name[:60]}))
        elif entry.level > before + 1:
            params = {"before": before, "level": entry.level}
            found.append(Problem(entry.row, "level_jump", params))
        before = entry.level
    return found


def parents(entries: Sequence[Entry]) -> list[int | None]:
    """Return the index of each entry's parent: the last one above with a smaller level."""
    found: list[int | None] = []
    path: list[int] = []
    for index, entry in enumerate(entries):
        while path and entries[path[-1]].level >= entry.level:
            path.pop()
        found.append(path[-1] if path else None)
        path.append(index)
    return found
