"""Business days; holidays and closed weekdays are passed in, so that any calendar will do."""

from collections.abc import Collection
from datetime import date, timedelta

SATURDAY, SUNDAY = 5, 6
WEEKEND: frozenset[int] = frozenset({SATURDAY, SUNDAY})

_ONE_DAY = timedelta(days=1)


def is_business_day(
    day: date, holidays: Collection[date] = (), closing_weekdays: Collection[int] = WEEKEND
) -> bool:
    """Tell whether the day is neither a holiday nor a closed weekday (Monday is 0)."""
    return day.weekday() not in closing_weekdays and day not in holidays


def add_business_days(
    day: date,
    count: int,
    holidays: Collection[date] = (),
    closing_weekdays: Collection[int] = WEEKEND,
) -> date:
    """Return the count-th business day after the day, or before it when negative.

    The day itself is never counted (初日不算入, Civil Code art. 140); zero returns it unchanged.
    """
    _require_open_weekday(closing_weekdays)
    step = _ONE_DAY if count > 0 else -_ONE_DAY
    for _ in range(abs(count)):
        day += step
        while not is_business_day(day, holidays, closing_weekdays):
            day += step
    return day


def next_business_day(
    day: date, holidays: Collection[date] = (), closing_weekdays: Collection[int] = WEEKEND
) -> date:
    """Return the first business day after the day."""
    return add_business_days(day, 1, holidays, closing_weekdays)


def previous_business_day(
    day: date, holidays: Collection[date] = (), closing_weekdays: Collection[int] = WEEKEND
) -> date:
    """Return the last business day before the day."""
    return add_business_days(day, -1, holidays, closing_weekdays)


def nth_business_day(
    month: date,
    nth: int,
    holidays: Collection[date] = (),
    closing_weekdays: Collection[int] = WEEKEND,
) -> date:
    """Return the nth business day of the month that holds the date.

    A negative number counts from the end. A month with fewer business days gives its nearest one.
    """
    if nth == 0:
        raise ValueError("business days are counted from 1, or from -1 at the end")
    days = business_days_of(month, holidays, closing_weekdays)
    if not days:
        raise ValueError(f"{month:%Y-%m} has no business day")
    return days[min(nth, len(days)) - 1] if nth > 0 else days[max(nth, -len(days))]


def business_days_of(
    month: date, holidays: Collection[date] = (), closing_weekdays: Collection[int] = WEEKEND
) -> tuple[date, ...]:
    """Return the business days of the month that holds the date, in order."""
    first = month.replace(day=1)
    days = (first + timedelta(days=offset) for offset in range(31))
    return tuple(
        day
        for day in days
        if day.month == first.month and is_business_day(day, holidays, closing_weekdays)
    )


def _require_open_weekday(closing_weekdays: Collection[int]) -> None:
    if set(range(7)) <= set(closing_weekdays):
        raise ValueError("at least one weekday must be open")
