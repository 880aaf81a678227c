"""Targets: a change is a new row with a reason, and the past stays as it was."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from core import audit
from core.policies import require
from core.tenancy import Actor
from kpis.models import KPI, Target, Tree
from kpis.models.choices import RationaleKind
from kpis.operations.scorecards import request_recompute
from kpis.operations.target_rows import TargetDraft, new_target
from kpis.policies import targets as policies


@transaction.atomic
def set_target(
    *,
    kpi: KPI,
    valid_from: date,
    value: Decimal | None = None,
    worst: Decimal | None = None,
    accept_low: Decimal | None = None,
    accept_high: Decimal | None = None,
    worst_low: Decimal | None = None,
    worst_high: Decimal | None = None,
    rationale_kind: RationaleKind,
    rationale: str,
    entries_seen: int | None = None,
    by: Actor,
    at: datetime,
) -> Target:
    """Give the KPI a target from a day on; an earlier one for the same day is replaced and kept.

    `entries_seen` is how many targets the author saw in the KPI's history: when there are more,
    somebody set one since, and the change is refused. None skips the question.
    """
    tree, kpi = _locked(kpi)
    today = timezone.localtime(at, tree.client.zone).date()
    require(policies.why_not_set_target(kpi, by))
    require(policies.why_not_on(kpi, entries_seen))
    require(policies.why_not_from(kpi, valid_from, today))
    draft = TargetDraft(
        valid_from=valid_from,
        value=value,
        worst=worst,
        accept_low=accept_low,
        accept_high=accept_high,
        worst_low=worst_low,
        worst_high=worst_high,
        rationale_kind=rationale_kind,
        rationale=rationale,
    )
    target = new_target(kpi=kpi, draft=draft, by=by, at=at)
    _put(target, at=at)
    request_recompute(tree=tree, by=by, at=at)
    day = target.valid_from.isoformat()
    _audit("kpis.target_set", target, f"「{kpi.name}」の目標を{day}から設定しました。", by, at)
    return target


@transaction.atomic
def withdraw_target(*, target: Target, by: Actor, at: datetime) -> Target:
    """Take back a target that no closed month was scored by; the row stays readable."""
    tree, kpi = _locked(target.kpi)
    target = Target.objects.select_for_update().get(pk=target.pk)
    target.kpi = kpi
    today = timezone.localtime(at, tree.client.zone).date()
    require(policies.why_not_withdraw(target, by, today))
    target.superseded_at = at
    target.save(update_fields=["superseded_at"])
    request_recompute(tree=tree, by=by, at=at)
    day = target.valid_from.isoformat()
    _audit(
        "kpis.target_withdrawn",
        target,
        f"「{kpi.name}」の{day}からの目標を取り下げました。",
        by,
        at,
    )
    return target


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
    """Make a signed promise the KPI's target from a day on; the caller has seen both signatures."""
    tree, kpi = _locked(kpi)
    draft = TargetDraft(
        valid_from=valid_from,
        value=value,
        worst=worst,
        rationale_kind=RationaleKind.NEGOTIATION,
        rationale=rationale,
    )
    target = new_target(kpi=kpi, draft=draft, by=by, at=at)
    target.agreed_at = at
    _put(target, at=at)
    request_recompute(tree=tree, by=by, at=at)
    day = valid_from.isoformat()
    summary = f"「{kpi.name}」の合意した目標を{day}から適用します。"
    _audit("kpis.target_agreed", target, summary, by, at)
    return target


def _locked(kpi: KPI) -> tuple[Tree, KPI]:
    """Hold the tree, so that scores are computed before or after the change, never in between."""
    tree = Tree.objects.select_for_update(of=("self",)).select_related("client").get(pk=kpi.tree_id)
    kpi = KPI.objects.get(pk=kpi.pk)
    kpi.tree = tree
    return tree, kpi


def _put(target: Target, *, at: datetime) -> None:
    same_day = Target.objects.standing().filter(kpi=target.kpi, valid_from=target.valid_from)
    same_day.update(superseded_at=at)
    target.save(force_insert=True)


def _audit(event: str, target: Target, summary: str, by: Actor, at: datetime) -> None:
    audit.record(
        event=event,
        target=target.kpi,
        by=by,
        at=at,
        organization_id=target.kpi.tree.client_id,
        summary=summary,
        data={
            "target": str(target.pk),
            "value": None if target.value is None else str(target.value),
        },
    )
