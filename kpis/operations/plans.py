"""Changes with an effective month: plan, change, withdraw, and apply when the month has come."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.domain.refusals import Denied, Refusal
from core.policies import require
from core.tenancy import Actor
from kpis import wording
from kpis.domain.bands import bands_json
from kpis.domain.scoring import StatusBands
from kpis.models import KPI, PlannedChange, Tree
from kpis.operations.apply_plans import apply_pending
from kpis.operations.scorecards import request_recompute
from kpis.policies import plans as policies
from kpis.policies.trees import require_version, why_not_edit_tree
from kpis.queries import plans as queries
from kpis.queries.fields import to_json

Kind = PlannedChange.Kind


@transaction.atomic
def plan_settings(
    *,
    kpi: KPI,
    fields: Mapping[str, Any],
    effective_month: date,
    reason: str,
    version: int | None = None,
    by: Actor,
    at: datetime,
) -> PlannedChange:
    """Give settings of a KPI new values from a month on; at once when the month has begun."""
    tree = held(tree=kpi.tree, version=version, by=by, at=at)
    kpi = _of(tree, kpi)
    require(policies.why_not_settings(kpi, fields))
    wanted = _new_values(tree, kpi, to_json(fields), effective_month)
    plan = PlannedChange(tree=tree, kpi=kpi, kind=Kind.SETTINGS, fields=wanted)
    return _entered(plan, effective_month=effective_month, reason=reason, by=by, at=at)


@transaction.atomic
def plan_bands(
    *,
    tree: Tree,
    bands: StatusBands,
    effective_month: date,
    reason: str,
    version: int | None = None,
    by: Actor,
    at: datetime,
) -> PlannedChange:
    """Give the tree other status bands from a month on; at once when the month has begun."""
    tree = held(tree=tree, version=version, by=by, at=at)
    require(policies.why_not_bands(bands))
    wanted = _new_values(tree, None, bands_json(bands), effective_month)
    plan = PlannedChange(tree=tree, kind=Kind.BANDS, fields=bands_json(bands) if wanted else {})
    return _entered(plan, effective_month=effective_month, reason=reason, by=by, at=at)


@transaction.atomic
def change_plan(
    *,
    plan: PlannedChange,
    fields: Mapping[str, Any] | StatusBands,
    effective_month: date,
    reason: str,
    by: Actor,
    at: datetime,
) -> PlannedChange:
    """Change what was planned before it takes effect; it then comes after what was planned since."""
    tree = held(tree=plan.tree, by=by, at=at)
    plan = _current(plan, tree)
    require(policies.why_not_edit_plan(plan, by))
    if isinstance(fields, StatusBands):
        require(policies.why_not_bands(fields))
        plan.fields = bands_json(fields)
    elif plan.kpi is not None:
        require(policies.why_not_settings(_of(tree, plan.kpi), fields))
        plan.fields = to_json(fields)
    return _entered(plan, effective_month=effective_month, reason=reason, by=by, at=at)


@transaction.atomic
def withdraw_plan(*, plan: PlannedChange, by: Actor, at: datetime) -> PlannedChange:
    """Take back a change of settings or bands that still lies ahead; the entry stays readable."""
    tree = held(tree=plan.tree, by=by, at=at)
    plan = _current(plan, tree)
    require(policies.why_not_change_plan(plan, by))
    plan.withdrawn_at, plan.withdrawn_by_id = at, by.user_id
    plan.save(update_fields=["withdrawn_at", "withdrawn_by"])
    request_recompute(tree=tree, by=by, at=at)
    record(plan=plan, what="取り下げました", event="kpis.plan_withdrawn", by=by, at=at)
    return plan


@transaction.atomic
def apply_due(*, tree: Tree, by: Actor, at: datetime) -> int:
    """Apply what was planned for months that have begun; done again it changes nothing."""
    tree = Tree.objects.select_for_update(of=("self",)).select_related("client").get(pk=tree.pk)
    if why_not_edit_tree(tree, by):
        return 0
    return apply_pending(tree=tree, by=by, at=at)


@transaction.atomic
def held(*, tree: Tree, version: int | None = None, by: Actor, at: datetime) -> Tree:
    """Hold the tree for a plan; what is due is applied first, so that the order is kept."""
    tree = Tree.objects.select_for_update(of=("self",)).select_related("client").get(pk=tree.pk)
    require(why_not_edit_tree(tree, by))
    if version is not None:
        require_version(tree, version)
    apply_pending(tree=tree, by=by, at=at)
    return tree


@transaction.atomic
def enter(*, plan: PlannedChange, by: Actor, at: datetime) -> PlannedChange:
    """Store a checked plan; what has its month already is applied at once."""
    plan.planned_at, plan.planned_by_id = at, by.user_id
    plan.save()
    record(plan=plan, what="登録しました", event="kpis.plan_made", by=by, at=at)
    apply_pending(tree=plan.tree, by=by, at=at)
    plan.refresh_from_db()
    if plan.refusal:
        raise Denied(Refusal("kpis.plan_refused", plan.refusal, 409))
    if plan.is_pending:
        # Measurements of months to come may be there already.
        request_recompute(tree=plan.tree, by=by, at=at)
    return plan


@transaction.atomic
def record(*, plan: PlannedChange, what: str, event: str, by: Actor, at: datetime) -> None:
    """Write the audit event of a plan."""
    month = wording.month(plan.effective_month)
    audit.record(
        event=event,
        target=plan.tree,
        by=by,
        at=at,
        organization_id=plan.tree.client_id,
        summary=f"KPIツリー「{plan.tree.name}」：{month}からの予定を{what}（{queries.told(plan)}）。",
        data={"plan": str(plan.pk), "fields": plan.fields, "reason": plan.reason},
    )


def _entered(
    plan: PlannedChange, *, effective_month: date, reason: str, by: Actor, at: datetime
) -> PlannedChange:
    today = timezone.localtime(at, plan.tree.client.zone).date()
    require(policies.why_not_month(effective_month, today))
    require(policies.why_not_reason(reason))
    if not plan.fields:
        raise Denied(Refusal("kpis.plan_same", _("その月の値と同じです。変更がありません。"), 422))
    plan.effective_month, plan.reason = effective_month, reason.strip()
    return enter(plan=plan, by=by, at=at)


def _of(tree: Tree, kpi: KPI) -> KPI:
    kpi = KPI.objects.get(pk=kpi.pk, tree=tree)
    kpi.tree = tree
    return kpi


def _current(plan: PlannedChange, tree: Tree) -> PlannedChange:
    plan = PlannedChange.objects.select_related("kpi").get(pk=plan.pk)
    plan.tree = tree
    return plan


def _new_values(
    tree: Tree, kpi: KPI | None, wanted: Mapping[str, Any], month: date
) -> dict[str, Any]:
    """Return what differs from the values that the month would have without this plan."""
    known = queries.values_in(tree, kpi, month)
    return {name: value for name, value in wanted.items() if known[name] != value}
