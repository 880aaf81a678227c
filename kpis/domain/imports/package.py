"""The parts of an .xlsx file: unpacked within limits, parsed as a stream."""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from posixpath import dirname, join, normpath
from typing import NoReturn, Protocol
from xml.parsers import expat

from kpis.domain.imports.messages import FileRefused
from kpis.domain.imports.profile import Limits

_SIGNATURE = b"PK\x03\x04"
_CHUNK = 64 * 1024
_SMALL = 1024 * 1024
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError),
    *(KeyError, ValueError, RuntimeError),  # what zipfile raises for some damaged headers
)


class Reader(Protocol):
    """Receives the elements of a part; names come without their prefix."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take the start of an element."""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take a piece of text."""


def is_package(data: bytes) -> bool:
    """Tell whether the bytes are a zip archive, as .xlsx files are."""
    return data.startswith(_SIGNATURE)


def open_package(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """Open the archive, or refuse it: broken, no workbook, or too large when unpacked."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        raise FileRefused("file_workbook_broken") from error
    infos = package.infolist()
    if "[Content_Types].xml" not in package.NameToInfo:
        is_ods = "mimetype" in package.NameToInfo and "content.xml" in package.NameToInfo
        raise FileRefused("file_is_ods" if is_ods else "file_is_zip")
    if len(infos) > limits.parts or sum(info.file_size for info in infos) > limits.unpacked:
        raise FileRefused("file_workbook_too_large")
    for info in infos:
        if info.compress_type not in _METHODS or info.flag_bits & _ENCRYPTED:
            raise FileRefused("file_workbook_broken")
        if info.file_size > max(_SMALL, info.compress_size * limits.ratio):
            raise FileRefused("file_workbook_too_large")
    return package


def parse(package: zipfile.ZipFile, part: str, reader: Reader) -> Iterator[None]:
    """Feed the part to the reader, piece by piece; yields after each piece.

    The archive hands out no more than the size it declares, and that size is within the limits.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = _first_element(parser, reader)
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        with package.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)  # noqa: FBT003 - expat takes no keyword
                yield
        parser.Parse(b"", True)  # noqa: FBT003 - expat takes no keyword
    except _BROKEN as error:
        raise FileRefused("file_workbook_broken") from error
    yield


class Elements:
    """Keeps the elements of a small part."""

    def __init__(self) -> None:
        self.found: list[tuple[str, Mapping[str, str]]] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Keep the element."""
        self.found.append((name, attributes))

    def end(self, name: str) -> None:
        """Pass over."""

    def text(self, text: str) -> None:
        """Pass over."""


def elements(package: zipfile.ZipFile, part: str) -> list[tuple[str, Mapping[str, str]]]:
    """Return the names and attributes of the elements of a small part."""
    reader = Elements()
    for _ in parse(package, part, reader):
        pass
    return reader.found


def relations(package: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return what a part refers to: by id, the last word of its type and the name of the part."""
    folder = dirname(part)
    source = join(folder, "_rels", f"{part.rpartition('/')[2]}.rels")
    if source not in package.NameToInfo:
        return {}
    found = {}
    for name, attributes in elements(package, source):
        if name == "Relationship":
            target = normpath(join("/", folder, attributes.get("Target", ""))).lstrip("/")
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = (kind, target)
    return found


def _first_element(
    parser: expat.XMLParserType, reader: Reader
) -> Callable[[str, dict[str, str]], None]:
    """Set the other handlers by the root: some programs write a prefix before every name."""

    def start(name: str, attributes: dict[str, str]) -> None:
        reader.start(name.rpartition(":")[2], attributes)

    def first(name: str, attributes: dict[str, str]) -> None:
        has_prefix = ":" in name
        parser.StartElementHandler = start if has_prefix else reader.start
        parser.EndElementHandler = (
            (lambda name: reader.end(name.rpartition(":")[2])) if has_prefix else reader.end
        )
        start(name, attributes)

    return first


def _refuse_document_type(*_: object) -> NoReturn:
    raise FileRefused("file_workbook_broken")
