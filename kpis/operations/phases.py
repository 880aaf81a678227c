"""The switch of a tree's phase: KPIs that begin and KPIs that end with a month, never before it."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.domain.refusals import Denied, Refusal
from core.policies import require
from core.tenancy import Actor
from kpis import wording
from kpis.domain import commands
from kpis.domain.tree import TreeProblem
from kpis.models import KPI, Definition, PlannedChange, Tree
from kpis.operations import plans
from kpis.operations.tree_commands import add_kpis, do
from kpis.policies import phases as phase_policies
from kpis.policies import plans as policies
from kpis.policies.trees import does_not_fit
from kpis.queries import trees as queries
from kpis.queries.library import kpi_fields_of
from kpis.queries.spans import branches, stakes_of

Kind = PlannedChange.Kind


@transaction.atomic
def switch_phase(
    *,
    tree: Tree,
    version: int,
    outsourcing_type: str,
    phase: str,
    effective_month: date,
    reason: str,
    add: Sequence[Definition] = (),
    parent_id: UUID | None = None,
    retire: Sequence[UUID] = (),
    by: Actor,
    at: datetime,
) -> PlannedChange:
    """Give the tree another phase from a month on, with the KPIs that were chosen for it.

    What is added counts from that month, what ends counts up to it; no earlier score changes.
    """
    tree = plans.held(tree=tree, version=version, by=by, at=at)
    today = timezone.localtime(at, tree.client.zone).date()
    require(policies.why_not_month(effective_month, today))
    require(policies.why_not_reason(reason))
    require(phase_policies.why_not_phase(outsourcing_type, phase))
    require(phase_policies.why_not_another_switch(tree))
    wanted = {"outsourcing_type": outsourcing_type, "phase": phase}
    fields = {name: value for name, value in wanted.items() if getattr(tree, name) != value}
    if not (fields or add or retire):
        raise Denied(Refusal("kpis.plan_same", _("変更がありません。"), 422))
    _retire(tree, retire, effective_month, by=by, at=at)
    made = _add(tree, add, parent_id, effective_month, by=by, at=at)
    plan = PlannedChange(
        tree=tree,
        kind=Kind.PHASE,
        fields=wanted,
        added_ids=[str(one.pk) for one in made],
        retired_ids=[str(one) for one in retire],
        effective_month=effective_month,
        reason=reason.strip(),
    )
    return plans.enter(plan=plan, by=by, at=at)


@transaction.atomic
def withdraw_switch(*, plan: PlannedChange, by: Actor, at: datetime) -> PlannedChange:
    """Take a switch back before its month: what was added for it goes, what would end stays."""
    tree = plans.held(tree=plan.tree, by=by, at=at)
    plan = PlannedChange.objects.get(pk=plan.pk)
    plan.tree = tree
    require(policies.why_not_change_plan(plan, by))
    before = queries.shape_of(tree)
    month = plan.effective_month.isoformat()
    back = [
        commands.update_node(one, {"retired_from": None})
        for one in plan.retired_ids
        if one in before.nodes and before.node(one).fields["retired_from"] == month
    ]
    gone = [
        commands.delete_node(one)
        for one in plan.added_ids
        if one in before.nodes and before.node(one).fields["counts_from"] == month
    ]
    if back or gone:
        summary = f"{wording.month(plan.effective_month)}からのフェーズの切り替えを取り下げ"
        command = commands.batch([*back, *gone])
        do(tree=tree, before=before, command=command, summary=summary, by=by, at=at)
    return plans.withdraw_plan(plan=plan, by=by, at=at)


def _retire(tree: Tree, ids: Sequence[UUID], month: date, *, by: Actor, at: datetime) -> None:
    if not ids:
        return
    kpis = list(KPI.objects.living().filter(tree=tree))
    by_id, below = {one.pk: one for one in kpis}, branches(kpis)
    stakes = stakes_of(tree)
    for pk in ids:
        if pk not in by_id:
            raise does_not_fit(TreeProblem.UNKNOWN_NODE)
        refusal = policies.why_not_retire(by_id[pk], below[pk], ids, stakes)
        if refusal is not None:
            reason = f"{wording.short(by_id[pk].name)}：{refusal.reason}"
            raise Denied(Refusal(refusal.code, reason, refusal.status))
    before = queries.shape_of(tree)
    fields = {"retired_from": month.isoformat()}
    command = commands.batch([commands.update_node(str(pk), fields) for pk in ids])
    names = "・".join(wording.short(by_id[pk].name) for pk in ids[:3])
    others = f"ほか{len(ids) - 3}件" if len(ids) > 3 else ""
    summary = f"{names}{others}を{wording.month(month)}から終了"
    do(tree=tree, before=before, command=command, summary=summary, by=by, at=at)


def _add(
    tree: Tree,
    definitions: Sequence[Definition],
    parent_id: UUID | None,
    month: date,
    *,
    by: Actor,
    at: datetime,
) -> list[KPI]:
    if not definitions:
        return []
    made = add_kpis(
        tree=tree,
        version=tree.version,
        parent_id=parent_id or queries.goal_of(tree).pk,
        many=[{**kpi_fields_of(one), "counts_from": month} for one in definitions],
        by=by,
        at=at,
    )
    tree.refresh_from_db(fields=["version", "input_version"])
    return made
