"""Recompute a tree's scorecards: consistent inputs, twelve months a transaction, never backwards, closed months as they were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from core import audit, tenancy
from core.domain.fingerprint import fingerprint
from core.tenancy import Actor
from kpis.domain.dated import ScoredSettings, segment_of
from kpis.domain.monthly import MonthlyScorecards, in_chunks, months_with_data
from kpis.domain.scorecard import ScorecardRow
from kpis.models import Score, Scorecard, ScorecardRun, Tree, TreeSettings
from kpis.queries import scorecards as queries
from kpis.queries.scorecards import TreeInputs

MONTHS_PER_TRANSACTION = 12


def recompute_scorecards(*, run_id: str, by: Actor, at: datetime) -> ScorecardRun:
    """Do the run: store one scorecard per month and show the progress on the way.

    Safe to repeat after a crash. When an input changes meanwhile the run stops: the change has
    asked for a run of its own, and a slow run never overwrites the result of a later one.
    """
    with tenancy.acting(by):
        run = ScorecardRun.objects.visible_to(by).select_related("tree").get(pk=run_id)
        if run.status == ScorecardRun.Status.DONE:
            return run
        if _is_superseded(run):
            return _close(run, at=at)
        # Whoever changes an input holds this row, so that version and inputs fit together.
        tree = (
            Tree.objects.select_for_update(of=("self",))
            .select_related("client")
            .get(pk=run.tree_id)
        )
        plan = _plan(tree, at=at)
        _drop_other_months(tree, plan.months)
        run.status = ScorecardRun.Status.RUNNING
        run.input_version = tree.input_version
        run.months_total, run.months_done = len(plan.months), 0
        run.save()
    for chunk in in_chunks(plan.months, MONTHS_PER_TRANSACTION):
        rows = {month: plan.rows(month) for month in chunk}
        with tenancy.acting(by):
            if not _store(tree, plan, rows, at=at):
                return _close(run, at=at)
            ScorecardRun.objects.filter(pk=run.pk).update(months_done=F("months_done") + len(chunk))
    with tenancy.acting(by):
        return _finish(run, tree, by=by, at=at)


@dataclass(slots=True)
class _Plan:
    """Which months are computed, each with its settings; one engine for equal settings."""

    inputs: TreeInputs
    months: list[date]
    used: Mapping[date, TreeSettings]
    engines: dict[UUID, MonthlyScorecards] = field(default_factory=dict)

    def settings_of(self, month: date) -> TreeSettings:
        """Return the settings that this month is scored with."""
        return self.used[month]

    def rows(self, month: date) -> Sequence[ScorecardRow[Any]]:
        """Return the rows of a month."""
        settings = self.settings_of(month)
        if settings.pk not in self.engines:
            scored = ScoredSettings.from_json(settings.content)
            nodes = self.inputs.nodes(scored.nodes)
            self.engines[settings.pk] = MonthlyScorecards(nodes, bands=scored.bands)
        return self.engines[settings.pk].rows(month)


def _plan(tree: Tree, *, at: datetime) -> _Plan:
    inputs = queries.inputs_of(tree)
    kept = queries.kept_settings(tree, timezone.localtime(at, tree.client.zone).date())
    months = sorted({*months_with_data(inputs.nodes(inputs.settings)), *kept})
    return _Plan(inputs, months, _used(tree, inputs, months, kept, at=at))


def _used(
    tree: Tree,
    inputs: TreeInputs,
    months: Sequence[date],
    kept: Mapping[date, TreeSettings],
    *,
    at: datetime,
) -> dict[date, TreeSettings]:
    """Return the settings of each month: those it was closed with, or those in force in it."""
    used: dict[date, TreeSettings] = {}
    found: dict[int, TreeSettings] = {}
    for month in months:
        if month in kept:
            used[month] = kept[month]
            continue
        segment = segment_of(month, inputs.changes)
        if segment not in found:
            content = inputs.settings_in(month).to_json()
            found[segment], _made = TreeSettings.objects.get_or_create(
                tree=tree,
                sha256=fingerprint(content),
                defaults={"content": content, "created_at": at},
            )
        used[month] = found[segment]
    return used


def _is_superseded(run: ScorecardRun) -> bool:
    """Whether a later change asked for a run that will do this one's work as well."""
    later = ScorecardRun.objects.filter(tree=run.tree, input_version__gt=run.input_version)
    return later.exclude(status=ScorecardRun.Status.FAILED).exists()


def _close(run: ScorecardRun, *, at: datetime) -> ScorecardRun:
    run.status, run.finished_at, run.error = ScorecardRun.Status.DONE, at, ""
    run.save(update_fields=["status", "finished_at", "error"])
    return run


def _finish(run: ScorecardRun, tree: Tree, *, by: Actor, at: datetime) -> ScorecardRun:
    run.refresh_from_db()
    _close(run, at=at)
    used = Scorecard.objects.filter(tree=tree, settings__isnull=False).values("settings")
    TreeSettings.objects.filter(tree=tree).exclude(pk__in=used).delete()
    audit.record(
        event="kpis.scorecards_recomputed",
        target=tree,
        by=by,
        at=at,
        organization_id=tree.client_id,
        summary=f"「{tree.name}」のスコアカードを{run.months_total}か月分計算しました。",
        data={"run": str(run.pk), "months": run.months_total, "input_version": run.input_version},
    )
    return run


@transaction.atomic
def fail_run(*, run_id: str, reason: str, by: Actor, at: datetime) -> None:
    """Note that a run could not be done, so that its page can say so."""
    run = ScorecardRun.objects.visible_to(by).select_related("tree").get(pk=run_id)
    run.status, run.finished_at, run.error = ScorecardRun.Status.FAILED, at, reason[:300]
    run.save(update_fields=["status", "finished_at", "error"])
    audit.record(
        event="kpis.scorecards_failed",
        target=run.tree,
        by=by,
        at=at,
        organization_id=run.tree.client_id,
        summary=f"「{run.tree.name}」のスコアカードを計算できませんでした。",
        data={"run": str(run.pk)},
    )


def _drop_other_months(tree: Tree, months: Sequence[date]) -> None:
    """Forget months that no longer have any data (a correction may have taken them away)."""
    stale = Scorecard.objects.filter(tree=tree).exclude(period_start__in=months)
    Score.objects.filter(scorecard__in=stale).delete()
    stale.delete()


def _store(
    tree: Tree, plan: _Plan, months: Mapping[date, Sequence[ScorecardRow[Any]]], *, at: datetime
) -> bool:
    """Store the months; False when an input has changed since they were computed."""
    # The same order of locks for every run: two runs of one tree wait, they do not deadlock.
    now = Tree.objects.select_for_update().get(pk=tree.pk)
    if now.input_version != tree.input_version:
        return False
    Scorecard.objects.bulk_create(
        [
            Scorecard(
                tree=tree,
                period_start=month,
                tree_version=tree.version,
                input_version=tree.input_version,
                settings=plan.settings_of(month),
                computed_at=at,
            )
            for month in months
        ],
        update_conflicts=True,
        unique_fields=["tree", "period_start"],
        update_fields=["tree_version", "input_version", "settings", "computed_at"],
    )
    stored = {
        one.period_start: one
        for one in Scorecard.objects.filter(tree=tree, period_start__in=list(months))
    }
    Score.objects.filter(scorecard__in=stored.values()).delete()
    Score.objects.bulk_create(
        [_score(stored[month], row) for month, rows in months.items() for row in rows],
        batch_size=2000,
    )
    return True


def _score(scorecard: Scorecard, row: ScorecardRow[Any]) -> Score:
    target = row.target.target if row.target else None
    return Score(
        scorecard=scorecard,
        kpi_id=row.node_id,
        value=row.value,
        numerator=row.numerator,
        denominator=row.denominator,
        target=target,
        attainment=row.attainment,
        own_score=row.own_score,
        rolled_score=row.rolled_score,
        score=row.score,
        status=row.status.value,
        weight=row.weight,
        coverage=row.coverage,
        low=row.low,
        high=row.high,
        reason=row.reason.value if row.reason else "",
        is_reference=row.reason == "target_not_signed",
    )
