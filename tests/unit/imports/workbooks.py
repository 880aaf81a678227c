"""Writes small .xlsx files part by part, so that a test can put anything into them."""

import io
import zipfile
from collections.abc import Mapping

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def relationships(**targets: str) -> str:
    """Write a part of relationships: kind and target, with ids rId1, rId2, ... in order."""
    found = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind.rstrip("0123456789")}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}">{found}</Relationships>'


def workbook(sheets: str, properties: str = "") -> str:
    """Write the part that lists the sheets."""
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{properties}'
        f"<sheets>{sheets}</sheets></workbook>"
    )


def sheet(rows: str) -> str:
    """Write a sheet around its rows."""
    return f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def texts(*found: str) -> str:
    """Write the shared texts; each is the inside of an item."""
    items = "".join(f"<si>{text}</si>" for text in found)
    return f'{_HEAD}<sst xmlns="{_MAIN}">{items}</sst>'


def styles(formats: str, cells: str) -> str:
    """Write the number formats and the cell styles that use them."""
    return (
        f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts>{formats}</numFmts>'
        f'<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>{cells}</cellXfs></styleSheet>'
    )


def cells(*found: str) -> str:
    """Write a row of texts, one cell after the other."""
    inside = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in found)
    return f"<row>{inside}</row>"


def archive(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Zip the parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()


def parts(rows: str, **others: str | bytes) -> dict[str, str | bytes]:
    """Return the parts of a workbook with one sheet; the others replace or add by file name."""
    found: dict[str, str | bytes] = {
        "[Content_Types].xml": f"{_HEAD}<Types/>",
        "_rels/.rels": relationships(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": workbook('<sheet name="納品" sheetId="1" r:id="rId1"/>'),
        "xl/_rels/workbook.xml.rels": relationships(
            worksheet="worksheets/sheet1.xml",
            sharedStrings="sharedStrings.xml",
            styles="/xl/styles.xml",
        ),
        "xl/worksheets/sheet1.xml": sheet(rows),
        "xl/sharedStrings.xml": texts(),
        "xl/styles.xml": styles("", '<xf numFmtId="0"/>'),
    }
    places = {name.rpartition("/")[2].removesuffix(".xml"): name for name in found}
    return {**found, **{places.get(name, name): content for name, content in others.items()}}


def xlsx(rows: str, **others: str | bytes) -> bytes:
    """Return a workbook with one sheet of these rows."""
    return archive(parts(rows, **others))
