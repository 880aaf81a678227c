"""Scores by responsible party."""

from decimal import Decimal as D

from kpis.domain.parties import scores_by_party


def test_a_party_is_the_weighted_mean_of_what_has_data() -> None:
    """V8: 80 (w40), 60 (w30), missing (w20), 100 (w10) are 75.0 with coverage 80 %."""
    leaves = [("A", D(40), D(80)), ("A", D(30), D(60)), ("A", D(20), None), ("A", D(10), D(100))]

    (party,) = scores_by_party(leaves)

    assert (party.score, party.coverage, party.scored, party.total) == (D(75), D(80), 3, 4)


def test_a_party_without_data_has_no_score() -> None:
    nobody, weightless = scores_by_party([("A", D(1), None), ("B", D(0), D(50))])

    assert (nobody.score, nobody.coverage) == (None, D(0))
    assert (weightless.score, weightless.coverage) == (None, D(0))
