"""What always holds for rounding, periods, business days and fingerprints."""

import json
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.domain.business_days import add_business_days, is_business_day, nth_business_day
from core.domain.fingerprint import canonical_json, fingerprint
from core.domain.periods import (
    Frequency,
    fiscal_quarter,
    fiscal_year,
    fiscal_year_period,
    next_period,
    period_of,
    periods_between,
    previous_period,
)
from core.domain.rounding import RoundingRule, round_to

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
MONTHS = st.integers(1, 12)
AMOUNTS = st.decimals(-(10**12), 10**12, places=6)
HOLIDAYS = st.sets(st.dates(date(2026, 4, 1), date(2026, 6, 30)), max_size=25)
NEAR_DAYS = st.dates(date(2026, 4, 1), date(2026, 6, 30))
LEAVES = st.none() | st.booleans() | st.integers() | st.text() | AMOUNTS | DAYS
CONTENTS = st.dictionaries(
    st.text(),
    st.recursive(
        LEAVES,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=10,
    ),
    max_size=5,
)


@given(AMOUNTS, st.integers(0, 4))
def test_rounding_moves_by_less_than_one_unit(amount: Decimal, places: int) -> None:
    unit = Decimal(1).scaleb(-places)
    down, near, up = (round_to(amount, rule, places) for rule in RoundingRule)

    assert abs(down) <= abs(near) <= abs(up)
    assert abs(down) <= abs(amount) <= abs(up)
    assert abs(up) - abs(down) in (0, unit)
    assert abs(near - amount) <= unit / 2


@given(AMOUNTS, st.sampled_from(RoundingRule))
def test_a_credit_is_rounded_like_its_charge(amount: Decimal, rule: RoundingRule) -> None:
    assert round_to(-amount, rule) == -round_to(amount, rule)


@given(DAYS, st.sampled_from(Frequency), MONTHS)
def test_every_day_lies_in_one_period(day: date, frequency: Frequency, first_month: int) -> None:
    period = period_of(day, frequency, first_month)

    assert period.contains(day)
    assert period_of(period.starts_on, frequency, first_month) == period
    assert period_of(period.last_day, frequency, first_month) == period
    assert next_period(period) == period_of(period.ends_on, frequency, first_month)
    assert previous_period(next_period(period)) == period
    assert period.label(first_month)


@given(DAYS, st.integers(1, 400), st.sampled_from(Frequency), MONTHS)
def test_periods_tile_a_span(
    start: date, days: int, frequency: Frequency, first_month: int
) -> None:
    end = start + timedelta(days=days)

    periods = list(periods_between(start, end, frequency, first_month))

    assert periods[0].contains(start)
    assert periods[-1].contains(end - timedelta(days=1))
    assert all(one.ends_on == other.starts_on for one, other in pairwise(periods))


@given(DAYS, MONTHS)
def test_quarters_lie_in_their_fiscal_year(day: date, first_month: int) -> None:
    year = fiscal_year_period(fiscal_year(day, first_month), first_month)
    quarter = period_of(day, Frequency.QUARTER, first_month)

    assert year == period_of(day, Frequency.YEAR, first_month)
    assert year.contains(quarter.starts_on)
    assert year.contains(quarter.last_day)
    assert fiscal_quarter(day, first_month) in (1, 2, 3, 4)


@given(NEAR_DAYS, st.integers(1, 30), HOLIDAYS)
def test_business_days_go_forth_and_back(day: date, count: int, holidays: set[date]) -> None:
    later = add_business_days(day, count, holidays)

    assert later > day
    assert is_business_day(later, holidays)
    passed = (day + timedelta(days=offset) for offset in range(1, (later - day).days + 1))
    assert sum(is_business_day(each, holidays) for each in passed) == count
    if is_business_day(day, holidays):
        assert add_business_days(later, -count, holidays) == day


@given(NEAR_DAYS, st.integers(1, 25))
def test_the_nth_business_day_is_a_business_day_of_the_month(month: date, nth: int) -> None:
    found = nth_business_day(month, nth)

    assert is_business_day(found)
    assert (found.year, found.month) == (month.year, month.month)
    assert found >= nth_business_day(month, 1)


@given(CONTENTS)
def test_what_was_stored_has_the_same_fingerprint(content: dict[str, object]) -> None:
    stored = json.loads(canonical_json(content))

    assert fingerprint(stored) == fingerprint(content)
    assert fingerprint(dict(reversed(content.items()))) == fingerprint(content)
