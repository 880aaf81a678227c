"""Scorecards month by month: targets in force, pooled rates, gaps."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from uuid import UUID

import pytest

from kpis.domain.aggregation import Aggregation, Observation
from kpis.domain.formulas.parse import parse
from kpis.domain.monthly import (
    DatedTarget,
    MonthlyScorecards,
    NodeInputs,
    NodeSettings,
    in_chunks,
    months_with_data,
)
from kpis.domain.scorecard import Reason, ScorecardRow
from kpis.domain.scoring import Direction, Status, TargetSpec

GOAL, ONE, TWO = (UUID(int=number) for number in (1, 2, 3))


def ratio(month: date, numerator: int, denominator: int) -> Observation:
    return Observation(month, numerator=D(numerator), denominator=D(denominator))


def on_time(
    node_id: UUID,
    *observations: Observation,
    targets: tuple[DatedTarget, ...] = (),
    is_pooled: bool = False,
) -> NodeInputs:
    return NodeInputs(
        id=node_id,
        parent_id=None if node_id == GOAL else GOAL,
        weight=D(1),
        unit="percent",
        aggregation=Aggregation.RATIO,
        is_pooled=is_pooled,
        is_monitor_only=False,
        targets=targets,
        observations=observations,
    )


def target(valid_from: date, value: int, *, is_signed: bool = True) -> DatedTarget:
    spec = TargetSpec(Direction.HIGHER, target=D(value), worst=D(0))
    return DatedTarget(valid_from, spec, is_signed=is_signed)


def row(rows: tuple[ScorecardRow[UUID], ...], node_id: UUID) -> ScorecardRow[UUID]:
    return next(one for one in rows if one.node_id == node_id)


def test_a_parent_pools_its_childrens_rate() -> None:
    """V10: 1/1 and 40/50 on time are 41/51 = 80.39 %, not the mean of 100 % and 80 %."""
    april = date(2015, 4, 1)
    nodes = [
        on_time(GOAL, is_pooled=True),
        on_time(ONE, ratio(april, 1, 1)),
        on_time(TWO, ratio(april, 40, 50)),
    ]

    goal = row(MonthlyScorecards(nodes).rows(april), GOAL)

    assert (goal.numerator, goal.denominator) == (41, 51)
    assert round(goal.value or D(0), 2) == D("80.39")


def test_each_month_is_scored_by_the_target_in_force_then() -> None:
    """V28: 95 % until June, 97 % from July: 96 % is met in June and not in July."""
    june, july = date(2026, 6, 1), date(2026, 7, 1)
    node = on_time(
        GOAL,
        ratio(june, 96, 100),
        ratio(july, 96, 100),
        targets=(target(date(2026, 1, 1), 95), target(july, 97)),
    )

    scorecards = MonthlyScorecards([node])

    assert row(scorecards.rows(june), GOAL).status == Status.MET
    assert row(scorecards.rows(july), GOAL).status == Status.NEAR


def test_an_unsigned_target_gives_a_reference_only() -> None:
    month = date(2026, 6, 1)
    node = on_time(GOAL, ratio(month, 96, 100), targets=(target(month, 95, is_signed=False),))

    result = row(MonthlyScorecards([node]).rows(month), GOAL)

    assert result.score is None
    assert result.status == Status.NONE
    assert result.reason == Reason.TARGET_NOT_SIGNED
    assert result.attainment is not None


def test_a_month_without_data_has_no_value() -> None:
    node = on_time(GOAL, ratio(date(2026, 6, 1), 1, 1), targets=(target(date(2026, 1, 1), 95),))

    result = row(MonthlyScorecards([node]).rows(date(2026, 7, 1)), GOAL)

    assert result.value is None
    assert result.status == Status.NONE
    assert result.coverage == 0


def test_days_of_a_month_belong_together_and_diff_looks_back() -> None:
    stock = NodeInputs(
        id=GOAL,
        parent_id=None,
        weight=D(1),
        unit="count",
        aggregation=Aggregation.DIFF,
        is_pooled=False,
        is_monitor_only=False,
        targets=(),
        observations=(
            Observation(date(2026, 5, 31), value=D(100)),
            Observation(date(2026, 6, 10), value=D(120)),
            Observation(date(2026, 6, 30), value=D(130)),
        ),
    )

    assert row(MonthlyScorecards([stock]).rows(date(2026, 6, 1)), GOAL).value == 30


def test_months_run_from_the_first_to_the_last_observation() -> None:
    nodes = [
        on_time(GOAL, is_pooled=True),
        on_time(ONE, ratio(date(2015, 11, 30), 1, 1), ratio(date(2016, 1, 2), 1, 1)),
    ]

    assert months_with_data(nodes) == [date(2015, 11, 1), date(2015, 12, 1), date(2016, 1, 1)]
    assert months_with_data([on_time(GOAL)]) == []


def test_chunks_keep_order_and_lose_nothing() -> None:
    months = [date(2015, month, 1) for month in range(1, 6)]

    assert [len(chunk) for chunk in in_chunks(months, 2)] == [2, 2, 1]
    assert [month for chunk in in_chunks(months, 2) for month in chunk] == months


def counted(node_id: UUID, key: str, *values: int) -> NodeInputs:
    return NodeInputs(
        id=node_id,
        parent_id=GOAL,
        weight=D(1),
        unit="count",
        aggregation=Aggregation.SUM,
        is_pooled=False,
        is_monitor_only=False,
        targets=(),
        observations=tuple(
            Observation(date(2026, month, 1), value=D(value))
            for month, value in enumerate(values, start=4)
        ),
        key=key,
    )


def per_lead(*, cost: tuple[int, ...], leads: tuple[int, ...]) -> MonthlyScorecards:
    goal = replace(
        counted(GOAL, "cpl"),
        parent_id=None,
        formula=parse("cost / leads", keys=["cost", "leads"]),
        targets=(target(date(2026, 1, 1), 3000),),
    )
    return MonthlyScorecards([goal, counted(ONE, "cost", *cost), counted(TWO, "leads", *leads)])


def test_a_formula_is_computed_from_the_values_of_the_month() -> None:
    scorecards = per_lead(cost=(900_000, 1_000_000), leads=(300, 400))

    assert row(scorecards.rows(date(2026, 4, 1)), GOAL).value == 3000
    assert row(scorecards.rows(date(2026, 5, 1)), GOAL).value == 2500


def test_a_formula_without_a_value_or_over_zero_is_missing_and_never_zero() -> None:
    scorecards = per_lead(cost=(900_000, 1_000_000), leads=(0,))
    over_zero = row(scorecards.rows(date(2026, 4, 1)), GOAL)
    without = row(scorecards.rows(date(2026, 5, 1)), GOAL)

    assert (over_zero.value, over_zero.reason) == (None, Reason.ZERO_DENOMINATOR)
    assert (without.value, without.reason) == (None, Reason.NO_DATA)


@pytest.mark.parametrize(
    "settings",
    [
        NodeSettings(
            GOAL,
            None,
            D("1.00"),
            "yen",
            Direction.LOWER,
            Aggregation.SUM,
            is_pooled=False,
            responsible_side="client",
            baseline=None,
        ),
        NodeSettings(
            ONE,
            GOAL,
            D("11.2"),
            "percent",
            Direction.BAND,
            Aggregation.RATIO,
            is_pooled=True,
            responsible_side="vendor",
            baseline=D("-0.5"),
            key="cpl",
            formula="cost / leads",
            counts_from=date(2026, 4, 1),
            retired_from=date(2027, 4, 1),
        ),
    ],
)
def test_the_settings_of_a_scored_month_come_back_from_json(settings: NodeSettings) -> None:
    written = json.loads(json.dumps(settings.to_json()))

    assert NodeSettings.from_json(written) == settings


def test_settings_that_are_older_than_the_validity_of_kpis_count_always() -> None:
    known = NodeSettings(
        GOAL, None, D(1), "yen", Direction.HIGHER, Aggregation.SUM, False, "client", None
    ).to_json()
    del known["counts_from"], known["retired_from"]

    restored = NodeSettings.from_json(known)

    assert (restored.counts_from, restored.retired_from) == (None, None)
