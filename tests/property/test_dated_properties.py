"""Whatever is dated today, the months before it are what they were."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from core.domain.periods import add_months
from kpis.domain.aggregation import Aggregation, Observation
from kpis.domain.bands import bands_from, bands_json, check_bands
from kpis.domain.dated import DatedChange, ScoredSettings, settings_in
from kpis.domain.monthly import DatedTarget, MonthlyScorecards, NodeInputs, NodeSettings
from kpis.domain.scorecard import ScorecardRow
from kpis.domain.scoring import Direction, StatusBands, TargetSpec
from kpis.domain.steps import Level, steps

FIRST = date(2026, 1, 1)
MONTHS = [add_months(FIRST, number) for number in range(8)]
GOAL, *LEAVES = [UUID(int=number) for number in range(1, 5)]
weights = st.integers(0, 20).map(Decimal)
months = st.sampled_from(MONTHS)
spans = st.none() | months


@st.composite
def bands(draw: st.DrawFn) -> StatusBands:
    bounds = draw(st.lists(st.integers(0, 200), min_size=3, max_size=3, unique=True))
    return StatusBands(*(Decimal(one) for one in sorted(bounds, reverse=True)))


@st.composite
def trees(draw: st.DrawFn) -> ScoredSettings:
    def node(node_id: UUID, parent_id: UUID | None) -> NodeSettings:
        return NodeSettings(
            id=node_id,
            parent_id=parent_id,
            weight=draw(weights),
            unit="count",
            direction=Direction.HIGHER,
            aggregation=Aggregation.SUM,
            is_pooled=False,
            responsible_side="client",
            baseline=None,
        )

    nodes = (node(GOAL, None), *(node(one, GOAL) for one in LEAVES))
    return ScoredSettings(nodes, draw(bands()))


@st.composite
def changes(draw: st.DrawFn) -> list[DatedChange]:
    """Changes ahead, in the order in which they take effect."""
    found = []
    for month in sorted(draw(st.lists(months, max_size=5))):
        if draw(st.booleans()):
            after = {"weight": str(draw(weights))}
            found.append(DatedChange(draw(st.sampled_from(LEAVES)), month, after))
        else:
            found.append(DatedChange(None, month, bands_json(draw(bands()))))
    return found


def card(settings: ScoredSettings, month: date) -> tuple[ScorecardRow[UUID], ...]:
    spec = TargetSpec(Direction.HIGHER, target=Decimal(100), worst=Decimal(0))
    inputs = [
        NodeInputs(
            id=one.id,
            parent_id=one.parent_id,
            weight=one.weight,
            unit=one.unit,
            aggregation=one.aggregation,
            is_pooled=False,
            is_monitor_only=False,
            targets=[DatedTarget(FIRST, spec)] if one.parent_id else [],
            observations=[
                Observation(month, Decimal(30 * number)) for month in MONTHS if one.parent_id
            ],
            counts_from=one.counts_from,
            retired_from=one.retired_from,
        )
        for number, one in enumerate(settings.nodes)
    ]
    return MonthlyScorecards(inputs, bands=settings.bands).rows(month)


@given(trees(), changes(), months)
def test_before_the_first_change_a_month_is_identical(
    today: ScoredSettings, dated: list[DatedChange], month: date
) -> None:
    later = [one for one in dated if one.effective_month > month]

    assert card(settings_in(month, today, later), month) == card(today, month)


@given(trees(), changes(), months)
def test_applying_changes_one_by_one_alters_no_month(
    today: ScoredSettings, dated: list[DatedChange], month: date
) -> None:
    """A change means the same while it lies ahead and after it was applied, for every month."""
    expected = settings_in(month, today, dated)
    live, known = today, list(dated)
    for index, change in enumerate(dated):
        node = next((one for one in live.nodes if one.id == change.node_id), None)
        before = {"weight": str(node.weight)} if node else bands_json(live.bands)
        live = settings_in(change.effective_month, live, [change])
        known[index] = DatedChange(change.node_id, change.effective_month, change.after, before)
        assert settings_in(month, live, known) == expected


@given(trees(), st.lists(st.tuples(spans, spans), min_size=3, max_size=3), months)
def test_a_span_decides_by_its_month_alone(
    today: ScoredSettings, drawn: list[tuple[date | None, date | None]], month: date
) -> None:
    """Ending later than a month, or beginning by then, leaves the month's scores identical."""
    goal, *leaves = today.nodes
    dated = [
        replace(one, counts_from=begins, retired_from=ends)
        for one, (begins, ends) in zip(leaves, drawn, strict=True)
    ]
    counted = [
        one
        for one in dated
        if (one.counts_from is None or one.counts_from <= month)
        and (one.retired_from is None or one.retired_from > month)
    ]
    with_spans = card(replace(today, nodes=(goal, *dated)), month)

    assert {one.node_id for one in with_spans} == {GOAL, *(one.id for one in counted)}
    if len(counted) == len(leaves):
        assert with_spans == card(today, month)


@given(bands())
def test_bands_that_fall_pass_and_survive_json(drawn: StatusBands) -> None:
    check_bands(drawn)

    assert bands_from(bands_json(drawn)) == drawn


@given(
    st.lists(
        st.tuples(st.dates(FIRST, date(2030, 1, 1)), st.integers(-50, 50)),
        unique_by=lambda one: one[0],
    )
)
def test_steps_fill_the_width_without_gap_and_stay_inside(drawn: list[tuple[date, int]]) -> None:
    levels = [Level(day, Decimal(low), Decimal(low + 5)) for day, low in sorted(drawn)]
    found = steps(levels, date(2030, 6, 1), width=600, height=120)

    assert sum(one.width for one in found) == (600 if found else 0)
    assert all(one.right == other.left for one, other in pairwise(found))
    assert all(0 <= one.top <= one.top + one.height <= 120 for one in found)
