"""How far the winner depends on the weights.

Everything exact is exact (fractions); what is simulated is drawn with a fixed seed: the share of
first places over more than three criteria, the shares of all places, and TOPSIS.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from quotes.domain.methods import Column, normalised

Scores = Sequence[Sequence[Fraction]]
"""A row for each quote, a column for each criterion; every score from 0 to 100."""

SEED = 20_260_401
DRAWS = 10_000
EXACT_UP_TO = 3
EXACT_ROWS = 40
"""Up to so many criteria and quotes the share of first places is an exact length or area."""

_SAME = 1e-9
_AT_ONCE = 2_000
"""Draws that are computed together: few enough to stay near the processor."""

Totals = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From weights (a row for each draw) to totals (a row for each draw, a column for each quote)."""
_Point = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class FirstPlaces:
    """For each quote the share of all weights, from 0 to 1, with which it is the first.

    Equal firsts share. `draws` is None where the shares are exact.
    """

    shares: tuple[Fraction, ...]
    draws: int | None


@dataclass(frozen=True, slots=True)
class Flip:
    """The smallest move of weights, in points of the criteria, that brings a quote level.

    `taken` has for each criterion the points that it loses; all of them go to `given_to`.
    """

    row: int
    moved: Fraction
    taken: tuple[Fraction, ...]
    given_to: int


@dataclass(frozen=True, slots=True)
class Interval:
    """The shares of all weight, from 0 to 1, between which the winner stays the first.

    One criterion's share moves, the others keep their proportions to each other. A `rival` of None
    means that the end is the end of what is possible.
    """

    criterion: int
    share: Fraction
    low: Fraction
    high: Fraction
    low_rival: int | None
    high_rival: int | None


def first_places(scores: Scores, *, draws: int = DRAWS, seed: int = SEED) -> FirstPlaces:
    """Return how much of all possible weights makes each quote the first.

    All weights that are not negative and add up to a whole count alike (Lahdelma, Hokkanen and
    Salminen: SMAA, 1998). Up to three criteria exactly, by cutting the segment or triangle of the
    weights; else by simulation.
    """
    if not scores:
        return FirstPlaces((), None)
    count = len(scores[0])
    if count > EXACT_UP_TO or len(scores) > EXACT_ROWS:
        return simulated(weighted(scores), count, draws=draws, seed=seed)
    shares = [_area(scores, row, count) for row in range(len(scores))]
    return FirstPlaces(tuple(_shared(scores, shares)), None)


def _shared(scores: Scores, shares: Sequence[Fraction]) -> list[Fraction]:
    """Quotes with the same scores have the same region: they share it."""
    rows = [tuple(row) for row in scores]
    return [share / rows.count(row) for row, share in zip(rows, shares, strict=True)]


def _area(scores: Scores, row: int, count: int) -> Fraction:
    """The part of the segment or triangle of weights in which this row is not beaten."""
    region: list[_Point] = [(Fraction(0), Fraction(0)), (Fraction(1), Fraction(0))]
    if count == EXACT_UP_TO:
        region.append((Fraction(0), Fraction(1)))
    if count == 1:
        return Fraction(int(all(scores[row][0] >= other[0] for other in scores)))
    for other, rival in enumerate(scores):
        if other == row:
            continue
        ahead = [a - b for a, b in zip(scores[row], rival, strict=True)]
        region = _cut(region, ahead)
    return _size(region, count)


def _cut(region: Sequence[_Point], ahead: Sequence[Fraction]) -> list[_Point]:
    """Keep the part of the region in which the weighted lead is not negative.

    A point is the weights of the first criteria; the last one has the rest.
    """

    def lead(point: _Point) -> Fraction:
        rest = 1 - point[0] - point[1]
        weights = (point[0], point[1], rest) if len(ahead) == EXACT_UP_TO else (point[0], rest)
        return sum((w * a for w, a in zip(weights, ahead, strict=True)), Fraction(0))

    kept: list[_Point] = []
    for here, there in pairwise([*region, *region[:1]]):
        at_here, at_there = lead(here), lead(there)
        if at_here >= 0:
            kept.append(here)
        if (at_here < 0 < at_there) or (at_there < 0 < at_here):
            part = at_here / (at_here - at_there)
            kept.append(
                (here[0] + part * (there[0] - here[0]), here[1] + part * (there[1] - here[1]))
            )
    return kept


def _size(region: Sequence[_Point], count: int) -> Fraction:
    """The region's part of the whole: a length on the segment, an area in the triangle."""
    if not region:
        return Fraction(0)
    if count < EXACT_UP_TO:
        ends = [point[0] for point in region]
        return max(ends) - min(ends)
    closed = pairwise([*region, region[0]])
    return abs(sum((a[0] * b[1] - b[0] * a[1] for a, b in closed), Fraction(0)))


def weighted(scores: Scores) -> Totals:
    """Return how weights make totals by adding up points."""
    table = np.array([[float(one) for one in row] for row in scores])
    scaled = table / (np.abs(table).max() or 1)
    return lambda weights: weights @ scaled.T


def ideal_based(columns: Sequence[Column]) -> Totals:
    """Return how weights make closeness to the ideal (TOPSIS); the columns' own weights are left out."""
    placed = [normalised(one, Decimal(1)) for one in columns]
    kept = [place for place, column in enumerate(placed) if column]
    if not kept:
        return lambda weights: np.ones((len(weights), len(columns[0].values)))
    table = np.array([[float(one) for one in placed[place]] for place in kept])
    is_low_good = np.array([columns[place].is_low_good for place in kept])
    best = np.where(is_low_good, table.min(axis=1), table.max(axis=1))
    worst = np.where(is_low_good, table.max(axis=1), table.min(axis=1))
    to_best, to_worst = (table.T - best) ** 2, (table.T - worst) ** 2

    def totals(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        squares = weights[:, kept] ** 2
        near, far = np.sqrt(squares @ to_best.T), np.sqrt(squares @ to_worst.T)
        whole = near + far
        found: NDArray[np.float64] = np.divide(far, whole, out=np.ones_like(far), where=whole > 0)
        return found

    return totals


def _draws(count: int, draws: int, seed: int) -> Iterator[NDArray[np.float64]]:
    """Draw weights evenly over all that are possible, some at a time."""
    random = np.random.default_rng(seed)
    for begin in range(0, draws, _AT_ONCE):
        yield random.dirichlet(np.ones(count), size=min(_AT_ONCE, draws - begin))


def simulated(totals: Totals, count: int, *, draws: int = DRAWS, seed: int = SEED) -> FirstPlaces:
    """Return how often each quote is the first with weights of so many criteria; equal firsts share."""
    shares: list[Fraction] = []
    for weights in _draws(count, draws, seed):
        found = totals(weights)
        firsts = found >= found.max(axis=1, keepdims=True) - _SAME
        several = firsts.sum(axis=1)
        alone = firsts[several == 1].sum(axis=0)
        shares = shares or [Fraction(0)] * len(alone)
        shares = [
            share + Fraction(int(one), draws) for share, one in zip(shares, alone, strict=True)
        ]
        for tied in firsts[several > 1]:
            places = np.flatnonzero(tied)
            for place in places:
                shares[place] += Fraction(1, len(places) * draws)
    return FirstPlaces(tuple(shares), draws)


def place_shares(
    totals: Totals, count: int, *, draws: int = DRAWS, seed: int = SEED
) -> list[list[Fraction]]:
    """Return for each quote the shares of all weights with which it has place 1, 2, 3 ...

    Equal quotes have the same, better place (rank acceptability: Lahdelma and others, 1998).
    """
    counted: NDArray[np.int64] | None = None
    for weights in _draws(count, draws, seed):
        found = totals(weights)
        if counted is None:
            counted = np.zeros((found.shape[1], found.shape[1]), dtype=np.int64)
        for row in range(found.shape[1]):
            above = (found > found[:, [row]] + _SAME).sum(axis=1)
            counted[row] += np.bincount(above, minlength=found.shape[1])
    return [] if counted is None else [[Fraction(int(n), draws) for n in row] for row in counted]


def flips(scores: Scores, weights: Sequence[Fraction], winner: int) -> list[Flip | None]:
    """Return for each quote the smallest move of weights that brings it level with the winner.

    None for the winner itself, and for a quote that no weights bring level. All points go to the
    criterion in which the quote leads most, first from where it trails most: no other move of as
    many points changes the difference as much.
    """
    return [
        None if row == winner else _flip(scores, weights, winner, row) for row in range(len(scores))
    ]


def _flip(scores: Scores, weights: Sequence[Fraction], winner: int, row: int) -> Flip | None:
    leads = [a - b for a, b in zip(scores[row], scores[winner], strict=True)]
    behind = -sum((w * lead for w, lead in zip(weights, leads, strict=True)), Fraction(0))
    best = max(range(len(leads)), key=lambda one: leads[one])
    taken = [Fraction(0)] * len(leads)
    others = [one for one in range(len(leads)) if one != best]
    for source in sorted(others, key=lambda one: leads[one]):
        gain = leads[best] - leads[source]
        if behind <= 0 or gain == 0:
            break
        taken[source] = min(weights[source], behind / gain)
        behind -= taken[source] * gain
    if behind > 0:
        return None
    return Flip(row, sum(taken, Fraction(0)), tuple(taken), best)


def intervals(scores: Scores, weights: Sequence[Fraction], winner: int) -> list[Interval]:
    """Return for each criterion between which shares of all weight the winner stays the first."""
    whole = sum(weights, Fraction(0))
    return [_interval(scores, weights, whole, winner, one) for one in range(len(weights))]


def _interval(
    scores: Scores, weights: Sequence[Fraction], whole: Fraction, winner: int, criterion: int
) -> Interval:
    rest = whole - weights[criterion]
    others = [0 if one == criterion else w for one, w in enumerate(weights)]

    def without(row: int) -> Fraction:
        added = sum((w * s for w, s in zip(others, scores[row], strict=True)), Fraction(0))
        return added / rest if rest else Fraction(0)

    low, high = Fraction(0), Fraction(1)
    low_rival = high_rival = None
    for row in range(len(scores)):
        if row == winner:
            continue
        here = scores[winner][criterion] - scores[row][criterion]
        elsewhere = without(winner) - without(row)
        slope = here - elsewhere
        if slope == 0:
            continue
        meets = -elsewhere / slope
        if slope > 0 and meets > low:
            low, low_rival = meets, row
        if slope < 0 and meets < high:
            high, high_rival = meets, row
    return Interval(criterion, weights[criterion] / whole, low, high, low_rival, high_rival)
