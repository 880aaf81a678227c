"""Write objectives with their key results, check in on them, and end them with what was learned."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from core import audit
from core.policies import require
from core.tenancy import Actor
from kpis.models import KPI, CheckIn, KeyResult, Objective, Tree
from kpis.models.objectives import Confidence, ObjectiveStatus
from kpis.policies import objectives as policies
from kpis.policies.trees import why_not_edit_tree
from kpis.queries.objectives import KeyResultDraft


@transaction.atomic
def create_objective(
    *,
    tree: Tree,
    title: str,
    description: str,
    starts_on: date,
    ends_on: date,
    owner: str,
    key_results: Sequence[KeyResultDraft],
    by: Actor,
    at: datetime,
) -> Objective:
    """Add an objective as a draft; its key results point at KPIs of the tree."""
    tree = Tree.objects.select_for_update(of=("self",)).get(pk=tree.pk)
    require(why_not_edit_tree(tree, by))
    require(policies.why_not_titled(tree, title, starts_on, ends_on))
    kpis = _kpis(key_results)
    require(policies.why_not_key_results(tree, key_results, kpis))
    objective = Objective.objects.create(
        tree=tree,
        title=title,
        description=description,
        starts_on=starts_on,
        ends_on=ends_on,
        owner=owner,
        created_at=at,
        created_by_id=by.user_id,
    )
    _write(objective, key_results, kpis)
    _record(objective, "created", "を追加しました。", by=by, at=at)
    return objective


@transaction.atomic
def update_objective(
    *,
    objective: Objective,
    version: int,
    title: str,
    description: str,
    starts_on: date,
    ends_on: date,
    owner: str,
    key_results: Sequence[KeyResultDraft],
    by: Actor,
    at: datetime,
) -> Objective:
    """Change an objective that is not closed, and replace its key results."""
    objective = _locked(objective)
    require(policies.why_not_edit_objective(objective, by))
    require(policies.why_not_version(objective.version, version))
    require(policies.why_not_titled(objective.tree, title, starts_on, ends_on, but=objective))
    kept = frozenset(objective.key_results.values_list("kpi_id", flat=True))
    kpis = _kpis(key_results)
    require(policies.why_not_key_results(objective.tree, key_results, kpis, kept=kept))
    objective.title, objective.description, objective.owner = title, description, owner
    objective.starts_on, objective.ends_on = starts_on, ends_on
    objective.version += 1
    objective.save()
    _write(objective, key_results, kpis)
    _record(objective, "updated", "を変更しました。", by=by, at=at)
    return objective


@transaction.atomic
def activate_objective(*, objective: Objective, version: int, by: Actor, at: datetime) -> Objective:
    """Start working towards an objective."""
    objective = _locked(objective)
    require(policies.why_not_move(objective, ObjectiveStatus.ACTIVE, by))
    require(policies.why_not_version(objective.version, version))
    _move(objective, ObjectiveStatus.ACTIVE)
    _record(objective, "activated", "を始めました。", by=by, at=at)
    return objective


@transaction.atomic
def check_in(
    *,
    objective: Objective,
    on: date,
    confidence: Confidence,
    note: str,
    by: Actor,
    at: datetime,
) -> CheckIn:
    """Say how sure one is of a living objective; what was said before stays."""
    objective = _locked(objective)
    require(policies.why_not_check_in(objective, by))
    require(policies.why_not_check_in_on(on, at.astimezone(objective.tree.client.zone).date()))
    said = CheckIn.objects.create(
        objective=objective,
        on=on,
        confidence=confidence,
        note=note,
        created_at=at,
        created_by_id=by.user_id,
    )
    _record(objective, "checked_in", "のチェックインを記録しました。", by=by, at=at)
    return said


@transaction.atomic
def close_objective(
    *,
    objective: Objective,
    version: int,
    outcome: ObjectiveStatus,
    reason: str,
    lessons: str,
    by: Actor,
    at: datetime,
) -> Objective:
    """Say what became of an objective, why, and what was learned; no score decides it."""
    objective = _locked(objective)
    require(policies.why_not_move(objective, outcome, by))
    require(policies.why_not_version(objective.version, version))
    _move(objective, outcome)
    CheckIn.objects.create(
        objective=objective,
        on=at.astimezone(objective.tree.client.zone).date(),
        note=reason,
        outcome=outcome,
        lessons=lessons,
        created_at=at,
        created_by_id=by.user_id,
    )
    _record(objective, "closed", f"を「{outcome.label}」にしました。", by=by, at=at)
    return objective


def _locked(objective: Objective) -> Objective:
    found = Objective.objects.select_for_update(of=("self",)).select_related("tree__client")
    return found.get(pk=objective.pk)


def _kpis(key_results: Sequence[KeyResultDraft]) -> dict[UUID, KPI]:
    return KPI.objects.in_bulk([one.kpi_id for one in key_results if one.kpi_id])


def _move(objective: Objective, status: ObjectiveStatus) -> None:
    objective.status, objective.version = status, objective.version + 1
    objective.save(update_fields=["status", "version"])


def _write(
    objective: Objective, key_results: Sequence[KeyResultDraft], kpis: Mapping[UUID, KPI]
) -> None:
    objective.key_results.all().delete()
    KeyResult.objects.bulk_create(
        KeyResult(
            objective=objective,
            kpi=kpis[one.kpi_id],
            start_value=one.start_value,
            target_value=one.target_value,
            due_on=one.due_on,
            position=position,
        )
        for position, one in enumerate(key_results)
        if one.kpi_id is not None  # the policy refused it
    )


def _record(objective: Objective, act: str, what: str, *, by: Actor, at: datetime) -> None:
    audit.record(
        event=f"kpis.objective_{act}",
        target=objective,
        by=by,
        at=at,
        organization_id=objective.tree.client_id,
        summary=f"目標「{objective.title}」{what}",
        data={
            "version": objective.version,
            "status": str(objective.status),
            "key_results": [
                {
                    "kpi": str(one.kpi_id),
                    "start": str(one.start_value),
                    "target": str(one.target_value),
                    "due_on": one.due_on.isoformat(),
                }
                for one in objective.key_results.order_by("position", "pk")
            ],
        },
    )
