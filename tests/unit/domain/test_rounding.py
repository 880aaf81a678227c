"""Exact numbers and their rounding."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from core.domain.rounding import Exact, RoundingRule, exact, round_to, round_yen, to_decimal

FLOOR, HALF_UP, CEIL = RoundingRule.FLOOR, RoundingRule.HALF_UP, RoundingRule.CEIL


@pytest.mark.parametrize(
    ("amount", "rule", "expected"),
    [
        ("31.5", FLOOR, 31),
        ("31.5", HALF_UP, 32),
        ("31.49", HALF_UP, 31),
        ("31.51", HALF_UP, 32),
        ("31.01", CEIL, 32),
        ("31", CEIL, 31),
        ("0", CEIL, 0),
        ("-31.5", FLOOR, -31),
        ("-31.5", HALF_UP, -32),
        ("-31.01", CEIL, -32),
    ],
)
def test_yen_are_rounded_by_magnitude(amount: str, rule: RoundingRule, expected: int) -> None:
    assert round_yen(Decimal(amount), rule) == expected


def test_places_are_kept() -> None:
    rounded = round_to(Fraction(2, 3), HALF_UP, 2)

    assert str(rounded) == "0.67"


def test_a_small_negative_amount_becomes_plain_zero() -> None:
    assert str(round_to(Decimal("-0.4"), FLOOR)) == "0"


def test_rounding_does_not_depend_on_the_decimal_context() -> None:
    huge = Decimal("123456789012345678901234567890.5")

    with localcontext() as context:
        context.prec = 5
        rounded = round_to(huge, HALF_UP)
        third = to_decimal(Fraction(1, 3))

    assert rounded == Decimal(123456789012345678901234567891)
    assert third == Decimal("0.3333333333333333333333333333")


@pytest.mark.parametrize("number", [0.1, True, "1"])
def test_only_exact_numbers_are_taken(number: Exact) -> None:
    with pytest.raises(TypeError):
        exact(number)
