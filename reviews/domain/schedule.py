"""When a review takes place and when people are reminded of it: always on business days."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from core.domain.business_days import WEEKEND, add_business_days, nth_business_day
from core.domain.periods import Period


@dataclass(frozen=True, slots=True)
class Cycle:
    """The rhythm of reviews: the nth business day after the period, a reminder some days ahead."""

    nth_business_day: int = 5
    reminder_business_days: int = 3

    def __post_init__(self) -> None:
        """Refuse a day that no month has."""
        if self.nth_business_day < 1:
            raise ValueError("a review is on the first business day or later")
        if self.reminder_business_days < 0:
            raise ValueError("a reminder is not after the review")


@dataclass(frozen=True, slots=True)
class PlannedReview:
    """The dates of the review of one period."""

    period: Period
    review_on: date
    remind_on: date


def plan_review(
    period: Period,
    cycle: Cycle,
    holidays: Collection[date] = (),
    closing_weekdays: Collection[int] = WEEKEND,
) -> PlannedReview:
    """Put the review of a period on the nth business day of the month in which it has ended."""
    review_on = nth_business_day(period.ends_on, cycle.nth_business_day, holidays, closing_weekdays)
    remind_on = add_business_days(
        review_on, -cycle.reminder_business_days, holidays, closing_weekdays
    )
    return PlannedReview(period, review_on, remind_on)
