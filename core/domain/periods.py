"""Periods: half-open spans of days, and the fiscal calendar."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

FISCAL_START_MONTH = 4

_ONE_DAY = timedelta(days=1)
_ONE_WEEK = timedelta(days=7)


class Frequency(StrEnum):
    """How often a KPI is measured or looked at."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    PER_DELIVERY = "per_delivery"


_MONTHS = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.YEAR: 12}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `starts_on` up to, but not including, `ends_on`."""

    starts_on: date
    ends_on: date

    def __post_init__(self) -> None:
        """Refuse an empty or reversed period."""
        if self.starts_on >= self.ends_on:
            raise ValueError("a period ends after it starts")

    @property
    def last_day(self) -> date:
        """Return the last day that belongs to the period."""
        return self.ends_on - _ONE_DAY

    @property
    def days(self) -> int:
        """Return the number of days."""
        return (self.ends_on - self.starts_on).days

    @property
    def whole_months(self) -> int | None:
        """Return the number of calendar months, or None when it is not made of whole months."""
        if self.starts_on.day != 1 or self.ends_on.day != 1:
            return None
        return _month_number(self.ends_on) - _month_number(self.starts_on)

    def contains(self, day: date) -> bool:
        """Tell whether the day belongs to the period."""
        return self.starts_on <= day < self.ends_on

    def overlaps(self, other: "Period") -> bool:
        """Tell whether some day belongs to both."""
        return self.starts_on < other.ends_on and other.starts_on < self.ends_on

    def iso(self) -> str:
        """Write the period for machines: 2015-04, 2015-04-06, or first/last day."""
        if self.whole_months == 1:
            return f"{self.starts_on:%Y-%m}"
        if self.days == 1:
            return self.starts_on.isoformat()
        return f"{self.starts_on.isoformat()}/{self.last_day.isoformat()}"

    def label(self, first_month: int = FISCAL_START_MONTH) -> str:
        """Write the period as Japanese business does: 2015年4月, 2015年度第1四半期, 2015年度."""
        start, end = self.starts_on, self.last_day
        months = self.whole_months
        if months == 1:
            return f"{start.year}年{start.month}月"
        if months == 12 and start.month == first_month:
            return f"{start.year}年" if first_month == 1 else f"{start.year}年度"
        if months == 3 and (start.month - first_month) % 3 == 0:
            return f"{_year_label(start, first_month)}第{fiscal_quarter(start, first_month)}四半期"
        if months is not None:
            return f"{start.year}年{start.month}月〜{end.year}年{end.month}月"
        if self.days == 1:
            return _day_label(start)
        return f"{_day_label(start)}〜{_day_label(end)}"

    def __str__(self) -> str:
        return self.iso()


def month_of(day: date) -> Period:
    """Return the calendar month that holds the day."""
    return period_of(day, Frequency.MONTH)


def period_of(day: date, frequency: Frequency, first_month: int = FISCAL_START_MONTH) -> Period:
    """Return the period of that frequency that holds the day.

    Weeks start on Monday; quarters and years follow the fiscal year; a delivery counts on its day.
    """
    if frequency in (Frequency.DAY, Frequency.PER_DELIVERY):
        return Period(day, day + _ONE_DAY)
    if frequency == Frequency.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + _ONE_WEEK)
    length = _MONTHS[frequency]
    number = _month_number(day)
    first = number - (number - (first_month - 1)) % length
    return Period(_first_of(first), _first_of(first + length))


def next_period(period: Period) -> Period:
    """Return the period of the same length that starts where this one ends."""
    months = period.whole_months
    if months is None:
        return Period(period.ends_on, period.ends_on + timedelta(days=period.days))
    return Period(period.ends_on, add_months(period.ends_on, months))


def previous_period(period: Period) -> Period:
    """Return the period of the same length that ends where this one starts."""
    months = period.whole_months
    if months is None:
        return Period(period.starts_on - timedelta(days=period.days), period.starts_on)
    return Period(add_months(period.starts_on, -months), period.starts_on)


def periods_between(
    start: date, end: date, frequency: Frequency, first_month: int = FISCAL_START_MONTH
) -> Iterator[Period]:
    """Yield the periods that share a day with the half-open span from start to end, in order."""
    day = start
    while day < end:
        period = period_of(day, frequency, first_month)
        yield period
        day = period.ends_on


def months_between(start: date, end: date) -> tuple[Period, ...]:
    """Return the calendar months that share a day with the half-open span from start to end."""
    return tuple(periods_between(start, end, Frequency.MONTH))


def add_months(first_day: date, months: int) -> date:
    """Move the first day of a month by that many months."""
    if first_day.day != 1:
        raise ValueError("only the first day of a month moves by months")
    return _first_of(_month_number(first_day) + months)


def fiscal_year(day: date, first_month: int = FISCAL_START_MONTH) -> int:
    """Return the fiscal year of the day, named by the year in which it starts (年度)."""
    return day.year if day.month >= first_month else day.year - 1


def fiscal_quarter(day: date, first_month: int = FISCAL_START_MONTH) -> int:
    """Return the quarter of the fiscal year, 1 to 4."""
    return (day.month - first_month) % 12 // 3 + 1


def fiscal_year_period(year: int, first_month: int = FISCAL_START_MONTH) -> Period:
    """Return the days of the fiscal year that starts in that year."""
    return Period(date(year, first_month, 1), date(year + 1, first_month, 1))


def _year_label(day: date, first_month: int) -> str:
    suffix = "年" if first_month == 1 else "年度"
    return f"{fiscal_year(day, first_month)}{suffix}"


def _day_label(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_of(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
