"""A target before it is stored: what the author says, made complete so that the score's line is kept.

Part of the operations that set targets, in their transaction.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from core.domain.refusals import Denied, Refusal
from core.tenancy import Actor
from kpis import wording
from kpis.domain.scoring import InvalidTarget, check_target, with_defaults
from kpis.models import KPI, Target
from kpis.models.choices import RationaleKind
from kpis.queries.scorecards import target_spec


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetDraft:
    """A target as its author says it: a value, or the limits of a band, and the reason."""

    valid_from: date
    value: Decimal | None = None
    worst: Decimal | None = None
    accept_low: Decimal | None = None
    accept_high: Decimal | None = None
    worst_low: Decimal | None = None
    worst_high: Decimal | None = None
    rationale_kind: RationaleKind = RationaleKind.NEGOTIATION
    rationale: str = ""


def new_target(*, kpi: KPI, draft: TargetDraft, by: Actor, at: datetime) -> Target:
    """Return the unsaved target with all limits of its line; Denied (422) when it cannot score.

    The limits that nobody named are filled in and stored: when the baseline changes later, what
    was scored before stays as it was.
    """
    if not draft.rationale.strip():
        raise Denied(Refusal("kpis.no_rationale", _("目標の根拠を入力してください。"), 422))
    target = Target(
        kpi=kpi,
        valid_from=draft.valid_from,
        value=draft.value,
        worst=draft.worst,
        accept_low=draft.accept_low,
        accept_high=draft.accept_high,
        worst_low=draft.worst_low,
        worst_high=draft.worst_high,
        rationale_kind=draft.rationale_kind,
        rationale=draft.rationale.strip(),
        created_at=at,
        created_by_id=by.user_id,
    )
    spec = target_spec(kpi, target)
    try:
        check_target(spec)
    except InvalidTarget as error:
        reason = wording.target_problem(error.code)
        raise Denied(Refusal(f"kpis.target_{error.code}", reason, 422)) from error
    full = with_defaults(spec)
    target.worst, target.worst_low, target.worst_high = full.worst, full.worst_low, full.worst_high
    return target
