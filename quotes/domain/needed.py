"""What a quote that is not the first would have to offer to draw level with all others.

One criterion changes, all else stays; by points added up, or divided by the price. Exact, then
rounded to what can be offered, always to the side on which it is enough. By TOPSIS every offer moves
the ideal itself: there is no such number, and none is given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Generic

from core.domain.rounding import RoundingRule, exact, round_to
from kpis.domain.scoring import Direction
from quotes.domain.comparison import Comparison, exact_scores
from quotes.domain.criteria import Criterion, CriterionKind, PriceMethod, VendorKey
from quotes.domain.methods import Method

LEVEL_PLACES = 6


@dataclass(frozen=True, slots=True)
class Needed(Generic[VendorKey]):
    """The price or level that would do; None where this criterion alone cannot do it."""

    vendor_id: VendorKey
    criterion_key: str
    raw: Decimal | None
    value: Decimal | None


def needed(
    criteria: Sequence[Criterion], comparison: Comparison[VendorKey], *, price_places: int = 0
) -> list[Needed[VendorKey]]:
    """Return for each quote but the first what each criterion with weight would have to be.

    Ratings are the advisor's: no vendor can offer them, and they are left out.
    """
    ranking, rule = comparison.ranking, comparison.rule
    if rule.method == Method.TOPSIS:
        return []
    is_divided = rule.method == Method.DIVISION
    scores = exact_scores(criteria, ranking)
    field = [
        _Rated(
            one.price,
            [exact(c.weight) * s / 100 for c, s in zip(criteria, row, strict=True)],
            [c.kind == CriterionKind.PRICE for c in criteria],
        )
        for one, row in zip(ranking, scores, strict=True)
    ]
    found = []
    for row, one in enumerate(ranking[1:], start=1):
        others = [other for place, other in enumerate(field) if place != row]
        for column, criterion in enumerate(criteria):
            is_price = criterion.kind == CriterionKind.PRICE
            if criterion.kind == CriterionKind.RATING or not (
                criterion.weight > 0 or (is_price and is_divided)
            ):
                continue
            if is_divided:
                best = max(other.performance(rule.base) for other in others)
                value = _divided(criterion, column, field[row], rule.base, best, price_places)
            elif is_price:
                value = _price(criterion, column, field[row], others, price_places)
            else:
                value = _level(criterion, column, field[row], others)
            raw = one.contributions[column].raw
            found.append(Needed(one.vendor_id, criterion.key, raw, value))
    return found


@dataclass(frozen=True)
class _Rated:
    """A ranked quote with its exact points for each criterion."""

    price: Decimal
    points: Sequence[Fraction]
    are_price: Sequence[bool]

    @property
    def total(self) -> Fraction:
        return sum(self.points, Fraction(0))

    def without(self, column: int) -> Fraction:
        """The points of all other criteria."""
        return self.total - self.points[column]

    @property
    def quality(self) -> Fraction:
        """The points of all criteria but the price."""
        points = zip(self.points, self.are_price, strict=True)
        return sum((one for one, is_price in points if not is_price), Fraction(0))

    def performance(self, base: Decimal) -> Fraction:
        """The value by the division method, per one of the currency."""
        return (exact(base) + self.quality) / exact(self.price)


def _divided(
    criterion: Criterion, column: int, own: _Rated, base: Decimal, best: Fraction, places: int
) -> Decimal | None:
    """The price or level with which (base + quality) / price is the best of the others'."""
    if criterion.kind == CriterionKind.PRICE:
        value = exact(base) + own.quality
        return round_to(value / best, RoundingRule.FLOOR, places) or None if best else None
    others = own.quality - own.points[column]
    missing = best * exact(own.price) - exact(base) - others
    return _on_the_way(criterion, missing / exact(criterion.weight))


def _price(
    criterion: Criterion, column: int, own: _Rated, others: Sequence[_Rated], places: int
) -> Decimal | None:
    """The highest price that draws level with all others; None when not even 0 would."""
    if criterion.price_method == PriceMethod.CEILING:
        limit = _below_ceiling(criterion, column, own, others)
    else:
        limit = _against_lowest(criterion, column, own, others)
    if limit is None or limit <= 0:
        return None
    rounded = round_to(limit, RoundingRule.FLOOR, places)
    return rounded or None


def _below_ceiling(
    criterion: Criterion, column: int, own: _Rated, others: Sequence[_Rated]
) -> Fraction | None:
    """Points are weight x (1 - price / ceiling): solved for the price."""
    missing = max(one.total for one in others) - own.without(column)
    return exact(criterion.ceiling or 0) * (1 - missing / exact(criterion.weight))


def _against_lowest(
    criterion: Criterion, column: int, own: _Rated, others: Sequence[_Rated]
) -> Fraction | None:
    """Points are weight x lowest / price. Below the lowest of the others it is they who lose."""
    weight = exact(criterion.weight)
    lowest = min(exact(one.price) for one in others)
    best = max(one.without(column) + weight * lowest / exact(one.price) for one in others)
    missing = best - own.without(column)
    if weight >= missing > 0:
        return weight * lowest / missing
    limits = [
        exact(one.price) * (own.without(column) + weight - one.without(column)) / weight
        for one in others
    ]
    return min(limits)


def _level(
    criterion: Criterion, column: int, own: _Rated, others: Sequence[_Rated]
) -> Decimal | None:
    """The level on the way from minimum to desired that draws level with all others."""
    missing = max(one.total for one in others) - own.without(column)
    return _on_the_way(criterion, missing / exact(criterion.weight))


def _on_the_way(criterion: Criterion, share: Fraction) -> Decimal | None:
    """The level so far from the minimum to the desired one, rounded to the side that is enough."""
    worst, desired = criterion.required_minimum, criterion.desired_level
    if worst is None or desired is None or share > 1:
        return None
    level = exact(worst) + share * (exact(desired) - exact(worst))
    is_up = criterion.direction != Direction.LOWER
    rounded = round_to(abs(level), _outward(level, is_up=is_up), LEVEL_PLACES)
    return -rounded if level < 0 else rounded


def _outward(level: Fraction, *, is_up: bool) -> RoundingRule:
    """Round to the side on which the level is enough; the rules go by magnitude."""
    return RoundingRule.CEIL if is_up == (level >= 0) else RoundingRule.FLOOR
