"""Targets drawn as steps."""

from datetime import date
from decimal import Decimal as D

from kpis.domain.steps import Level, steps

START, MIDDLE, END = date(2026, 1, 1), date(2026, 1, 11), date(2026, 1, 21)


def level(day: date, low: int, high: int | None = None) -> Level:
    return Level(day, D(low), D(low if high is None else high))


def test_each_level_holds_until_the_next_and_the_last_until_the_end() -> None:
    found = steps([level(START, 10), level(MIDDLE, 20)], END, width=600, height=100)

    assert [(one.left, one.right) for one in found] == [(0, 300), (300, 600)]
    assert [one.top for one in found] == [100, 0]
    assert [one.height for one in found] == [0, 0]


def test_a_band_has_its_height() -> None:
    (found,) = steps([level(START, 10, 30)], END, width=600, height=100)

    assert (found.top, found.height) == (0, 100)


def test_equal_values_lie_in_the_middle() -> None:
    found = steps([level(START, 10), level(MIDDLE, 10)], END, width=600, height=100)

    assert [one.top for one in found] == [50, 50]


def test_a_level_that_lies_ahead_of_the_end_is_drawn_all_the_same() -> None:
    (found,) = steps([level(END, 10)], START, width=600, height=100)

    assert (found.left, found.width) == (0, 600)


def test_nothing_is_nothing() -> None:
    assert steps([], END, width=600, height=100) == []
