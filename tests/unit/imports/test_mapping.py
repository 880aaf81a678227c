"""Which column plays which part: suggested, checked, stored."""

from datetime import date

import pytest

from kpis.domain.imports.dates import DateFormat
from kpis.domain.imports.mapping import (
    DeliveryMapping,
    FileMapping,
    LongMapping,
    RowFilter,
    Shape,
    mapping_from_dict,
    mapping_problems,
    require_mapping,
    suggest_mapping,
    suggest_parts,
)
from kpis.domain.imports.messages import MappingRefused

DELIVERIES = DeliveryMapping("外注先", "納期", "納品日")
LONG = LongMapping("日付", "KPI", value="値")


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["No.", "外注先", "納期", "納品日"], ("外注先", "納期", "納品日")),
        (["仕入先名", "納品予定日", "実納品日"], ("仕入先名", "納品予定日", "実納品日")),
        (["取引先", "納品日", "納期"], ("取引先", "納期", "納品日")),
        (
            ["ベンダー（正式名）", "契約納期", "納品日"],
            ("ベンダー（正式名）", "契約納期", "納品日"),
        ),
        (["※外注先コード", "外注先", "納 期", "納 品 日"], ("外注先", "納 期", "納 品 日")),
        (["発注先", "納期(予定)", "納品日(実績)"], ("発注先", "納期(予定)", "納品日(実績)")),
        (
            ["Supplier_Name", "DUE DATE", "Delivery-Date"],
            ("Supplier_Name", "DUE DATE", "Delivery-Date"),
        ),
        (
            ["Vendor INCO Term", "Vendor", "Delivery Date", "Scheduled Delivery Date"],
            ("Vendor", "Scheduled Delivery Date", "Delivery Date"),
        ),
    ],
)
def test_deliveries_are_suggested(columns: list[str], expected: tuple[str, str, str]) -> None:
    suggestion = suggest_mapping(columns)
    assert suggestion.shape == Shape.DELIVERIES
    assert suggestion.mapping == DeliveryMapping(*expected)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["日付", "KPI", "値"], LongMapping("日付", "KPI", "値")),
        (["対象年月", "指標名", "実績値"], LongMapping("対象年月", "指標名", "実績値")),
        (
            ["日付", "KPI名", "分子", "分母"],
            LongMapping("日付", "KPI名", numerator="分子", denominator="分母"),
        ),
        (
            ["Month", "Metric", "Value", "Numerator", "Denominator"],
            LongMapping("Month", "Metric", numerator="Numerator", denominator="Denominator"),
        ),
    ],
)
def test_long_tables_are_suggested(columns: list[str], expected: LongMapping) -> None:
    suggestion = suggest_mapping(columns)
    assert suggestion.shape == Shape.LONG
    assert suggestion.mapping == expected


def test_what_the_header_does_not_say_is_left_to_a_person() -> None:
    suggestion = suggest_mapping(["外注先", "納期", "備考"])
    assert suggestion.shape is None
    assert suggestion.mapping is None
    assert suggestion.parts["scheduled"] == "納期"
    assert suggest_parts(["外注先", "納期", "備考"], Shape.DELIVERIES) == {
        "vendor": "外注先",
        "scheduled": "納期",
        "delivered": None,
    }


def test_short_words_within_names_mean_nothing() -> None:
    assert not any(suggest_parts(["overdue", "updates", "月額"], Shape.DELIVERIES).values())
    assert not any(suggest_parts(["overdue", "updates", "月額"], Shape.LONG).values())


@pytest.mark.parametrize(
    "mapping",
    [
        DELIVERIES,
        DeliveryMapping(
            "外注先",
            "納期",
            "納品日",
            date_formats={"納期": DateFormat.DAY_FIRST},
            row_filter=RowFilter("品目", "部品A"),
            as_of=date(2026, 4, 15),
        ),
        LONG,
        LongMapping(
            "日付",
            "KPI",
            numerator="分子",
            denominator="分母",
            date_formats={"日付": DateFormat.ERA},
            row_filter=RowFilter("部門", "営業"),
        ),
    ],
)
def test_a_mapping_survives_storage(mapping: FileMapping) -> None:
    assert mapping_from_dict(mapping.to_dict()) == mapping


@pytest.mark.parametrize("mapping", [DELIVERIES, LONG])
def test_a_mapping_that_fits(mapping: FileMapping) -> None:
    columns = ("外注先", "納期", "納品日", "日付", "KPI", "値")
    assert mapping_problems(mapping, columns) == ()
    require_mapping(mapping, columns)


@pytest.mark.parametrize(
    ("mapping", "sentences"),
    [
        (
            DeliveryMapping("", "納期", "納期"),
            [
                "外注先の列を選んでください。",
                "列「納期」が二度選ばれています。別の列を選んでください。",
            ],
        ),
        (
            DeliveryMapping("業種", "納期", "日付", row_filter=RowFilter("品目", "A")),
            [
                "列「業種」がありません。列を選び直してください。",
                "列「品目」がありません。列を選び直してください。",
            ],
        ),
        (
            DeliveryMapping("KPI", "納期", "日付", date_formats={"X": DateFormat.ERA}),
            ["列「X」がありません。列を選び直してください。"],
        ),
        (
            LongMapping("日付", "KPI", "値", numerator="納期"),
            ["値の列か、分子と分母の列のどちらかを選んでください。"],
        ),
        (
            LongMapping("日付", "KPI", numerator="値"),
            ["分母の列を選んでください。"],
        ),
    ],
)
def test_a_mapping_that_does_not_fit(mapping: FileMapping, sentences: list[str]) -> None:
    columns = ("納期", "日付", "KPI", "値")
    assert [str(problem) for problem in mapping_problems(mapping, columns)] == sentences
    with pytest.raises(MappingRefused) as refused:
        require_mapping(mapping, columns)
    assert str(refused.value) == " ".join(sentences)
