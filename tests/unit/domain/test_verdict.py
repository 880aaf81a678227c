"""How firm a first place is: over the weights, over the methods, beside the nearest flip."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction as F
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.domain.comparison import compare
from quotes.domain.criteria import Criterion, CriterionKind, Offer
from quotes.domain.methods import Column, Method, Rule
from quotes.domain.needed import needed
from quotes.domain.robustness import ideal_based
from quotes.domain.verdict import Firmness, robustness, weighing
from tests.unit.domain.test_methods import exam_criteria, exam_offers

ADDITIVE, DIVISION, TOPSIS = Rule(), Rule(Method.DIVISION), Rule(Method.TOPSIS)


def quality(key: str, weight: int) -> Criterion:
    return Criterion(key, CriterionKind.RATING, Decimal(weight))


def promise(key: str, weight: int) -> Criterion:
    return Criterion(
        key,
        CriterionKind.COMMITMENT,
        Decimal(weight),
        required_minimum=Decimal(0),
        desired_level=Decimal(100),
    )


def offer(name: str, price: int, **answers: int) -> Offer[str]:
    return Offer(name, Decimal(price), {key: Decimal(one) for key, one in answers.items()})


PRICE = Criterion("price", CriterionKind.PRICE, Decimal(40))


def firmness(
    criteria: Sequence[Criterion], offers: Sequence[Offer[str]], rule: Rule = ADDITIVE
) -> tuple[Firmness, ...]:
    found = robustness(criteria, offers, compare(criteria, offers, rule))
    assert found is not None
    return found.firmness


def test_the_exam_is_won_by_another_vendor_under_another_method() -> None:
    """V1: added up C is the first, divided by the price A is."""
    known, offers = exam_criteria(), exam_offers()

    found = robustness(known, offers, compare(known, offers))

    assert found is not None
    assert found.winners[Method.ADDITIVE] == ("C",)
    assert found.winners[Method.DIVISION] == ("A",)
    assert Firmness.METHOD in found.firmness
    # The first place holds up to a price weight of exactly 0.6.
    assert found.first_places.shares == (F(6, 10), F(0), F(4, 10))
    assert found.intervals[0].high == F(6, 10)


def test_alone_there_is_nothing_to_compare() -> None:
    assert firmness([PRICE, quality("q", 60)], [offer("a", 100, q=50)]) == (Firmness.ALONE,)


def test_better_in_everything_is_firm_by_every_method() -> None:
    offers = [offer("a", 100, q=90), offer("b", 120, q=50)]

    assert firmness([PRICE, quality("q", 60)], offers) == (Firmness.FIRM,)
    assert firmness([PRICE, quality("q", 60)], offers, DIVISION) == (Firmness.FIRM,)
    assert firmness([PRICE, quality("q", 60)], offers, TOPSIS) == (Firmness.FIRM,)


def test_equal_quotes_are_tied_and_not_called_fragile() -> None:
    offers = [offer("a", 100, q=90), offer("b", 100, q=90)]

    assert firmness([PRICE, quality("q", 60)], offers) == (Firmness.TIED,)


@pytest.mark.parametrize(("lead", "is_fragile"), [(5, True), (6, False)])
def test_five_points_of_a_hundred_are_near(lead: int, is_fragile: bool) -> None:
    """a leads by 2·lead in x and b in y as much: half of the difference must move to draw level."""
    known = [promise("x", 50 + lead), promise("y", 50 - lead)]
    offers = [offer("a", 100, x=100, y=0), offer("b", 100, x=0, y=100)]

    found = robustness(known, offers, compare(known, offers))

    assert found is not None
    assert found.flips[1] is not None
    assert found.flips[1].moved == lead
    assert (Firmness.FRAGILE in found.firmness) == is_fragile


def test_a_first_place_under_few_weights_is_fragile() -> None:
    known = [promise("x", 80), promise("y", 10), promise("z", 10)]
    offers = [offer("a", 100, x=100, y=0, z=0), offer("b", 100, x=40, y=90, z=90)]

    assert Firmness.FRAGILE in firmness(known, offers)


def test_without_quotes_or_weights_there_is_nothing_to_say() -> None:
    known = [Criterion("price", CriterionKind.PRICE, Decimal(40))]

    assert robustness(known, [], compare(known, [])) is None
    weightless = [Criterion("price", CriterionKind.PRICE, Decimal(0))]
    offers = [offer("a", 100)]
    assert robustness(weightless, offers, compare(weightless, offers)) is None
    assert robustness(known, offers, compare(known, offers, DIVISION)) is None


levels = st.integers(0, 100)
rounds = st.lists(st.tuples(st.integers(1, 500), levels, levels), min_size=2, max_size=5)
weights = st.tuples(st.integers(1, 60), st.integers(1, 60), st.integers(1, 60))


@given(rounds, weights, st.sampled_from([ADDITIVE, DIVISION, Rule(Method.DIVISION, Decimal(0))]))
def test_the_weighted_scores_make_the_ranking(
    quotes: list[tuple[int, int, int]], points: tuple[int, int, int], rule: Rule
) -> None:
    known = [
        Criterion("price", CriterionKind.PRICE, Decimal(points[0])),
        promise("x", points[1]),
        promise("y", points[2]),
    ]
    offers = [offer(str(place), p, x=x, y=y) for place, (p, x, y) in enumerate(quotes)]
    result = compare(known, offers, rule)

    found = weighing(known, result)

    assert found is not None
    sums = [sum(w * s for w, s in zip(found.weights, row, strict=True)) for row in found.scores]
    assert all(a >= b for a, b in pairwise(sums))
    for one, (a, b) in zip(result.ranking, pairwise(sums), strict=False):
        assert (one.tie_break is not None) == (a == b)


@given(rounds, weights)
def test_applied_to_a_division_what_is_needed_draws_level(
    quotes: list[tuple[int, int, int]], points: tuple[int, int, int]
) -> None:
    known = [
        Criterion("price", CriterionKind.PRICE, Decimal(0)),
        promise("x", points[1]),
        promise("y", points[2]),
    ]
    offers = {
        str(place): offer(str(place), p * 1000, x=x, y=y) for place, (p, x, y) in enumerate(quotes)
    }
    result = compare(known, list(offers.values()), DIVISION)
    for one in needed(known, result):
        if one.value is None:
            continue
        own = offers[one.vendor_id]
        better = (
            Offer(own.vendor_id, one.value, own.answers)
            if one.criterion_key == "price"
            else Offer(own.vendor_id, own.price, {**own.answers, one.criterion_key: one.value})
        )
        after = compare(
            known, [*(o for n, o in offers.items() if n != one.vendor_id), better], DIVISION
        )
        place = next(n for n, row in enumerate(after.ranking) if row.vendor_id == one.vendor_id)
        assert all(row.tie_break is not None for row in after.ranking[:place])


def test_the_exam_by_division_needs() -> None:
    """A has 150 / 700: B with 165 points draws level at 770, and at 800 it needs 171.43 points."""
    known = [exam_criteria()[0], promise("technical", 100)]
    price, level = needed(known, compare(known, exam_offers(), DIVISION))[:2]

    assert (price.vendor_id, price.value) == ("B", 770)
    assert level.value == Decimal("71.428572")


def test_by_topsis_no_such_number_is_given() -> None:
    known, offers = exam_criteria(), exam_offers()
    result = compare(known, offers, TOPSIS)

    assert needed(known, result) == []
    found = robustness(known, offers, result)
    assert found is not None
    assert (found.flips, found.intervals) == ([None] * 3, [])
    assert found.first_places.draws is not None


def test_the_fast_closeness_is_the_exact_one() -> None:
    """V3 (Tzeng and Huang, 2011): .5037, .6581, .7482, .3340 with .3, .4, .3."""
    rows = [[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]]
    columns = [Column(Decimal(1), [Decimal(row[place]) for row in rows]) for place in range(3)]

    (found,) = ideal_based(columns)(np.array([[0.3, 0.4, 0.3]]))

    assert [f"{one:.4f}" for one in found] == ["0.5037", "0.6581", "0.7482", "0.3340"]


def test_equal_answers_are_all_ideal() -> None:
    columns = [Column(Decimal(1), [Decimal(3), Decimal(3)]), Column(Decimal(1), [None, None])]

    assert ideal_based(columns)(np.array([[0.5, 0.5]])).tolist() == [[1, 1]]
    assert ideal_based(columns[1:])(np.array([[1.0]])).tolist() == [[1, 1]]


def test_the_shares_of_the_places_of_each_quote_are_a_whole() -> None:
    known = [promise("x", 50), promise("y", 30), promise("z", 20)]
    offers = [
        offer("a", 1, x=90, y=20, z=40),
        offer("b", 1, x=10, y=80, z=50),
        offer("c", 1, x=50, y=50, z=50),
    ]

    found = robustness(known, offers, compare(known, offers))

    assert found is not None
    assert [sum(row) for row in found.place_shares] == [1, 1, 1]
    for row, exact_share in zip(found.place_shares, found.first_places.shares, strict=True):
        assert abs(row[0] - exact_share) < F(2, 100)


def test_a_crowd_has_no_shares_of_places() -> None:
    known = [promise("x", 50), promise("y", 50)]
    offers = [offer(str(one), 1, x=one, y=100 - one) for one in range(31)]

    found = robustness(known, offers, compare(known, offers))

    assert found is not None
    assert found.place_shares == []
