"""From what a person pastes or uploads to a draft of a tree: which form it is, and what it says."""

import csv
import io
from collections.abc import Iterator, Sequence

from kpis.domain.exchange import indented, json_form, table
from kpis.domain.exchange.cells import lines
from kpis.domain.exchange.entries import Draft, Form, Reading, structure_problems
from kpis.domain.exchange.messages import Problem, Unreadable
from kpis.domain.exchange.workbook import as_csv
from kpis.domain.imports.decoding import decode
from kpis.domain.imports.messages import FileRefused
from kpis.domain.imports.package import is_package

MEGABYTE = 1024 * 1024
MAX_BYTES = 2 * MEGABYTE
MAX_ROWS = 2000
_DELIMITERS = "\t,;"
_BOM = b"\xef\xbb\xbf"


def check_size(size: int) -> None:
    """Raise Unreadable for more bytes than are read."""
    if size > MAX_BYTES:
        raise Unreadable("too_large", limit=MAX_BYTES // MEGABYTE)


def text_of(data: bytes) -> str:
    """Return the text of a file: a workbook as CSV, all else decoded; raises Unreadable."""
    check_size(len(data))
    try:
        if is_package(data):
            return as_csv(data, MAX_ROWS)
        if data.removeprefix(_BOM).lstrip()[:1] in (b"{", b"["):
            return data.removeprefix(_BOM).decode()
        return decode(data).text
    except FileRefused as refused:
        raise Unreadable.of(refused) from refused
    except UnicodeDecodeError as error:
        raise Unreadable("file_unknown_encoding") from error


def detect(text: str) -> Form:
    """Tell how the text is written: JSON, a table with a header, else an indented list."""
    if text.lstrip("\ufeff \t\r\n")[:1] == "{":
        return Form.JSON
    first = _first_line(text)
    if any(table.has_header(next(_csv([first], one), [])) for one in _DELIMITERS):
        return Form.TABLE
    return Form.INDENTED


def read(text: str, form: Form | None = None) -> Draft:
    """Read the text in this form, or as it seems to be written; raises Unreadable."""
    data = text.encode(errors="replace")
    check_size(len(data))
    text = lines(data.decode()).removeprefix("\ufeff")
    if not text.strip():
        raise Unreadable("nothing")
    form = form or detect(text)
    reading, name = Reading(), ""
    if form == Form.JSON:
        name = json_form.read(text, reading)
    elif form == Form.TABLE:
        table.read(rows_of(text), reading)
    else:
        _check_rows(text.count("\n"), MAX_ROWS * 4)
        indented.read(text, reading)
    _check_rows(len(reading.entries))
    if not reading.entries:
        raise Unreadable("nothing")
    problems = [*reading.problems, *structure_problems(reading.entries)]
    return Draft(form, reading.entries, sorted(problems, key=_place), name)


def rows_of(text: str) -> Iterator[table.Row]:
    """Yield the rows of a text table, counted as a spreadsheet counts them."""
    first = _first_line(text)
    delimiter = max(_DELIMITERS, key=first.count)
    for row, cells in enumerate(_csv(io.StringIO(text, newline=""), delimiter), start=1):
        _check_rows(row, MAX_ROWS * 4)
        yield row, cells


def _csv(source: Sequence[str] | io.StringIO, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(source, delimiter=delimiter)
    except csv.Error as error:
        raise Unreadable("csv_broken") from error


def _first_line(text: str) -> str:
    return next((line for line in text.split("\n") if line.strip()), "")


def _place(problem: Problem) -> tuple[bool, int]:
    return problem.is_note, problem.row


def _check_rows(rows: int, limit: int = MAX_ROWS) -> None:
    if rows > limit:
        raise Unreadable("too_many_rows", limit=MAX_ROWS)
