"""Why a pooled rate, or a weighted mean of scores, moved: the rates themselves, and the mix.

Kitagawa, E. M. (1955), "Components of a difference between two rates", JASA 50. A segment's rate
effect is its mean weight times the change of its rate; its mix effect is the distance of its mean
rate from the mean of the whole, times the change of its weight. Together they add up exactly.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from kpis.domain.insight.bridge import NoBridge

Segment = TypeVar("Segment", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Part:
    """A segment of one period: its rate, if it has one, and its weight."""

    rate: Fraction | None
    weight: Fraction


@dataclass(frozen=True, slots=True)
class Effect:
    """What one segment contributed: by its rate, and by its share of the whole."""

    rate: Fraction
    mix: Fraction

    @property
    def total(self) -> Fraction:
        """Both together."""
        return self.rate + self.mix


def mean_of(parts: Mapping[Segment, Part]) -> Fraction | None:
    """Return the weighted mean over the segments that have a rate; None for none."""
    known = [part for part in parts.values() if part.rate is not None]
    whole = sum((part.weight for part in known), Fraction(0))
    if not whole:
        return None
    return sum((part.weight * (part.rate or 0) for part in known), Fraction(0)) / whole


def rate_and_mix(
    before: Mapping[Segment, Part], after: Mapping[Segment, Part]
) -> dict[Segment, Effect]:
    """Return each segment's effects; their sum is exactly the change of the weighted mean.

    A segment that is there in one period only moves the mix alone. Raises NoBridge when one of
    the periods has no mean.
    """
    start, end = mean_of(before), mean_of(after)
    if start is None or end is None:
        raise NoBridge("no_value")
    old, new = _shares(before), _shares(after)
    middle = (start + end) / 2
    effects = {}
    for segment in {**before, **after}:
        first, second = before.get(segment), after.get(segment)
        rates = [one.rate for one in (first, second) if one and one.rate is not None]
        if not rates:
            effects[segment] = Effect(Fraction(0), Fraction(0))
            continue
        was, now = old.get(segment, Fraction(0)), new.get(segment, Fraction(0))
        effects[segment] = Effect(
            rate=(was + now) / 2 * (rates[-1] - rates[0]),
            mix=((rates[0] + rates[-1]) / 2 - middle) * (now - was),
        )
    return effects


def _shares(parts: Mapping[Segment, Part]) -> dict[Segment, Fraction]:
    known = {one: part.weight for one, part in parts.items() if part.rate is not None}
    whole = sum(known.values(), Fraction(0))
    return {one: weight / whole for one, weight in known.items()}
