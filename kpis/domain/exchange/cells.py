"""Kinds of cells: from the text of a cell to the JSON value that commands hold, and back.

`write` and `read` are each other's inverse for every value that a KPI can have.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from core.domain.rounding import decimal_text
from kpis.domain.exchange.messages import CellRefused
from kpis.domain.imports.numbers import Number as Read
from kpis.domain.imports.numbers import NumberIssue, read_number
from kpis.domain.tree import Json

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_LINE_END = re.compile(r"\r\n?")
_BREAKS = re.compile("[\t\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029]")
_KEY = re.compile(r"[a-z_][a-z0-9_]{0,59}")
_DAY = re.compile(r"(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})日?")
YEARS = range(1900, 2201)


def folded(text: str) -> str:
    """Return the text with neither width, case, spaces nor underscores, to compare words."""
    return re.sub(r"[\s_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def is_sound(text: str) -> bool:
    """Tell whether the text can be stored and shown: escapes of JSON can make half letters."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def lines(text: str) -> str:
    """Return the text with line ends as they are kept: LF."""
    return _LINE_END.sub("\n", text)


class Kind(Protocol):
    """What a cell may hold."""

    def read(self, text: str, column: str) -> Json:
        """Return the value, or raise CellRefused."""

    def write(self, value: Json) -> str:
        """Return the text of the cell."""


@dataclass(frozen=True, slots=True)
class Text:
    """Any text up to a length."""

    limit: int

    def read(self, text: str, column: str) -> Json:
        """Take the text as it is."""
        kept = lines(text)
        if _CONTROL.search(kept):
            raise CellRefused("text_control", column=column)
        if len(kept) > self.limit:
            raise CellRefused("text_too_long", column=column, length=len(kept), limit=self.limit)
        return kept

    def write(self, value: Json) -> str:
        """Write the text; nothing for None."""
        return "" if value is None else lines(str(value))


@dataclass(frozen=True, slots=True)
class Name(Text):
    """A name: one line, and not empty."""

    def read(self, text: str, column: str) -> Json:
        """Refuse line breaks and nothingness."""
        if not text.strip():
            raise CellRefused("name_missing")
        if _BREAKS.search(text):
            raise CellRefused("name_line_break")
        return Text.read(self, text, column)


@dataclass(frozen=True, slots=True)
class Key(Text):
    """A key as formulas name it; empty for a new one."""

    def read(self, text: str, column: str) -> Json:
        """Refuse what no formula could name."""
        key = text.strip()
        if key and not _KEY.fullmatch(key):
            raise CellRefused("key_invalid", value=key[:60])
        return key


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a closed list: by its value, its word, or another spelling; empty is the default."""

    words: Mapping[str, str]
    default: str
    others: Mapping[str, str]
    code: str = "choice_unknown"

    def find(self, text: str) -> str | None:
        """Return the value that the word stands for, or None."""
        wanted = folded(text)
        known = {**self.others, **{word: value for value, word in self.words.items()}}
        known |= {value: value for value in self.words}
        return next((value for word, value in known.items() if folded(word) == wanted), None)

    def read(self, text: str, column: str) -> Json:
        """Take the value by its word."""
        if not text.strip():
            return self.default
        value = self.find(text)
        if value is None:
            options = "・".join(self.words.values())
            raise CellRefused(self.code, column=column, value=text.strip()[:60], options=options)
        return value

    def write(self, value: Json) -> str:
        """Write the word."""
        return self.words.get(str(value), "")


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number with at most 14 digits before the point; empty is the default."""

    places: int = 6
    low: Decimal | None = None
    high: Decimal | None = None
    default: str | None = None

    def read(self, text: str, column: str) -> Json:
        """Read 1,200 or １２００円; never a float."""
        found = read_number(text)
        if found is NumberIssue.MISSING:
            return self.default
        if not isinstance(found, Read):
            raise CellRefused("number_unreadable", column=column, value=text.strip()[:60])
        value = found.value
        shown = decimal_text(value)
        if len(shown.partition(".")[2]) > self.places:
            raise CellRefused("number_places", column=column, places=self.places, value=shown)
        low, high = self.low, self.high
        if (low is not None and value < low) or (high is not None and value > high):
            limits = {"low": str(low), "high": "–" if high is None else str(high)}
            raise CellRefused("number_range", column=column, value=shown, **limits)
        return shown

    def write(self, value: Json) -> str:
        """Write the digits; nothing for None."""
        return "" if value is None else decimal_text(str(value))


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within bounds; empty is the default."""

    low: int
    high: int
    default: int

    def read(self, text: str, column: str) -> Json:
        """Read a whole number."""
        bounds = Number(6, Decimal(self.low), Decimal(self.high))
        shown = bounds.read(text, column)
        if shown is None:
            return self.default
        if "." in str(shown):
            raise CellRefused("number_whole", column=column, value=str(shown))
        return int(str(shown))

    def write(self, value: Json) -> str:
        """Write the digits; nothing for None."""
        return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar, or none."""

    def read(self, text: str, column: str) -> Json:
        """Read 2026-04-01, 2026/4/1 or 2026年4月1日."""
        plain = unicodedata.normalize("NFKC", text).strip()
        if not plain:
            return None
        found = _DAY.fullmatch(plain)
        try:
            day = date(int(found[1]), int(found[2]), int(found[3])) if found else None
        except ValueError:
            day = None
        if day is None:
            raise CellRefused("day_unreadable", column=column, value=plain[:60])
        if day.year not in YEARS:
            raise CellRefused("day_year", column=column)
        return day.isoformat()

    def write(self, value: Json) -> str:
        """Write the day as ISO does."""
        return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Links:
    """Lines to other KPIs: one key in each line of the cell, and after a colon what is noted of it.

    The value is a list of `{"key": …, "note": …}`. A note that could be taken for something else
    stands in quotation marks as JSON writes it.
    """

    longest_note: int = 300

    def read(self, text: str, column: str) -> Json:
        """Read the lines of a cell."""
        return [
            self._link(line.strip(), column) for line in lines(text).split("\n") if line.strip()
        ]

    def _link(self, line: str, column: str) -> Json:
        key, _colon, note = line.partition(":")
        return self.checked(key.strip(), _unquoted(note.strip()), column)

    def checked(self, key: object, note: object, column: str) -> dict[str, Json]:
        """Return one link; CellRefused for what is no key or cannot be noted."""
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise CellRefused("key_invalid", value=str(key)[:60])
        if not isinstance(note, str):
            raise CellRefused("value_kind", column=column)
        return {"key": key, "note": Text(self.longest_note).read(note, column)}

    def write(self, value: Json) -> str:
        """Write a line for each link; nothing for none."""
        links = value if isinstance(value, list) else []
        return "\n".join(_link_line(one) for one in links if isinstance(one, dict))


def _link_line(link: Mapping[str, Json]) -> str:
    note = str(link["note"])
    return f"{link['key']}: {_quoted(note)}" if note else str(link["key"])


def _quoted(note: str) -> str:
    is_plain = note == note.strip() and not _BREAKS.search(note) and not note.startswith('"')
    return note if is_plain else json.dumps(note, ensure_ascii=False)


def _unquoted(note: str) -> str:
    if not note.startswith('"'):
        return note
    try:
        found = json.loads(note)
    except ValueError:
        return note
    return found if isinstance(found, str) and is_sound(found) else note


# What makes a spreadsheet take a text for a formula, also in full width.
_DANGEROUS = frozenset("=+-@＝＋－＠'\t")


def guarded(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would execute or trim."""
    return f"'{text}" if _needs_guard(text) else text


def unguarded(cell: str) -> str:
    """Take the apostrophe off again; else outer spaces do not count."""
    is_guarded = cell.startswith("'") and _needs_guard(cell[1:])
    return cell[1:] if is_guarded else cell.strip()


def _needs_guard(text: str) -> bool:
    return text != text.strip() or text[:1] in _DANGEROUS
