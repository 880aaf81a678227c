"""Rows of an Excel workbook (.xlsx), read as a stream within limits.

A few kilobytes of .xlsx can claim a cell in the last corner of the sheet, or repeat one long text a
million times; readers that build the whole sheet die of it. This one holds one row at a time and each
text once. Numbers are taken as written, with the 15 digits that Excel shows; cells shown as dates
become ISO dates, cells shown as percentages become 95.6%.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Context, Decimal, InvalidOperation
from enum import Enum
from functools import cache
from zipfile import ZipFile

from kpis.domain.imports.messages import FileRefused
from kpis.domain.imports.package import elements, open_package, parse, relations
from kpis.domain.imports.profile import Limits

_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_PERCENT_FORMATS = frozenset({9, 10})
_NO_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|general|e[+-]', re.IGNORECASE)
_LONGEST_CODE = 255
_DATE_CODE = re.compile(r"[ymdhs]", re.IGNORECASE)
_COLUMN = re.compile(r"[A-Z]{1,3}")
_DIGITS = "0123456789"
_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - sheets know no time zones
_ZERO_1904 = datetime(1904, 1, 1)  # noqa: DTZ001 - the same
_FIRST_SERIAL, _LAST_SERIAL = 61, 2_900_000
_EXCEL_DIGITS = Context(prec=15)
_BOOLEANS = {"0": "FALSE", "1": "TRUE"}


class _Shown(Enum):
    """What the format of a cell makes of its number."""

    NUMBER = 0
    DATE = 1
    PERCENT = 2


@dataclass(frozen=True, slots=True)
class _Book:
    """The parts of a workbook that are read."""

    package: ZipFile
    sheets: Mapping[str, str]
    texts: str | None
    styles: str | None
    zero: datetime


def sheet_names(data: bytes, limits: Limits) -> tuple[str, ...]:
    """Return the names of the visible sheets, in order."""
    return tuple(_open(data, limits).sheets)


def workbook_rows(data: bytes, sheet: str, limits: Limits) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the number and the cells of each row that is written in the sheet."""
    book = _open(data, limits)
    if sheet not in book.sheets:
        raise FileRefused("file_sheet_not_found", sheet=sheet)
    texts = _Texts()
    if book.texts:
        for _ in parse(book.package, book.texts, texts):
            pass
    reader = _Sheet(texts.found, _formats(book), book.zero, limits)
    for _ in parse(book.package, book.sheets[sheet], reader):
        yield from reader.rows
        reader.rows.clear()


def _open(data: bytes, limits: Limits) -> _Book:
    package = open_package(data, limits)
    main = dict(relations(package, "").values()).get("officeDocument", "")
    if main.endswith(".bin"):
        raise FileRefused("file_is_old_excel")
    parts = relations(package, main) if main in package.NameToInfo else {}
    by_kind = dict(parts.values())
    found = elements(package, main) if parts else []
    sheets = {
        attributes.get("name", ""): parts[_relation_id(attributes)][1]
        for name, attributes in found
        if name == "sheet"
        and attributes.get("state", "visible") == "visible"
        and parts.get(_relation_id(attributes), ("", ""))[0] == "worksheet"
    }
    if not sheets:
        raise FileRefused("file_not_a_table")
    is_1904 = any(
        name == "workbookPr" and attributes.get("date1904") in ("1", "true")
        for name, attributes in found
    )
    return _Book(
        package=package,
        sheets=sheets,
        texts=by_kind.get("sharedStrings"),
        styles=by_kind.get("styles"),
        zero=_ZERO_1904 if is_1904 else _ZERO,
    )


def _relation_id(attributes: Mapping[str, str]) -> str:
    return next((value for name, value in attributes.items() if name.endswith(":id")), "")


def _formats(book: _Book) -> list[_Shown]:
    """Return what each cell style makes of a number."""
    if book.styles is None:
        return []
    codes: dict[str, str] = {}
    shown: list[_Shown] = []
    within = False
    for name, attributes in elements(book.package, book.styles):
        if name == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name in ("cellXfs", "cellStyles", "dxfs"):
            within = name == "cellXfs"
        elif name == "xf" and within:
            number = attributes.get("numFmtId", "0")
            shown.append(_shown_by(number, codes.get(number)))
    return shown


def _shown_by(number: str, code: str | None) -> _Shown:
    if code is not None:
        plain = _NO_CODE.sub("", code[:_LONGEST_CODE])
        if "%" in plain:
            return _Shown.PERCENT
        return _Shown.DATE if _DATE_CODE.search(plain) else _Shown.NUMBER
    if number.isdecimal() and int(number) in _PERCENT_FORMATS:
        return _Shown.PERCENT
    is_date = number.isdecimal() and int(number) in _DATE_FORMATS
    return _Shown.DATE if is_date else _Shown.NUMBER


class _Texts:
    """Collects the shared texts of a workbook; readings of kanji (rPh) are no part of them."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._pieces: list[str] = []
        self._is_text = False
        self._is_reading = False

    def start(self, name: str, _: Mapping[str, str]) -> None:
        """Note where text begins."""
        if name == "si":
            self._pieces = []
        elif name == "rPh":
            self._is_reading = True
        elif name == "t":
            self._is_text = not self._is_reading

    def end(self, name: str) -> None:
        """Note where text ends."""
        if name == "si":
            self.found.append("".join(self._pieces))
        elif name == "rPh":
            self._is_reading = False
        elif name == "t":
            self._is_text = False

    def text(self, text: str) -> None:
        """Keep a piece of text."""
        if self._is_text:
            self._pieces.append(text)


class _Sheet:
    """Collects the rows of a sheet until somebody takes them."""

    def __init__(
        self, texts: list[str], formats: list[_Shown], zero: datetime, limits: Limits
    ) -> None:
        self.rows: list[tuple[int, tuple[str, ...]]] = []
        self._texts = texts
        self._formats = formats
        self._zero = zero
        self._limits = limits
        self._number = 0
        self._cells: list[str] = []
        self._kind = ""
        self._style = ""
        self._pieces: list[str] = []
        self._is_text = False
        self._is_reading = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Note where a row, a cell or its content begins."""
        if name == "c":
            self._skip_to(attributes.get("r"))
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._pieces = []
        elif name in ("v", "t"):
            self._is_text = not self._is_reading
        elif name == "row":
            self._number = _whole(attributes.get("r"), self._number + 1)
            self._cells = []
        elif name == "rPh":
            self._is_reading = True

    def end(self, name: str) -> None:
        """Keep a finished cell or row."""
        if name == "c":
            self._cells.append(self._content("".join(self._pieces)))
        elif name in ("v", "t"):
            self._is_text = False
        elif name == "row" and any(self._cells):
            self.rows.append((self._number, tuple(self._cells)))
        elif name == "rPh":
            self._is_reading = False

    def text(self, text: str) -> None:
        """Keep a piece of the content of a cell."""
        if self._is_text:
            self._pieces.append(text)

    def _skip_to(self, reference: str | None) -> None:
        """Fill up the row to the column of the cell; a cell without reference is the next one."""
        place = len(self._cells)
        if reference is not None:
            place = _column(reference.rstrip(_DIGITS))
        if place >= self._limits.columns:
            raise FileRefused("file_too_many_columns", limit=self._limits.columns)
        self._cells.extend([""] * (place - len(self._cells)))

    def _content(self, raw: str) -> str:
        if self._kind == "s":
            place = _whole(raw, -1)
            if not 0 <= place < len(self._texts):
                raise FileRefused("file_workbook_broken")
            return self._texts[place]
        if self._kind == "b":
            return _BOOLEANS.get(raw, raw)
        if self._kind != "n" or not raw:
            return raw
        style = _whole(self._style, 0)
        shown = self._formats[style] if style < len(self._formats) else _Shown.NUMBER
        return _number_text(raw, shown, self._zero)


@cache
def _column(letters: str) -> int:
    if not _COLUMN.fullmatch(letters):
        raise FileRefused("file_workbook_broken")
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _whole(text: str | None, otherwise: int) -> int:
    """Read a whole number of at most nine digits."""
    is_whole = text is not None and text.isascii() and text.isdecimal() and len(text) < 10
    return int(text) if text is not None and is_whole else otherwise


def _number_text(raw: str, shown: _Shown, zero: datetime) -> str:
    """Write a number of a cell as the user sees it."""
    try:
        number = _EXCEL_DIGITS.create_decimal(raw)
    except InvalidOperation:
        return raw
    if not number.is_finite() or abs(number.adjusted()) > 30:
        return raw
    if shown == _Shown.DATE and _FIRST_SERIAL <= number < _LAST_SERIAL:
        return _moment_text(number, zero)
    if shown == _Shown.PERCENT:
        return f"{_plain(number * 100)}%"
    return _plain(number)


def _moment_text(number: Decimal, zero: datetime) -> str:
    seconds = int((number * 86_400).to_integral_value())
    moment = zero + timedelta(seconds=seconds)
    if seconds % 86_400 == 0:
        return moment.date().isoformat()
    return moment.isoformat()


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
