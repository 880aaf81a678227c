"""What always holds for values, scores and roll-up."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from kpis.domain.aggregation import Aggregation, Measured, Observation, aggregate, pool
from kpis.domain.rollup import ScoreNode, roll_up
from kpis.domain.scorecard import ScorecardNode, scorecard
from kpis.domain.scoring import (
    Direction,
    Status,
    TargetSpec,
    attainment,
    default_worst,
    is_met,
    score,
    status_of,
)

VALUES = st.decimals(-(10**6), 10**6, places=3)
SCORES = st.decimals(0, 100, places=4)
WEIGHTS = st.decimals(0, 50, places=2)
COUNTS = st.integers(0, 1000).map(Decimal)
SIDES = st.sampled_from([Direction.HIGHER, Direction.LOWER])


@st.composite
def lines(draw: st.DrawFn) -> TargetSpec:
    """Draw a scale with length that points the right way."""
    direction = draw(SIDES)
    low, high = sorted([draw(VALUES), draw(VALUES)])
    assume(low < high)
    if direction == Direction.HIGHER:
        return TargetSpec(direction, target=high, worst=low)
    return TargetSpec(direction, target=low, worst=high)


@st.composite
def bands(draw: st.DrawFn) -> TargetSpec:
    """Draw a band with its limits in order."""
    worst_low, low, high, worst_high = sorted(draw(st.lists(VALUES, min_size=4, max_size=4)))
    assume(worst_low < low and high < worst_high)
    return TargetSpec(
        Direction.BAND,
        accept_low=low,
        accept_high=high,
        worst_low=worst_low,
        worst_high=worst_high,
    )


@st.composite
def trees(draw: st.DrawFn) -> list[ScoreNode[int]]:
    """Draw a tree of up to 12 nodes; a parent has a smaller number than its children."""
    size = draw(st.integers(1, 12))
    return [
        ScoreNode(
            number,
            None if number == 0 else draw(st.integers(0, number - 1)),
            draw(WEIGHTS),
            draw(st.none() | SCORES),
            draw(st.booleans()),
        )
        for number in range(size)
    ]


@st.composite
def observed(draw: st.DrawFn) -> list[Observation]:
    """Draw ratios on different days."""
    parts = draw(st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=8))
    start = date(2026, 4, 1)
    return [
        Observation(start + timedelta(days=day), numerator=top, denominator=bottom)
        for day, (top, bottom) in enumerate(parts)
    ]


@given(lines() | bands(), VALUES)
def test_a_score_is_between_0_and_100(spec: TargetSpec, value: Decimal) -> None:
    assert 0 <= score(value, spec) <= 100


@given(lines())
def test_worst_is_0_and_target_is_100(spec: TargetSpec) -> None:
    assert spec.worst is not None
    assert spec.target is not None
    assert score(spec.worst, spec) == 0
    assert score(spec.target, spec) == 100


@given(lines(), VALUES, VALUES)
def test_a_better_value_never_scores_less(spec: TargetSpec, one: Decimal, other: Decimal) -> None:
    worse, better = sorted([one, other], reverse=spec.direction == Direction.LOWER)

    assert score(worse, spec) <= score(better, spec)


@given(lines(), VALUES)
def test_lower_is_the_mirror_image_of_higher(spec: TargetSpec, value: Decimal) -> None:
    assert spec.worst is not None
    assert spec.target is not None
    other = Direction.LOWER if spec.direction == Direction.HIGHER else Direction.HIGHER
    mirrored = TargetSpec(other, target=-spec.target, worst=-spec.worst)

    assert score(value, spec) == score(-value, mirrored)


@given(lines() | bands(), VALUES)
def test_what_is_met_has_full_marks_and_nothing_else_has(spec: TargetSpec, value: Decimal) -> None:
    is_full = status_of(score(value, spec)) is Status.MET

    assert is_full is is_met(value, spec)


@given(SIDES, VALUES, st.none() | VALUES, VALUES)
def test_attainment_is_100_exactly_on_target(
    direction: Direction, target: Decimal, baseline: Decimal | None, value: Decimal
) -> None:
    spec = TargetSpec(direction, target, baseline=baseline)
    reached = attainment(value, spec)

    assert attainment(target, spec) == 100
    if reached is not None:
        assert (reached >= 100) is is_met(value, spec)


@given(SIDES, VALUES, st.none() | VALUES)
def test_the_default_worst_is_on_the_bad_side(
    direction: Direction, target: Decimal, baseline: Decimal | None
) -> None:
    worst = default_worst(TargetSpec(direction, target, baseline=baseline))

    if worst is not None:
        assert worst < target if direction == Direction.HIGHER else worst > target


@given(trees(), st.randoms(use_true_random=False), st.integers(1, 1000))
def test_roll_up_depends_on_neither_order_nor_scale_of_weights(
    nodes: list[ScoreNode[int]], random: Random, factor: int
) -> None:
    shuffled = [
        ScoreNode(node.id, node.parent_id, node.weight * factor, node.own_score,
                  node.is_monitor_only)
        for node in nodes
    ]  # fmt: skip
    random.shuffle(shuffled)

    assert roll_up(shuffled) == roll_up(nodes)


@given(trees())
def test_a_score_lies_in_its_interval(nodes: list[ScoreNode[int]]) -> None:
    for result in roll_up(nodes).values():
        assert 0 <= result.low <= result.high <= 100
        assert 0 <= result.coverage <= 100
        if result.score is not None:
            assert result.low <= result.score <= result.high


@given(trees(), SCORES)
def test_filling_a_gap_stays_in_the_interval(nodes: list[ScoreNode[int]], filled: Decimal) -> None:
    parents = {node.parent_id for node in nodes}
    complete = [
        ScoreNode(node.id, node.parent_id, node.weight, filled, node.is_monitor_only)
        if node.own_score is None and node.id not in parents
        else node
        for node in nodes
    ]
    before, after = roll_up(nodes)[0], roll_up(complete)[0]

    assert before.low <= after.low <= after.high <= before.high
    assert after.coverage >= before.coverage


@given(observed(), st.sampled_from(Aggregation), st.randoms(use_true_random=False))
def test_the_order_of_observations_changes_nothing(
    observations: list[Observation], aggregation: Aggregation, random: Random
) -> None:
    shuffled = list(observations)
    random.shuffle(shuffled)

    assert aggregate(shuffled, aggregation) == aggregate(observations, aggregation)


@given(observed(), st.integers(0, 8))
def test_a_pooled_rate_is_the_rate_of_the_whole(observations: list[Observation], cut: int) -> None:
    halves = [
        aggregate(half, Aggregation.RATIO)
        for half in (observations[:cut], observations[cut:])
        if half
    ]
    whole = aggregate(observations, Aggregation.RATIO)

    pooled = pool(halves, Aggregation.RATIO)

    if isinstance(whole, Measured) and all(isinstance(half, Measured) for half in halves):
        assert pooled == whole


@given(trees())
def test_a_scorecard_has_one_row_per_node(nodes: list[ScoreNode[int]]) -> None:
    target = TargetSpec(Direction.HIGHER, Decimal(100), Decimal(0))
    scored = {node.id: node.own_score for node in nodes if node.own_score is not None}

    rows = scorecard(
        [
            ScorecardNode(node.id, node.parent_id, node.weight, node.is_monitor_only)
            for node in nodes
        ],
        {node_id: Measured(points) for node_id, points in scored.items()},
        dict.fromkeys(scored, target),
    )

    rolled = roll_up(nodes)
    assert [row.node_id for row in rows] == [node.id for node in nodes]
    for row in rows:
        assert row.score == rolled[row.node_id].score
        assert (row.own_score is None) == (row.reason is not None)
