"""Reads of objectives: their key results with progress, measured where the KPI is measured."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from core.tenancy import Actor
from kpis.domain.objectives import Standing, bar_length, progress, standing
from kpis.domain.states import ObjectiveState
from kpis.models import KPI, CheckIn, KeyResult, Objective, Score, Tree
from kpis.models.objectives import ObjectiveQuerySet


@dataclass(frozen=True, slots=True)
class KeyResultDraft:
    """A key result as it is to be; without a KPI it is refused with what to do."""

    kpi_id: UUID | None
    start_value: Decimal
    target_value: Decimal
    due_on: date


@dataclass(frozen=True, slots=True)
class Reached:
    """A key result with the newest monthly value of its KPI, up to the month it is due."""

    key_result: KeyResult
    score: Score | None

    @property
    def kpi(self) -> KPI:
        """The KPI that it points at."""
        return self.key_result.kpi

    @property
    def is_deleted(self) -> bool:
        """Whether the KPI is no longer in the tree."""
        return self.kpi.deleted_at is not None

    @property
    def actual(self) -> Decimal | None:
        """The value that the progress is computed from."""
        return self.score.value if self.score else None

    @property
    def month(self) -> date | None:
        """The month of that value."""
        return self.score.scorecard.period_start if self.score else None

    @property
    def progress(self) -> Decimal | None:
        """The progress in percent, not capped; None without a value."""
        if self.actual is None:
            return None
        return progress(self.key_result.start_value, self.key_result.target_value, self.actual)

    @property
    def bar(self) -> int:
        """How long the bar is drawn."""
        return 0 if self.progress is None else bar_length(self.progress)


@dataclass(frozen=True, slots=True)
class ObjectiveRow:
    """An objective with its key results, how it stands, and its newest check-in."""

    objective: Objective
    key_results: Sequence[Reached]
    check_in: CheckIn | None

    @property
    def standing(self) -> Standing:
        """How the objective stands beside its KPIs."""
        statuses = [
            one.score.status for one in self.key_results if one.score and not one.is_deleted
        ]
        return standing(ObjectiveState(self.objective.status), statuses)

    @property
    def is_alive_but_missed(self) -> bool:
        """Whether a KPI is missed while the objective goes on."""
        return self.standing == Standing.ALIVE_BUT_MISSED


def objectives_of(tree: Tree, actor: Actor) -> ObjectiveQuerySet:
    """Return the tree's objectives, the latest period first."""
    found = Objective.objects.visible_to(actor).filter(tree=tree)
    return found.order_by("-starts_on", "title", "pk")


def with_progress(objectives: Sequence[Objective]) -> list[ObjectiveRow]:
    """Return the objectives with key results and newest check-in: three queries, however many."""
    found: dict[UUID, list[Reached]] = defaultdict(list)
    key_results = (
        KeyResult.objects.filter(objective__in=objectives)
        .select_related("kpi", "objective")
        .order_by("position", "pk")
    )
    scores = _scores(key_results)
    for one in key_results:
        found[one.objective_id].append(Reached(one, _newest(one, scores.get(one.kpi_id, ()))))
    said = CheckIn.objects.filter(objective__in=objectives).exclude(confidence="")
    newest = {
        one.objective_id: one
        for one in said.order_by("objective_id", "-on", "-created_at").distinct("objective_id")
    }
    return [ObjectiveRow(one, found[one.pk], newest.get(one.pk)) for one in objectives]


def _scores(key_results: Iterable[KeyResult]) -> dict[UUID, list[Score]]:
    """Return the measured months of the KPIs, newest first."""
    first = min((one.objective.starts_on for one in key_results), default=None)
    scores: dict[UUID, list[Score]] = defaultdict(list)
    if first is None:
        return scores
    rows = Score.objects.filter(
        kpi__in={one.kpi_id for one in key_results},
        value__isnull=False,
        scorecard__period_start__gte=first.replace(day=1),
    )
    for score in rows.select_related("scorecard").order_by("-scorecard__period_start"):
        scores[score.kpi_id].append(score)
    return scores


def _newest(key_result: KeyResult, scores: Sequence[Score]) -> Score | None:
    first = key_result.objective.starts_on.replace(day=1)
    return next(
        (one for one in scores if first <= one.scorecard.period_start <= key_result.due_on), None
    )


def history_of(objective: Objective) -> QuerySet[CheckIn]:
    """Return what was said of the objective, newest first."""
    found = CheckIn.objects.filter(objective=objective).select_related("created_by")
    return found.order_by("-on", "-created_at")


def has_open_twin(tree: Tree, title: str, *, but: Objective | None = None) -> bool:
    """Tell whether another open objective of the tree has this title."""
    same = Objective.objects.open().filter(tree=tree, title=title)
    return (same.exclude(pk=but.pk) if but else same).exists()


def measurable_kpis(tree: Tree) -> list[KPI]:
    """Return the living KPIs of the tree by name, for a key result to point at."""
    return list(KPI.objects.living().filter(tree=tree).order_by("name", "pk"))
