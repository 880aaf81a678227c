"""Act upon the design check: mend by one click, accept with a reason, look again."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core import audit
from core.domain.refusals import Denied
from core.policies import require
from core.tenancy import Actor
from kpis.domain.lint.rule import FixKind
from kpis.models import KPI, LintWaiver, Tree
from kpis.operations.tree_commands import move_kpi, update_kpi
from kpis.policies import lint as policies
from kpis.policies.trees import why_not_edit_tree
from kpis.queries import lint as queries


@transaction.atomic
def fix_finding(
    *, tree: Tree, code: str, kpi_id: UUID, version: int, by: Actor, at: datetime
) -> KPI:
    """Do what the rule proposes for this KPI; it can be undone like any other change."""
    require(why_not_edit_tree(tree, by))
    today = timezone.localtime(at, tree.client.zone).date()
    found = queries.finding_of(queries.lint_report(tree, today), code, kpi_id)
    if found is None or found.fix is None or found.kpi is None:
        raise Denied(policies.gone())
    common: dict[str, Any] = {"kpi": found.kpi, "version": version, "by": by, "at": at}
    if found.fix.kind == FixKind.MOVE:
        return move_kpi(parent_id=UUID(found.fix.fields["parent_id"]), **common)
    return update_kpi(fields=dict(found.fix.fields), **common)


@transaction.atomic
def waive_finding(
    *,
    tree: Tree,
    code: str,
    kpi_id: UUID | None,
    reason: str,
    expires_on: date,
    by: Actor,
    at: datetime,
) -> LintWaiver:
    """Accept a finding up to a day; it stays visible as accepted, with the reason."""
    tree = Tree.objects.select_for_update(of=("self",)).select_related("client").get(pk=tree.pk)
    require(why_not_edit_tree(tree, by))
    today = timezone.localtime(at, tree.client.zone).date()
    require(policies.why_not_until(expires_on, today))
    found = queries.finding_of(queries.lint_report(tree, today), code, kpi_id)
    if found is None:
        raise Denied(policies.gone())
    LintWaiver.objects.standing().filter(tree=tree, kpi=found.kpi, code=code).update(
        withdrawn_at=at
    )
    waiver = LintWaiver.objects.create(
        tree=tree,
        kpi_id=kpi_id,
        code=code,
        reason=reason,
        expires_on=expires_on,
        created_at=at,
        created_by_id=by.user_id,
    )
    _audit(waiver, "kpis.finding_waived", f"を{expires_on}まで許容しました：{reason}", by=by, at=at)
    return waiver


@transaction.atomic
def withdraw_waiver(*, waiver: LintWaiver, by: Actor, at: datetime) -> LintWaiver:
    """Let the finding count again."""
    waiver = (
        LintWaiver.objects.select_for_update(of=("self",))
        .select_related("tree", "kpi")
        .get(pk=waiver.pk)
    )
    require(why_not_edit_tree(waiver.tree, by))
    if waiver.withdrawn_at is None:
        waiver.withdrawn_at = at
        waiver.save(update_fields=["withdrawn_at"])
        _audit(waiver, "kpis.waiver_withdrawn", "の許容を取り消しました。", by=by, at=at)
    return waiver


def _audit(waiver: LintWaiver, event: str, what: str, *, by: Actor, at: datetime) -> None:
    where = f"「{waiver.kpi.name}」の" if waiver.kpi else ""
    audit.record(
        event=event,
        target=waiver,
        by=by,
        at=at,
        organization_id=waiver.tree.client_id,
        summary=f"「{waiver.tree.name}」{where}設計チェック{waiver.code}{what}",
    )
