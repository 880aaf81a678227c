"""From observations to the value of a longer period: no data is not zero, and no mean of rates."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from statistics import median

from core.domain.rounding import Exact, exact, to_decimal

PERCENT = Decimal(100)


class Aggregation(StrEnum):
    """How the observations of a period become one value."""

    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"
    LAST = "last"
    RATIO = "ratio"
    DIFF = "diff"


class MissingReason(StrEnum):
    """Why there is no value."""

    NO_DATA = "no_data"
    ZERO_DENOMINATOR = "zero_denominator"
    RATIO_WITHOUT_PARTS = "ratio_without_parts"
    NO_EARLIER_VALUE = "no_earlier_value"
    CHILD_MISSING = "child_missing"
    NOT_POOLABLE = "not_poolable"


@dataclass(frozen=True, slots=True)
class Observation:
    """One measurement: a value, or a numerator with its denominator."""

    period_start: date
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse half a ratio, and a value beside a ratio."""
        if (self.numerator is None) != (self.denominator is None):
            raise ValueError("a ratio needs its numerator and its denominator")
        if self.value is not None and self.has_parts:
            raise ValueError("an observation is a value or a ratio, not both")

    @property
    def has_parts(self) -> bool:
        """Tell whether it is a numerator with its denominator."""
        return self.denominator is not None


@dataclass(frozen=True, slots=True)
class Measured:
    """A value that exists; a ratio keeps its parts, so that it can be pooled further."""

    amount: Decimal
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """No value, and why."""

    reason: MissingReason


Value = Measured | Missing

NO_DATA = Missing(MissingReason.NO_DATA)


def ratio_scale(unit: str) -> Decimal:
    """Return what a ratio is multiplied by to be shown in the unit: 100 for percent, else 1."""
    return PERCENT if unit in ("percent", "%", "％") else Decimal(1)


def aggregate(
    observations: Iterable[Observation],
    aggregation: Aggregation,
    *,
    scale: Decimal = Decimal(1),
    before: Observation | None = None,
) -> Value:
    """Return the value of a period from its observations, in any order.

    `scale` turns a ratio into its unit (100 for percent). `before` is the last observation
    ahead of the period; only `diff` looks at it.
    """
    known = sorted(
        (seen for seen in observations if seen.has_parts or seen.value is not None),
        key=lambda seen: seen.period_start,
    )
    if not known:
        return NO_DATA
    if aggregation == Aggregation.RATIO:
        return _ratio(known, scale)
    amounts = [amount for seen in known if (amount := _amount(seen, scale)) is not None]
    if not amounts:
        return Missing(MissingReason.ZERO_DENOMINATOR)
    if aggregation == Aggregation.DIFF:
        return _difference(amounts, None if before is None else _amount(before, scale))
    return Measured(to_decimal(_REDUCE[aggregation](amounts)))


def pool(
    children: Iterable[Value], aggregation: Aggregation, *, scale: Decimal = Decimal(1)
) -> Value:
    """Return a parent's value from its children's values of the same period.

    A ratio, mean or median is taken over the children that have data and marked partial; a sum
    with a missing child is missing, for it would be too low without anyone seeing it. A child
    whose denominator is zero had nothing to count and makes nothing partial.
    """
    values = list(children)
    known = [value for value in values if isinstance(value, Measured)]
    gaps = [value for value in values if isinstance(value, Missing)]
    is_partial = any(gap.reason != MissingReason.ZERO_DENOMINATOR for gap in gaps)
    is_partial = is_partial or any(value.is_partial for value in known)
    if not known:
        return gaps[0] if gaps and not is_partial else NO_DATA
    if aggregation == Aggregation.RATIO:
        return _pooled_ratio(known, scale, is_partial=is_partial)
    if aggregation not in _POOLABLE:
        return Missing(MissingReason.NOT_POOLABLE)
    if aggregation == Aggregation.SUM and is_partial:
        return Missing(MissingReason.CHILD_MISSING)
    amounts = [exact(value.amount) for value in known]
    return Measured(to_decimal(_REDUCE[aggregation](amounts)), is_partial=is_partial)


def _ratio(known: Sequence[Observation], scale: Decimal) -> Value:
    """Divide the sum of numerators by the sum of denominators; one bare rate stands for itself."""
    if len(known) == 1 and known[0].value is not None:
        return Measured(known[0].value)
    parts = [
        (seen.numerator, seen.denominator)
        for seen in known
        if seen.numerator is not None and seen.denominator is not None
    ]
    if len(parts) < len(known):
        return Missing(MissingReason.RATIO_WITHOUT_PARTS)
    return _divided(parts, scale, is_partial=False)


def _pooled_ratio(known: Sequence[Measured], scale: Decimal, *, is_partial: bool) -> Value:
    parts = [
        (value.numerator, value.denominator)
        for value in known
        if value.numerator is not None and value.denominator is not None
    ]
    if len(parts) < len(known):
        return Missing(MissingReason.RATIO_WITHOUT_PARTS)
    return _divided(parts, scale, is_partial=is_partial)


def _divided(
    parts: Sequence[tuple[Decimal, Decimal]], scale: Decimal, *, is_partial: bool
) -> Value:
    numerator = sum((exact(part) for part, _ in parts), Fraction(0))
    denominator = sum((exact(part) for _, part in parts), Fraction(0))
    if denominator == 0:
        return Missing(MissingReason.ZERO_DENOMINATOR)
    return Measured(
        to_decimal(numerator / denominator * exact(scale)),
        numerator=to_decimal(numerator),
        denominator=to_decimal(denominator),
        is_partial=is_partial,
    )


def _amount(seen: Observation, scale: Decimal) -> Fraction | None:
    """Return the observation as one number, or None when nothing can be divided."""
    if seen.value is not None:
        return exact(seen.value)
    if seen.numerator is None or not seen.denominator:
        return None
    return exact(seen.numerator) / exact(seen.denominator) * exact(scale)


def _difference(amounts: Sequence[Fraction], earlier: Fraction | None) -> Value:
    """Return how far a stock moved: its last value less the last one before the period."""
    first = amounts[0] if earlier is None else earlier
    if earlier is None and len(amounts) < 2:
        return Missing(MissingReason.NO_EARLIER_VALUE)
    return Measured(to_decimal(amounts[-1] - first))


def _total(amounts: Sequence[Fraction]) -> Exact:
    return sum(amounts, Fraction(0))


def _mean(amounts: Sequence[Fraction]) -> Exact:
    return sum(amounts, Fraction(0)) / len(amounts)


def _last(amounts: Sequence[Fraction]) -> Exact:
    return amounts[-1]


_REDUCE: dict[Aggregation, Callable[[Sequence[Fraction]], Exact]] = {
    Aggregation.SUM: _total,
    Aggregation.MEAN: _mean,
    Aggregation.MEDIAN: median,
    Aggregation.LAST: _last,
}
_POOLABLE = frozenset({Aggregation.SUM, Aggregation.MEAN, Aggregation.MEDIAN})
