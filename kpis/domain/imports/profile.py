"""What is known about an uploaded file before its rows are read, and how much is allowed."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kpis.domain.imports.messages import Message


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read at most; beyond that it is refused with a sentence."""

    size: int = 5 * 1024 * 1024
    rows: int = 200_000
    columns: int = 500
    unpacked: int = 50 * 1024 * 1024
    ratio: int = 100
    parts: int = 1_000


DEFAULT_LIMITS = Limits()


class FileKind(StrEnum):
    """How the table is written."""

    TEXT = "text"
    WORKBOOK = "workbook"


class Encoding(StrEnum):
    """The encodings of text files that are read; the values are names of Python codecs."""

    UTF_8 = "utf-8"
    CP932 = "cp932"
    UTF_16_LE = "utf-16-le"
    UTF_16_BE = "utf-16-be"


class LineEnd(StrEnum):
    """What ends the rows of a text file."""

    LF = "lf"
    CRLF = "crlf"
    CR = "cr"
    NONE = "none"


class Delimiter(StrEnum):
    """What stands between the cells of a text file."""

    TAB = "\t"
    COMMA = ","
    SEMICOLON = ";"
    PIPE = "|"


@dataclass(frozen=True, slots=True)
class FileProfile:
    """How a file is to be read: detected, shown, and stored with the import.

    `columns` are the header's names made unique; `header_row` counts lines of a text file or rows of
    a sheet from 1; `rows` is the number of rows below it that hold something; `confidence` is the share of sampled rows with the usual width, in percent.
    """

    name: str
    kind: FileKind
    columns: tuple[str, ...]
    header_row: int
    rows: int
    preamble_rows: int = 0
    encoding: Encoding | None = None
    had_bom: bool = False
    delimiter: Delimiter | None = None
    line_end: LineEnd | None = None
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    confidence: int = 100
    notes: tuple[Message, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            "name": self.name,
            "kind": self.kind.value,
            "columns": list(self.columns),
            "header_row": self.header_row,
            "rows": self.rows,
            "preamble_rows": self.preamble_rows,
            "encoding": self.encoding and self.encoding.value,
            "had_bom": self.had_bom,
            "delimiter": self.delimiter and self.delimiter.value,
            "line_end": self.line_end and self.line_end.value,
            "sheet": self.sheet,
            "sheets": list(self.sheets),
            "confidence": self.confidence,
            "notes": [note.to_dict() for note in self.notes],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "FileProfile":
        """Restore what `to_dict` wrote."""
        return cls(
            name=data["name"],
            kind=FileKind(data["kind"]),
            columns=tuple(data["columns"]),
            header_row=data["header_row"],
            rows=data["rows"],
            preamble_rows=data["preamble_rows"],
            encoding=Encoding(data["encoding"]) if data["encoding"] else None,
            had_bom=data["had_bom"],
            delimiter=Delimiter(data["delimiter"]) if data["delimiter"] else None,
            line_end=LineEnd(data["line_end"]) if data["line_end"] else None,
            sheet=data["sheet"],
            sheets=tuple(data["sheets"]),
            confidence=data["confidence"],
            notes=tuple(Message.from_dict(note) for note in data["notes"]),
        )
