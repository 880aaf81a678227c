"""Which value of one driver gives a wanted result: exact for straight lines, halving otherwise."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

Outcome = Callable[[Fraction], Fraction | None]

HALVINGS = 60
SEARCHED = 10
TOLERANCE = Fraction(1, 10**15)


@dataclass(frozen=True, slots=True)
class Found:
    """The value that gives the wanted result; whether it is exact, and in the usual range."""

    value: Fraction
    is_exact: bool
    is_usual: bool


def seek(outcome: Outcome, wanted: Fraction, low: Fraction, high: Fraction) -> Found | None:
    """Return the value of the driver at which the outcome is as wanted; None when none is found.

    Along a straight line it may lie anywhere; else it is looked for in the usual range, then in a
    range SEARCHED times as wide around it.
    """
    for factor in (1, SEARCHED):
        middle, half = (low + high) / 2, (high - low) / 2
        found = _between(outcome, wanted, middle - half * factor, middle + half * factor)
        if found is not None:
            value, is_exact = found
            return Found(value, is_exact, is_usual=low <= value <= high)
    return None


def _is_near(number: Fraction, other: Fraction) -> bool:
    """Whether two outcomes are equal but for the rounding of their 28 digits."""
    return abs(number - other) <= TOLERANCE * max(Fraction(1), abs(other))


def _between(
    outcome: Outcome, wanted: Fraction, low: Fraction, high: Fraction
) -> tuple[Fraction, bool] | None:
    first, last, middle = outcome(low), outcome(high), outcome((low + high) / 2)
    if first is None or last is None or first == last:
        return None
    if middle is not None and _is_near(2 * middle, first + last):
        value = low + (wanted - first) * (high - low) / (last - first)
        there = outcome(value)
        if there is not None and _is_near(there, wanted):
            return value, True
    if not min(first, last) <= wanted <= max(first, last):
        return None
    rises = first < last
    for _ in range(HALVINGS):
        middle_value = (low + high) / 2
        found = outcome(middle_value)
        if found is None:
            return None
        if found == wanted:
            return middle_value, True
        if (found < wanted) is rises:
            low = middle_value
        else:
            high = middle_value
    return (low + high) / 2, False
