"""Open the quotes of a round, or give the request up."""

from datetime import datetime

from django.db import transaction

from core import audit
from core.policies import require
from core.tenancy import Actor
from quotes.domain.states import RFQ_TRANSITIONS, RfqState
from quotes.models import RFQ, QuoteRevision, RFQInvitation
from quotes.models.rfqs import RFQStatus
from quotes.operations.letters import tell_cancelled
from quotes.policies import rfqs as policies
from quotes.queries.held import held_for_change


@transaction.atomic
def open_round(*, rfq: RFQ, by: Actor, at: datetime) -> RFQ:
    """Make the submitted quotes readable for the client's side: once, after the deadline."""
    rfq = held_for_change(rfq)
    require(policies.why_not_open(rfq, by, at))
    RFQ_TRANSITIONS.check(RfqState(rfq.status), RfqState.OPENED)
    rfq.status = RFQStatus.OPENED
    rfq.opened_at, rfq.opened_by_id = at, by.user_id
    rfq.version += 1
    rfq.save(update_fields=["status", "opened_at", "opened_by", "version"])
    revisions = QuoteRevision.objects.filter(rfq=rfq).newest()
    audit.record(
        event="quotes.round_opened",
        target=rfq,
        by=by,
        at=at,
        organization_id=rfq.client_id,
        summary=f"見積依頼「{rfq.title}」の見積{len(revisions)}件を開封しました。",
        data={"receipts": sorted(one.sha256 for one in revisions)},
    )
    return rfq


@transaction.atomic
def cancel_rfq(*, rfq: RFQ, reason: str, by: Actor, at: datetime) -> RFQ:
    """Give the request up; quotes that were not opened stay sealed for ever."""
    rfq = held_for_change(rfq)
    require(policies.why_not_cancel(rfq, by))
    was_sent = rfq.status != RFQStatus.DRAFT
    rfq.status = RFQStatus.CANCELLED
    rfq.cancelled_at, rfq.cancelled_by_id = at, by.user_id
    rfq.cancel_reason = reason
    rfq.version += 1
    rfq.save(update_fields=["status", "cancelled_at", "cancelled_by", "cancel_reason", "version"])
    if was_sent:
        asked = rfq.invitations.exclude(status=RFQInvitation.Status.DECLINED)
        for invitation in asked.select_related("vendor"):
            tell_cancelled(rfq, invitation, at=at)
    audit.record(
        event="quotes.rfq_cancelled",
        target=rfq,
        by=by,
        at=at,
        organization_id=rfq.client_id,
        summary=f"見積依頼「{rfq.title}」を取りやめました。",
        data={"reason": reason},
    )
    return rfq
