"""Scorecards: one row per node."""

from decimal import Decimal

import pytest

from kpis.domain.aggregation import NO_DATA, Measured, Missing, MissingReason, Value
from kpis.domain.scorecard import Reason, ScorecardNode, ScorecardRow, scorecard
from kpis.domain.scoring import Direction, Status, StatusBands, TargetSpec

ON_TIME = TargetSpec(Direction.HIGHER, Decimal(95), Decimal(80))
TREE = [
    ScorecardNode("goal", None),
    ScorecardNode("vendor", "goal", Decimal(3)),
    ScorecardNode("on_time", "vendor", Decimal(2)),
    ScorecardNode("defects", "vendor", Decimal(1)),
    ScorecardNode("visits", "goal", Decimal(1), is_monitor_only=True),
]


def rows_of(
    values: dict[str, Value], targets: dict[str, TargetSpec], **options: object
) -> dict[str, ScorecardRow[str]]:
    """Score the test tree."""
    rows = scorecard(TREE, values, targets, **options)  # type: ignore[arg-type]
    return {row.node_id: row for row in rows}


def shown(*values: object) -> tuple[object, ...]:
    """Put values side by side, so that one assertion compares them all."""
    return values


def test_one_row_per_node_in_the_order_of_the_tree() -> None:
    rows = scorecard(TREE, {}, {})

    assert [row.node_id for row in rows] == ["goal", "vendor", "on_time", "defects", "visits"]


def test_a_measured_kpi_is_scored() -> None:
    value = Measured(Decimal("87.5"), Decimal(35), Decimal(40))

    row = rows_of({"on_time": value}, {"on_time": ON_TIME})["on_time"]

    assert shown(row.value, row.numerator, row.denominator) == (Decimal("87.5"), 35, 40)
    assert row.target == ON_TIME
    assert row.has_target
    assert row.attainment is not None
    assert round(row.attainment, 1) == Decimal("92.1")
    assert shown(row.own_score, row.score, row.rolled_score) == (50, 50, None)
    assert row.status is Status.IMPROVE
    assert shown(row.coverage, row.low, row.high) == (100, 50, 50)
    assert shown(row.weight, row.is_partial, row.reason) == (2, False, None)


def test_scores_roll_up_over_what_is_there() -> None:
    rows = rows_of(
        {"on_time": Measured(Decimal(95)), "visits": Measured(Decimal(9))},
        {"on_time": ON_TIME, "defects": TargetSpec(Direction.LOWER, Decimal(2))},
    )

    vendor = rows["vendor"]
    assert shown(vendor.score, vendor.rolled_score, vendor.own_score) == (100, 100, None)
    assert vendor.status is Status.MET
    assert vendor.is_partial
    assert round(vendor.coverage, 2) == Decimal("66.67")
    assert round(vendor.low, 2) == Decimal("66.67")
    assert vendor.high == 100
    assert rows["defects"].status is Status.NONE
    assert rows["defects"].reason is Reason.NO_DATA
    assert rows["goal"].score == 100


def test_a_goal_shows_its_own_result_beside_that_of_its_children() -> None:
    rows = rows_of(
        {"goal": Measured(Decimal(60)), "on_time": Measured(Decimal(95))},
        {"goal": TargetSpec(Direction.HIGHER, Decimal(100)), "on_time": ON_TIME},
    )

    goal = rows["goal"]
    assert shown(goal.own_score, goal.rolled_score, goal.score) == (60, 100, 60)
    assert goal.status is Status.IMPROVE
    assert goal.attainment == 60


def test_a_goal_without_data_is_not_judged_by_its_children() -> None:
    rows = rows_of(
        {"on_time": Measured(Decimal(95))},
        {"goal": TargetSpec(Direction.HIGHER, Decimal(100)), "on_time": ON_TIME},
    )

    goal = rows["goal"]
    assert shown(goal.own_score, goal.rolled_score, goal.score) == (None, 100, 100)
    assert goal.status is Status.NONE


@pytest.mark.parametrize(
    ("value", "target", "reason"),
    [
        (NO_DATA, ON_TIME, Reason.NO_DATA),
        (Missing(MissingReason.ZERO_DENOMINATOR), ON_TIME, Reason.ZERO_DENOMINATOR),
        (Missing(MissingReason.CHILD_MISSING), ON_TIME, Reason.CHILD_MISSING),
        (Measured(Decimal(90)), None, Reason.NO_TARGET),
        (Measured(Decimal(90)), TargetSpec(Direction.HIGHER), Reason.NO_TARGET),
        (Measured(Decimal(90)), TargetSpec(Direction.MONITOR), Reason.MONITOR_ONLY),
        (
            Measured(Decimal(90)),
            TargetSpec(Direction.HIGHER, Decimal(5), Decimal(5)),
            Reason.TARGET_INVALID,
        ),
    ],
)
def test_no_score_has_a_reason(value: Value, target: TargetSpec | None, reason: Reason) -> None:
    targets = {} if target is None else {"on_time": target}

    row = rows_of({"on_time": value}, targets)["on_time"]

    assert row.reason is reason
    assert row.own_score is None
    assert row.status is Status.NONE
    assert row.value == (value.amount if isinstance(value, Measured) else None)


def test_every_reason_of_a_missing_value_has_its_word() -> None:
    assert {reason.value for reason in MissingReason} <= {reason.value for reason in Reason}


def test_a_watched_kpi_never_counts() -> None:
    target = {"on_time": ON_TIME, "visits": TargetSpec(Direction.HIGHER, Decimal(10))}

    rows = rows_of({"on_time": Measured(Decimal(95)), "visits": Measured(Decimal(1))}, target)

    assert rows["visits"].reason is Reason.MONITOR_ONLY
    assert not rows["visits"].has_target
    assert rows["goal"].score == 100
    monitored = {"on_time": ON_TIME, "defects": TargetSpec(Direction.MONITOR)}
    assert rows_of({"on_time": Measured(Decimal(95))}, monitored)["vendor"].coverage == 100


def test_an_unsigned_target_gives_a_reference_value_only() -> None:
    row = rows_of({"on_time": Measured(Decimal(95))}, {"on_time": ON_TIME}, unsigned={"on_time"})[
        "on_time"
    ]

    assert shown(row.attainment, row.own_score, row.status) == (100, None, Status.NONE)
    assert row.reason is Reason.TARGET_NOT_SIGNED


def test_a_partial_value_makes_a_partial_row() -> None:
    value = Measured(Decimal(95), is_partial=True)

    assert rows_of({"on_time": value}, {"on_time": ON_TIME})["on_time"].is_partial


def test_the_bands_are_those_of_the_tree() -> None:
    bands = StatusBands(met=Decimal(50), near=Decimal(40), improve=Decimal(30))

    rows = rows_of({"on_time": Measured(Decimal("87.5"))}, {"on_time": ON_TIME}, bands=bands)

    assert rows["on_time"].status is Status.MET
