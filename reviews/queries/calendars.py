"""The days on which nobody meets: public holidays and the days around New Year."""

from datetime import date, timedelta

import jpholiday

from core.domain.business_days import is_business_day, next_business_day
from core.domain.periods import Period
from reviews.domain.schedule import Cycle, PlannedReview, plan_review
from reviews.models import ReviewCycle

NEW_YEAR = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})
# More than the longest way that a review or its reminder lies from the end of its month.
REACH = timedelta(days=62)


def closed_days(around: date) -> frozenset[date]:
    """Return the closed days near a day, weekends apart."""
    first, last = around - REACH, around + REACH
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    new_year = {day for day in days if (day.month, day.day) in NEW_YEAR}
    return frozenset({day for day, _name in jpholiday.between(first, last)} | new_year)


def plan(cycle: ReviewCycle, period: Period) -> PlannedReview:
    """Return when the review of the period is held and when people are reminded of it."""
    rhythm = Cycle(
        nth_business_day=cycle.business_day, reminder_business_days=cycle.remind_days_before
    )
    return plan_review(period, rhythm, closed_days(period.ends_on))


def business_day_from(day: date) -> date:
    """Return the day itself when people work on it, or the next day on which they do."""
    closed = closed_days(day)
    return day if is_business_day(day, closed) else next_business_day(day, closed)
