"""What makes one number of a quote besides adding points: price-performance and TOPSIS."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum
from fractions import Fraction

from core.domain.rounding import exact

PER = 1_000_000
"""Price-performance is given per million of the currency, so that its digits can be read."""

_PRECISE = Context(prec=60, rounding=ROUND_HALF_EVEN)
_PLACES = Decimal(1).scaleb(-12)


class Method(StrEnum):
    """How criteria become one ranking."""

    ADDITIVE = "additive"
    """加算方式: points for the price and points for the rest are added."""
    DIVISION = "division"
    """除算方式: points for all but the price, with a base, divided by the price."""
    TOPSIS = "topsis"
    """Closeness to the best value of every criterion (Hwang and Yoon, 1981)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The frozen method of a request; `base` is the 標準点 of the division method."""

    method: Method = Method.ADDITIVE
    base: Decimal = Decimal(100)

    def __post_init__(self) -> None:
        """Refuse a base that would turn promises against their vendor."""
        if self.base < 0:
            raise ValueError("negative_base")


@dataclass(frozen=True, slots=True)
class Column:
    """One criterion for TOPSIS: its weight, and the value of each quote (None: no answer)."""

    weight: Decimal
    values: Sequence[Decimal | None]
    is_low_good: bool = False


def price_performance(quality: Fraction, price: Decimal, base: Decimal) -> Fraction:
    """Return (base + quality) / price, per million of the currency.

    Source: 総合評価落札方式（除算方式）, (標準点 + 加算点) / 入札価格. Raises ValueError("no_price")
    for a price that nothing can be divided by.
    """
    if price <= 0:
        raise ValueError("no_price")
    return (exact(base) + quality) * PER / exact(price)


@dataclass(frozen=True, slots=True)
class Closeness:
    """How near a quote is to the ideal, from 0 to 1, and its distances to the best and the worst."""

    value: Decimal
    to_best: Decimal
    to_worst: Decimal


def closeness(columns: Sequence[Column]) -> list[Closeness]:
    """Return for each quote d- / (d+ + d-), from 0 to 1: how close it is to the best of all.

    Values are divided by the root of their column's sum of squares, weighted by their share of all
    weights, and compared with the best and the worst of the column (Hwang and Yoon, 1981). No answer
    counts as the worst answer that was given. A column in which all are equal moves nobody; where
    all are equal in everything, all are ideal. Computed with 60 digits, given to 12 places, so that
    the same input has the same result on every machine.
    """
    weights = sum((exact(one.weight) for one in columns), Fraction(0)) or Fraction(1)
    count = len(columns[0].values) if columns else 0
    to_best, to_worst = [Decimal(0)] * count, [Decimal(0)] * count
    for column in columns:
        share = _decimal(exact(column.weight) / weights)
        placed = normalised(column, share)
        if not placed:
            continue
        best, worst = max(placed), min(placed)
        if column.is_low_good:
            best, worst = worst, best
        for row, value in enumerate(placed):
            to_best[row] = _PRECISE.add(to_best[row], _squared(value, best))
            to_worst[row] = _PRECISE.add(to_worst[row], _squared(value, worst))
    return [_closeness(near, far) for near, far in zip(to_best, to_worst, strict=True)]


def normalised(column: Column, share: Decimal) -> list[Decimal]:
    """Return the column divided by the root of its sum of squares, times the share of its weight.

    No answer counts as the worst answer; empty where nothing can be told apart.
    """
    known = [one for one in column.values if one is not None]
    if not known:
        return []
    worst = max(known) if column.is_low_good else min(known)
    values = [worst if one is None else one for one in column.values]
    squares = Decimal(0)
    for one in values:
        squares = _PRECISE.add(squares, _PRECISE.multiply(one, one))
    length = _PRECISE.sqrt(squares)
    if not length:
        return []
    return [_PRECISE.multiply(share, _PRECISE.divide(one, length)) for one in values]


def _squared(one: Decimal, other: Decimal) -> Decimal:
    difference = _PRECISE.subtract(one, other)
    return _PRECISE.multiply(difference, difference)


def _closeness(near_squared: Decimal, far_squared: Decimal) -> Closeness:
    near, far = _PRECISE.sqrt(near_squared), _PRECISE.sqrt(far_squared)
    whole = _PRECISE.add(near, far)
    value = _PRECISE.divide(far, whole) if whole else Decimal(1)
    return Closeness(*(_PRECISE.quantize(one, _PLACES) for one in (value, near, far)))


def _decimal(value: Fraction) -> Decimal:
    return _PRECISE.divide(Decimal(value.numerator), Decimal(value.denominator))
