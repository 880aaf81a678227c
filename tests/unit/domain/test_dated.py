"""What is in force in a month: dated changes over the settings of today, and spans of nodes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from typing import Any
from uuid import UUID

from kpis.domain.aggregation import Aggregation, Observation
from kpis.domain.dated import DatedChange, ScoredSettings, segment_of, settings_in
from kpis.domain.monthly import DatedTarget, MonthlyScorecards, NodeInputs, NodeSettings
from kpis.domain.scorecard import ScorecardRow
from kpis.domain.scoring import DEFAULT_BANDS, Direction, Status, StatusBands, TargetSpec

GOAL, GROUP, ONE, TWO = (UUID(int=number) for number in (1, 2, 3, 4))
MARCH, APRIL, MAY, JUNE = (date(2026, month, 1) for month in (3, 4, 5, 6))


def settings(node_id: UUID, **more: Any) -> NodeSettings:
    return NodeSettings(
        **{
            "id": node_id,
            "parent_id": None,
            "weight": D(1),
            "unit": "count",
            "direction": Direction.HIGHER,
            "aggregation": Aggregation.SUM,
            "is_pooled": False,
            "responsible_side": "client",
            "baseline": None,
            **more,
        }
    )


TODAY = ScoredSettings((settings(ONE, formula="a + b"), settings(TWO)))


def weights(month: date, *changes: DatedChange) -> list[D]:
    return [one.weight for one in settings_in(month, TODAY, changes).nodes]


def test_without_changes_today_counts_always() -> None:
    assert settings_in(MAY, TODAY, ()) is TODAY


def test_what_lies_ahead_counts_from_its_month_on() -> None:
    change = DatedChange(ONE, MAY, {"weight": "3"})

    assert [weights(month, change)[0] for month in (APRIL, MAY, JUNE)] == [1, 3, 3]


def test_what_was_applied_leaves_the_months_before_as_they_were() -> None:
    change = DatedChange(ONE, MAY, {"weight": "1"}, {"weight": "7"})

    assert [weights(month, change)[0] for month in (APRIL, MAY, JUNE)] == [7, 1, 1]


def test_several_changes_count_in_their_order_also_backwards() -> None:
    ahead = (DatedChange(ONE, MAY, {"weight": "3"}), DatedChange(ONE, MAY, {"weight": "4"}))
    done = (
        DatedChange(ONE, APRIL, {"weight": "6"}, {"weight": "5"}),
        DatedChange(ONE, MAY, {"weight": "1"}, {"weight": "6"}),
    )

    assert weights(MAY, *ahead)[0] == 4
    assert [weights(month, *done)[0] for month in (MARCH, APRIL, MAY)] == [5, 6, 1]


def test_a_formula_changes_only_where_one_is_used() -> None:
    changes = [DatedChange(one, MAY, {"formula": "a - b"}) for one in (ONE, TWO)]

    assert [one.formula for one in settings_in(MAY, TODAY, changes).nodes] == ["a - b", ""]


def test_bands_change_and_a_node_that_is_gone_changes_nothing() -> None:
    bands = DatedChange(None, MAY, {"met": "90", "near": "60", "improve": "30"})
    gone = DatedChange(GOAL, MAY, {"weight": "9"})

    assert settings_in(APRIL, TODAY, [bands, gone]) == TODAY
    found = settings_in(MAY, TODAY, [bands, gone])
    assert found == ScoredSettings(TODAY.nodes, StatusBands(D(90), D(60), D(30)))
    assert ScoredSettings.from_json(found.to_json()) == found


def test_months_between_two_changes_have_one_number() -> None:
    changes = [DatedChange(ONE, month, {}) for month in (APRIL, JUNE, JUNE)]

    assert [segment_of(month, changes) for month in (MARCH, APRIL, MAY, JUNE)] == [0, 1, 1, 3]


def test_settings_from_before_there_were_bands_and_spans_are_read() -> None:
    content = TODAY.to_json()
    del content["bands"]
    for one in content["nodes"]:
        del one["counts_from"], one["retired_from"]

    assert ScoredSettings.from_json(content) == TODAY
    assert TODAY.bands == DEFAULT_BANDS


def test_spans_survive_json() -> None:
    node = settings(ONE, counts_from=APRIL, retired_from=JUNE)

    assert NodeSettings.from_json(node.to_json()) == node


def leaf(node_id: UUID, parent_id: UUID | None, value: int, **more: Any) -> NodeInputs:
    spec = TargetSpec(Direction.HIGHER, target=D(100), worst=D(0))
    months = (MARCH, APRIL, MAY, JUNE)
    return NodeInputs(
        **{
            "id": node_id,
            "parent_id": parent_id,
            "weight": D(1),
            "unit": "count",
            "aggregation": Aggregation.SUM,
            "is_pooled": False,
            "is_monitor_only": False,
            "targets": [DatedTarget(MARCH, spec)],
            "observations": [Observation(month, D(value)) for month in months],
            **more,
        }
    )


def group(node_id: UUID, parent_id: UUID | None, **more: Any) -> NodeInputs:
    return leaf(node_id, parent_id, 0, **{"targets": (), "observations": (), **more})


def scored(nodes: list[NodeInputs], month: date) -> dict[UUID, ScorecardRow[UUID]]:
    return {one.node_id: one for one in MonthlyScorecards(nodes).rows(month)}


def test_a_node_counts_in_its_span_only() -> None:
    nodes = [
        group(GOAL, None),
        leaf(ONE, GOAL, 100),
        leaf(TWO, GOAL, 0, counts_from=APRIL, retired_from=JUNE),
    ]

    found = [scored(nodes, month)[GOAL] for month in (MARCH, APRIL, MAY, JUNE)]

    assert [one.score for one in found] == [100, 50, 50, 100]
    assert {one.coverage for one in found} == {D(100)}
    assert TWO not in scored(nodes, JUNE)


def test_a_pool_takes_in_only_what_counts() -> None:
    nodes = [
        group(GOAL, None, is_pooled=True),
        leaf(ONE, GOAL, 10),
        leaf(TWO, GOAL, 5, retired_from=MAY),
    ]

    assert [scored(nodes, month)[GOAL].value for month in (APRIL, MAY)] == [15, 10]


def test_a_branch_goes_with_its_top() -> None:
    nodes = [
        group(GOAL, None),
        group(GROUP, GOAL, retired_from=MAY),
        leaf(ONE, GROUP, 0),
        leaf(TWO, GOAL, 80),
    ]

    assert set(scored(nodes, MAY)) == {GOAL, TWO}
    assert scored(nodes, MAY)[GOAL].score == 80


def test_a_group_that_loses_all_its_children_is_no_gap() -> None:
    nodes = [
        group(GOAL, None),
        group(GROUP, GOAL),
        leaf(ONE, GROUP, 0, retired_from=MAY),
        leaf(TWO, GOAL, 80),
    ]

    assert set(scored(nodes, MAY)) == {GOAL, TWO}
    assert scored(nodes, MAY)[GOAL].coverage == 100
    watched = [replace(one, is_monitor_only=True) if one.id == GROUP else one for one in nodes]
    assert GROUP in scored(watched, MAY), "what is only watched stays in sight"


def test_the_goal_stays_whatever_ends() -> None:
    nodes = [group(GOAL, None, retired_from=APRIL), leaf(ONE, GOAL, 50, retired_from=MAY)]

    assert set(scored(nodes, JUNE)) == {GOAL}


def test_the_months_bands_decide_the_status() -> None:
    nodes = [group(GOAL, None), leaf(ONE, GOAL, 75)]
    bands = StatusBands(D(75), D(60), D(40))

    found = {one.status for one in MonthlyScorecards(nodes, bands=bands).rows(MAY)}

    assert found == {Status.MET}
