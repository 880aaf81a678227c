"""From a value to attainment, score and status: one line from worst (0) to target (100)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Protocol, TypeVar

from core.domain.rounding import exact, to_decimal

FULL = Decimal(100)


class Direction(StrEnum):
    """Which values are good."""

    HIGHER = "higher"
    LOWER = "lower"
    BAND = "band"
    MONITOR = "monitor"


class Status(StrEnum):
    """The plain-language verdict: 達成, もう少し, 要改善, 未達, 評価なし."""

    MET = "met"
    NEAR = "near"
    IMPROVE = "improve"
    MISSED = "missed"
    NONE = "none"


class InvalidTarget(ValueError):
    """Raised when a target cannot be scored; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class TargetSpec:
    """What was promised: a target (or a band) and the value that is worth nothing.

    `target` and `worst` are for higher and lower; the four limits are for a band. `cap` is the
    highest score; None lets over-achievement count.
    """

    direction: Direction
    target: Decimal | None = None
    worst: Decimal | None = None
    baseline: Decimal | None = None
    accept_low: Decimal | None = None
    accept_high: Decimal | None = None
    worst_low: Decimal | None = None
    worst_high: Decimal | None = None
    cap: Decimal | None = FULL


@dataclass(frozen=True, slots=True)
class StatusBands:
    """The lowest score of each band; exactly on a bound belongs to the better band."""

    met: Decimal = FULL
    near: Decimal = Decimal(80)
    improve: Decimal = Decimal(50)


DEFAULT_BANDS = StatusBands()


def default_worst(spec: TargetSpec) -> Decimal | None:
    """Return the value that scores 0 when nobody named one, or None when nothing suggests itself.

    The baseline when it lies on the bad side of the target; else 0 for a positive target that
    should be exceeded, twice the target for one that should be undercut (and the mirror image
    for negative targets). A target of 0 suggests nothing: it is then met (100) or not (0).
    """
    target, baseline = spec.target, spec.baseline
    if target is None:
        return None
    if baseline is not None and _is_worse(baseline, target, spec.direction):
        return baseline
    if target == 0:
        return None
    is_zero_worse = (target > 0) == (spec.direction == Direction.HIGHER)
    return Decimal(0) if is_zero_worse else 2 * target


def with_defaults(spec: TargetSpec) -> TargetSpec:
    """Fill in what the user left out, so that the rule that is applied can be stored and shown."""
    if spec.direction in (Direction.HIGHER, Direction.LOWER):
        return spec if spec.worst is not None else replace(spec, worst=default_worst(spec))
    if spec.direction == Direction.MONITOR or spec.accept_low is None or spec.accept_high is None:
        return spec
    width = spec.accept_high - spec.accept_low or abs(spec.accept_low)
    return replace(
        spec,
        worst_low=spec.accept_low - width if spec.worst_low is None else spec.worst_low,
        worst_high=spec.accept_high + width if spec.worst_high is None else spec.worst_high,
    )


def has_target(spec: TargetSpec) -> bool:
    """Tell whether there is something to score against."""
    if spec.direction == Direction.MONITOR:
        return False
    if spec.direction == Direction.BAND:
        return spec.accept_low is not None and spec.accept_high is not None
    return spec.target is not None


def check_target(spec: TargetSpec) -> None:
    """Raise InvalidTarget when the scale has no length or points the wrong way."""
    if spec.cap is not None and spec.cap < FULL:
        raise InvalidTarget("cap_below_full")
    if not has_target(spec):
        raise InvalidTarget("monitor_only" if spec.direction == Direction.MONITOR else "no_target")
    full = with_defaults(spec)
    if full.direction == Direction.BAND:
        _check_band(*_limits(full))
    elif full.worst is not None:
        if full.worst == full.target:
            raise InvalidTarget("worst_equals_target")
        if not _is_worse(full.worst, _target(full), full.direction):
            raise InvalidTarget("worst_on_good_side")


def is_met(value: Decimal, spec: TargetSpec) -> bool:
    """Tell whether the value keeps the promise; exactly on target is kept."""
    if spec.direction == Direction.BAND:
        accept_low, accept_high = _limits(with_defaults(spec))[1:3]
        return accept_low <= value <= accept_high
    return not _is_worse(value, _target(spec), spec.direction)


def score(value: Decimal, spec: TargetSpec) -> Decimal:
    """Return 0 at the worst value, 100 at the target, linear between, never below 0."""
    return to_decimal(exact_score(value, spec))


def exact_score(value: Decimal, spec: TargetSpec) -> Fraction:
    """Return the same score without any rounding, for sums that must compare exactly."""
    check_target(spec)
    full = with_defaults(spec)
    if full.direction == Direction.BAND:
        return _trapezoid(exact(value), *map(exact, _limits(full)))
    if full.worst is None:
        return exact(FULL) if is_met(value, full) else Fraction(0)
    worst, target = exact(full.worst), exact(_target(full))
    points = max(Fraction(0), (exact(value) - worst) * 100 / (target - worst))
    return points if full.cap is None else min(points, exact(full.cap))


def attainment(value: Decimal, spec: TargetSpec) -> Decimal | None:
    """Return the 達成率 in percent as the trade shows it, never capped; None when it has none.

    Higher is better: value / target. Lower is better: (base - value) / (base - target) with the
    baseline, or twice the target, as base, for target / value misleads near 0. A band is 100
    inside and falls to 0 at its worst limits. A target of 0 without baseline has no ratio.
    """
    if not has_target(spec):
        return None
    if spec.direction == Direction.BAND:
        return score(value, spec)
    target = _target(spec)
    if spec.direction == Direction.HIGHER and target > 0:
        base: Decimal | None = Decimal(0)
    else:
        base = default_worst(spec)
    if base is None:
        return FULL if value == target else None
    return to_decimal((exact(value) - exact(base)) * 100 / (exact(target) - exact(base)))


def status_of(points: Decimal | None, bands: StatusBands = DEFAULT_BANDS) -> Status:
    """Return the band that the unrounded score falls into; no score is 評価なし."""
    if points is None:
        return Status.NONE
    if points >= bands.met:
        return Status.MET
    if points >= bands.near:
        return Status.NEAR
    return Status.IMPROVE if points >= bands.improve else Status.MISSED


class _Dated(Protocol):
    @property
    def valid_from(self) -> date: ...


Dated = TypeVar("Dated", bound=_Dated)


def target_in_force(targets: Iterable[Dated], on: date) -> Dated | None:
    """Return what was valid on the day: the latest `valid_from` that is not after it.

    A period is scored by its first day. Of two with the same date the later in the sequence
    counts, so pass them in the order in which they were recorded.
    """
    found: Dated | None = None
    for target in targets:
        if target.valid_from <= on and (found is None or target.valid_from >= found.valid_from):
            found = target
    return found


def _is_worse(value: Decimal, than: Decimal, direction: Direction) -> bool:
    return value > than if direction == Direction.LOWER else value < than


def _target(spec: TargetSpec) -> Decimal:
    if spec.target is None:
        raise InvalidTarget("no_target")
    return spec.target


def _limits(spec: TargetSpec) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    low, high = spec.accept_low, spec.accept_high
    worst_low, worst_high = spec.worst_low, spec.worst_high
    if low is None or high is None or worst_low is None or worst_high is None:
        raise InvalidTarget("no_target")
    return worst_low, low, high, worst_high


def _check_band(
    worst_low: Decimal, accept_low: Decimal, accept_high: Decimal, worst_high: Decimal
) -> None:
    if accept_low > accept_high:
        raise InvalidTarget("band_reversed")
    if worst_low == accept_low or worst_high == accept_high:
        raise InvalidTarget("worst_equals_target")
    if worst_low > accept_low or worst_high < accept_high:
        raise InvalidTarget("worst_on_good_side")


def _trapezoid(
    value: Fraction,
    worst_low: Fraction,
    accept_low: Fraction,
    accept_high: Fraction,
    worst_high: Fraction,
) -> Fraction:
    rising = (value - worst_low) / (accept_low - worst_low)
    falling = (worst_high - value) / (worst_high - accept_high)
    return 100 * max(Fraction(0), min(Fraction(1), rising, falling))
