"""Excel workbooks: what a cell says, and bombs that are refused before they go off."""

import struct
import tracemalloc
import zipfile

import pytest

from kpis.domain.imports.detect import detect_file
from kpis.domain.imports.messages import FileRefused
from kpis.domain.imports.profile import FileKind, FileProfile, Limits
from kpis.domain.imports.read import read_rows
from tests.unit.imports.workbooks import (
    archive,
    cells,
    parts,
    relationships,
    sheet,
    styles,
    texts,
    workbook,
    xlsx,
)

HEADER = cells("外注先", "納期", "率")
TWO_SHEETS = relationships(worksheet1="worksheets/sheet1.xml", worksheet2="worksheets/sheet2.xml")


def read(data: bytes) -> list[tuple[int, tuple[str, ...]]]:
    """Return the rows below the header."""
    return [(row.number, row.cells) for row in read_rows(data, detect_file(data, "a.xlsx"))]


def refusal(data: bytes, limits: Limits | None = None) -> str:
    """Return why the file is refused."""
    with pytest.raises(FileRefused) as refused:
        detect_file(data, "a.xlsx", limits or Limits())
    assert str(refused.value).endswith("ください。")
    return refused.value.code


def test_what_is_detected() -> None:
    data = xlsx(cells("納品一覧") + "<row/>" + HEADER + cells("髙橋", "2015/4/1", "5"))
    profile = detect_file(data, "納品.xlsx")
    assert profile == FileProfile(
        name="納品.xlsx",
        kind=FileKind.WORKBOOK,
        columns=("外注先", "納期", "率"),
        header_row=3,
        rows=1,
        preamble_rows=1,
        sheet="納品",
        sheets=("納品",),
        notes=profile.notes,
    )
    assert [note.code for note in profile.notes] == ["note_preamble"]
    assert read(data) == [(4, ("髙橋", "2015/4/1", "5"))]


def test_rows_and_columns_keep_their_places() -> None:
    data = xlsx(
        HEADER
        + '<row r="5"><c r="C5"><v>1</v></c></row>'
        + '<row r="6"/><row r="7"><c r="A7" s="1"/></row>'
        + '<row><c r="A8" t="inlineStr"><is><t>x</t></is></c></row>'
    )
    assert read(data) == [(5, ("", "", "1")), (8, ("x", "", ""))]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("<c><v>0.30000000000000004</v></c>", "0.3"),
        ("<c><v>1.5E5</v></c>", "150000"),
        ("<c><v>1e-7</v></c>", "0.0000001"),
        ("<c><v>1e99</v></c>", "1e99"),
        ("<c><v>NaN</v></c>", "NaN"),
        ("<c><v>abc</v></c>", "abc"),
        ('<c t="s"><v>0</v></c>', "東京タワー"),
        ('<c t="s"><v>1</v></c>', "赤い線"),
        ('<c t="str"><f>A1</f><v>x</v></c>', "x"),
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="b"><v>0</v></c>', "FALSE"),
        ('<c t="e"><v>#DIV/0!</v></c>', "#DIV/0!"),
        ('<c t="d"><v>2015-04-01</v></c>', "2015-04-01"),
        ('<c t="inlineStr"><is><r><t>あ</t></r><rPh><t>ア</t></rPh></is></c>', "あ"),
        ('<c s="1"><v>42095</v></c>', "2015-04-01"),
        ('<c s="1"><v>42095.4375</v></c>', "2015-04-01T10:30:00"),
        ('<c s="1"><v>0.5</v></c>', "0.5"),
        ('<c s="2"><v>42095</v></c>', "2015-04-01"),
        ('<c s="3"><v>42095</v></c>', "42095"),
        ('<c s="4"><v>0.956</v></c>', "95.6%"),
        ('<c s="5"><v>1</v></c>', "100%"),
        ('<c s="6"><v>42095</v></c>', "42095"),
        ('<c s="99"><v>42095</v></c>', "42095"),
    ],
)
def test_what_a_cell_says(cell: str, expected: str) -> None:
    data = xlsx(
        f"{HEADER}<row><c t='inlineStr'><is><t>x</t></is></c>{cell}</row>",
        sharedStrings=texts(
            "<t>東京タワー</t><rPh><t>トウキョウ</t></rPh>", "<r><t>赤い</t></r><r><t>線</t></r>"
        ),
        styles=styles(
            """<numFmt numFmtId="164" formatCode='[$-411]ggge"年"m"月"d"日"'/>"""
            """<numFmt numFmtId="165" formatCode='[Red]#,##0"day";General'/>"""
            '<numFmt numFmtId="166" formatCode="0.0%"/>'
            '<numFmt numFmtId="167" formatCode="0.00E+00"/>',
            '<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/>'
            '<xf numFmtId="166"/><xf numFmtId="9"/><xf numFmtId="167"/>',
        ),
    )
    assert read(data)[0][1][1] == expected


def test_dates_that_count_from_1904() -> None:
    data = xlsx(
        f'{HEADER}<row><c s="0"><v>40633</v></c></row>',
        workbook=workbook(
            '<sheet name="納品" sheetId="1" r:id="rId1"/>', '<workbookPr date1904="1"/>'
        ),
        styles=styles("", '<xf numFmtId="14"/>'),
    )
    assert read(data)[0][1][0] == "2015-04-01"


def test_prefixed_names() -> None:
    row = '<x:row><x:c t="str"><x:v>{}</x:v></x:c><x:c><x:v>1</x:v></x:c></x:row>'
    data = xlsx(
        "",
        sheet1=f'<x:worksheet xmlns:x="http://x"><x:sheetData>{row.format("a") * 2}'
        "</x:sheetData></x:worksheet>",
    )
    assert read(data) == [(2, ("a", "1"))]


def test_workbooks_without_texts_and_styles() -> None:
    found = parts(HEADER + cells("a", "b", "c"))
    found["xl/_rels/workbook.xml.rels"] = relationships(worksheet="worksheets/sheet1.xml")
    assert read(archive(found)) == [(2, ("a", "b", "c"))]


def test_the_first_visible_sheet_with_rows_is_read() -> None:
    data = xlsx(
        "",
        workbook=workbook(
            '<sheet name="空" sheetId="1" r:id="rId1"/><sheet name="中身" sheetId="2" r:id="rId2"/>'
            '<sheet name="秘密" sheetId="3" state="hidden" r:id="rId2"/>'
            '<sheet name="図" sheetId="4" r:id="rId9"/>'
        ),
        **{
            "xl/_rels/workbook.xml.rels": TWO_SHEETS,
            "xl/worksheets/sheet2.xml": sheet(HEADER + cells("a", "b", "c")),
        },
    )
    profile = detect_file(data, "a.xlsx")
    assert (profile.sheet, profile.sheets) == ("中身", ("空", "中身"))
    assert [str(note) for note in profile.notes] == [
        "シート「中身」を読みます。ほかに 1 枚あります。"
    ]
    with pytest.raises(FileRefused) as refused:
        detect_file(data, "a.xlsx", sheet="空")
    assert refused.value.code == "file_empty"
    with pytest.raises(FileRefused) as refused:
        detect_file(data, "a.xlsx", sheet="秘密")
    assert str(refused.value) == "シート「秘密」がありません。シートを選び直してください。"


def test_an_empty_workbook() -> None:
    assert refusal(xlsx("")) == "file_empty"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (archive({"a.csv": "a,b\n1,2\n"}), "file_is_zip"),
        (archive({"mimetype": "x", "content.xml": "<x/>"}), "file_is_ods"),
        (archive({"[Content_Types].xml": "<x/>"}), "file_not_a_table"),
        (
            archive(parts("") | {"_rels/.rels": relationships(officeDocument="xl/workbook.bin")}),
            "file_is_old_excel",
        ),
        (
            archive(parts("") | {"_rels/.rels": relationships(officeDocument="word/document.xml")}),
            "file_not_a_table",
        ),
        (xlsx(HEADER)[:-30], "file_workbook_broken"),
        (xlsx("<row>"), "file_workbook_broken"),
        (xlsx('<row><c r="12"><v>1</v></c></row>'), "file_workbook_broken"),
        (xlsx('<row><c t="s"><v>0</v></c></row>'), "file_workbook_broken"),
        (xlsx('<row><c t="s"><v>-1</v></c></row>'), "file_workbook_broken"),
        (archive({**parts(HEADER), "x": "x"}, zipfile.ZIP_BZIP2), "file_workbook_broken"),
        (
            archive({k: v for k, v in parts(HEADER).items() if "sheet1" not in k}),
            "file_workbook_broken",
        ),
    ],
)
def test_what_is_no_workbook(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_a_part_that_is_larger_than_it_says() -> None:
    honest = xlsx(cells("あいうえお", "かきくけこ") * 50)
    start = honest.rindex(b"xl/worksheets/sheet1.xml") - 46
    size = struct.unpack_from("<I", honest, start + 24)[0]
    lying = bytearray(honest)
    struct.pack_into("<I", lying, start + 24, size // 2)
    assert refusal(bytes(lying)) == "file_workbook_broken"


def test_an_encrypted_part() -> None:
    data = bytearray(xlsx(HEADER))
    struct.pack_into("<H", data, data.rindex(b"PK\x01\x02") + 8, 1)
    assert refusal(bytes(data)) == "file_workbook_broken"


def test_entities_that_multiply() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    assert refusal(xlsx("", sheet1=bomb)) == "file_workbook_broken"


def test_a_part_that_unpacks_to_much() -> None:
    assert refusal(xlsx(" " * 5_000_000)) == "file_workbook_too_large"
    assert refusal(xlsx(HEADER * 50), Limits(unpacked=5_000)) == "file_workbook_too_large"
    assert refusal(xlsx(HEADER), Limits(parts=3)) == "file_workbook_too_large"


def test_a_cell_in_the_last_corner() -> None:
    corner = '<row r="1048576"><c r="{}1048576"><v>1</v></c></row>'
    assert refusal(xlsx(HEADER + corner.format("XFD"))) == "file_too_many_columns"
    assert read(xlsx(HEADER + corner.format("C"))) == [(1_048_576, ("", "", "1"))]


def test_one_long_text_in_many_cells_costs_its_length_once() -> None:
    data = xlsx(
        HEADER + '<row><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>' * 2_000,
        sharedStrings=texts(f"<t>{'長' * 30_000}</t>"),
    )
    tracemalloc.start()
    rows = list(read_rows(data, detect_file(data, "a.xlsx")))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(rows) == 2_000
    assert peak < 10_000_000, "4,000 copies would take 240 MB"


def test_more_rows_than_allowed() -> None:
    assert refusal(xlsx(HEADER + cells("a", "b") * 4), Limits(rows=3)) == "file_too_many_rows"
    many = xlsx(HEADER + "<row><c><v>1</v></c></row>" * 5)
    with pytest.raises(FileRefused) as refused:
        list(read_rows(many, detect_file(many, "a.xlsx"), Limits(rows=4)))
    assert refused.value.code == "file_too_many_rows"
