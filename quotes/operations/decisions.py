"""Choose the vendor: the decision keeps the comparison, the promises become an engagement."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.domain.refusals import Refusal
from core.policies import require
from core.tenancy import Actor
from quotes.models import RFQ, Criterion, Decision
from quotes.models.rfqs import RFQStatus
from quotes.operations.letters import tell_chosen, tell_not_chosen
from quotes.policies import rfqs as policies
from quotes.queries.comparison import Bid, RoundComparison, comparison_of, snapshot
from quotes.queries.explanation import explained
from quotes.queries.held import held_for_change
from vendors.domain.promises import Promise
from vendors.operations import propose_engagement


@transaction.atomic
def decide(
    *,
    rfq: RFQ,
    vendor_id: UUID,
    reason: str,
    explains_rank: bool,
    by: Actor,
    at: datetime,
) -> Decision:
    """Choose the vendor, keep the comparison as it is now, tell everybody, propose the engagement.

    `explains_rank` says that the reason tells why it is not the first of the ranking.
    """
    rfq = held_for_change(rfq)
    require(policies.why_not_decide(rfq, by))
    comparison = comparison_of(rfq)
    require(_why_not_this(comparison, vendor_id, reason, explains_rank=explains_rank))
    winner = comparison.by_vendor[vendor_id]
    decision = Decision.objects.create(
        rfq=rfq,
        client_id=rfq.client_id,
        winner_id=vendor_id,
        revision=winner.revision,
        reason=reason,
        comparison={**snapshot(comparison), "explanation": explained(comparison)},
        decided_at=at,
        decided_by_id=by.user_id,
    )
    rfq.status = RFQStatus.DECIDED
    rfq.version += 1
    rfq.save(update_fields=["status", "version"])
    _propose(rfq, comparison, winner, by=by, at=at)
    _tell(rfq, comparison, vendor_id, at=at)
    _record(decision, comparison, by=by, at=at)
    return decision


def _record(decision: Decision, comparison: RoundComparison, *, by: Actor, at: datetime) -> None:
    rfq, winner = comparison.rfq, comparison.by_vendor[decision.winner_id]
    audit.record(
        event="quotes.decided",
        target=decision,
        by=by,
        at=at,
        organization_id=rfq.client_id,
        summary=f"見積依頼「{rfq.title}」の発注先を{winner.name}に決定しました。",
        data={
            "winner": str(winner.vendor_id),
            "rank": comparison.rank_of(winner.vendor_id),
            "sha256": winner.revision.sha256,
        },
    )


def _why_not_this(
    comparison: RoundComparison, vendor_id: UUID, reason: str, *, explains_rank: bool
) -> Refusal | None:
    rank = comparison.rank_of(vendor_id)
    if rank is None:
        text = _("評価の対象になった外注先から選んでください。")
        return Refusal("quotes.not_ranked", text, status=409)
    if not reason.strip():
        return Refusal("quotes.no_reason", _("選定理由を入力してください。"), status=409)
    if rank != 1 and not explains_rank:
        return Refusal(
            "quotes.not_first",
            _(
                "合計点が1位ではありません。1位を選ばない理由を選定理由に書き、確認欄に印を付けてください。"
            ),
            status=409,
        )
    return None


def _propose(
    rfq: RFQ, comparison: RoundComparison, winner: Bid, *, by: Actor, at: datetime
) -> None:
    """Turn the winning promises into an engagement for both sides to sign."""
    if rfq.tree is None:
        return  # a request that stands alone has no KPIs to agree on
    promises = []
    for one in comparison.criteria:
        value = winner.answers.get(str(one.pk))
        if one.kind == Criterion.Kind.COMMITMENT and one.kpi_id and value is not None:
            promises.append(Promise(one.kpi_id, value, one.required_minimum))
    propose_engagement(
        client_id=rfq.client_id,
        vendor_id=winner.vendor_id,
        tree=rfq.tree,
        rfq_id=rfq.pk,
        title=rfq.title,
        starts_on=rfq.starts_on,
        ends_on=rfq.ends_on,
        amount=winner.subtotal,
        currency=rfq.currency,
        promises=promises,
        by=by,
        at=at,
    )


def _tell(rfq: RFQ, comparison: RoundComparison, vendor_id: UUID, *, at: datetime) -> None:
    """Write to those who quoted; whoever did not answer hears nothing more."""
    answered = rfq.invitations.filter(vendor_id__in=comparison.by_vendor).select_related("vendor")
    for invitation in answered.order_by("id"):
        is_winner = invitation.vendor_id == vendor_id
        (tell_chosen if is_winner else tell_not_chosen)(rfq, invitation, at=at)
