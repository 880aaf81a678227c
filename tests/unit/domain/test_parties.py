"""Scores by responsible party."""

from decimal import Decimal as D
from fractions import Fraction as F

from kpis.domain.parties import scores_by_party, shares_of_root


def test_a_party_is_the_weighted_mean_of_what_has_data() -> None:
    """V8: 80 (w40), 60 (w30), missing (w20), 100 (w10) are 75.0 with coverage 80 %."""
    leaves = [("A", D(40), D(80)), ("A", D(30), D(60)), ("A", D(20), None), ("A", D(10), D(100))]

    (party,) = scores_by_party(leaves)

    assert (party.score, party.coverage, party.scored, party.total) == (D(75), D(80), 3, 4)


def test_a_party_without_data_has_no_score() -> None:
    nobody, weightless = scores_by_party([("A", D(1), None), ("B", D(0), D(50))])

    assert (nobody.score, nobody.coverage) == (None, D(0))
    assert (weightless.score, weightless.coverage) == (None, D(0))


def test_weights_count_among_siblings_only() -> None:
    """Two branches of equal weight are half each, whatever the weights inside of them."""
    nodes = {
        "root": (None, D(1)),
        "a": ("root", D(1)),
        "b": ("root", D(1)),
        "a1": ("a", D(100)),
        "b1": ("b", D(1)),
        "b2": ("b", D(3)),
    }
    shares = shares_of_root(nodes)

    assert [shares[one] for one in ("a1", "b1", "b2")] == [F(1, 2), F(1, 8), F(3, 8)]
    (party,) = scores_by_party(
        [("甲", shares["a1"], D(0)), ("甲", shares["b1"] + shares["b2"], D(100))]
    )
    assert party.score == 50
    assert shares_of_root({"x": (None, D(0)), "y": ("gone", D(0))}) == {"x": 0, "y": 0}
