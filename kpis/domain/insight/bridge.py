"""Why a number moved from one period to another: contributions that add up exactly.

Shapley, L. S. (1953), "A value for n-person games": each factor gets its mean marginal effect over
all orders in which the factors could have changed. Exact, in fractions; the order of the factors
changes nothing, and what did not change contributes nothing.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial
from typing import Generic, TypeVar

Factor = TypeVar("Factor", bound=Hashable)
# The value for these factors, or None where it cannot be computed (a division by zero).
Value = Callable[[Mapping[Factor, Fraction]], Fraction | None]

MOST_FACTORS = 8


class NoBridge(ValueError):
    """Raised when a change cannot be taken apart; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def shapley(
    value: Value[Factor], before: Mapping[Factor, Fraction], after: Mapping[Factor, Fraction]
) -> dict[Factor, Fraction]:
    """Return what each factor contributed to the change of the value, summing exactly to it.

    Only factors that changed take part; more than MOST_FACTORS of them, or a mixture of old and
    new factors without a value, raise NoBridge.
    """
    moved = [factor for factor in before if before[factor] != after[factor]]
    if len(moved) > MOST_FACTORS:
        raise NoBridge("too_many_factors")
    count = len(moved)
    worth: list[Fraction] = []
    for chosen in range(1 << count):
        mixed = {
            **before,
            **{one: after[one] for place, one in enumerate(moved) if chosen >> place & 1},
        }
        found = value(mixed)
        if found is None:
            raise NoBridge("no_value_between")
        worth.append(found)
    found_for = dict.fromkeys(before, Fraction(0))
    for place, factor in enumerate(moved):
        bit = 1 << place
        for chosen in range(1 << count):
            if chosen & bit:
                continue
            size = chosen.bit_count()
            share = Fraction(factorial(size) * factorial(count - size - 1), factorial(count))
            found_for[factor] += share * (worth[chosen | bit] - worth[chosen])
    return found_for


def differences(
    before: Mapping[Factor, Fraction], after: Mapping[Factor, Fraction]
) -> dict[Factor, Fraction]:
    """Return the contributions to a plain sum, of however many summands: their own changes."""
    return {factor: after[factor] - before[factor] for factor in before}


@dataclass(frozen=True, slots=True)
class Step(Generic[Factor]):
    """A factor's part in the change of the top, and how that part divides below it."""

    factor: Factor
    contribution: Fraction
    below: tuple["Step[Factor]", ...] = ()

    @property
    def leaves(self) -> tuple["Step[Factor]", ...]:
        """The parts that are not divided any further."""
        if not self.below:
            return (self,)
        return tuple(leaf for step in self.below for leaf in step.leaves)


def scaled(steps: Sequence[Step[Factor]], contribution: Fraction) -> tuple[Step[Factor], ...]:
    """Return the steps of a factor's own change as steps of what it contributes further up.

    Each keeps its share. Where the parts cancelled out, there is nothing to divide.
    """
    own = sum((step.contribution for step in steps), Fraction(0))
    if own == 0:
        return ()
    rate = contribution / own
    return tuple(
        Step(step.factor, step.contribution * rate, scaled(step.below, step.contribution * rate))
        for step in steps
    )


def rounded(
    parts: Sequence[Fraction], places: int = 0, total: Fraction | None = None
) -> list[Fraction]:
    """Round the parts so that they still add up to their rounded sum (largest remainder).

    For whole yen `places` is 0. The sum is rounded half away from zero; `total` says another
    rounding of it, where it stands in a sum of its own.
    """
    unit = Fraction(10) ** places
    exact = [part * unit for part in parts]
    whole = [part.numerator // part.denominator for part in exact]
    wanted = _nearest(sum(exact, Fraction(0)) if total is None else total * unit)
    missing = wanted - sum(whole)
    if parts and abs(missing) > len(parts):
        raise ValueError("these are not the parts of this sum")
    order = sorted(range(len(exact)), key=lambda at: (whole[at] - exact[at], at))
    for at in order[:missing] if missing >= 0 else order[missing:]:
        whole[at] += 1 if missing > 0 else -1
    return [Fraction(one) / unit for one in whole]


def _nearest(number: Fraction) -> int:
    sign = -1 if number < 0 else 1
    return sign * ((2 * abs(number) + 1) // 2).__floor__()
