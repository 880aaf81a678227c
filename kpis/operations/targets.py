"""Targets: a change is a new row with a reason, and the past stays as it was."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.domain.refusals import Denied, Refusal
from core.policies import require
from core.tenancy import Actor
from kpis.domain.scoring import InvalidTarget, TargetSpec, check_target, with_defaults
from kpis.models import KPI, Target, Tree
from kpis.models.choices import Direction, RationaleKind
from kpis.operations.scorecards import request_recompute
from kpis.policies import trees as policies
from kpis.queries.scorecards import target_spec

REASONS = {
    "no_target": "目標値を入力してください。",
    "monitor_only": "監視のみのKPIには目標を設定できません。",
    "worst_equals_target": "0点とする値は、目標と違う値にしてください。",
    "worst_on_good_side": "0点とする値は、目標より悪い側の値にしてください。",
    "band_reversed": "範囲の下限は、上限より小さくしてください。",
}


@transaction.atomic
def set_target(
    *,
    kpi: KPI,
    valid_from: date,
    value: Decimal | None = None,
    worst: Decimal | None = None,
    accept_low: Decimal | None = None,
    accept_high: Decimal | None = None,
    rationale_kind: RationaleKind,
    rationale: str,
    by: Actor,
    at: datetime,
) -> Target:
    """Give the KPI a target from a day on; another one for the same day is replaced and kept."""
    require(policies.why_not_edit(kpi.tree, by))
    if not rationale.strip():
        raise Denied(Refusal("kpis.no_rationale", _("目標の根拠を入力してください。"), 409))
    target = Target(
        kpi=kpi,
        valid_from=valid_from,
        value=value,
        worst=worst,
        accept_low=accept_low,
        accept_high=accept_high,
        rationale_kind=rationale_kind,
        rationale=rationale,
    )
    return _put(target, agreed_at=None, by=by, at=at)


@transaction.atomic
def agree_target(
    *,
    kpi: KPI,
    value: Decimal,
    worst: Decimal | None,
    valid_from: date,
    rationale: str,
    by: Actor,
    at: datetime,
) -> Target:
    """Put a target in force that both sides signed."""
    target = Target(
        kpi=kpi,
        valid_from=valid_from,
        value=value,
        worst=worst,
        rationale_kind=RationaleKind.NEGOTIATION,
        rationale=rationale,
    )
    return _put(target, agreed_at=at, by=by, at=at)


def _put(target: Target, *, agreed_at: datetime | None, by: Actor, at: datetime) -> Target:
    kpi = target.kpi
    Tree.objects.select_for_update().get(pk=kpi.tree_id)
    full = _complete(target_spec(kpi, target))
    target.worst, target.worst_low, target.worst_high = full.worst, full.worst_low, full.worst_high
    target.agreed_at, target.created_at, target.created_by_id = agreed_at, at, by.user_id
    same_day = Target.objects.standing().filter(kpi=kpi, valid_from=target.valid_from)
    same_day.update(superseded_at=at)
    target.save()
    request_recompute(tree=kpi.tree, by=by, at=at)
    audit.record(
        event="kpis.target_set",
        target=kpi,
        by=by,
        at=at,
        organization_id=kpi.tree.client_id,
        summary=f"「{kpi.name}」の目標を{target.valid_from.isoformat()}から変更しました。",
        data={"target": str(target.pk), "value": str(target.value)},
    )
    return target


def _complete(spec: TargetSpec) -> TargetSpec:
    """Fill in the line of the score, so that a later change of the baseline moves no old score."""
    if spec.direction == Direction.MONITOR:
        raise Denied(Refusal("kpis.target", _(REASONS["monitor_only"]), 409))
    try:
        check_target(spec)
    except InvalidTarget as error:
        reason = REASONS.get(error.code, "目標の値を確かめてください。")
        raise Denied(Refusal(f"kpis.target_{error.code}", _(reason), 409)) from error
    return with_defaults(spec)
