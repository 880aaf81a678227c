"""Objectives and key results: how far a key result is, and how an objective stands beside its KPIs."""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum

from kpis.domain.scoring import Status
from kpis.domain.states import LIVING_OBJECTIVES, ObjectiveState

FULL = Decimal(100)
MISSED = frozenset({Status.IMPROVE, Status.MISSED})


class NoDistance(ValueError):
    """Raised when a key result starts where it wants to go: progress has no meaning."""


class Standing(StrEnum):
    """How an objective stands beside the KPIs that its key results point at."""

    CLOSED = "closed"
    DRAFT = "draft"
    ON_COURSE = "on_course"
    ALIVE_BUT_MISSED = "alive_but_missed"


def progress(start: Decimal, target: Decimal, actual: Decimal) -> Decimal:
    """Return how much of the way is done in percent: (actual - start) / (target - start).

    Neither capped nor floored: below 0 the number moved away from the target, above 100 beyond it.
    """
    if start == target:
        raise NoDistance
    return (actual - start) * FULL / (target - start)


def bar_length(percent: Decimal) -> int:
    """Return how long the bar is drawn, from 0 to 100; the number beside it is not capped."""
    return int(min(max(percent, Decimal(0)), FULL))


def standing(state: ObjectiveState, statuses: Iterable[str]) -> Standing:
    """Say how the objective stands; a missed KPI is shown and never ends an objective."""
    if state == ObjectiveState.DRAFT:
        return Standing.DRAFT
    if state not in LIVING_OBJECTIVES:
        return Standing.CLOSED
    if any(status in MISSED for status in statuses):
        return Standing.ALIVE_BUT_MISSED
    return Standing.ON_COURSE
