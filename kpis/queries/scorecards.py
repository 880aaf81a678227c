"""Reads of scorecards, and of everything that they are computed from."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core.tenancy import Actor
from kpis.domain.aggregation import Aggregation, Observation
from kpis.domain.monthly import DatedTarget, NodeInputs
from kpis.domain.scoring import Direction, TargetSpec
from kpis.models import KPI, Measurement, Score, Scorecard, ScorecardRun, Target, Tree
from kpis.models.choices import ResponsibleSide, ValueSource


def inputs_of(tree: Tree) -> list[NodeInputs]:
    """Return what the tree's scorecards are computed from: three queries, whatever its size."""
    kpis = KPI.objects.living().filter(tree=tree).order_by("position", "id")
    targets: dict[UUID, list[Target]] = defaultdict(list)
    for target in (
        Target.objects.standing().filter(kpi__tree=tree).order_by("valid_from", "created_at")
    ):
        targets[target.kpi_id].append(target)
    observations: dict[UUID, list[Observation]] = defaultdict(list)
    rows = Measurement.objects.current().filter(kpi__tree=tree).order_by("period_start")
    for kpi_id, start, value, numerator, denominator in rows.values_list(
        "kpi_id", "period_start", "value", "numerator", "denominator"
    ):
        observations[kpi_id].append(Observation(start, value, numerator, denominator))
    return [_node(kpi, targets[kpi.pk], observations[kpi.pk]) for kpi in kpis]


def target_spec(kpi: KPI, target: Target) -> TargetSpec:
    """Return the line of the score that this target draws for its KPI."""
    return TargetSpec(
        direction=Direction(kpi.direction),
        target=target.value,
        worst=target.worst,
        baseline=kpi.baseline,
        accept_low=target.accept_low,
        accept_high=target.accept_high,
        worst_low=target.worst_low,
        worst_high=target.worst_high,
    )


def is_signed(kpi: KPI, target: Target) -> bool:
    """Whether work may be scored against the target: a vendor's needs both sides' signatures."""
    return target.agreed_at is not None or kpi.responsible_side != ResponsibleSide.VENDOR


def _node(kpi: KPI, targets: list[Target], observations: list[Observation]) -> NodeInputs:
    return NodeInputs(
        id=kpi.pk,
        parent_id=kpi.parent_id,
        weight=kpi.weight,
        unit=kpi.unit,
        aggregation=Aggregation(kpi.aggregation),
        is_pooled=kpi.value_source == ValueSource.CHILDREN,
        is_monitor_only=kpi.direction == Direction.MONITOR,
        targets=[
            DatedTarget(one.valid_from, target_spec(kpi, one), is_signed=is_signed(kpi, one))
            for one in targets
        ],
        observations=observations,
    )


def months_of(tree: Tree) -> list[date]:
    """Return the months for which the tree has scorecards, newest first."""
    found = Scorecard.objects.filter(tree=tree).order_by("-period_start")
    return list(found.values_list("period_start", flat=True))


def latest_run(tree: Tree, actor: Actor) -> ScorecardRun | None:
    """Return the newest recomputation of the tree."""
    return (
        ScorecardRun.objects.visible_to(actor).filter(tree=tree).order_by("-requested_at").first()
    )


def latest_month_with_scores(tree: Tree) -> date | None:
    """Return the newest month in which at least one KPI has a score."""
    newest = (
        Score.objects.filter(scorecard__tree=tree, score__isnull=False)
        .order_by("-scorecard__period_start")
        .values_list("scorecard__period_start", flat=True)
    )
    return newest.first()


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A KPI at its depth in the tree, with its score of the month."""

    kpi: KPI
    depth: int
    score: Score | None


def in_tree_order(tree: Tree, scores: Mapping[UUID, Score]) -> list[ScoreRow]:
    """Return the living KPIs, parents before children and siblings by position, with their scores."""
    children: dict[UUID | None, list[KPI]] = defaultdict(list)
    kpis = KPI.objects.living().filter(tree=tree).select_related("responsible_organization")
    for kpi in kpis.order_by("position", "id"):
        children[kpi.parent_id].append(kpi)
    found: list[ScoreRow] = []
    waiting = [(kpi, 0) for kpi in reversed(children[None])]
    while waiting:
        kpi, depth = waiting.pop()
        found.append(ScoreRow(kpi, depth, scores.get(kpi.pk)))
        waiting.extend((child, depth + 1) for child in reversed(children[kpi.pk]))
    return found
