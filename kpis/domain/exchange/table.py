"""A tree as a table: one KPI a row with its level, further targets in rows of their own below it.

Read are a column with level numbers, one column per level, or names that are indented.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kpis.domain.exchange.cells import folded, guarded, lines, unguarded
from kpis.domain.exchange.columns import (
    COLUMNS,
    KPI_COLUMNS,
    LEVEL,
    LEVEL_SPELLINGS,
    TARGET_COLUMNS,
    Column,
    column_of,
)
from kpis.domain.exchange.entries import Entry, Fields, Reading, TargetEntry
from kpis.domain.exchange.indented import Levels
from kpis.domain.exchange.messages import CellRefused, Unreadable
from kpis.domain.tree import Json

Row = tuple[int, Sequence[str]]
_LEVEL_COLUMN = re.compile(
    r"第?(\d{1,2})(?:階層|レベル|段目?)|(?:階層|レベル|level|lv?\.?)(\d{1,2})"
)
_INDENTED = re.compile(
    r"([ \t\u00a0\u3000]*)(?:[・･•◦●○■□]|[-*+](?=\s))?[\s\u3000]*(.*)", re.DOTALL
)


def write(entries: Sequence[Entry]) -> list[list[str]]:
    """Return header and rows; texts that a spreadsheet would execute carry an apostrophe."""
    rows = [[LEVEL, *(column.header for column in COLUMNS)]]
    for entry in entries:
        first, *others = [one.fields for one in entry.targets] or [{}]
        rows.append([str(entry.level), *_cells(KPI_COLUMNS, entry.fields), *_target_cells(first)])
        empty = [""] * (len(KPI_COLUMNS) + 1)
        rows += [[*empty, *_target_cells(one)] for one in others]
    return rows


def _target_cells(fields: Fields) -> list[str]:
    return _cells(TARGET_COLUMNS, fields) if fields else [""] * len(TARGET_COLUMNS)


def _cells(columns: Iterable[Column], fields: Fields) -> list[str]:
    return [_cell(column, fields.get(column.field)) for column in columns]


def _cell(column: Column, value: Json) -> str:
    text = column.kind.write(value)
    return guarded(text) if isinstance(value, str) and is_text(column) else text


def is_text(column: Column) -> bool:
    """Tell whether the column holds what people write, not a number, a day or a closed list."""
    return hasattr(column.kind, "limit")


def has_header(cells: Sequence[str]) -> bool:
    """Tell whether a row is a header: it names the column of names, or levels."""
    fields = {column.field for one in cells if (column := column_of(one))}
    levels = sum(_level_number(one) is not None for one in cells)
    return ("name" in fields and len([one for one in cells if one.strip()]) > 1) or levels > 1


@dataclass(frozen=True)
class _Header:
    """Where everything stands."""

    columns: dict[int, Column]
    level: int | None
    levels: dict[int, int]
    width: int

    @property
    def name(self) -> int | None:
        """The place of the names."""
        return next((at for at, one in self.columns.items() if one.field == "name"), None)


def read(rows: Iterable[Row], reading: Reading) -> None:
    """Read header and rows."""
    listed = [(row, cells) for row, cells in rows if any(one.strip() for one in cells)]
    if not listed or not has_header(listed[0][1]):
        raise Unreadable("no_header")
    row, cells = listed[0]
    header = _header(row, cells, reading)
    levels = Levels(reading, only_tabs=False)
    path: list[str] = []
    lowest: int | None = None
    for row, cells in listed[1:]:
        if any(one.strip() for one in cells[header.width :]):
            reading.tell(row, "row_too_long")
        fields, target = _fields(row, cells, header, reading)
        if _is_target_only(cells, header) and target:
            _add_target(row, target, reading)
            continue
        if header.levels:
            _add_path(row, cells, header, fields, target, path, reading)
            continue
        name = header.name
        raw = cells[name] if name is not None and name < len(cells) else ""
        if header.level is not None:
            found = _level_of(row, cells, header, reading)
            lowest = found if lowest is None else lowest
            level = max(1, found - lowest + 1)
        else:
            parted = _INDENTED.fullmatch(raw)
            level = levels.of(row, parted[1] if parted else "")
            if parted and parted[2] != raw and fields.get("name"):
                fields = {**fields, "name": parted[2].strip()}
        _add(Entry(level, fields, _targets(row, target), row), reading)


def _header(row: int, cells: Sequence[str], reading: Reading) -> _Header:
    columns: dict[int, Column] = {}
    level, levels = None, {}
    for at, text in enumerate(cells):
        column, number = column_of(text), _level_number(text)
        if number is not None:
            levels[at] = number
        elif level is None and folded(text) in LEVEL_SPELLINGS:
            level = at
        elif column is None:
            if text.strip():
                reading.note(row, "column_unknown", header=text.strip()[:60])
        elif any(one.field == column.field for one in columns.values()):
            reading.tell(row, "column_twice", header=text.strip()[:60])
        else:
            columns[at] = column
    return _Header(columns, level, levels if len(levels) > 1 else {}, len(cells))


def _level_number(text: str) -> int | None:
    found = _LEVEL_COLUMN.fullmatch(folded(text))
    return int(found[1] or found[2]) if found else None


def _fields(
    row: int, cells: Sequence[str], header: _Header, reading: Reading
) -> tuple[dict[str, Json], dict[str, Json]]:
    """Return what the row says of the KPI and of a target; nothing of a target that is empty."""
    is_target_only = _is_target_only(cells, header)
    fields: dict[str, Json] = {}
    target: dict[str, Json] = {}
    told = any(
        at < len(cells) and cells[at].strip() for at, one in header.columns.items() if one.of_target
    )
    for at, column in header.columns.items():
        if column.of_target and not told:
            continue
        if not column.of_target and is_target_only and told:
            continue
        raw = cells[at] if at < len(cells) else ""
        try:
            text = unguarded(lines(raw)) if is_text(column) else raw
            value = column.kind.read(text, column.header)
        except CellRefused as refused:
            reading.tell(row, refused.code, **refused.params)
            continue
        (target if column.of_target else fields)[column.field] = value
    return fields, target


def _is_target_only(cells: Sequence[str], header: _Header) -> bool:
    """Tell whether nothing but columns of a target are filled."""
    places = [at for at, one in header.columns.items() if one.of_target]
    return not any(cell.strip() for at, cell in enumerate(cells) if at not in places)


def _add_target(row: int, target: Fields, reading: Reading) -> None:
    if not reading.entries:
        reading.tell(row, "target_without_kpi")
        return
    last = reading.entries[-1]
    reading.entries[-1] = replace(last, targets=(*last.targets, TargetEntry(target, row)))


def _targets(row: int, target: Fields) -> tuple[TargetEntry, ...]:
    return (TargetEntry(target, row),) if target else ()


def _add(entry: Entry, reading: Reading) -> None:
    reading.entries.append(entry)


def _level_of(row: int, cells: Sequence[str], header: _Header, reading: Reading) -> int:
    at = header.level
    text = cells[at].strip() if at is not None and at < len(cells) else ""
    digits = unicodedata.normalize("NFKC", text)
    if digits.isascii() and digits.isdecimal() and len(digits) < 4:
        return int(digits)
    reading.tell(row, "number_unreadable", column=LEVEL, value=text[:60])
    return reading.entries[-1].level if reading.entries else 1


def _add_path(
    row: int,
    cells: Sequence[str],
    header: _Header,
    fields: dict[str, Json],
    target: Fields,
    path: list[str],
    reading: Reading,
) -> None:
    """Add what is new in the columns of levels: names repeated from above are the same KPIs."""
    filled = [
        (level, unguarded(cells[at]))
        for level, at in sorted((level, at) for at, level in header.levels.items())
        if at < len(cells) and cells[at].strip()
    ]
    if not filled:
        reading.tell(row, "name_missing")
        return
    first = min(header.levels.values())
    for level, name in filled:
        depth = level - first + 1
        is_last = level == filled[-1][0]
        if not is_last and path[depth - 1 : depth] == [name]:
            continue
        del path[depth - 1 :]
        path += [""] * (depth - 1 - len(path)) + [name]
        said = {**fields, "name": name} if is_last else {"name": name}
        try:
            column_of("name").kind.read(name, "名称")  # type: ignore[union-attr]
        except CellRefused as refused:
            reading.tell(row, refused.code, **refused.params)
        _add(Entry(depth, said, _targets(row, target) if is_last else (), row), reading)
