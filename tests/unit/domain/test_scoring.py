"""Attainment, score and status, with the worked examples of the trade."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from kpis.domain.scoring import (
    Direction,
    InvalidTarget,
    Status,
    StatusBands,
    TargetSpec,
    attainment,
    check_target,
    default_worst,
    has_target,
    is_met,
    score,
    status_of,
    target_in_force,
    with_defaults,
)

HIGHER, LOWER, BAND = Direction.HIGHER, Direction.LOWER, Direction.BAND


def number(text: str | int | None) -> Decimal | None:
    """Read a number, or nothing."""
    return None if text is None else Decimal(text)


def higher(
    target: str | int, worst: str | int | None = None, baseline: str | int | None = None
) -> TargetSpec:
    """Make a target that should be exceeded."""
    return TargetSpec(HIGHER, number(target), number(worst), number(baseline))


def lower(
    target: str | int, worst: str | int | None = None, baseline: str | int | None = None
) -> TargetSpec:
    """Make a target that should be undercut."""
    return TargetSpec(LOWER, number(target), number(worst), number(baseline))


def band(
    low: str, high: str, worst_low: str | None = None, worst_high: str | None = None
) -> TargetSpec:
    """Make a target that should be kept to."""
    return TargetSpec(
        BAND,
        accept_low=number(low),
        accept_high=number(high),
        worst_low=number(worst_low),
        worst_high=number(worst_high),
    )


CTR = band("1", "2", "0.5", "4")


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0.4", 0), ("0.5", 0), ("0.75", 50), ("1", 100), ("1.5", 100), ("2", 100), ("3", 50),
     ("4", 0)],
)  # fmt: skip
def test_a_band_is_a_trapezoid(value: str, expected: int) -> None:
    """V12: CTR accepted from 1 to 2 %, worthless at 0.5 and 4 %."""
    assert score(Decimal(value), CTR) == expected


@pytest.mark.parametrize(("actual", "expected"), [(80, 50), (70, 75), (50, 125), (100, 0)])
def test_fewer_bugs_are_progress_from_the_baseline(actual: int, expected: int) -> None:
    """V6: bugs from 100 to 60."""
    assert attainment(Decimal(actual), lower(60, baseline=100)) == expected


def test_attainment_is_not_capped_but_the_score_is() -> None:
    """V2: CPA 10,000 to 7,800 with a target of 20 % less."""
    spec = lower(8000, baseline=10_000)

    assert attainment(Decimal(7800), spec) == 110
    assert score(Decimal(7800), spec) == 100


def test_over_achievement_counts_where_the_kpi_allows_it() -> None:
    spec = TargetSpec(HIGHER, Decimal(100), Decimal(0), cap=None)

    assert score(Decimal(150), spec) == 150


def test_half_way_from_200_to_0_is_half() -> None:
    """V7: start 200, end 0, current 100."""
    assert score(Decimal(100), lower(0, worst=200)) == 50
    assert attainment(Decimal(100), lower(0, baseline=200)) == 50


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        (higher(5, worst=5), "worst_equals_target"),
        (lower(5, worst=5), "worst_equals_target"),
        (higher(5, worst=6), "worst_on_good_side"),
        (lower(5, worst=4), "worst_on_good_side"),
        (band("1", "2", "1", "4"), "worst_equals_target"),
        (band("1", "2", "0", "2"), "worst_equals_target"),
        (band("1", "2", "1.5", "4"), "worst_on_good_side"),
        (band("1", "2", "0", "1.5"), "worst_on_good_side"),
        (band("2", "1", "0", "4"), "band_reversed"),
        (band("0", "0"), "worst_equals_target"),
        (TargetSpec(HIGHER), "no_target"),
        (TargetSpec(BAND, accept_low=Decimal(1)), "no_target"),
        (TargetSpec(Direction.MONITOR), "monitor_only"),
        (TargetSpec(HIGHER, Decimal(5), cap=Decimal(99)), "cap_below_full"),
    ],
)
def test_a_scale_without_length_or_sense_is_an_error(spec: TargetSpec, code: str) -> None:
    """V7: start = end is an error, never 50."""
    with pytest.raises(InvalidTarget) as refused:
        score(Decimal(5), spec)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("value", "expected"), [("80", 0), ("79", 0), ("87.5", 50), ("95", 100), ("99", 100)]
)
def test_higher_is_a_line_from_worst_to_target(value: str, expected: int) -> None:
    assert score(Decimal(value), higher(95, worst=80)) == expected


@pytest.mark.parametrize(("value", "expected"), [(12, 0), (10, 0), (9, 50), (8, 100), (6, 100)])
def test_lower_is_the_same_line_the_other_way(value: int, expected: int) -> None:
    assert score(Decimal(value), lower(8, worst=10)) == expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (higher(95, baseline=80), 80),
        (higher(95, baseline=95), 0),
        (higher(95, baseline=99), 0),
        (higher(95), 0),
        (higher("0.5"), 0),
        (lower(8, baseline=10), 10),
        (lower(8, baseline=8), 16),
        (lower(8), 16),
        (higher(-100), -200),
        (lower(-100), 0),
        (higher(0), None),
        (lower(0), None),
        (lower(0, baseline=5), 5),
        (TargetSpec(HIGHER), None),
    ],
)
def test_the_default_worst_value(spec: TargetSpec, expected: int | None) -> None:
    assert default_worst(spec) == expected


def test_defaults_are_filled_in_where_nothing_was_said() -> None:
    assert with_defaults(higher(95)).worst == 0
    assert with_defaults(higher(95, worst=80)).worst == 80
    assert with_defaults(band("10", "20")) == band("10", "20", "0", "30")
    assert with_defaults(band("10", "10")) == band("10", "10", "0", "20")
    assert with_defaults(CTR) == CTR
    assert with_defaults(TargetSpec(Direction.MONITOR)) == TargetSpec(Direction.MONITOR)
    assert with_defaults(TargetSpec(BAND)) == TargetSpec(BAND)
    half = TargetSpec(BAND, accept_low=Decimal(1))
    assert with_defaults(half) == half


@pytest.mark.parametrize(("value", "expected"), [(0, 100), (1, 0), (-1, 100)])
def test_a_target_of_zero_without_baseline_is_met_or_not(value: int, expected: int) -> None:
    assert score(Decimal(value), lower(0)) == expected


@pytest.mark.parametrize(
    ("value", "spec", "expected"),
    [
        (120, higher(100), 120),
        (90, higher(100, baseline=80), 90),
        ("0.4", higher("0.5", baseline="0.3"), 80),
        (5, lower(10), 150),
        (10, lower(10), 100),
        (25, lower(10), -50),
        (-150, higher(-100), 50),
        (-50, higher(-100), 150),
        (-50, lower(-100), 50),
        (1, higher(0, baseline=-1), 200),
        (0, lower(0), 100),
        (1, lower(0), None),
        (1, TargetSpec(HIGHER), None),
        (1, TargetSpec(Direction.MONITOR), None),
        (1, CTR, 100),
        (3, CTR, 50),
    ],
)
def test_attainment_is_shown_in_the_trades_way(
    value: int | str, spec: TargetSpec, expected: int | None
) -> None:
    assert attainment(Decimal(value), spec) == expected


def test_exactly_on_target_is_met() -> None:
    """V34: a reply within 24 hours, after exactly 24.0 hours."""
    day = lower("24")

    assert is_met(Decimal("24.0"), day)
    assert score(Decimal("24.0"), day) == 100
    assert not is_met(Decimal("24.01"), day)
    assert is_met(Decimal(95), higher(95))
    assert not is_met(Decimal("94.99"), higher(95))


@pytest.mark.parametrize(
    ("value", "expected"), [("0.99", False), ("1", True), ("2", True), ("2.01", False)]
)
def test_the_ends_of_a_band_are_inside(value: str, expected: bool) -> None:
    assert is_met(Decimal(value), CTR) is expected


def test_nothing_is_met_without_a_target() -> None:
    with pytest.raises(InvalidTarget):
        is_met(Decimal(1), TargetSpec(HIGHER))
    with pytest.raises(InvalidTarget):
        is_met(Decimal(1), TargetSpec(BAND))
    with pytest.raises(InvalidTarget):
        is_met(Decimal(1), TargetSpec(BAND, accept_low=Decimal(0)))


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (higher(1), True),
        (TargetSpec(HIGHER), False),
        (CTR, True),
        (TargetSpec(BAND, accept_low=Decimal(1)), False),
        (TargetSpec(BAND, accept_high=Decimal(1)), False),
        (TargetSpec(Direction.MONITOR, Decimal(1)), False),
    ],
)
def test_monitoring_has_no_target(spec: TargetSpec, expected: bool) -> None:
    assert has_target(spec) is expected


def test_a_good_target_passes_the_check() -> None:
    check_target(higher(95, worst=80))
    check_target(lower(0))
    check_target(CTR)


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ("100", Status.MET),
        ("125", Status.MET),
        ("99.9999999999", Status.NEAR),
        ("80", Status.NEAR),
        ("79.9999999999", Status.IMPROVE),
        ("50", Status.IMPROVE),
        ("49.9999999999", Status.MISSED),
        ("0", Status.MISSED),
        (None, Status.NONE),
    ],
)
def test_exactly_on_a_bound_belongs_to_the_better_band(
    points: str | None, expected: Status
) -> None:
    assert status_of(number(points)) is expected


@pytest.mark.parametrize(
    ("points", "expected"),
    [(30, Status.IMPROVE), (50, Status.NEAR), (80, Status.MET), (100, Status.MET),
     (29, Status.MISSED)],
)  # fmt: skip
def test_other_bands_are_closed_at_the_top_too(points: int, expected: Status) -> None:
    """V31: the bands 0, 30, 50, 80, 100."""
    bands = StatusBands(met=Decimal(80), near=Decimal(50), improve=Decimal(30))

    assert status_of(Decimal(points), bands) is expected


@dataclass(frozen=True)
class Promise:
    """A target with the day from which it holds."""

    valid_from: date
    target: int


def test_a_period_is_scored_by_the_target_in_force() -> None:
    """V28: 95 until June, 97 from July 1; 99 from October changes neither."""
    promises = [Promise(date(2026, 4, 1), 95), Promise(date(2026, 7, 1), 97)]
    later = [*promises, Promise(date(2026, 10, 1), 99)]

    for known in (promises, later):
        june = target_in_force(known, date(2026, 6, 1))
        july = target_in_force(known, date(2026, 7, 1))

        assert june is not None
        assert july is not None
        assert is_met(Decimal(96), higher(june.target))
        assert not is_met(Decimal(96), higher(july.target))


def test_before_the_first_target_there_is_none() -> None:
    assert target_in_force([Promise(date(2026, 4, 1), 95)], date(2026, 3, 31)) is None


def test_the_order_of_dates_does_not_matter_and_a_correction_wins() -> None:
    july, april = Promise(date(2026, 7, 1), 97), Promise(date(2026, 4, 1), 95)
    corrected = Promise(date(2026, 7, 1), 98)

    assert target_in_force([july, april], date(2026, 8, 1)) == july
    assert target_in_force([july, april, corrected], date(2026, 8, 1)) == corrected
