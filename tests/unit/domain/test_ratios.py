"""Figures that are easily mixed up."""

from decimal import Decimal

import pytest

from kpis.domain.ratios import (
    difference_in_points,
    improved_by,
    improvement_rate,
    progress,
    return_on_investment,
    return_on_spend,
)
from kpis.domain.scoring import Direction

COST, GAIN = Decimal(1_000_000), Decimal(5_000_000)


def test_return_on_investment_takes_the_cost_off() -> None:
    """V1: cost 1,000,000 and sales increase 5,000,000."""
    assert return_on_investment(COST, GAIN) == 400
    assert return_on_spend(COST, GAIN) == 500
    assert return_on_investment(COST, GAIN * Decimal("0.4")) == 100
    assert return_on_investment(COST, GAIN * Decimal("0.2")) == 0


def test_nothing_spent_has_no_return() -> None:
    assert return_on_investment(Decimal(0), GAIN) is None
    assert return_on_spend(Decimal(0), GAIN) is None


def test_a_rate_moves_by_points() -> None:
    assert difference_in_points(Decimal(95), Decimal(97)) == 2


def test_a_lower_cost_per_acquisition_is_an_improvement() -> None:
    """V2: 10,000 to 7,800; 20 % better is 8,000."""
    before, after = Decimal(10_000), Decimal(7_800)

    assert improvement_rate(before, after, Direction.LOWER) == 22
    assert improved_by(before, Decimal(20), Direction.LOWER) == 8_000
    assert progress(after, before, Decimal(8_000)) == 110


@pytest.mark.parametrize(("before", "after", "expected"), [(100, 120, 20), (-100, -80, 20)])
def test_more_is_an_improvement_where_higher_is_better(
    before: int, after: int, expected: int
) -> None:
    assert improvement_rate(Decimal(before), Decimal(after), Direction.HIGHER) == expected
    assert improved_by(Decimal(before), Decimal(expected), Direction.HIGHER) == after


def test_nothing_improves_from_zero() -> None:
    assert improvement_rate(Decimal(0), Decimal(5), Direction.HIGHER) is None


def test_there_is_no_way_from_a_value_to_itself() -> None:
    """V7: start = end is an error, never 50."""
    with pytest.raises(ValueError, match="baseline_equals_target"):
        progress(Decimal(5), Decimal(5), Decimal(5))
