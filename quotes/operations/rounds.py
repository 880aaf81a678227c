"""Open the quotes of a round, or give the request up."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.domain.refusals import Denied, Refusal
from core.policies import require
from core.tenancy import Actor
from quotes.domain.sealing import BrokenSeal, unsealed
from quotes.domain.states import RFQ_TRANSITIONS, RfqState
from quotes.models import RFQ, OpenedQuote, QuoteRevision, RFQInvitation, RoundKey
from quotes.models.rfqs import RFQStatus
from quotes.operations.letters import tell_cancelled
from quotes.policies import rfqs as policies
from quotes.queries.held import held_for_change
from quotes.queries.sealed import private_key


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
    newest = {one.vendor_id: one for one in _unseal(rfq)}
    audit.record(
        event="quotes.round_opened",
        target=rfq,
        by=by,
        at=at,
        organization_id=rfq.client_id,
        summary=f"見積依頼「{rfq.title}」の見積{len(newest)}件を開封しました。",
        data={"receipts": sorted(one.sha256 for one in newest.values())},
    )
    return rfq


def _unseal(rfq: RFQ) -> list[QuoteRevision]:
    """Open every box and keep what was in it; return the revisions, older ones first.

    A box that does not hold what its receipt says stops it all: nothing is opened then.
    """
    key = private_key(RoundKey.objects.get(rfq=rfq))
    revisions = list(QuoteRevision.objects.filter(rfq=rfq).order_by("number", "id"))
    try:
        OpenedQuote.objects.bulk_create(_opened(one, key) for one in revisions)
    except BrokenSeal as error:
        text = _(
            "受け付けた見積の中に、受領証と一致しないものがあります。開封を中止しました。"
            "システムの管理者に連絡し、バックアップとの照合を依頼してください。"
        )
        raise Denied(Refusal("quotes.broken_seal", text, status=409)) from error
    return revisions


def _opened(revision: QuoteRevision, key: bytes) -> OpenedQuote:
    envelope = unsealed(bytes(revision.sealed), key, digest=revision.sha256)
    return OpenedQuote(
        revision=revision,
        rfq_id=revision.rfq_id,
        client_id=revision.client_id,
        vendor_id=revision.vendor_id,
        content=envelope.content,
        nonce=envelope.nonce,
    )


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
