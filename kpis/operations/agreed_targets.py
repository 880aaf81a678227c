"""Targets that both sides of an engagement signed."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from core import audit
from core.tenancy import Actor
from kpis.models import KPI, Target
from kpis.models.choices import RationaleKind


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
    """Make a signed promise the KPI's target from a day on; the past keeps its targets.

    A target that stood for the same day is superseded, not overwritten. The caller holds the
    tree's lock, has seen both signatures, and asks for the scorecards to be recomputed.
    """
    Target.objects.standing().filter(kpi=kpi, valid_from=valid_from).update(superseded_at=at)
    target = Target.objects.create(
        kpi=kpi,
        valid_from=valid_from,
        value=value,
        worst=worst,
        rationale_kind=RationaleKind.NEGOTIATION,
        rationale=rationale,
        agreed_at=at,
        created_at=at,
        created_by_id=by.user_id,
    )
    audit.record(
        event="kpis.target_agreed",
        target=kpi,
        by=by,
        at=at,
        organization_id=kpi.tree.client_id,
        summary=f"「{kpi.name}」の合意した目標を{valid_from.isoformat()}から適用します。",
        data={"value": str(value), "worst": None if worst is None else str(worst)},
    )
    return target
