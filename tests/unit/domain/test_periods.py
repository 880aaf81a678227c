"""Periods and the fiscal calendar."""

from datetime import date

import pytest

from core.domain.periods import (
    Frequency,
    Period,
    add_months,
    fiscal_quarter,
    fiscal_year,
    fiscal_year_period,
    month_of,
    months_between,
    next_period,
    period_of,
    periods_between,
    previous_period,
)

APRIL = Period(date(2015, 4, 1), date(2015, 5, 1))


def test_a_month_is_half_open() -> None:
    assert month_of(date(2015, 4, 30)) == APRIL
    assert APRIL.contains(date(2015, 4, 1))
    assert not APRIL.contains(date(2015, 5, 1))
    assert APRIL.last_day == date(2015, 4, 30)
    assert APRIL.days == 30


@pytest.mark.parametrize("end", [date(2015, 4, 1), date(2015, 3, 31)])
def test_an_empty_period_is_refused(end: date) -> None:
    with pytest.raises(ValueError, match="ends after"):
        Period(date(2015, 4, 1), end)


def test_neighbours_do_not_overlap() -> None:
    may = next_period(APRIL)

    assert not APRIL.overlaps(may)
    assert not may.overlaps(APRIL)
    assert APRIL.overlaps(Period(date(2015, 4, 30), date(2015, 5, 2)))


@pytest.mark.parametrize(
    ("day", "frequency", "start", "end"),
    [
        (date(2026, 11, 4), Frequency.DAY, date(2026, 11, 4), date(2026, 11, 5)),
        (date(2026, 11, 4), Frequency.PER_DELIVERY, date(2026, 11, 4), date(2026, 11, 5)),
        (date(2026, 11, 8), Frequency.WEEK, date(2026, 11, 2), date(2026, 11, 9)),
        (date(2026, 12, 31), Frequency.MONTH, date(2026, 12, 1), date(2027, 1, 1)),
        (date(2027, 2, 1), Frequency.QUARTER, date(2027, 1, 1), date(2027, 4, 1)),
        (date(2027, 3, 31), Frequency.YEAR, date(2026, 4, 1), date(2027, 4, 1)),
        (date(2026, 4, 1), Frequency.YEAR, date(2026, 4, 1), date(2027, 4, 1)),
    ],
)
def test_a_day_lies_in_a_period(day: date, frequency: Frequency, start: date, end: date) -> None:
    assert period_of(day, frequency) == Period(start, end)


def test_quarters_follow_the_first_month_of_the_fiscal_year() -> None:
    period = period_of(date(2026, 1, 31), Frequency.QUARTER, first_month=3)

    assert period == Period(date(2025, 12, 1), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("period", "after"),
    [
        (APRIL, Period(date(2015, 5, 1), date(2015, 6, 1))),
        (Period(date(2015, 10, 1), date(2016, 1, 1)), Period(date(2016, 1, 1), date(2016, 4, 1))),
        (Period(date(2015, 4, 6), date(2015, 4, 13)), Period(date(2015, 4, 13), date(2015, 4, 20))),
    ],
)
def test_periods_follow_each_other(period: Period, after: Period) -> None:
    assert next_period(period) == after
    assert previous_period(after) == period


def test_months_between_two_days() -> None:
    months = months_between(date(2015, 4, 30), date(2015, 6, 1))

    assert [month.iso() for month in months] == ["2015-04", "2015-05"]
    assert months_between(date(2015, 4, 1), date(2015, 4, 1)) == ()


def test_quarters_between_two_days() -> None:
    quarters = periods_between(date(2026, 6, 30), date(2026, 7, 2), Frequency.QUARTER)

    assert [quarter.starts_on for quarter in quarters] == [date(2026, 4, 1), date(2026, 7, 1)]


def test_only_a_first_day_moves_by_months() -> None:
    assert add_months(date(2015, 1, 1), -1) == date(2014, 12, 1)
    with pytest.raises(ValueError, match="first day"):
        add_months(date(2015, 1, 31), 1)


@pytest.mark.parametrize(
    ("day", "year", "quarter"),
    [
        (date(2026, 4, 1), 2026, 1),
        (date(2026, 12, 31), 2026, 3),
        (date(2027, 3, 31), 2026, 4),
    ],
)
def test_the_fiscal_year_starts_in_april(day: date, year: int, quarter: int) -> None:
    assert fiscal_year(day) == year
    assert fiscal_quarter(day) == quarter
    assert fiscal_year_period(year).contains(day)


def test_the_fiscal_year_may_be_the_calendar_year() -> None:
    assert fiscal_year(date(2026, 1, 1), first_month=1) == 2026
    assert fiscal_year_period(2026, first_month=1).ends_on == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("start", "end", "iso", "label"),
    [
        (date(2015, 4, 1), date(2015, 5, 1), "2015-04", "2015年4月"),
        (date(2026, 10, 1), date(2027, 1, 1), "2026-10-01/2026-12-31", "2026年度第3四半期"),
        (date(2027, 1, 1), date(2027, 4, 1), "2027-01-01/2027-03-31", "2026年度第4四半期"),
        (date(2026, 5, 1), date(2026, 8, 1), "2026-05-01/2026-07-31", "2026年5月〜2026年7月"),
        (date(2026, 4, 1), date(2027, 4, 1), "2026-04-01/2027-03-31", "2026年度"),
        (date(2026, 1, 1), date(2027, 1, 1), "2026-01-01/2026-12-31", "2026年1月〜2026年12月"),
        (date(2015, 4, 6), date(2015, 4, 7), "2015-04-06", "2015年4月6日"),
        (
            date(2015, 4, 6),
            date(2015, 4, 13),
            "2015-04-06/2015-04-12",
            "2015年4月6日〜2015年4月12日",
        ),
        (
            date(2015, 4, 1),
            date(2015, 4, 16),
            "2015-04-01/2015-04-15",
            "2015年4月1日〜2015年4月15日",
        ),
    ],
)
def test_a_period_is_named(start: date, end: date, iso: str, label: str) -> None:
    period = Period(start, end)

    assert period.iso() == str(period) == iso
    assert period.label() == label


def test_names_of_a_calendar_year_business() -> None:
    year = fiscal_year_period(2026, first_month=1)
    quarter = period_of(date(2026, 4, 1), Frequency.QUARTER, first_month=1)

    assert year.label(first_month=1) == "2026年"
    assert quarter.label(first_month=1) == "2026年第2四半期"
