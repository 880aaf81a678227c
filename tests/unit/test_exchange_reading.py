"""What people paste is understood as they mean it, and what is wrong is told at its row."""

import io
import json
from datetime import UTC, datetime

import pytest
import xlsxwriter

from kpis.domain.exchange import json_form, workbook
from kpis.domain.exchange.cells import guarded, unguarded
from kpis.domain.exchange.entries import Draft, Form, parents
from kpis.domain.exchange.messages import Unreadable
from kpis.domain.exchange.reading import MAX_BYTES, detect, read, text_of

AT = datetime(2026, 4, 1, tzinfo=UTC)


def drawn(draft: Draft) -> list[tuple[int, str]]:
    """Return level and name of each entry."""
    return [(one.level, one.name) for one in draft.entries]


def codes(draft: Draft) -> list[tuple[int, str]]:
    """Return row and code of each problem."""
    return [(one.row, one.code) for one in draft.problems]


WANTED = [(1, "売上"), (2, "客数"), (3, "新規"), (2, "単価")]


@pytest.mark.parametrize(
    "text",
    [
        "売上\n\t客数\n\t\t新規\n\t単価",
        "売上\n  客数\n    新規\n  単価",
        "売上\n　客数\n　　新規\n　単価",
        "・売上\n　・客数\n　　・新規\n　・単価",
        "- 売上\n  - 客数\n    - 新規\n  - 単価\n",
        "* 売上\n    1. 客数\n        * 新規\n    2. 単価",
        "売上\n├─客数\n│　└─新規\n└─単価",
        "\n\n    売上\n        客数\n            新規\n        単価\n\n",
        "\t売上\n\t\t客数\n\t\t\t新規\n\t\t単価",
        "階層,名称\n1,売上\n2,客数\n3,新規\n2,単価",
        "レベル\t指標名\n0\t売上\n1\t客数\n2\t新規\n1\t単価",
        "名称;単位\n売上;円\n　客数;人\n　　新規;人\n　単価;円",
        "KPI,単位\n売上,円\n - 客数,人\n  - 新規,人\n - 単価,円",
        "階層1,階層2,階層3,単位\n売上,,,円\n,客数,,人\n,,新規,人\n,単価,,円",
        "L1\tL2\tL3\n売上\t客数\t新規\n売上\t単価\t",
        "売上\t円\n\t客数\t人\n\t\t新規\t人\n\t単価\t円",
    ],
)
def test_every_way_to_write_a_tree(text: str) -> None:
    draft = read(text)
    assert (drawn(draft), draft.problems) == (WANTED, [])


@pytest.mark.parametrize(
    ("line", "name", "unit"),
    [
        ("売上 [円]", "売上", "yen"),
        ("売上［円］", "売上", "yen"),
        ("売上（円）", "売上", "yen"),
        ("売上（税込）", "売上（税込）", None),
        ("売上（税込） [円]", "売上（税込）", "yen"),
        ("売上 [税込] [円]", "売上 [税込]", "yen"),
        ('"売上 [税込]"', "売上 [税込]", None),
        ('" - 売上" [％]', " - 売上", "percent"),
        ('"売上" の目標', '"売上" の目標', None),
        ('"売上', '"売上', None),
        ('"\\ud800"', '"\\ud800"', None),
        ("\ud800", "?", None),
        ("客数 [名]", "客数", "people"),
        ("CTR [PERCENT]", "CTR", "percent"),
    ],
)
def test_a_unit_stands_in_brackets_behind_the_name(line: str, name: str, unit: str | None) -> None:
    (entry,) = read(line, Form.INDENTED).entries
    assert (entry.name, entry.fields.get("unit")) == (name, unit)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("甲\n\t\t乙", [(2, "level_jump")]),
        ("甲\n乙\n丙", [(2, "two_roots")]),
        ("甲\n    乙\n  丙", [(3, "indent_between")]),
        ("甲 [本]", [(1, "unit_unknown")]),
        ("甲\t円\t100", [(1, "cells_without_header")]),
        ('"甲\\n乙"', [(1, "name_line_break")]),
        ("長" * 201, [(1, "text_too_long")]),
        ("階層,名称\n一,甲", [(2, "number_unreadable")]),
        ("階層,名称\n1,甲\n,乙", [(3, "number_unreadable"), (3, "two_roots")]),
        ("階層,名称,単位\n1,甲,円,余り", [(2, "row_too_long")]),
        ("階層,名称,名前\n1,甲,乙", [(1, "column_twice")]),
        ("階層,名称,天気\n1,甲,晴れ", [(1, "column_unknown")]),
        ("階層,名称,,単位\n1,甲,,円", []),
        ("階層,名称,目標値,根拠\n,,1,理由\n1,甲,,", [(2, "target_without_kpi")]),
        ("階層,名称,単位\n1,,円", [(2, "name_missing")]),
        ("階層1,階層2,単位\n甲,,円\n,,円", [(3, "name_missing")]),
        (f"階層1,階層2\n{'長' * 201},", [(2, "text_too_long")]),
        ("階層,名称,方向\n1,甲,右", [(2, "choice_unknown")]),
        ("階層,名称,重み\n1,甲,0.0001", [(2, "number_places")]),
        ("階層,名称,重み\n1,甲,-1", [(2, "number_range")]),
        ("階層,名称,基準値\n1,甲,3万", [(2, "number_unreadable")]),
        ("階層,名称,重要度\n1,甲,2.5", [(2, "number_whole")]),
        ("階層,名称,期限\n1,甲,2026-02-30", [(2, "day_unreadable")]),
        ("階層,名称,期限\n1,甲,1026-01-01", [(2, "day_year")]),
        ("階層,名称,キー\n1,甲,売上", [(2, "key_invalid")]),
        ("階層,名称,定義\n1,甲,あ\x0bい", [(2, "text_control")]),
    ],
)
def test_what_is_wrong_is_told_at_its_row(text: str, problems: list[tuple[int, str]]) -> None:
    assert codes(read(text)) == problems


def test_cells_mean_what_they_say() -> None:
    text = (
        "階層\t名称\t単位\t方向\t頻度\t集計\t重み\t重要度\t基準値\t達成期限\t目標\t根拠の種類\t根拠\n"
        "１\t売上\t円\t低い\t月次\t比率\t\t\t１，２００円\t2026年4月1日\t▲5\t過去実績\t昨年"
    )
    (entry,) = read(text).entries
    assert dict(entry.fields) == {
        "name": "売上",
        "unit": "yen",
        "direction": "lower",
        "frequency": "month",
        "aggregation": "ratio",
        "weight": "1",
        "importance": 3,
        "baseline": "1200",
        "deadline_on": "2026-04-01",
    }
    (target,) = entry.targets
    assert target.fields == {"value": "-5", "rationale_kind": "history", "rationale": "昨年"}


def test_a_row_of_a_target_alone_belongs_to_the_kpi_above() -> None:
    text = "階層,名称,適用開始日,目標値\n1,甲,2026-01-01,1\n,,2027-01-01,2\n2,乙,,"
    first, second = read(text).entries
    assert [one.fields["value"] for one in first.targets] == ["1", "2"]
    assert [one.row for one in first.targets] == [2, 3]
    assert second.targets == ()


def test_a_short_row_ends_with_empty_cells() -> None:
    first, second = read("階層,名称,単位,定義\n1,甲,円,説明\n2,乙").entries
    assert (first.fields["definition"], second.fields["definition"]) == ("説明", "")
    assert second.fields["unit"] == "count"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('{"format": 1}', Form.JSON),
        ("階層,名称\n1,甲", Form.TABLE),
        ("名称\t単位\n甲\t円", Form.TABLE),
        ("L1,L2\n甲,", Form.TABLE),
        ("名称\n\t甲", Form.INDENTED),
        ("売上, 税込\n\t客数", Form.INDENTED),
        ("", Form.INDENTED),
    ],
)
def test_the_form_is_seen(text: str, form: Form) -> None:
    assert detect(text) == form


def test_the_form_may_be_said() -> None:
    assert read("階層,名称\n1,甲", Form.INDENTED).form == Form.INDENTED
    with pytest.raises(Unreadable) as refused:
        read("甲\n\t乙", Form.TABLE)
    assert refused.value.problem.code == "no_header"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"%PDF-1.7", "file_is_pdf"),
        (b"{\xff\xff", "file_unknown_encoding"),
        (b"x" * (MAX_BYTES + 1), "too_large"),
        (b"PK\x03\x04", "file_workbook_broken"),
    ],
)
def test_a_file_that_is_no_tree_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        text_of(data)
    assert refused.value.problem.code == code
    assert str(refused.value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "nothing"),
        ("階層,名称\n", "nothing"),
        ("甲\n" * 2001, "too_many_rows"),
        ("甲\n" * 8001, "too_many_rows"),
        ("階層,名称\n" + "1,甲\n" * 8001, "too_many_rows"),
        ('{"format": ', "json_broken"),
        ('{"format": "other", "kpis": []}', "json_foreign"),
        ('{"format": "aimitsu.tree", "kpis": [1]}', "json_foreign"),
        ('{"a":' * 100_000, "json_foreign"),
        ('{"format": "aimitsu.tree", "kpis": [], "name": "\\ud800"}', "json_foreign"),
        ("名称,単位\n" + "あ" * 140_000, "csv_broken"),
    ],
)
def test_a_text_that_is_no_tree_is_refused(text: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(text)
    assert refused.value.problem.code == code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_files_come_in_the_encodings_of_excel(encoding: str) -> None:
    data = "階層,名称,単位\n1,売上高①,円\n".encode(encoding)
    assert drawn(read(text_of(data))) == [(1, "売上高①")]


def test_json_tells_what_is_wrong_with_a_kpi() -> None:
    kpis = [
        {"level": "x", "name": "甲", "weather": "fine", "targets": "none"},
        {"level": 2, "name": ["乙"], "unit": "本"},
        {"level": 2, "name": "丙", "weight": 2.5, "targets": [{"value": 3}]},
    ]
    draft = read(json.dumps({"format": json_form.FORMAT, "kpis": kpis}))
    assert sorted(codes(draft)) == [
        (1, "column_unknown"),
        (1, "number_unreadable"),
        (1, "value_kind"),
        (2, "unit_unknown"),
        (2, "value_kind"),
    ]
    assert draft.name == ""
    last = draft.entries[2]
    assert (last.fields["weight"], last.targets[0].fields["value"]) == ("2.5", "3")


def book(*sheets: list[list[str | int]]) -> bytes:
    """Write a workbook as somebody would in Excel."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as made:
        for rows in sheets:
            sheet = made.add_worksheet()
            for row, cells in enumerate(rows):
                sheet.write_row(row, 0, cells)
    return target.getvalue()


def test_the_first_sheet_that_holds_something_is_read_with_its_rows() -> None:
    data = book([], [["階層", "名称"], [1, "甲"], [], [2, ""], [2, "乙"]])
    assert codes(read(text_of(data))) == [(4, "name_missing")]
    with pytest.raises(Unreadable):
        text_of(book([]))
    with pytest.raises(Unreadable):
        text_of(book([["甲"]] * 8001))


def test_a_workbook_holds_numbers_that_excel_keeps_and_never_a_formula() -> None:
    rows = [["階層", "名称", "基準値（現状）"], ["1", "=1+1", "12345678901234.123456"]]
    draft = read(text_of(workbook.write(rows, AT)))
    assert drawn(draft) == [(1, "=1+1")]
    assert draft.entries[0].fields["baseline"] == "12345678901234.123456"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "＝1", "'", " a", "a ", "\ta", "　"])
def test_what_a_spreadsheet_would_execute_or_trim_is_guarded(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text


def test_what_is_harmless_stays_as_it_is() -> None:
    assert (guarded("売上"), unguarded("'売上'"), unguarded(" 売上 ")) == ("売上", "'売上'", "売上")


def test_parents_are_the_last_ones_above() -> None:
    assert parents(read("甲\n\t乙\n\t\t丙\n\t丁").entries) == [None, 0, 1, 0]
