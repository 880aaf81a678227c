"""Where a target lies in the past: too easy, within reach, or so far out that it needs a reason.

The natural limits are those of the XmR chart (Wheeler): mean ± 2.66 times the mean moving range;
two neighbouring values differ by up to 3.268 times the mean moving range by chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from core.domain.rounding import exact, to_decimal
from kpis.domain.scoring import Direction

POINTS_FOR_MEAN = 3
POINTS_FOR_LIMITS = 6
XMR = Fraction(266, 100)
MOVING_RANGE = Fraction(3268, 1000)


class Verdict(StrEnum):
    """What the past says about a target."""

    NONE = "none"  # nothing to compare: no target, or too few values
    EASY = "easy"  # worse than the past mean
    FITTING = "fitting"  # at the mean or better, within what the past reached by itself
    REASON = "reason"  # beyond the natural limits: the past alone will not bring it there


@dataclass(frozen=True, slots=True)
class Calibration:
    """The past in numbers, and the target in it; None where there is too little to say."""

    count: int
    mean: Decimal | None = None
    moving_range: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    range_limit: Decimal | None = None
    percentile: Decimal | None = None
    reached: int | None = None
    verdict: Verdict = Verdict.NONE


def calibrate(past: Sequence[Decimal], target: Decimal | None, direction: Direction) -> Calibration:
    """Say where the target lies in the past values, oldest first.

    The percentile is the share of past values below the target, equal ones counted half;
    `reached` says how many of them kept the target.
    """
    if len(past) < POINTS_FOR_MEAN:
        return Calibration(len(past))
    limits = natural_limits(past)
    moving = _mean(_moves(past))
    is_scored = target is not None and direction in (Direction.HIGHER, Direction.LOWER)
    return Calibration(
        count=len(past),
        mean=to_decimal(_mean_of(past)),
        moving_range=to_decimal(moving),
        low=limits[0] if limits else None,
        high=limits[1] if limits else None,
        range_limit=to_decimal(MOVING_RANGE * moving) if limits else None,
        percentile=_percentile(past, target) if target is not None else None,
        reached=_reached(past, target, direction) if target is not None and is_scored else None,
        verdict=_verdict(past, target, direction, limits)
        if target is not None and is_scored
        else Verdict.NONE,
    )


def natural_limits(history: Sequence[Decimal]) -> tuple[Decimal, Decimal] | None:
    """Return between which values the past moved by itself (XmR), None with too few points.

    The mean of the values plus and minus 2.66 times the mean of the moving ranges.
    """
    if len(history) < POINTS_FOR_LIMITS:
        return None
    middle, reach = _mean_of(history), XMR * _mean(_moves(history))
    return to_decimal(middle - reach), to_decimal(middle + reach)


def _verdict(
    past: Sequence[Decimal],
    target: Decimal,
    direction: Direction,
    limits: tuple[Decimal, Decimal] | None,
) -> Verdict:
    sign = -1 if direction == Direction.LOWER else 1
    if sign * exact(target) < sign * _mean_of(past):
        return Verdict.EASY
    if limits is None:
        return Verdict.FITTING
    end = limits[0] if direction == Direction.LOWER else limits[1]
    return Verdict.REASON if sign * target > sign * end else Verdict.FITTING


def _reached(past: Sequence[Decimal], target: Decimal, direction: Direction) -> int:
    if direction == Direction.LOWER:
        return sum(value <= target for value in past)
    return sum(value >= target for value in past)


def _percentile(past: Sequence[Decimal], target: Decimal) -> Decimal:
    below = sum(value < target for value in past)
    equal = sum(value == target for value in past)
    return to_decimal(Fraction(100 * (2 * below + equal), 2 * len(past)))


def _moves(values: Sequence[Decimal]) -> list[Fraction]:
    return [abs(exact(after) - exact(before)) for before, after in pairwise(values)]


def _mean_of(values: Sequence[Decimal]) -> Fraction:
    return _mean([exact(value) for value in values])


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)
