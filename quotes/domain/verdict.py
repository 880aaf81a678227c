"""How firm the first place of a comparison is: over all weights, over the methods, and how near a flip is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import takewhile
from typing import Generic

from core.domain.rounding import exact
from quotes.domain.comparison import Comparison, Scored, columns_of, compare, exact_scores
from quotes.domain.criteria import Criterion, CriterionKind, Offer, VendorKey
from quotes.domain.methods import Method, Rule
from quotes.domain.robustness import (
    FirstPlaces,
    Flip,
    Interval,
    Scores,
    Totals,
    first_places,
    flips,
    ideal_based,
    intervals,
    place_shares,
    simulated,
    weighted,
)

FRAGILE_MOVE = Fraction(5, 100)
"""A first place that goes when no more than this part of all weight moves is fragile."""
FRAGILE_SHARE = Fraction(1, 2)
"""So is one that holds with less than this part of all possible weights."""
MOST_PLACED = 30
"""With more quotes than these nobody reads who has which place how often."""


class Firmness(StrEnum):
    """What is to be said of the first place."""

    ALONE = "alone"
    TIED = "tied"
    METHOD = "method"
    FRAGILE = "fragile"
    FIRM = "firm"


@dataclass(frozen=True, slots=True)
class Weighing:
    """The ranked quotes as scores to be weighted: `columns` are the criteria that have a weight.

    What the rule ranks by is, up to one factor, the weighted sum of a row of `scores`.
    """

    columns: tuple[int, ...]
    weights: tuple[Fraction, ...]
    scores: Scores


@dataclass(frozen=True)
class Robustness(Generic[VendorKey]):
    """How the ranking fares; rows are in its order, columns are places of `columns` in the criteria."""

    columns: tuple[int, ...]
    firmness: tuple[Firmness, ...]
    first_places: FirstPlaces
    place_shares: Sequence[Sequence[Fraction]]
    flips: Sequence[Flip | None]
    intervals: Sequence[Interval]
    winners: Mapping[Method, tuple[VendorKey, ...]]
    whole: Fraction


def weighing(criteria: Sequence[Criterion], comparison: Comparison[VendorKey]) -> Weighing | None:
    """Return the scores that the weights add up; None for TOPSIS, which adds up nothing.

    By the division method the row of a quote is (base + all quality points x score) / price: with
    weights that add up to a whole this gives (base + quality) / price, so that all that holds for
    sums of points holds here.
    """
    rule = comparison.rule
    if rule.method == Method.TOPSIS:
        return None
    columns = weighted_columns(criteria, rule)
    weights = tuple(exact(criteria[one].weight) for one in columns)
    whole = sum(weights, Fraction(0))
    found = exact_scores(criteria, comparison.ranking)
    scores = [[row[one] for one in columns] for row in found]
    if rule.method == Method.DIVISION:
        scores = [
            [(exact(rule.base) + whole * score / 100) / exact(quote.price) for score in row]
            for row, quote in zip(scores, comparison.ranking, strict=True)
        ]
    return Weighing(columns, weights, scores)


def weighted_columns(criteria: Sequence[Criterion], rule: Rule) -> tuple[int, ...]:
    """Return the places of the criteria that have a weight; the price has none by division."""
    is_divided = rule.method == Method.DIVISION
    return tuple(
        place
        for place, one in enumerate(criteria)
        if one.weight > 0 and not (is_divided and one.kind == CriterionKind.PRICE)
    )


def robustness(
    criteria: Sequence[Criterion],
    offers: Sequence[Offer[VendorKey]],
    comparison: Comparison[VendorKey],
) -> Robustness[VendorKey] | None:
    """Return how firm the first place is; None without ranked quotes or without any weight."""
    ranking, rule = comparison.ranking, comparison.rule
    columns = weighted_columns(criteria, rule)
    if not ranking or not columns:
        return None
    whole = sum((exact(criteria[one].weight) for one in columns), Fraction(0))
    found = weighing(criteria, comparison)
    if found is None:
        every = columns_of(criteria, [one.contributions for one in ranking])
        totals: Totals = ideal_based([every[one] for one in columns])
        firsts = simulated(totals, len(columns))
        moves: Sequence[Flip | None] = [None] * len(ranking)
        ranges: Sequence[Interval] = []
    else:
        totals = weighted(found.scores)
        firsts = first_places(found.scores)
        moves = flips(found.scores, found.weights, 0)
        ranges = intervals(found.scores, found.weights, 0)
    winners = _winners(criteria, offers, rule)
    return Robustness(
        columns=columns,
        firmness=_firmness(comparison, firsts, moves, winners, whole),
        first_places=firsts,
        place_shares=place_shares(totals, len(columns)) if len(ranking) <= MOST_PLACED else [],
        flips=moves,
        intervals=ranges,
        winners=winners,
        whole=whole,
    )


def _winners(
    criteria: Sequence[Criterion], offers: Sequence[Offer[VendorKey]], rule: Rule
) -> dict[Method, tuple[VendorKey, ...]]:
    """Return who is the first by each method, all that are equal."""
    return {
        method: _firsts(compare(criteria, offers, Rule(method, rule.base)).ranking)
        for method in Method
    }


def _firsts(ranking: Sequence[Scored[VendorKey]]) -> tuple[VendorKey, ...]:
    """Return the first of a ranking, and those that are equal to it."""
    level = list(takewhile(lambda one: one.tie_break is not None, ranking))
    return tuple(one.vendor_id for one in ranking[: len(level) + 1])


def _firmness(
    comparison: Comparison[VendorKey],
    firsts: FirstPlaces,
    moves: Sequence[Flip | None],
    winners: Mapping[Method, tuple[VendorKey, ...]],
    whole: Fraction,
) -> tuple[Firmness, ...]:
    ranking = comparison.ranking
    if len(ranking) == 1:
        return (Firmness.ALONE,)
    found = []
    if ranking[0].is_tied:
        found.append(Firmness.TIED)
    first = ranking[0].vendor_id
    if any(first not in known for known in winners.values() if known):
        found.append(Firmness.METHOD)
    nearest = min((one.moved for one in moves if one is not None), default=None)
    is_near = nearest is not None and nearest <= FRAGILE_MOVE * whole
    if not ranking[0].is_tied and (is_near or firsts.shares[0] < FRAGILE_SHARE):
        found.append(Firmness.FRAGILE)
    return tuple(found) or (Firmness.FIRM,)
