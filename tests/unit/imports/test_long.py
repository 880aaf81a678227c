"""Long tables: one row is the value of one KPI on one date."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kpis.domain.imports.dates import DateFormat
from kpis.domain.imports.ledger import Outcome, Severity
from kpis.domain.imports.long import KPISpan, LongMeasurement, LongResult, convert_long
from kpis.domain.imports.mapping import LongMapping, RowFilter
from kpis.domain.imports.messages import MappingRefused
from kpis.domain.imports.read import Row

COLUMNS = ("日付", "KPI", "値", "分母", "部門")
VALUES = LongMapping("日付", "KPI", "値")
RATIOS = LongMapping("日付", "KPI", numerator="値", denominator="分母")
APRIL = date(2026, 4, 1)


def convert(*lines: str, mapping: LongMapping = VALUES) -> LongResult:
    """Convert lines with cells parted by semicolons, below a header in line 1."""
    rows = (Row(number, tuple(line.split(";"))) for number, line in enumerate(lines, start=2))
    return convert_long(rows, COLUMNS, mapping)


def test_values_with_their_units() -> None:
    result = convert(
        "2026/4/1;売上;1,234円", "令和8年5月1日;売上;▲5", "2026年4月;解約率;１２．３％;;"
    )
    assert result.measurements == (
        LongMeasurement(2, "売上", APRIL, value=Decimal(1234), unit="円"),
        LongMeasurement(3, "売上", date(2026, 5, 1), value=Decimal(-5)),
        LongMeasurement(4, "解約率", APRIL, value=Decimal("12.3"), unit="%"),
    )
    assert result.kpis == (
        KPISpan("売上", 2, APRIL, date(2026, 5, 1)),
        KPISpan("解約率", 1, APRIL, APRIL),
    )
    assert result.can_be_confirmed
    assert [shown.outcome for shown in result.preview] == [Outcome.COUNTED] * 3


def test_ratios_as_numerator_and_denominator() -> None:
    result = convert("2026/4/1;納期遵守率;95;100", mapping=RATIOS)
    assert result.measurements == (
        LongMeasurement(2, "納期遵守率", APRIL, numerator=Decimal(95), denominator=Decimal(100)),
    )


def test_nothing_over_nothing_is_kept_as_no_data() -> None:
    result = convert("2026/4/1;納期遵守率;0;0", mapping=RATIOS)
    assert len(result.measurements) == 1
    (problem,) = result.problems
    assert (problem.column, problem.value, problem.severity) == ("分母", "0", Severity.COUNTED)
    assert str(problem.message) == "分母が 0 のため「データなし」とします"
    assert (result.rows_counted, result.rows_skipped) == (1, 0)


@pytest.mark.parametrize(
    ("line", "mapping", "column", "reason"),
    [
        ("2026/4/2;売上;", VALUES, "値", "値がありません（0 とは扱いません）"),
        ("2026/4/2;売上;-", VALUES, "値", "値がありません（0 とは扱いません）"),
        ("2026/4/2;売上;多い", VALUES, "値", "数値として読めません"),
        (
            "2026/4/2;売上;12万円",
            VALUES,
            "値",
            "「万」「千」などの付いた数値です。数字だけにしてください",
        ),
        ("2026/4/2;売上;1e20", VALUES, "値", "桁が多すぎます"),
        ("2026/4/2;売上;#DIV/0!", VALUES, "値", "Excel のエラー値です"),
        (";売上;5", VALUES, "日付", "日付がありません"),
        ("今月;売上;5", VALUES, "日付", "日付として読めません"),
        ("2026/4/31;売上;5", VALUES, "日付", "暦にない日付です"),
        ("2026/4/2; ;5", VALUES, "KPI", "KPI 名がありません"),
        (f"2026/4/2;{'K' * 201};5", VALUES, "KPI", "名前が長すぎます（200 文字まで）"),
        ("合計;;5", VALUES, "日付", "合計の行です"),
        ("2026/4/1;売上;6", VALUES, "KPI", "同じ日付と KPI の値が 2 行目にあります"),
        ("2026/4/2;売上;-;5", RATIOS, "値", "値がありません（0 とは扱いません）"),
        ("2026/4/2;売上;5;", RATIOS, "分母", "値がありません（0 とは扱いません）"),
        ("2026/4/2;売上;5;0", RATIOS, "分母", "分母が 0 以下のため、率を計算できません"),
        ("2026/4/2;売上;5;-1", RATIOS, "分母", "分母が 0 以下のため、率を計算できません"),
        ("2026/4/2;売上", VALUES, "", "列が足りません"),
    ],
)
def test_rows_that_are_left_out_have_a_reason(
    line: str, mapping: LongMapping, column: str, reason: str
) -> None:
    result = convert("2026/4/1;売上;5;10", line, mapping=mapping)
    assert [measurement.row for measurement in result.measurements] == [2]
    (problem,) = result.problems
    assert (problem.row, problem.column, problem.severity) == (3, column, Severity.SKIPPED)
    assert str(problem.message) == reason
    assert (result.rows_read, result.rows_counted, result.rows_skipped) == (2, 1, 1)
    assert result.preview[1].outcome == Outcome.SKIPPED


def test_a_date_after_the_day_of_the_import_is_left_out() -> None:
    lines = [Row(2, ("2026/4/1", "売上", "5")), Row(3, ("2026/4/2", "売上", "6"))]
    result = convert_long(lines, COLUMNS, replace(VALUES, as_of=APRIL))
    assert [measurement.row for measurement in result.measurements] == [2]
    (problem,) = result.problems
    assert (problem.row, problem.column, problem.value) == (3, "日付", "2026/4/2")


def test_an_ambiguous_order_has_to_be_chosen() -> None:
    result = convert("04/05/26;売上;5")
    assert [column.column for column in result.ambiguous_columns] == ["日付"]
    assert not result.can_be_confirmed
    chosen = replace(VALUES, date_formats={"日付": DateFormat.DAY_FIRST})
    result = convert("04/05/26;売上;5", mapping=chosen)
    assert result.can_be_confirmed
    assert result.measurements[0].on == date(2026, 5, 4)


def test_only_the_rows_of_a_filter() -> None:
    mapping = replace(VALUES, row_filter=RowFilter("部門", "営業"))
    result = convert("2026/4/1;売上;5;;営業", "2026/4/1;売上;6;;開発", mapping=mapping)
    assert [measurement.value for measurement in result.measurements] == [Decimal(5)]
    assert (result.rows_read, result.rows_filtered, result.rows_counted) == (2, 1, 1)


def test_a_mapping_that_does_not_fit_is_refused() -> None:
    with pytest.raises(MappingRefused):
        convert("2026/4/1;売上;5", mapping=LongMapping("日付", "KPI"))
