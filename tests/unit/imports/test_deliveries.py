"""納期遵守率: what counts, what does not, and why."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kpis.domain.imports.dates import DateFormat
from kpis.domain.imports.deliveries import (
    DeliveryResult,
    MonthCount,
    VendorTotal,
    convert_deliveries,
)
from kpis.domain.imports.detect import detect_file
from kpis.domain.imports.ledger import Outcome, ProblemRow, Severity
from kpis.domain.imports.mapping import DeliveryMapping, RowFilter
from kpis.domain.imports.messages import MappingRefused
from kpis.domain.imports.read import Row, read_rows

COLUMNS = ("外注先", "納期", "納品日", "品目")
MAPPING = DeliveryMapping("外注先", "納期", "納品日")
APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)


def convert(*lines: str, mapping: DeliveryMapping = MAPPING, shown: int = 20) -> DeliveryResult:
    """Convert comma separated lines below a header in line 1."""
    rows = (Row(number, tuple(line.split(","))) for number, line in enumerate(lines, start=2))
    return convert_deliveries(rows, COLUMNS, mapping, preview_rows=shown)


def reasons(result: DeliveryResult) -> list[tuple[int, str, str, Severity]]:
    """Return what is said about each problem row."""
    return [
        (problem.row, problem.value, str(problem.message), problem.severity)
        for problem in result.problems
    ]


def test_on_time_is_on_or_before_the_scheduled_date() -> None:
    result = convert(
        "A,2026/4/10,2026/4/9,",
        "A,2026/4/10,2026/4/10,",
        "A,2026/4/10,2026/4/11,",
    )
    assert result.counts == (MonthCount("A", APRIL, 2, 3),)
    assert [shown.outcome for shown in result.preview] == [
        Outcome.ON_TIME,
        Outcome.ON_TIME,
        Outcome.LATE,
    ]


def test_the_month_is_the_one_of_the_scheduled_date() -> None:
    result = convert("A,2026/4/30,2026/5/2,", "A,2026/5/1,2026/4/30,", "B,2026/4/30,2026/4/30,")
    assert result.counts == (
        MonthCount("A", APRIL, 0, 1),
        MonthCount("A", MAY, 1, 1),
        MonthCount("B", APRIL, 1, 1),
    )
    assert result.totals == (
        VendorTotal("A", 1, 2, APRIL, MAY),
        VendorTotal("B", 1, 1, APRIL, APRIL),
    )
    assert result.months == (APRIL, MAY)
    assert result.totals[0].percent == Decimal(50)


def test_what_is_undelivered_fell_due_all_the_same() -> None:
    result = convert("A,2026/4/10,2026/4/9,", "A,2026/4/10,,", "A,2026/4/10,未納,")
    assert result.counts == (MonthCount("A", APRIL, 1, 3),)
    said = "納品日がないため、未納として分母に数えます"
    assert reasons(result) == [(3, "", said, Severity.COUNTED), (4, "未納", said, Severity.COUNTED)]
    assert (result.rows_counted, result.rows_skipped) == (3, 0)


@pytest.mark.parametrize(
    ("line", "column", "value", "reason"),
    [
        ("A,,2026/4/1,", "納期", "", "納期がないため、どの月にも数えられません"),
        (
            "A,Date Not Captured,,",
            "納期",
            "Date Not Captured",
            "納期がないため、どの月にも数えられません",
        ),
        ("A,至急,2026/4/1,", "納期", "至急", "納期を日付として読めません"),
        ("A,2026/2/30,2026/4/1,", "納期", "2026/2/30", "納期が暦にない日付です"),
        ("A,2026/4/1,キャンセル,", "納品日", "キャンセル", "納品日を日付として読めません"),
        ("A,2026/4/1,2026/4/31,", "納品日", "2026/4/31", "納品日が暦にない日付です"),
        (" ,2026/4/1,2026/4/1,", "外注先", "", "外注先がありません"),
        (
            f"{'A' * 201},2026/4/1,2026/4/1,",
            "外注先",
            "A" * 200,
            "名前が長すぎます（200 文字まで）",
        ),
        ("A,2026/4/1", "", "A / 2026/4/1", "列が足りません"),
        (
            "A,B,2026/4/1,2026/4/1,x",
            "",
            "A / B / 2026/4/1 / 2026/4/1 / x",
            "列が見出しより多く、値がずれているおそれがあります",
        ),
        ("合計,,,3", "納期", "", "合計の行です"),
        ("合　計", "", "合　計", "合計の行です"),
        (",Grand Total,,", "納期", "Grand Total", "合計の行です"),
    ],
)
def test_rows_that_are_left_out_have_a_reason(
    line: str, column: str, value: str, reason: str
) -> None:
    result = convert("A,2026/4/10,2026/4/9,", line)
    assert result.counts == (MonthCount("A", APRIL, 1, 1),)
    (problem,) = result.problems
    assert problem == ProblemRow(3, column, value, problem.message, Severity.SKIPPED)
    assert str(problem.message) == reason
    assert result.preview[1].outcome == Outcome.SKIPPED
    assert (result.rows_read, result.rows_counted, result.rows_skipped) == (2, 1, 1)


def test_empty_cells_beyond_the_header_do_no_harm() -> None:
    assert convert("A,2026/4/10,2026/4/9,x,, ").counts == (MonthCount("A", APRIL, 1, 1),)


def test_a_vendor_may_be_called_total() -> None:
    assert convert("TOTAL,2026/4/10,2026/4/9,").counts == (MonthCount("TOTAL", APRIL, 1, 1),)


def test_spaces_in_names_do_not_make_two_vendors() -> None:
    assert convert("A  社,2026/4/1,2026/4/1,", " A\u3000社 ,2026/4/1,2026/4/1,").counts == (
        MonthCount("A 社", APRIL, 2, 2),
    )


def test_what_is_not_yet_due_is_left_out() -> None:
    """A day that is not over may still bring the delivery; one that came today is decided."""
    mapping = replace(MAPPING, as_of=date(2026, 4, 15))
    result = convert(
        "A,2026/4/14,,",
        "A,2026/4/15,,",
        "A,2026/4/15,2026/4/15,",
        "A,2026/4/16,,",
        "A,2026/5/1,2026/4/10,",
        mapping=mapping,
    )
    assert result.counts == (MonthCount("A", APRIL, 1, 2),)
    assert [reason for _, _, reason, _ in reasons(result)] == [
        "納品日がないため、未納として分母に数えます",
        "納期がまだ来ていません",
        "納期がまだ来ていません",
        "納期がまだ来ていません",
    ]


def test_a_delivery_of_the_future_is_a_slip() -> None:
    mapping = replace(MAPPING, as_of=date(2026, 4, 15))
    result = convert("A,2026/4/10,2062/4/9,", mapping=mapping)
    assert result.counts == ()
    assert [reason for _, _, reason, _ in reasons(result)] == ["納品日が先の日付です"]


def test_only_the_rows_of_a_filter() -> None:
    mapping = replace(MAPPING, row_filter=RowFilter("品目", "部品 A "))
    result = convert(
        "A,2026/4/1,2026/4/1, 部品 A",
        "A,2026/4/1,2026/4/9,部品 B",
        "A,2026/4/1,2026/4/9",
        "A,,,部品 A",
        mapping=mapping,
    )
    assert result.counts == (MonthCount("A", APRIL, 1, 1),)
    assert (result.rows_read, result.rows_filtered, result.rows_counted, result.rows_skipped) == (
        4,
        2,
        1,
        1,
    )
    assert [shown.row for shown in result.preview] == [2, 5]


def test_an_ambiguous_order_has_to_be_chosen() -> None:
    lines = ("A,04/05/26,05/05/26,", "A,04/05/26,03/05/26,")
    result = convert(*lines)
    assert [column.column for column in result.ambiguous_columns] == ["納期", "納品日"]
    assert not result.can_be_confirmed
    chosen = replace(
        MAPPING, date_formats={"納期": DateFormat.DAY_FIRST, "納品日": DateFormat.DAY_FIRST}
    )
    result = convert(*lines, mapping=chosen)
    assert result.can_be_confirmed
    assert result.counts == (MonthCount("A", MAY, 1, 2),)
    chosen = replace(
        MAPPING, date_formats={"納期": DateFormat.MONTH_FIRST, "納品日": DateFormat.MONTH_FIRST}
    )
    assert convert(*lines, mapping=chosen).counts == (MonthCount("A", APRIL, 1, 2),)


def test_nothing_to_store_cannot_be_confirmed() -> None:
    result = convert("A,,,")
    assert result.counts == result.totals == ()
    assert result.months is None
    assert not result.can_be_confirmed


def test_the_preview_shows_the_first_rows_as_they_are() -> None:
    result = convert("合計,", *["A,2026/4/1, x ,"] * 5, shown=3)
    assert [shown.row for shown in result.preview] == [2, 3, 4]
    assert result.preview[0].cells == ("合計", "")
    assert result.preview[1].cells == ("A", "2026/4/1", " x ", "")
    assert convert("A,2026/4/1,,", shown=0).preview == ()


def test_a_mapping_that_does_not_fit_is_refused() -> None:
    with pytest.raises(MappingRefused):
        convert("A,2026/4/1,,", mapping=replace(MAPPING, vendor="仕入先"))


def test_outcomes_and_severities_have_names() -> None:
    assert [str(outcome.label) for outcome in Outcome] == [
        "納期内",
        "遅れ",
        "未納",
        "取り込む",
        "取り込まない",
    ]
    assert [str(severity.label) for severity in Severity] == [
        "取り込みません",
        "取り込みます（要確認）",
    ]


def test_problem_rows_point_into_the_file() -> None:
    text = '納品一覧\n外注先,納期,納品日,備考\nA,2026/4/1,2026/4/1,"二行\nの備考"\n\nA,,,\nA,2026/4/1,,\n'
    data = text.encode("cp932")
    profile = detect_file(data, "納品.csv")
    result = convert_deliveries(read_rows(data, profile), profile.columns, MAPPING)
    assert [problem.row for problem in result.problems] == [6, 7]
    assert result.counts == (MonthCount("A", APRIL, 1, 2),)


def test_rows_may_come_from_a_generator_once() -> None:
    def rows() -> Iterator[Row]:
        yield Row(2, ("A", "2026/4/1", "2026/4/1", ""))

    assert convert_deliveries(rows(), COLUMNS, MAPPING).rows_read == 1
