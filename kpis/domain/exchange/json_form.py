"""A tree as JSON: flat, in the order of the outline, each KPI with its level and its targets."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from kpis.domain.exchange.cells import Links, Name, is_sound
from kpis.domain.exchange.columns import KPI_COLUMNS, TARGET_COLUMNS, Column
from kpis.domain.exchange.entries import Entry, Fields, Reading, TargetEntry
from kpis.domain.exchange.messages import CellRefused, Unreadable
from kpis.domain.tree import Json

FORMAT = "aimitsu.tree"
VERSION = 1


def write(entries: Sequence[Entry], about: Mapping[str, Json]) -> str:
    """Write the tree; `about` says whose it is and when it was written."""
    kpis = [
        {
            "level": entry.level,
            **{one.field: entry.fields.get(one.field) for one in KPI_COLUMNS},
            "targets": [
                {one.field: target.fields.get(one.field) for one in TARGET_COLUMNS}
                for target in entry.targets
            ],
        }
        for entry in entries
    ]
    whole = {"format": FORMAT, "format_version": VERSION, **about, "kpis": kpis}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def read(text: str, reading: Reading) -> str:
    """Read the entries; rows count the KPIs. Returns the name of the tree."""
    try:
        whole: Any = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise Unreadable("json_broken", row=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise Unreadable("json_foreign") from error
    if not is_sound(json.dumps(whole, ensure_ascii=False)):
        raise Unreadable("json_foreign")
    is_ours = isinstance(whole, dict) and whole.get("format") == FORMAT
    kpis = whole.get("kpis") if is_ours else None
    if not isinstance(kpis, list) or not all(isinstance(one, dict) for one in kpis):
        raise Unreadable("json_foreign")
    for row, one in enumerate(kpis, start=1):
        reading.entries.append(_entry(row, one, reading))
    name = whole.get("name")
    return "".join(filter(str.isprintable, name)).strip() if isinstance(name, str) else ""


def _entry(row: int, one: Mapping[str, Any], reading: Reading) -> Entry:
    level = one.get("level")
    if not isinstance(level, str) or not level.isascii() or not level.isdecimal():
        reading.tell(row, "number_unreadable", column="level", value=str(level)[:60])
        level = "1"
    targets = one.get("targets") or []
    if not isinstance(targets, list) or not all(isinstance(each, dict) for each in targets):
        reading.tell(row, "value_kind", column="targets")
        targets = []
    known = {column.field for column in KPI_COLUMNS} | {"level", "targets"}
    for name in one.keys() - known:
        reading.note(row, "column_unknown", header=str(name)[:60])
    return Entry(
        max(1, int(level[:4])),
        _fields(row, one, KPI_COLUMNS, reading),
        [TargetEntry(_fields(row, each, TARGET_COLUMNS, reading), row) for each in targets],
        row,
    )


def _fields(
    row: int, values: Mapping[str, Any], columns: Sequence[Column], reading: Reading
) -> Fields:
    fields: dict[str, Json] = {}
    for column in columns:
        value = values.get(column.field)
        if column.field not in values and not isinstance(column.kind, Name):
            continue
        if isinstance(column.kind, Links):
            fields[column.field] = _links(row, value, column, column.kind, reading)
            continue
        if value is not None and not isinstance(value, str):
            reading.tell(row, "value_kind", column=column.header)
            continue
        try:
            fields[column.field] = column.kind.read(value or "", column.header)
        except CellRefused as refused:
            reading.tell(row, refused.code, **refused.params)
    return fields


def _links(row: int, value: Any, column: Column, kind: Links, reading: Reading) -> Json:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        reading.tell(row, "value_kind", column=column.header)
        return []
    found: list[Json] = []
    for one in value:
        try:
            found.append(kind.checked(one.get("key"), one.get("note", ""), column.header))
        except CellRefused as refused:
            reading.tell(row, refused.code, **refused.params)
    return found
