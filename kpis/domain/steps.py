"""A history of values as steps: where each one stands in a drawing of a given size."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Level:
    """A value, or a band from low to high, that holds from a day on."""

    valid_from: date
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """A level as a box of the drawing; a single value has no height."""

    level: Level
    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """Where the step ends."""
        return self.left + self.width


def steps(levels: Sequence[Level], until: date, *, width: int, height: int) -> list[Step]:
    """Return the levels, which are in the order of their days, as steps up to a day.

    The highest value touches the top and the lowest the bottom; equal ones lie in the middle.
    """
    if not levels:
        return []
    ends = [*(one.valid_from for one in levels[1:]), max(until, levels[-1].valid_from)]
    first, days = levels[0].valid_from, (ends[-1] - levels[0].valid_from).days
    bottom = min(one.low for one in levels)
    span = max(one.high for one in levels) - bottom

    def across(day: date) -> int:
        return width * (day - first).days // days if days else 0

    def down(value: Decimal) -> int:
        return int(height - height * (value - bottom) / span) if span else height // 2

    return [
        Step(
            one,
            across(one.valid_from),
            down(one.high),
            (across(end) if days else width) - across(one.valid_from),
            down(one.low) - down(one.high),
        )
        for one, end in zip(levels, ends, strict=True)
    ]
