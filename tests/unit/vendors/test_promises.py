"""Promises: the minimum is never better than the target, and gives the line of the score."""

from decimal import Decimal

import pytest

from kpis.domain.scoring import Direction
from vendors.domain.promises import is_in_order, worst_of

HIGHER, LOWER = Direction.HIGHER, Direction.LOWER


@pytest.mark.parametrize(
    ("direction", "target", "minimum", "expected"),
    [
        (HIGHER, 95, 80, True),
        (HIGHER, 95, 95, True),
        (HIGHER, 95, 96, False),
        (HIGHER, 95, None, True),
        (LOWER, 8000, 9000, True),
        (LOWER, 8000, 8000, True),
        (LOWER, 8000, 7000, False),
    ],
)
def test_the_minimum_lies_on_the_bad_side(
    direction: Direction, target: int, minimum: int | None, expected: bool
) -> None:
    given = None if minimum is None else Decimal(minimum)

    assert is_in_order(direction, Decimal(target), given) is expected


@pytest.mark.parametrize(
    ("direction", "target", "minimum", "expected"),
    [
        (HIGHER, 95, 80, 80),
        (LOWER, 8000, 9000, 9000),
        (HIGHER, 95, 95, None),  # no room between: the score's own default then
        (HIGHER, 95, 96, None),
        (HIGHER, 95, None, None),
    ],
)
def test_the_minimum_is_worth_nothing(
    direction: Direction, target: int, minimum: int | None, expected: int | None
) -> None:
    given = None if minimum is None else Decimal(minimum)

    assert worst_of(direction, Decimal(target), given) == expected
