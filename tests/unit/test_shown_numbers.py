"""Numbers as people read them: units always, rounding half up, a dash with words for nothing."""

from datetime import UTC, date, datetime
from decimal import Decimal as D
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from core import forms
from core.templatetags import numbers


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (numbers.number(1234567), "1,234,567"),
        (numbers.number(D("1234.5")), "1,234.5"),
        (numbers.number(D("2.675"), 2), "2.68"),
        (numbers.number(D("-0.004")), "0"),
        (numbers.percent(D("97.25")), "97.3%"),
        (numbers.points(D("83.45")), "83.5点"),
        (numbers.money(1234567), "¥1,234,567"),
        (numbers.money(D("-1234.5")), "−¥1,235"),
        (numbers.money(D("3.5"), "USD"), "US$3.50"),
        (numbers.unit_value(D(120), "count"), "120件"),
        (numbers.unit_value(D("95.55"), "percent"), "95.6%"),
        (numbers.unit_value(D(7), "箱"), "7箱"),
        (numbers.delta(D("3.2"), "percent"), "+3.2ポイント"),
        (numbers.delta(D(-3), "count"), "−3件"),
        (numbers.delta(D(0), "count"), "±0件"),
        (numbers.month(date(2015, 4, 1)), "2015年4月"),
        (numbers.jdate(date(2015, 4, 30)), "2015年4月30日（木）"),
        (numbers.jdatetime(datetime(2015, 4, 30, 8, 0, tzinfo=UTC)), "2015年4月30日（木）17:00"),
        (numbers.jdatetime(datetime(2015, 4, 30, 15, 30, tzinfo=UTC)), "2015年5月1日（金）00:30"),
    ],
)
def test_numbers_read_as_japanese_business_writes_them(shown: str, text: str) -> None:
    assert shown == text


def test_english_dates_and_times_are_apart() -> None:
    with translation.override("en"):
        moment = datetime(2015, 4, 30, 8, 0, tzinfo=UTC)
        assert numbers.jdatetime(moment) == "Thu, 30 Apr 2015 17:00"
        assert numbers.month(date(2015, 4, 1)) == "April 2015"


@pytest.mark.parametrize(
    "filter_",
    [
        numbers.number,
        numbers.percent,
        numbers.points,
        numbers.money,
        numbers.unit_value,
        numbers.delta,
        numbers.month,
        numbers.jdate,
        numbers.jdatetime,
    ],
)
def test_nothing_is_a_dash_that_says_so(filter_: Any) -> None:
    assert "データなし" in filter_(None)


def test_zero_is_a_number() -> None:
    assert numbers.number(0) == "0"
    assert numbers.percent(D(0)) == "0.0%"


@pytest.mark.parametrize(
    ("field", "typed", "read"),
    [
        (forms.AmountField(), "￥１，０００", D(1000)),
        (forms.AmountField(), "1,000円", D(1000)),
        (forms.NumberField(), "１，２３４．５", D("1234.5")),
        (forms.DayField(), "2026/1/5", date(2026, 1, 5)),
        (forms.DayField(), "２０２６年１月５日", date(2026, 1, 5)),
        (forms.MonthField(), "2026年4月", date(2026, 4, 1)),
        (forms.MonthField(), "2026/4", date(2026, 4, 1)),
    ],
)
def test_what_people_type_is_read(field: Any, typed: str, read: object) -> None:
    assert field.clean(typed) == read


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        (forms.NumberField(), "500円"),
        (forms.NumberField(), "NaN"),
        (forms.NumberField(), "1e99"),
        (forms.DayField(), "2026/13/45"),
        (forms.DayField(), "0026-01-01"),
        (forms.DayField(), "9999-12-31"),
        (forms.MonthField(), "2026-13"),
        (forms.MonthField(), "0026-01"),
        (forms.MomentField(), "9999-12-31T23:59"),
        (forms.MomentField(), "0001-01-01T00:00"),
    ],
)
def test_what_nobody_means_is_told(field: Any, typed: str) -> None:
    with pytest.raises(ValidationError):
        field.clean(typed)
