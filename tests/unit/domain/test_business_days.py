"""Business days around Japanese holidays."""

from datetime import date

import pytest

from core.domain.business_days import (
    add_business_days,
    business_days_of,
    is_business_day,
    next_business_day,
    nth_business_day,
    previous_business_day,
)

YEAR_END = {
    *(date(2026, 12, day) for day in (29, 30, 31)),
    *(date(2027, 1, day) for day in (1, 2, 3)),
}
GOLDEN_WEEK = {
    date(2026, 4, 29),
    date(2026, 5, 3),
    date(2026, 5, 4),
    date(2026, 5, 5),
    date(2026, 5, 6),
}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 4, 28), True),
        (date(2026, 4, 29), False),
        (date(2026, 5, 2), False),
    ],
)
def test_holidays_and_weekends_are_closed(day: date, expected: bool) -> None:
    assert is_business_day(day, GOLDEN_WEEK) is expected


def test_a_business_may_close_on_other_days() -> None:
    wednesday = date(2026, 4, 15)

    assert not is_business_day(wednesday, closing_weekdays={2})
    assert is_business_day(date(2026, 4, 18), closing_weekdays={2})


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 12, 25), 5, date(2027, 1, 7)),
        (date(2026, 4, 28), 5, date(2026, 5, 11)),
        (date(2027, 1, 7), -5, date(2026, 12, 25)),
        (date(2026, 5, 3), 0, date(2026, 5, 3)),
    ],
)
def test_the_first_day_is_not_counted(day: date, count: int, expected: date) -> None:
    assert add_business_days(day, count, YEAR_END | GOLDEN_WEEK) == expected


def test_the_next_and_the_previous_business_day() -> None:
    assert next_business_day(date(2026, 5, 1), GOLDEN_WEEK) == date(2026, 5, 7)
    assert previous_business_day(date(2026, 5, 7), GOLDEN_WEEK) == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("nth", "expected"),
    [
        (1, date(2026, 5, 1)),
        (2, date(2026, 5, 7)),
        (18, date(2026, 5, 29)),
        (40, date(2026, 5, 29)),
        (-1, date(2026, 5, 29)),
        (-18, date(2026, 5, 1)),
        (-40, date(2026, 5, 1)),
    ],
)
def test_the_nth_business_day_of_a_month(nth: int, expected: date) -> None:
    assert nth_business_day(date(2026, 5, 20), nth, GOLDEN_WEEK) == expected


def test_business_days_are_counted_from_one() -> None:
    with pytest.raises(ValueError, match="counted from 1"):
        nth_business_day(date(2026, 5, 1), 0)


def test_a_month_without_business_days_has_no_first_one() -> None:
    with pytest.raises(ValueError, match="no business day"):
        nth_business_day(date(2026, 2, 1), 1, closing_weekdays=range(7))


def test_a_business_that_never_opens_has_no_next_day() -> None:
    with pytest.raises(ValueError, match="at least one weekday"):
        next_business_day(date(2026, 5, 1), closing_weekdays=range(7))


def test_a_short_month_ends_in_itself() -> None:
    days = business_days_of(date(2026, 2, 10))

    assert days[0] == date(2026, 2, 2)
    assert days[-1] == date(2026, 2, 27)
    assert len(days) == 20
