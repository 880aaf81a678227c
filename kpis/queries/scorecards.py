"""Reads of scorecards, and of everything that they are computed from."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from django.db.models import Q

from core.tenancy import Actor
from kpis.domain.aggregation import Aggregation, Observation
from kpis.domain.bands import bands_from
from kpis.domain.dated import DatedChange, ScoredSettings, settings_in
from kpis.domain.monthly import DatedTarget, NodeInputs, NodeSettings
from kpis.domain.scoring import DEFAULT_BANDS, Direction, StatusBands, TargetSpec
from kpis.models import (
    KPI,
    Measurement,
    PlannedChange,
    Score,
    Scorecard,
    ScorecardRun,
    Target,
    Tree,
    TreeSettings,
)
from kpis.models.choices import ResponsibleSide, TreeStatus, ValueSource
from kpis.queries.formulas import stored


class Measured(Protocol):
    """What draws the line of a score: a KPI, or the settings that a month was scored with."""

    @property
    def direction(self) -> str: ...
    @property
    def baseline(self) -> Decimal | None: ...


@dataclass(frozen=True, slots=True)
class TreeInputs:
    """Everything that a tree's scorecards are computed from, also of KPIs deleted since."""

    settings: tuple[NodeSettings, ...]
    targets: Mapping[UUID, Sequence[Target]]
    observations: Mapping[UUID, Sequence[Observation]]
    bands: StatusBands = DEFAULT_BANDS
    changes: Sequence[DatedChange] = ()

    def settings_in(self, month: date) -> ScoredSettings:
        """Return the settings that are in force in a month which nothing closed."""
        return settings_in(month, ScoredSettings(self.settings, self.bands), self.changes)

    def nodes(self, settings: Sequence[NodeSettings]) -> list[NodeInputs]:
        """Return the nodes with these settings, today's targets and measurements."""
        return [
            _node(one, self.targets.get(one.id, ()), self.observations.get(one.id, ()))
            for one in settings
        ]


def inputs_of(tree: Tree) -> TreeInputs:
    """Return what the tree's scorecards are computed from: four queries, whatever its size."""
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
    settings = tuple(_settings(kpi) for kpi in kpis)
    return TreeInputs(settings, targets, observations, bands_of(tree), dated_changes(tree))


def bands_of(tree: Tree) -> StatusBands:
    """Return the status bands that the tree has today."""
    return StatusBands(tree.band_met, tree.band_near, tree.band_improve)


def bands_in(scorecard: Scorecard | None) -> StatusBands:
    """Return the status bands that a month was scored with."""
    if scorecard is None or scorecard.settings is None:
        return DEFAULT_BANDS
    return bands_from(scorecard.settings.content.get("bands"))


def dated_changes(tree: Tree) -> list[DatedChange]:
    """Return the changes with a month of their own, in the order in which they take effect."""
    kinds = (PlannedChange.Kind.SETTINGS, PlannedChange.Kind.BANDS)
    plans = PlannedChange.objects.filter(tree=tree, withdrawn_at=None, kind__in=kinds)
    return [
        DatedChange(one.kpi_id, one.effective_month, one.fields, one.before)
        for one in plans.in_order()
    ]


def kept_settings(tree: Tree, today: date) -> dict[date, TreeSettings]:
    """Return the settings of the closed months of a tree in use: they stay what they were.

    While a tree is designed nothing is closed: what is added counts for the past, too.
    """
    if tree.status != TreeStatus.ACTIVE:
        return {}
    closed = Scorecard.objects.filter(
        tree=tree, period_start__lt=today.replace(day=1), settings__isnull=False
    )
    return {
        one.period_start: one.settings
        for one in closed.select_related("settings")
        if one.settings is not None
    }


def target_spec(measured: Measured, target: Target) -> TargetSpec:
    """Return the line of the score that this target draws for its KPI."""
    return TargetSpec(
        direction=Direction(measured.direction),
        target=target.value,
        worst=target.worst,
        baseline=measured.baseline,
        accept_low=target.accept_low,
        accept_high=target.accept_high,
        worst_low=target.worst_low,
        worst_high=target.worst_high,
    )


def _is_signed(settings: NodeSettings, target: Target) -> bool:
    """Whether work may be scored against the target: a vendor's needs both sides' signatures."""
    return target.agreed_at is not None or settings.responsible_side != ResponsibleSide.VENDOR


def _settings(kpi: KPI) -> NodeSettings:
    return NodeSettings(
        id=kpi.pk,
        parent_id=kpi.parent_id,
        weight=kpi.weight,
        unit=kpi.unit,
        direction=Direction(kpi.direction),
        aggregation=Aggregation(kpi.aggregation),
        is_pooled=kpi.value_source == ValueSource.CHILDREN,
        responsible_side=kpi.responsible_side,
        baseline=kpi.baseline,
        key=kpi.key,
        formula=kpi.formula if kpi.value_source == ValueSource.FORMULA else "",
        counts_from=kpi.counts_from,
        retired_from=kpi.retired_from,
    )


def _node(
    settings: NodeSettings, targets: Sequence[Target], observations: Sequence[Observation]
) -> NodeInputs:
    return NodeInputs(
        id=settings.id,
        parent_id=settings.parent_id,
        weight=settings.weight,
        unit=settings.unit,
        aggregation=settings.aggregation,
        is_pooled=settings.is_pooled,
        is_monitor_only=settings.direction == Direction.MONITOR,
        targets=[
            DatedTarget(
                one.valid_from,
                target_spec(settings, one),
                is_signed=_is_signed(settings, one),
            )
            for one in targets
        ],
        observations=observations,
        key=settings.key,
        formula=stored(settings.formula),
        counts_from=settings.counts_from,
        retired_from=settings.retired_from,
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
    """Return the KPIs, parents before children and siblings by position, with their scores.

    A KPI that was deleted since stands where it stood, as long as the month has a score of it.
    """
    children: dict[UUID | None, list[KPI]] = defaultdict(list)
    kpis = KPI.objects.filter(Q(deleted_at=None) | Q(pk__in=scores.keys()), tree=tree)
    known = {
        kpi.pk: kpi
        for kpi in kpis.select_related("responsible_organization").order_by("position", "id")
    }
    root = next((one.pk for one in known.values() if one.is_kgi), None)
    for kpi in known.values():
        is_loose = kpi.parent_id is not None and kpi.parent_id not in known
        children[root if is_loose else kpi.parent_id].append(kpi)
    found: list[ScoreRow] = []
    waiting = [(kpi, 0) for kpi in reversed(children[None])]
    while waiting:
        kpi, depth = waiting.pop()
        found.append(ScoreRow(kpi, depth, scores.get(kpi.pk)))
        waiting.extend((child, depth + 1) for child in reversed(children[kpi.pk]))
    return found
