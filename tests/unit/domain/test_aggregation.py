"""Values of periods: no data is not zero, and rates are pooled."""

from datetime import date
from decimal import Decimal

import pytest

from kpis.domain.aggregation import (
    NO_DATA,
    Aggregation,
    Measured,
    Missing,
    MissingReason,
    Observation,
    Value,
    aggregate,
    pool,
    ratio_scale,
)

PERCENT = Decimal(100)


def seen(value: int | str, day: int = 1) -> Observation:
    """Make an observation with a value."""
    return Observation(date(2026, 4, day), value=Decimal(value))


def part(numerator: int, denominator: int, day: int = 1) -> Observation:
    """Make an observation with a numerator and a denominator."""
    return Observation(
        date(2026, 4, day), numerator=Decimal(numerator), denominator=Decimal(denominator)
    )


def rate(numerator: int, denominator: int) -> Measured:
    """Make a measured rate in percent."""
    parts = (Decimal(numerator), Decimal(denominator))
    return Measured(parts[0] * 100 / parts[1], *parts)


def amount_of(value: Value) -> Decimal:
    """Return the amount of a value that exists."""
    assert isinstance(value, Measured)
    return value.amount


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    [
        (Aggregation.SUM, 63),
        (Aggregation.MEAN, 21),
        (Aggregation.MEDIAN, 12),
        (Aggregation.LAST, 11),
        (Aggregation.DIFF, -29),
    ],
)
def test_observations_become_one_value_in_any_order(
    aggregation: Aggregation, expected: int
) -> None:
    observations = [seen(11, day=20), seen(40, day=1), seen(12, day=10)]

    assert aggregate(observations, aggregation) == Measured(Decimal(expected))


def test_pooled_rates_are_sums_over_sums() -> None:
    """V10: 1/1 and 40/50 on time are 41/51, not 90 %."""
    value = aggregate([part(1, 1), part(40, 50, day=2)], Aggregation.RATIO, scale=PERCENT)

    assert value == Measured(
        Decimal(4100) / Decimal(51), numerator=Decimal(41), denominator=Decimal(51)
    )
    assert round(amount_of(value), 2) == Decimal("80.39")


def test_large_products_outweigh_small_ones() -> None:
    """V11: 0/100,000, 20,000/20,000 and 1,000/1,000 are 17.36 %, not 66.67 %."""
    observations = [part(0, 100_000), part(20_000, 20_000, 2), part(1_000, 1_000, 3)]

    value = aggregate(observations, Aggregation.RATIO, scale=PERCENT)

    assert round(amount_of(value), 2) == Decimal("17.36")


@pytest.mark.parametrize("aggregation", Aggregation)
def test_nothing_observed_is_no_data(aggregation: Aggregation) -> None:
    assert aggregate([], aggregation) == NO_DATA
    assert aggregate([Observation(date(2026, 4, 1))], aggregation) == NO_DATA


@pytest.mark.parametrize("aggregation", [Aggregation.RATIO, Aggregation.MEAN, Aggregation.DIFF])
def test_a_zero_denominator_is_no_value(aggregation: Aggregation) -> None:
    assert aggregate([part(0, 0)], aggregation) == Missing(MissingReason.ZERO_DENOMINATOR)


def test_a_ratio_is_plain_without_a_scale() -> None:
    half = Measured(Decimal("0.5"), Decimal(1), Decimal(2))

    assert aggregate([part(1, 2)], Aggregation.RATIO) == half
    assert pool([half], Aggregation.RATIO) == half


def test_a_period_with_nothing_due_adds_nothing_to_a_rate() -> None:
    value = aggregate([part(0, 0), part(3, 4, day=2)], Aggregation.RATIO, scale=PERCENT)

    assert amount_of(value) == 75


def test_a_rate_typed_in_by_hand_stands_for_itself() -> None:
    assert aggregate([seen(93)], Aggregation.RATIO, scale=PERCENT) == Measured(Decimal(93))


@pytest.mark.parametrize("second", [seen(100, day=2), part(1, 1, day=2)])
def test_rates_without_parts_are_never_averaged(second: Observation) -> None:
    value = aggregate([seen(80), second], Aggregation.RATIO, scale=PERCENT)

    assert value == Missing(MissingReason.RATIO_WITHOUT_PARTS)


def test_rates_have_a_last_value_in_their_unit() -> None:
    value = aggregate([part(1, 2), part(3, 4, day=2)], Aggregation.LAST, scale=PERCENT)

    assert amount_of(value) == 75


def test_a_difference_starts_before_the_period() -> None:
    value = aggregate([seen(120, day=30)], Aggregation.DIFF, before=seen(100))

    assert amount_of(value) == 20


def test_a_difference_needs_two_values() -> None:
    assert aggregate([seen(120)], Aggregation.DIFF) == Missing(MissingReason.NO_EARLIER_VALUE)


def test_a_difference_from_an_empty_rate_starts_in_the_period() -> None:
    value = aggregate([seen(5), seen(8, day=2)], Aggregation.DIFF, before=part(0, 0))

    assert amount_of(value) == 3


@pytest.mark.parametrize(
    ("value", "numerator", "denominator"),
    [(None, Decimal(1), None), (None, None, Decimal(1)), (Decimal(1), Decimal(1), Decimal(1))],
)
def test_half_a_ratio_is_refused(
    value: Decimal | None, numerator: Decimal | None, denominator: Decimal | None
) -> None:
    with pytest.raises(ValueError, match="ratio"):
        Observation(date(2026, 4, 1), value, numerator, denominator)


@pytest.mark.parametrize(
    ("unit", "scale"), [("percent", 100), ("%", 100), ("％", 100), ("yen", 1), ("", 1)]
)
def test_percent_is_the_unit_with_a_scale(unit: str, scale: int) -> None:
    assert ratio_scale(unit) == scale


def test_children_are_added_up() -> None:
    children = [Measured(Decimal(3)), Measured(Decimal(4))]

    assert pool(children, Aggregation.SUM) == Measured(Decimal(7))
    assert pool(children, Aggregation.MEAN) == Measured(Decimal("3.5"))
    assert pool(children, Aggregation.MEDIAN) == Measured(Decimal("3.5"))


def test_childrens_rates_are_pooled() -> None:
    value = pool([rate(1, 1), rate(40, 50)], Aggregation.RATIO, scale=PERCENT)

    assert value == Measured(Decimal(4100) / 51, Decimal(41), Decimal(51))


def test_a_sum_with_a_missing_child_is_missing() -> None:
    assert pool([Measured(Decimal(3)), NO_DATA], Aggregation.SUM) == Missing(
        MissingReason.CHILD_MISSING
    )


def test_a_rate_over_what_is_there_is_partial() -> None:
    value = pool([rate(3, 4), NO_DATA], Aggregation.RATIO, scale=PERCENT)

    assert value == Measured(Decimal(75), Decimal(3), Decimal(4), is_partial=True)


def test_a_child_with_nothing_to_count_makes_nothing_partial() -> None:
    idle = Missing(MissingReason.ZERO_DENOMINATOR)

    assert pool([rate(3, 4), idle], Aggregation.RATIO, scale=PERCENT) == rate(3, 4)
    assert pool([idle, idle], Aggregation.RATIO) == idle
    assert pool([idle, NO_DATA], Aggregation.RATIO) == NO_DATA


def test_a_partial_child_makes_its_parent_partial() -> None:
    child = Measured(Decimal(3), is_partial=True)

    assert pool([child], Aggregation.MEAN) == child
    assert pool([child], Aggregation.SUM) == Missing(MissingReason.CHILD_MISSING)


def test_children_without_parts_have_no_pooled_rate() -> None:
    value = pool([rate(3, 4), Measured(Decimal(80))], Aggregation.RATIO, scale=PERCENT)

    assert value == Missing(MissingReason.RATIO_WITHOUT_PARTS)


@pytest.mark.parametrize("aggregation", [Aggregation.LAST, Aggregation.DIFF])
def test_siblings_have_no_order_in_time(aggregation: Aggregation) -> None:
    assert pool([Measured(Decimal(3))], aggregation) == Missing(MissingReason.NOT_POOLABLE)


def test_no_children_are_no_data() -> None:
    assert pool([], Aggregation.SUM) == NO_DATA
