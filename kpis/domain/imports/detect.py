"""Look at an uploaded file and say how it is to be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath

from kpis.domain.imports.decoding import Decoded, decode, line_end_of
from kpis.domain.imports.headers import Header, find_header, header_of, usual_width
from kpis.domain.imports.messages import FileRefused, Message, message
from kpis.domain.imports.package import is_package
from kpis.domain.imports.profile import (
    DEFAULT_LIMITS,
    Delimiter,
    Encoding,
    FileKind,
    FileProfile,
    Limits,
)
from kpis.domain.imports.read import Row, sheet_rows, text_rows
from kpis.domain.imports.workbook import sheet_names

_SAMPLE = 300
_EXTENSIONS = {".csv": Delimiter.COMMA, ".tsv": Delimiter.TAB}


def detect_file(
    data: bytes,
    name: str,
    limits: Limits = DEFAULT_LIMITS,
    *,
    encoding: Encoding | None = None,
    delimiter: Delimiter | None = None,
    header_row: int | None = None,
    sheet: str | None = None,
) -> FileProfile:
    """Say how the file is to be read, or raise FileRefused; what a person states is kept."""
    if not data:
        raise FileRefused("file_empty")
    if len(data) > limits.size:
        raise FileRefused(
            "file_too_large", size=_megabytes(len(data)), limit=_megabytes(limits.size)
        )
    if is_package(data):
        return _workbook_profile(data, name, limits, sheet, header_row)
    return _text_profile(data, name, limits, encoding, delimiter, header_row)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the table is within the rows."""

    header: Header
    rows: int
    preamble_rows: int
    confidence: int
    notes: tuple[Message, ...]


def _text_profile(
    data: bytes,
    name: str,
    limits: Limits,
    encoding: Encoding | None,
    delimiter: Delimiter | None,
    header_row: int | None,
) -> FileProfile:
    decoded = decode(data, encoding)
    separator = delimiter or _delimiter_of(decoded.text)
    layout = _layout(text_rows(decoded.text, separator), header_row, limits)
    ragged = [message("note_ragged")] if layout.confidence < 100 else []
    return FileProfile(
        name=name,
        kind=FileKind.TEXT,
        columns=layout.header.columns,
        header_row=layout.header.row.number,
        rows=layout.rows,
        preamble_rows=layout.preamble_rows,
        encoding=decoded.encoding,
        had_bom=decoded.had_bom,
        delimiter=separator,
        line_end=line_end_of(decoded.text),
        confidence=layout.confidence,
        notes=(*_text_notes(name, decoded, separator), *layout.notes, *ragged),
    )


def _workbook_profile(
    data: bytes, name: str, limits: Limits, sheet: str | None, header_row: int | None
) -> FileProfile:
    sheets = sheet_names(data, limits)
    chosen = sheet or next(
        (name for name in sheets if next(sheet_rows(data, name, limits), None)), sheets[0]
    )
    layout = _layout(sheet_rows(data, chosen, limits), header_row, limits)
    notes = layout.notes
    if len(sheets) > 1:
        notes = (message("note_other_sheets", sheet=chosen, count=len(sheets) - 1), *notes)
    return FileProfile(
        name=name,
        kind=FileKind.WORKBOOK,
        columns=layout.header.columns,
        header_row=layout.header.row.number,
        rows=layout.rows,
        preamble_rows=layout.preamble_rows,
        sheet=chosen,
        sheets=sheets,
        notes=notes,
    )


def _delimiter_of(text: str) -> Delimiter:
    """Return the delimiter that cuts the first rows most evenly into most cells."""
    best, best_score = Delimiter.COMMA, 0.0
    refused: FileRefused | None = None
    for candidate in Delimiter:
        try:
            rows = [row for row in islice(text_rows(text, candidate), _SAMPLE) if not row.is_blank]
        except FileRefused as refusal:
            refused = refusal
            continue
        if not rows:
            raise FileRefused("file_empty")
        width, share = usual_width(rows)
        score = share * (1 - 1 / width)
        if score > best_score:
            best, best_score = candidate, score
    if not best_score:
        raise refused or FileRefused("file_one_column")
    return best


def _layout(rows: Iterator[Row], header_row: int | None, limits: Limits) -> _Layout:
    """Find the header within a sample, and read on to the end for the number of rows."""
    filled = (row for row in rows if not row.is_blank)
    sample = list(islice(filled, _SAMPLE))
    found = _header_row(sample, header_row)
    header = header_of(found)
    _require_columns(header, limits)
    body = [row for row in sample if row.number > found.number]
    preamble_rows = len(sample) - len(body) - 1
    count = len(body) + sum(1 for _ in islice(filled, limits.rows + 1))
    if not count:
        raise FileRefused("file_header_only")
    if count > limits.rows:
        raise FileRefused("file_too_many_rows", limit=f"{limits.rows:,}")
    confidence = int(usual_width(body)[1] * 100)
    notes = list(header.notes)
    if preamble_rows:
        notes.append(message("note_preamble", count=preamble_rows))
    return _Layout(header, count, preamble_rows, confidence, tuple(notes))


def _header_row(sample: list[Row], header_row: int | None) -> Row:
    if header_row is None:
        found = find_header(sample)
    else:
        found = next((row for row in sample if row.number == header_row), None)
    if found is None:
        if header_row is None:
            raise FileRefused("file_empty")
        raise FileRefused("file_header_not_found", row=header_row)
    return found


def _require_columns(header: Header, limits: Limits) -> None:
    if len(header.columns) < 2:
        raise FileRefused("file_one_column")
    if len(header.columns) > limits.columns:
        raise FileRefused("file_too_many_columns", limit=limits.columns)


def _text_notes(name: str, decoded: Decoded, separator: Delimiter) -> list[Message]:
    notes = []
    if decoded.is_guessed:
        notes.append(message("note_encoding_guessed"))
    extension = PurePath(name).suffix.lower()
    if _EXTENSIONS.get(extension, separator) != separator:
        delimiter = message(f"delimiter_{separator.name.lower()}").text()
        notes.append(message("note_extension_differs", extension=extension, delimiter=delimiter))
    return notes


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0")
