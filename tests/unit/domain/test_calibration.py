"""Where a target lies in the past: the worked example V21 of the reference, and its edges."""

from decimal import Decimal as D

import pytest

from core.domain.rounding import RoundingRule, round_to
from kpis.domain.calibration import Calibration, Verdict, calibrate
from kpis.domain.past_values import MOST, read_past
from kpis.domain.scoring import Direction

V21 = [D(one) for one in (52, 47, 53, 49, 50, 55, 48, 51, 46, 54, 50, 45)]


def rounded(number: D | None, places: int) -> D | None:
    return None if number is None else round_to(number, RoundingRule.HALF_UP, places)


def test_the_worked_example() -> None:
    found = calibrate(V21, D(64), Direction.HIGHER)

    assert found.mean == 50
    assert rounded(found.moving_range, 3) == D("4.818")
    assert (rounded(found.low, 2), rounded(found.high, 2)) == (D("37.18"), D("62.82"))
    assert rounded(found.range_limit, 2) == D("15.75")
    assert (found.verdict, found.percentile, found.reached) == (Verdict.REASON, D(100), 0)


@pytest.mark.parametrize(
    ("target", "direction", "verdict"),
    [
        (64, Direction.HIGHER, Verdict.REASON),
        (45, Direction.HIGHER, Verdict.EASY),
        (50, Direction.HIGHER, Verdict.FITTING),
        (55, Direction.HIGHER, Verdict.FITTING),
        (36, Direction.LOWER, Verdict.REASON),
        (45, Direction.LOWER, Verdict.FITTING),
        (50, Direction.LOWER, Verdict.FITTING),
        (51, Direction.LOWER, Verdict.EASY),
        (64, Direction.BAND, Verdict.NONE),
        (64, Direction.MONITOR, Verdict.NONE),
        (None, Direction.HIGHER, Verdict.NONE),
    ],
)
def test_the_verdict_depends_on_which_way_is_better(
    target: int | None, direction: Direction, verdict: Verdict
) -> None:
    assert calibrate(V21, None if target is None else D(target), direction).verdict == verdict


def test_the_percentile_counts_equal_values_half() -> None:
    past = [D(10), D(20), D(20), D(30)]

    assert calibrate(past, D(20), Direction.HIGHER).percentile == 50
    assert calibrate(past, D(20), Direction.HIGHER).reached == 3
    assert calibrate(past, D(20), Direction.LOWER).reached == 3
    assert calibrate(past, D(25), Direction.BAND).reached is None


def test_a_short_past_says_little() -> None:
    assert calibrate([D(1), D(2)], D(5), Direction.HIGHER) == Calibration(2)
    few = calibrate([D(1), D(2), D(3)], D(50), Direction.HIGHER)
    assert (few.mean, few.low, few.range_limit, few.verdict) == (2, None, None, Verdict.FITTING)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("52 47 53", [52, 47, 53]),
        ("52,47,53", [52, 47, 53]),
        ("1,200\n1,350", [1200, 1350]),
        ("２０２６年４月\t９５.５%\n2026-05\t96%", [D("95.5"), 96]),
        ("2026/04 12件\n5月 13件", [12, 13]),
        ("52、47；53".replace("；", ";"), [52, 47, 53]),
        ("1\n\n-\n2", [1, 2]),
        ("", []),
    ],
)
def test_pasted_values_are_read(text: str, values: list[D | int]) -> None:
    assert list(read_past(text).values) == values
    assert read_past(text).unread == ()


def test_what_cannot_be_read_is_told_and_the_newest_are_kept() -> None:
    assert read_past("実績\n52\n五十").unread == ("実績", "五十")
    assert len(read_past(" ".join(["1"] * (MOST + 5))).values) == MOST
