"""The rows of a file, each with its place in the original."""

import csv
import io
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from kpis.domain.imports.decoding import decode
from kpis.domain.imports.messages import FileRefused
from kpis.domain.imports.profile import DEFAULT_LIMITS, Delimiter, FileKind, FileProfile, Limits
from kpis.domain.imports.workbook import workbook_rows

_END = "\x1e"


class Row(NamedTuple):
    """The cells of a row and where it starts: line of a text file or row of a sheet, from 1."""

    number: int
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        """Tell whether no cell holds anything."""
        return not any(cell.strip() for cell in self.cells)


def text_rows(text: str, delimiter: Delimiter) -> Iterator[Row]:
    """Yield every row, the empty ones too; line breaks inside quotes count as lines.

    A quote that is never closed would swallow the rest of the file: it is refused with its line.
    """
    lines = chain(io.StringIO(text, newline=""), (_END,))
    reader = csv.reader(lines, delimiter=delimiter.value)
    number = 1
    try:
        cells = next(reader)
        while not (cells and cells[-1].endswith(_END)):
            yield Row(number, tuple(cells))
            number = reader.line_num + 1
            cells = next(reader)
    except csv.Error as error:
        raise FileRefused("file_unclosed_quote", row=number) from error
    if cells != [_END]:
        raise FileRefused("file_unclosed_quote", row=number)


def sheet_rows(data: bytes, sheet: str, limits: Limits = DEFAULT_LIMITS) -> Iterator[Row]:
    """Yield the rows of a sheet that are written in it."""
    for number, cells in workbook_rows(data, sheet, limits):
        yield Row(number, cells)


def read_rows(data: bytes, profile: FileProfile, limits: Limits = DEFAULT_LIMITS) -> Iterator[Row]:
    """Yield the rows below the header that hold something, as the profile says."""
    if profile.kind == FileKind.WORKBOOK:
        rows = _padded(sheet_rows(data, profile.sheet, limits), len(profile.columns))
    else:
        text = decode(data, profile.encoding).text
        rows = text_rows(text, profile.delimiter or Delimiter.COMMA)
    count = 0
    for row in rows:
        if row.number <= profile.header_row or row.is_blank:
            continue
        count += 1
        if count > limits.rows:
            raise FileRefused("file_too_many_rows", limit=f"{limits.rows:,}")
        yield row


def _padded(rows: Iterator[Row], width: int) -> Iterator[Row]:
    """Fill rows up: a sheet does not write the empty cells at the end of a row."""
    for number, cells in rows:
        yield Row(number, cells + ("",) * (width - len(cells)))
