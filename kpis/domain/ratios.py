"""Figures that are easily mixed up: change in points or percent, progress, ROI and ROAS."""

from decimal import Decimal

from core.domain.rounding import exact, to_decimal
from kpis.domain.scoring import Direction


def difference_in_points(before: Decimal, after: Decimal) -> Decimal:
    """Return the change between two percentages in points: 95 to 97 is +2, not +2 %."""
    return to_decimal(exact(after) - exact(before))


def improvement_rate(before: Decimal, after: Decimal, direction: Direction) -> Decimal | None:
    """Return by how many percent of the start a value got better; None from a start of 0."""
    if before == 0:
        return None
    change = (exact(after) - exact(before)) * 100 / abs(exact(before))
    return to_decimal(-change if direction == Direction.LOWER else change)


def improved_by(start: Decimal, percent: Decimal, direction: Direction) -> Decimal:
    """Return the value that is that many percent better than the start."""
    change = abs(exact(start)) * exact(percent) / 100
    return to_decimal(exact(start) + (-change if direction == Direction.LOWER else change))


def progress(value: Decimal, baseline: Decimal, target: Decimal) -> Decimal:
    """Return how much of the way from baseline to target is done, in percent, uncapped."""
    if baseline == target:
        raise ValueError("baseline_equals_target")
    return to_decimal((exact(value) - exact(baseline)) * 100 / (exact(target) - exact(baseline)))


def return_on_investment(cost: Decimal, gain: Decimal) -> Decimal | None:
    """Return (gain - cost) / cost in percent (ROI); None without cost."""
    return None if cost == 0 else to_decimal((exact(gain) - exact(cost)) * 100 / exact(cost))


def return_on_spend(cost: Decimal, gain: Decimal) -> Decimal | None:
    """Return gain / cost in percent (ROAS); None without cost."""
    return None if cost == 0 else to_decimal(exact(gain) * 100 / exact(cost))
