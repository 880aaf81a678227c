"""Recompute a tree's scorecards: consistent inputs, twelve months a transaction, never backwards."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from core import audit, tenancy
from core.tenancy import Actor
from kpis.domain.monthly import MonthlyScorecards, in_chunks, months_with_data
from kpis.domain.scorecard import ScorecardRow
from kpis.models import Score, Scorecard, ScorecardRun, Tree
from kpis.queries import scorecards as queries

MONTHS_PER_TRANSACTION = 12


def recompute_scorecards(*, run_id: str, by: Actor, at: datetime) -> ScorecardRun:
    """Do the run: store one scorecard per month and show the progress on the way.

    Safe to repeat after a crash. A scorecard that was computed from newer inputs is left alone,
    so that a slow run never overwrites the result of a later one.
    """
    with tenancy.acting(by):
        run = ScorecardRun.objects.visible_to(by).select_related("tree").get(pk=run_id)
        if run.status == ScorecardRun.Status.DONE:
            return run
        if _is_superseded(run):
            return _close(run, at=at)
        # Whoever changes an input holds this row, so that version and inputs fit together.
        tree = Tree.objects.select_for_update().get(pk=run.tree_id)
        inputs = queries.inputs_of(tree)
        months = months_with_data(inputs)
        _drop_other_months(tree, months)
        run.status = ScorecardRun.Status.RUNNING
        run.input_version = tree.input_version
        run.months_total, run.months_done = len(months), 0
        run.save()
    engine = MonthlyScorecards(inputs)
    for chunk in in_chunks(months, MONTHS_PER_TRANSACTION):
        with tenancy.acting(by):
            _store(tree, {month: engine.rows(month) for month in chunk}, at=at)
            ScorecardRun.objects.filter(pk=run.pk).update(months_done=F("months_done") + len(chunk))
    with tenancy.acting(by):
        return _finish(run, tree, by=by, at=at)


def _is_superseded(run: ScorecardRun) -> bool:
    """Whether a later change asked for a run that will do this one's work as well."""
    later = ScorecardRun.objects.filter(tree=run.tree, input_version__gt=run.input_version)
    return later.exclude(status=ScorecardRun.Status.FAILED).exists()


def _close(run: ScorecardRun, *, at: datetime) -> ScorecardRun:
    run.status, run.finished_at = ScorecardRun.Status.DONE, at
    run.save(update_fields=["status", "finished_at"])
    return run


def _finish(run: ScorecardRun, tree: Tree, *, by: Actor, at: datetime) -> ScorecardRun:
    run.refresh_from_db()
    _close(run, at=at)
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


def _store(tree: Tree, months: Mapping[date, Sequence[ScorecardRow[Any]]], *, at: datetime) -> None:
    # The same order of locks for every run: two runs of one tree wait, they do not deadlock.
    Tree.objects.select_for_update().get(pk=tree.pk)
    existing = {
        one.period_start: one
        for one in Scorecard.objects.filter(tree=tree, period_start__in=list(months))
    }
    newer = {month for month, one in existing.items() if one.input_version > tree.input_version}
    writable = [month for month in months if month not in newer]
    Scorecard.objects.bulk_create(
        [
            Scorecard(
                tree=tree,
                period_start=month,
                tree_version=tree.version,
                input_version=tree.input_version,
                computed_at=at,
            )
            for month in writable
        ],
        update_conflicts=True,
        unique_fields=["tree", "period_start"],
        update_fields=["tree_version", "input_version", "computed_at"],
    )
    stored = {
        one.period_start: one
        for one in Scorecard.objects.filter(tree=tree, period_start__in=writable)
    }
    Score.objects.filter(scorecard__in=stored.values()).delete()
    Score.objects.bulk_create(
        [_score(stored[month], row) for month in writable for row in months[month]], batch_size=2000
    )


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
