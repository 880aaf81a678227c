"""How far a winner depends on the weights: worked by hand, and against the comparison itself."""

from fractions import Fraction

import pytest

from quotes.domain.comparison import compare, exact_scores
from quotes.domain.robustness import DRAWS, FirstPlaces, first_places, flips, intervals
from tests.unit.domain.test_methods import exam_criteria, exam_offers

F = Fraction


def rows(*scores: tuple[int, ...]) -> list[list[Fraction]]:
    return [[F(one) for one in row] for row in scores]


# The exam without D: price 30, 20, 10 and technical 50, 65, 80 points of 100.
EXAM = rows((30, 50), (20, 65), (10, 80))


def test_the_exams_winner_holds_up_to_a_price_weight_of_six_tenths() -> None:
    """At 0.6 all three have 38 points: exactly there the winner changes from C to A."""
    ranking = compare(exam_criteria(), exam_offers()).ranking
    scores = exact_scores(exam_criteria(), ranking)

    price, technical = intervals(scores, [F(100), F(100)], 0)

    assert [one.vendor_id for one in ranking] == ["C", "B", "A"]
    assert (price.low, price.high, price.share) == (0, F(6, 10), F(1, 2))
    assert (technical.low, technical.high) == (F(4, 10), 1)
    assert price.high_rival in {1, 2}
    assert price.low_rival is None


def test_two_criteria_are_measured_exactly() -> None:
    assert first_places(EXAM) == FirstPlaces((F(4, 10), F(0), F(6, 10)), None)


def test_three_criteria_are_measured_exactly() -> None:
    """Each is the best in one criterion, all else equal: a third each, by symmetry."""
    third = rows((100, 0, 0), (0, 100, 0), (0, 0, 100))

    assert first_places(third).shares == (F(1, 3), F(1, 3), F(1, 3))


def test_a_triangle_cut_by_hand() -> None:
    """The second leads where the third weight is above one half: a quarter of the triangle."""
    assert first_places(rows((50, 50, 50), (0, 0, 100))).shares == (F(3, 4), F(1, 4))


@pytest.mark.parametrize("criteria", [1, 2, 3, 5])
def test_equal_quotes_share_their_first_places(criteria: int) -> None:
    same = rows((60,) * criteria, (60,) * criteria, (10,) * criteria)

    assert first_places(same).shares == (F(1, 2), F(1, 2), F(0))


def test_no_quotes_have_no_first_places() -> None:
    assert first_places([]).shares == ()


def test_the_simulation_agrees_with_the_exact_area_and_repeats_itself() -> None:
    """A fourth criterion in which all are alike leaves three: the exact area is known."""
    table = rows((90, 20, 40, 50), (40, 70, 40, 50), (30, 30, 80, 50))
    first, second = first_places(table), first_places(table)

    assert first == second
    assert first.draws == DRAWS
    assert sum(first.shares) == 1
    # Three quotes over the marginal of three of four weights; drawn again by hand with another seed.
    other = first_places(table, seed=1)
    for one, two in zip(first.shares, other.shares, strict=True):
        assert abs(one - two) < F(3, 100)


def test_many_quotes_are_simulated_also_with_few_criteria() -> None:
    table = [[F(place), F(100 - place)] for place in range(60)]

    found = first_places(table)

    assert found.draws == DRAWS
    assert abs(found.shares[0] - F(1, 2)) < F(3, 100)
    assert abs(found.shares[59] - F(1, 2)) < F(3, 100)


def test_the_smallest_move_of_weights_brings_the_exams_second_level() -> None:
    """C leads A by 10 points; each point moved from technical to price wins A half of a point."""
    to_a, to_b, none = flips(EXAM, [F(100), F(100)], 2)

    assert none is None
    assert to_a is not None
    assert (to_a.moved, to_a.given_to, to_a.taken) == (F(20), 0, (F(0), F(20)))
    assert to_b is not None
    assert to_b.moved == F(20)


def test_a_flip_makes_exactly_a_tie() -> None:
    table = rows((80, 70, 60), (60, 90, 55), (10, 20, 100))
    weights = [F(50), F(30), F(20)]
    for flip in flips(table, weights, 0):
        if flip is None:
            continue
        moved = [w - t for w, t in zip(weights, flip.taken, strict=True)]
        moved[flip.given_to] += flip.moved
        totals = [sum(w * s for w, s in zip(moved, row, strict=True)) for row in table]
        assert totals[flip.row] == totals[0]
        assert sum(moved) == 100
        assert min(moved) >= 0


def test_no_weights_bring_a_dominated_quote_level() -> None:
    assert flips(rows((80, 70), (60, 60)), [F(50), F(50)], 0) == [None, None]


def test_a_criterion_in_which_nobody_differs_bounds_nothing() -> None:
    only = intervals(rows((50, 60), (50, 60)), [F(1), F(1)], 0)

    assert [(one.low, one.high) for one in only] == [(0, 1), (0, 1)]


def test_one_criterion_alone_has_no_others_to_give_to() -> None:
    (only,) = intervals(rows((50,), (40,)), [F(100)], 0)

    assert (only.low, only.high, only.share) == (0, 1, 1)
