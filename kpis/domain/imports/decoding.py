"""From bytes to text: which encoding, and refusals for what is no text table."""

import re
from dataclasses import dataclass, replace

from kpis.domain.imports.messages import FileRefused
from kpis.domain.imports.profile import Encoding, LineEnd

_BOMS = (
    (b"\xef\xbb\xbf", Encoding.UTF_8),
    (b"\xff\xfe", Encoding.UTF_16_LE),
    (b"\xfe\xff", Encoding.UTF_16_BE),
)
_SIGNATURES = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file_is_old_excel"),
    (b"%PDF", "file_is_pdf"),
)
_MARKUP = re.compile(r"\s*<(?:!doctype|html|table|\?xml)", re.IGNORECASE)
_JSON = re.compile(r'\s*(?:\{\s*"|\[\s*[\[{])')
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
_NOT_IN_CP932 = re.compile("[\x80\uf8f0-\uf8f3]")
_END_OF_FILE = "\x1a"


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file without its byte order mark."""

    text: str
    encoding: Encoding
    had_bom: bool
    is_guessed: bool = False


def decode(data: bytes, encoding: Encoding | None = None) -> Decoded:
    """Decode with the encoding given, else by byte order mark, else as UTF-8, else as CP932."""
    for signature, code in _SIGNATURES:
        if data.startswith(signature):
            raise FileRefused(code)
    decoded = _decoded_as(data, encoding) if encoding else _guess(data)
    if _CONTROL.search(decoded.text):
        raise FileRefused("file_bad_override" if encoding else "file_not_a_table")
    if not decoded.text.strip():
        raise FileRefused("file_empty")
    if _MARKUP.match(decoded.text):
        raise FileRefused("file_is_html")
    if _JSON.match(decoded.text):
        raise FileRefused("file_is_json")
    return decoded


def line_end_of(text: str) -> LineEnd:
    """Return what most lines end with."""
    windows = text.count("\r\n")
    counts = {
        LineEnd.CRLF: windows,
        LineEnd.LF: text.count("\n") - windows,
        LineEnd.CR: text.count("\r") - windows,
    }
    commonest = max(counts, key=lambda end: counts[end])
    return commonest if counts[commonest] else LineEnd.NONE


def _guess(data: bytes) -> Decoded:
    marked = next((encoding for mark, encoding in _BOMS if data.startswith(mark)), None)
    found = _text(data, marked or Encoding.UTF_8)
    if found is None and marked is None:
        found = _text(data, Encoding.CP932)
        found = found and replace(found, is_guessed=True)
    if found is None:
        raise FileRefused("file_not_a_table" if b"\x00" in data else "file_unknown_encoding")
    return found


def _decoded_as(data: bytes, encoding: Encoding) -> Decoded:
    decoded = _text(data, encoding)
    if decoded is None:
        raise FileRefused("file_bad_override")
    return decoded


def _text(data: bytes, encoding: Encoding) -> Decoded | None:
    """Decode strictly, also where Python's codec lets bytes pass that CP932 does not have.

    Old systems end a file with Ctrl-Z, which is no part of the text.
    """
    mark = next((mark for mark, of in _BOMS if of == encoding and data.startswith(mark)), b"")
    try:
        text = data[len(mark) :].decode(encoding.value)
    except UnicodeDecodeError:
        return None
    if encoding == Encoding.CP932 and _NOT_IN_CP932.search(text):
        return None
    return Decoded(text.rstrip(_END_OF_FILE), encoding, bool(mark))
