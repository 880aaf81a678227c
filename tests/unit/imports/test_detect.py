"""What is found out about a file, and what is refused with a sentence."""

import codecs

import pytest

from kpis.domain.imports.detect import detect_file
from kpis.domain.imports.messages import FileRefused
from kpis.domain.imports.profile import (
    Delimiter,
    Encoding,
    FileKind,
    FileProfile,
    Limits,
    LineEnd,
)
from kpis.domain.imports.read import read_rows

TABLE = "外注先,納期,納品日\r\n株式会社髙橋,2015/4/1,2015/4/2\r\n㈱山田,2015/5/1,2015/4/30\r\n"


def rows_of(data: bytes, profile: FileProfile) -> list[tuple[str, ...]]:
    """Return the cells of all rows."""
    return [row.cells for row in read_rows(data, profile)]


@pytest.mark.parametrize(
    ("data", "encoding", "had_bom", "notes"),
    [
        (TABLE.encode(), Encoding.UTF_8, False, []),
        (codecs.BOM_UTF8 + TABLE.encode(), Encoding.UTF_8, True, []),
        (TABLE.encode("cp932"), Encoding.CP932, False, ["note_encoding_guessed"]),
        (codecs.BOM_UTF16_LE + TABLE.encode("utf-16-le"), Encoding.UTF_16_LE, True, []),
        (codecs.BOM_UTF16_BE + TABLE.encode("utf-16-be"), Encoding.UTF_16_BE, True, []),
        (TABLE.encode() + b"\x1a", Encoding.UTF_8, False, []),
    ],
    ids=["utf-8", "utf-8 with mark", "cp932", "utf-16-le", "utf-16-be", "ctrl-z at the end"],
)
def test_encodings(data: bytes, encoding: Encoding, *, had_bom: bool, notes: list[str]) -> None:
    profile = detect_file(data, "納品.csv")
    assert (profile.encoding, profile.had_bom) == (encoding, had_bom)
    assert [note.code for note in profile.notes] == notes
    assert profile.columns == ("外注先", "納期", "納品日")
    assert rows_of(data, profile) == [
        ("株式会社髙橋", "2015/4/1", "2015/4/2"),
        ("㈱山田", "2015/5/1", "2015/4/30"),
    ]


@pytest.mark.parametrize(
    ("end", "expected"), [("\n", LineEnd.LF), ("\r\n", LineEnd.CRLF), ("\r", LineEnd.CR)]
)
def test_line_ends(end: str, expected: LineEnd) -> None:
    data = TABLE.replace("\r\n", end).encode()
    profile = detect_file(data, "a.csv")
    assert profile.line_end == expected
    assert len(rows_of(data, profile)) == profile.rows == 2


def test_carriage_returns_alone_with_quoted_line_breaks() -> None:
    data = b'a,b,c\r1,"x\ny",2\r3,"p\r\nq",4\r5,z,6\r'
    profile = detect_file(data, "mac.csv")
    assert profile.line_end == LineEnd.CR
    rows = list(read_rows(data, profile))
    assert [row.cells[1] for row in rows] == ["x\ny", "p\r\nq", "z"]
    assert [row.number for row in rows] == [2, 4, 6]


@pytest.mark.parametrize("delimiter", list(Delimiter))
def test_delimiters_go_by_content(delimiter: Delimiter) -> None:
    text = TABLE.replace(",", delimiter.value).replace("㈱山田", '"㈱山田, 支店; 本社\t|"')
    profile = detect_file(text.encode(), "a.txt")
    assert profile.delimiter == delimiter
    assert profile.confidence == 100
    assert profile.notes == ()


def test_decimal_commas_do_not_mislead() -> None:
    data = b"name;price;weight\nA;1,50;2,5\nB;3,25;4,5\nC;7,00;8,5\n"
    assert detect_file(data, "a.csv").delimiter == Delimiter.SEMICOLON


def test_a_misleading_name_is_mentioned() -> None:
    profile = detect_file(TABLE.replace(",", "\t").encode(), "納品.CSV")
    assert [str(note) for note in profile.notes] == [
        "拡張子は .csv ですが、タブ区切りとして読みました。"
    ]


@pytest.mark.parametrize(
    ("preamble", "count", "header_row"),
    [
        ("納品実績一覧\n\n出力日,2026/4/1\n", 2, 4),
        ("# exported by core system\n# 2026-04-01, all, rows\n", 2, 3),
        ("# a comment, as wide, as the table\n", 1, 2),
        ("sep=,\n", 1, 2),
        ("納品実績一覧,,\n,,\n", 1, 3),
        ('"二行の\n題名"\n', 1, 3),
        ("\n\n", 0, 3),
    ],
)
def test_preambles(preamble: str, count: int, header_row: int) -> None:
    data = (preamble + TABLE).encode()
    profile = detect_file(data, "a.csv")
    assert profile.columns == ("外注先", "納期", "納品日")
    assert (profile.preamble_rows, profile.header_row) == (count, header_row)
    assert profile.rows == len(rows_of(data, profile)) == 2
    assert ("note_preamble" in [note.code for note in profile.notes]) == bool(count)


def test_a_preamble_as_wide_as_the_table() -> None:
    data = "出力日,2026/4/1\nKPI,値\n売上,5\n".encode()
    profile = detect_file(data, "a.csv")
    assert profile.columns == ("KPI", "値")
    assert profile.preamble_rows == 1


def test_more_preamble_than_rows() -> None:
    data = ("題\n" * 20 + "a,b\n1,2\n").encode()
    assert detect_file(data, "a.csv").columns == ("a", "b")


def test_a_table_without_header_is_mentioned() -> None:
    profile = detect_file(b"2015/4/1,5\n2015/4/2,6\n", "a.csv")
    assert [str(note) for note in profile.notes] == [
        "1 行目を見出しとしましたが、値が入っています。見出しの行を確かめてください。"
    ]


def test_headers_get_unique_names() -> None:
    profile = detect_file("日付,,値,値, 値 ,\n1,2,3,4,5,\n".encode(), "a.csv")
    assert profile.columns == ("日付", "列2", "値", "値 (2)", "値 (3)")
    assert [str(note) for note in profile.notes if note.code != "note_ragged"] == [
        "見出しのない 2 列目を「列2」としました。",
        "同じ見出し「値」に番号を付けました。",
        "同じ見出し「値」に番号を付けました。",
    ]


def test_line_breaks_within_headers_become_spaces() -> None:
    assert detect_file('"納期\n（予定）",納品日\n1,2\n'.encode(), "a.csv").columns == (
        "納期 （予定）",
        "納品日",
    )


def test_ragged_rows_lower_the_confidence() -> None:
    profile = detect_file(b"a,b,c\n1,2,3\n1,2\n1,2,3,4\n4,5,6\n", "a.csv")
    assert profile.confidence == 50
    assert [note.code for note in profile.notes] == ["note_ragged"]


def test_a_person_overrules_what_is_detected() -> None:
    data = "a;b\n題;x,y\n1;2,3\n".encode("cp932")
    profile = detect_file(
        data, "a.csv", encoding=Encoding.CP932, delimiter=Delimiter.COMMA, header_row=2
    )
    assert profile.delimiter == Delimiter.COMMA
    assert profile.columns == ("題;x", "y")
    assert profile.header_row == 2
    assert rows_of(data, profile) == [("1;2", "3")]
    assert "note_encoding_guessed" not in [note.code for note in profile.notes]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b" \r\n\t\r\n", "file_empty"),
        (codecs.BOM_UTF8, "file_empty"),
        (b",,\n,,\n", "file_empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "file_not_a_table"),
        (bytes(range(256)) * 10, "file_not_a_table"),
        (b"a,b\n1,\x07\n", "file_not_a_table"),
        (b"a,b\n\xff\xfd,\x80\n", "file_unknown_encoding"),
        (codecs.BOM_UTF16_LE + b"a", "file_unknown_encoding"),
        (codecs.BOM_UTF8 + "値".encode("cp932"), "file_unknown_encoding"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "file_is_old_excel"),
        (b"%PDF-1.7\n", "file_is_pdf"),
        (b"\n<html><table><tr><td>1</td></tr></table></html>", "file_is_html"),
        (b'{"a": 1}', "file_is_json"),
        (b'[{"a": 1}]', "file_is_json"),
        ("見出しだけの文章です。\n二行目です。\n".encode(), "file_one_column"),
        (b"a,b,c\r\n", "file_header_only"),
        (b"a,b\n1,2\n", "file_too_many_columns"),
        (b"a,b\n" * 5, "file_too_many_rows"),
        (b'a,b\n1,"2\n3,4\n', "file_unclosed_quote"),
        (b'"a,b\n1,2\n', "file_unclosed_quote"),
    ],
)
def test_refusals(data: bytes, code: str) -> None:
    limits = {
        "file_too_many_columns": Limits(columns=1),
        "file_too_many_rows": Limits(rows=3),
    }.get(code, Limits())
    with pytest.raises(FileRefused) as refused:
        detect_file(data, "a.csv", limits)
    assert refused.value.code == code
    assert str(refused.value) == str(refused.value.message)
    assert str(refused.value).endswith(("ください。", "までです。"))


def test_too_large_says_how_large() -> None:
    with pytest.raises(FileRefused) as refused:
        detect_file(bytes(6 * 1024 * 1024), "a.csv")
    assert str(refused.value) == (
        "ファイルが大きすぎます（6 MB）。5 MB までです。期間などで分けてください。"
    )


def test_the_last_row_that_fits_is_read() -> None:
    data = b"a,b\n" + b"1,2\n" * 3
    assert detect_file(data, "a.csv", Limits(rows=3)).rows == 3
    with pytest.raises(FileRefused):
        list(read_rows(data, detect_file(data, "a.csv"), Limits(rows=2)))


def test_a_quote_that_never_closes_names_its_line() -> None:
    with pytest.raises(FileRefused) as refused:
        detect_file(b'a,b\n1,2\n3,"4\n5,6\n' + b"7,8\n" * 100_000, "a.csv")
    assert refused.value.message.params == {"row": 3}


def test_quotes_within_a_cell_are_text() -> None:
    data = b'a,b\n5" pipe,x\n"he said ""hi""",y\n'
    assert rows_of(data, detect_file(data, "a.csv")) == [('5" pipe', "x"), ('he said "hi"', "y")]


@pytest.mark.parametrize("data", [b"a,\x80\n1,2\n", b"a,b\n1,\x00\n"])
def test_an_encoding_that_does_not_fit_is_refused(data: bytes) -> None:
    with pytest.raises(FileRefused) as refused:
        detect_file(data, "a.csv", encoding=Encoding.UTF_8)
    assert refused.value.code == "file_bad_override"


def test_a_delimiter_that_does_not_fit_is_refused() -> None:
    with pytest.raises(FileRefused) as refused:
        detect_file(b"a;b\n1;2\n", "a.csv", delimiter=Delimiter.TAB)
    assert refused.value.code == "file_one_column"


@pytest.mark.parametrize("header_row", [3, 7])
def test_a_header_row_that_is_not_there_is_refused(header_row: int) -> None:
    with pytest.raises(FileRefused) as refused:
        detect_file(b"a,b\n1,2\n\n3,4\n", "a.csv", header_row=header_row)
    assert refused.value.code == "file_header_not_found"


def test_a_profile_survives_storage() -> None:
    text = detect_file(("題\n" + TABLE).encode("cp932"), "納品.tsv")
    assert FileProfile.from_dict(text.to_dict()) == text
    plain = FileProfile("a", FileKind.WORKBOOK, ("a", "b"), 1, 5, sheet="納品", sheets=("納品",))
    assert FileProfile.from_dict(plain.to_dict()) == plain
