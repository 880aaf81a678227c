"""A tree as an indented list: one KPI a line, its unit in brackets after the name.

    売上高 [円]
    <tab>客数 [人]
    <tab>" - で始まる名称" [件]

A name that begins with a space or a sign, or that could be taken for something else, stands in
quotation marks as JSON writes it. Read are tabs, spaces, full-width spaces, bullets, the lines of
drawn trees and Markdown lists; the width of an indent only has to agree with a line above.
"""

import json
import re
from collections.abc import Sequence

from kpis.domain.exchange.cells import is_sound, lines
from kpis.domain.exchange.columns import COLUMNS, is_unit, read_unit, write_unit
from kpis.domain.exchange.entries import Entry, Reading
from kpis.domain.exchange.messages import CellRefused

_NAME = next(column.kind for column in COLUMNS if column.field == "name")
_INDENT = re.compile(r"[ \t\u00a0\u3000│├└─┃┣┗━]*")
_BULLET = re.compile(r"(?:[・･•◦●○■□◆◇▪‣]|(?:[-*+–—]|\d{1,3}[.)．）]|[①-⑳])(?=\s|$))[\s\u3000]*")
_UNIT = re.compile(
    r"(?s)(.*?)[\s\u3000]*(?:[\[［]([^\[\]［］]*)[\]］]|[(（]([^()（）]*)[)）])[\s\u3000]*"
)
_PLAIN = re.compile(r"[^\W_][^\t\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029,;\"]*")
_WIDTHS = {"\t": 4, "\u3000": 2}


def write(entries: Sequence[Entry]) -> str:
    """Write names, units and structure."""
    return "".join(_line(one) for one in entries)


def _line(entry: Entry) -> str:
    indent = "\t" * (entry.level - 1)
    return f"{indent}{_quoted(entry.name)} [{write_unit(entry.fields)}]\n"


def _quoted(name: str) -> str:
    is_plain = _PLAIN.fullmatch(name) and name == name.strip() and not _BULLET.match(name)
    return name if is_plain else json.dumps(name, ensure_ascii=False)


def read(text: str, reading: Reading) -> None:
    """Read the lines."""
    found = []
    for row, line in enumerate(lines(text).split("\n"), start=1):
        prefix = _INDENT.match(line)
        indent = prefix[0] if prefix else ""
        rest = line[len(indent) :]
        if rest.strip():
            found.append((row, indent, rest))
    only_tabs = all(set(indent) <= {"\t"} for _row, indent, _rest in found)
    levels = Levels(reading, only_tabs=only_tabs)
    for row, indent, rest in found:
        level = levels.of(row, indent)
        fields = _fields(row, _without_bullet(rest), reading)
        reading.entries.append(Entry(level, fields, row=row))


class Levels:
    """From the width of indents to levels: each tab is one, spaces only have to agree."""

    def __init__(self, reading: Reading, *, only_tabs: bool) -> None:
        self._reading = reading
        self._only_tabs = only_tabs
        self._widths: list[int] = []
        self._first: int | None = None

    def of(self, row: int, indent: str) -> int:
        """Return the level of a line with this indent."""
        if self._only_tabs:
            self._first = len(indent) if self._first is None else self._first
            return max(1, len(indent) - self._first + 1)
        width = sum(_WIDTHS.get(letter, 1) for letter in indent)
        is_less = False
        while self._widths and self._widths[-1] > width:
            self._widths.pop()
            is_less = True
        if not self._widths or self._widths[-1] < width:
            if is_less and self._widths:
                self._reading.tell(row, "indent_between")
            self._widths.append(width)
        return len(self._widths)


def _without_bullet(rest: str) -> str:
    bullet = _BULLET.match(rest)
    return rest[bullet.end() :] if bullet else rest


def _fields(row: int, rest: str, reading: Reading) -> dict[str, str]:
    name, after = _name_and_rest(rest)
    fields: dict[str, str] = {}
    try:
        if after is None:
            name, unit = _split_unit(name, row, reading)
        else:
            _nothing, unit = _split_unit(after, row, reading)
        if unit is not None:
            fields |= read_unit(unit)
    except CellRefused as refused:
        reading.tell(row, refused.code, **refused.params)
    try:
        fields["name"] = str(_NAME.read(name, "名称"))
    except CellRefused as refused:
        fields["name"] = name.strip()[:200]
        reading.tell(row, refused.code, **refused.params)
    return fields


def _name_and_rest(rest: str) -> tuple[str, str | None]:
    """Return a name in quotation marks with what stands after it, or the whole line."""
    if rest.startswith('"'):
        try:
            name, end = json.JSONDecoder().raw_decode(rest)
        except ValueError:
            return rest, None
        is_whole = not rest[end:].strip() or bool(_UNIT.fullmatch(rest[end:]))
        if is_whole and is_sound(name):
            return name, rest[end:]
    return rest, None


def _split_unit(text: str, row: int, reading: Reading) -> tuple[str, str | None]:
    """Return the name and the unit behind it; round brackets are a unit only if they name one."""
    cells = [one.strip() for one in text.split("\t")]
    if len(cells) > 1:
        if any(cells[2:]):
            reading.note(row, "cells_without_header")
        return cells[0], cells[1] or None
    found = _UNIT.fullmatch(text)
    if found is None:
        return text.strip(), None
    if found[2] is not None:
        return found[1].strip(), found[2]
    return (found[1].strip(), found[3]) if is_unit(found[3]) else (text.strip(), None)
