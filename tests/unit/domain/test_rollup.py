"""Scores up the tree, with coverage and interval."""

from decimal import Decimal

import pytest

from kpis.domain.rollup import BrokenTree, RollUp, ScoreNode, children_of, roll_up


def node(
    node_id: str,
    parent_id: str | None = "root",
    points: int | str | None = None,
    weight: str | int = 1,
    *,
    monitor: bool = False,
) -> ScoreNode[str]:
    """Make a node of a test tree."""
    own_score = None if points is None else Decimal(points)
    return ScoreNode(node_id, parent_id, Decimal(weight), own_score, monitor)


def summary(result: RollUp) -> tuple[object, ...]:
    """Return score, coverage, low and high."""
    return (result.score, result.coverage, result.low, result.high)


def test_the_mean_is_taken_over_what_is_there() -> None:
    """V8: 80 (40), 60 (30), missing (20), 100 (10)."""
    result = roll_up(
        [
            node("root", None),
            node("a", points=80, weight=40),
            node("b", points=60, weight=30),
            node("c", weight=20),
            node("d", points=100, weight=10),
        ]
    )["root"]

    assert summary(result) == (75, 80, 60, 80)
    assert result.is_partial


def test_a_new_vendor_without_data_is_not_judged() -> None:
    """V9: neither 100 nor 0."""
    result = roll_up([node("root", None), node("new")])

    for place in ("root", "new"):
        assert summary(result[place]) == (None, 0, 0, 100)


def test_weights_need_not_add_up_to_100() -> None:
    """V30: eight times 11.1 and 11.2."""
    leaves = [node(f"n{index}", points=100, weight="11.1") for index in range(8)]

    result = roll_up([node("root", None), *leaves, node("last", points=100, weight="11.2")])["root"]

    assert summary(result) == (100, 100, 100, 100)
    assert not result.is_partial


def test_the_coverage_of_a_branch_counts_in_its_share() -> None:
    result = roll_up(
        [
            node("root", None),
            node("branch", weight=3),
            node("a", "branch", points=90),
            node("b", "branch"),
            node("c", points=50, weight=1),
        ]
    )

    assert summary(result["branch"]) == (90, 50, 45, 95)
    assert summary(result["root"]) == (80, Decimal("62.5"), Decimal("46.25"), Decimal("83.75"))


def test_a_node_with_its_own_score_passes_that_up_and_shows_its_children_beside() -> None:
    result = roll_up(
        [
            node("root", None),
            node("kgi", points=40),
            node("a", "kgi", points=100),
            node("b", "kgi"),
        ]
    )

    assert result["kgi"] == RollUp(
        Decimal(40), Decimal(100), Decimal(100), Decimal(40), Decimal(40)
    )
    assert result["root"].score == 40


def test_a_node_without_its_own_score_passes_up_its_children() -> None:
    result = roll_up([node("root", None), node("late"), node("a", "late", points=70)])

    assert result["root"].score == 70
    assert result["root"].rolled_score == 70


def test_what_is_only_watched_does_not_count() -> None:
    result = roll_up(
        [
            node("root", None),
            node("watched", points=0, weight=9, monitor=True),
            node("group", weight=9),
            node("inner", "group", monitor=True),
            node("scored", points=80),
        ]
    )

    assert summary(result["root"]) == (80, 100, 80, 80)
    assert not result["watched"].counts
    assert not result["group"].counts
    assert not result["group"].is_partial


def test_a_watched_goal_still_shows_its_children() -> None:
    result = roll_up([node("goal", None, points=10, monitor=True), node("a", "goal", points=80)])

    assert result["goal"].score == 80
    assert result["goal"].counts


def test_a_weight_of_zero_does_not_count() -> None:
    result = roll_up([node("root", None), node("a", points=10, weight=0), node("b", points=90)])

    assert summary(result["root"]) == (90, 100, 90, 90)


def test_a_branch_without_weight_is_out() -> None:
    result = roll_up(
        [node("root", None), node("group"), node("a", "group", weight=0), node("b", points=90)]
    )

    assert summary(result["root"]) == (90, 100, 90, 90)


def test_a_part_of_a_tree_has_its_own_roots() -> None:
    result = roll_up([node("branch", "hidden"), node("a", "branch", points=70)])

    assert result["branch"].score == 70


def test_equal_scores_have_exactly_that_mean() -> None:
    leaves = [node(f"n{index}", points="33.3333333333", weight="0.7") for index in range(7)]

    assert roll_up([node("root", None), *leaves])["root"].score == Decimal("33.3333333333")


def test_the_answer_keeps_the_order_of_the_nodes() -> None:
    assert list(roll_up([node("b", "a"), node("a", None), node("c", "a")])) == ["b", "a", "c"]


def test_a_plain_node_has_weight_one_and_counts() -> None:
    plain = ScoreNode("a", "root", own_score=Decimal(60))
    heavy = ScoreNode("b", "root", Decimal(3), Decimal(100))

    assert roll_up([node("root", None), plain, heavy])["root"].score == 90


def test_a_negative_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        node("a", weight=-1)


def test_a_cycle_is_refused() -> None:
    with pytest.raises(BrokenTree):
        roll_up([node("root", None), node("a", "b"), node("b", "a")])


def test_nothing_rolls_up_to_nothing() -> None:
    assert roll_up([]) == {}
    assert children_of({}) == {None: []}
