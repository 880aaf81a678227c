"""What a vendor does: keep a private draft, submit sealed revisions, decline."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, vault
from core.domain.refusals import Denied, Refusal
from core.policies import require
from core.tenancy import Actor
from quotes.domain.drafts import QuoteDraft
from quotes.domain.sealing import Envelope, sealed
from quotes.models import RFQ, Quote, QuoteRevision, RFQInvitation
from quotes.operations.letters import tell_received
from quotes.policies import quotes as policies
from quotes.policies.rfqs import why_not_edit_version
from quotes.queries.content import quote_content
from quotes.queries.held import held_for_answer
from quotes.queries.sealed import copy_label, draft_label


def _not_asked() -> Denied:
    text = _("この見積依頼の宛先ではありません。")
    return Denied(Refusal("quotes.not_asked", text, status=404))


def _invitation(rfq: RFQ, by: Actor) -> RFQInvitation:
    """Hold the actor's own invitation; whose it is never comes from a form.

    What one vendor does to its answer comes one after the other, also the very first save.
    """
    own = RFQInvitation.objects.visible_to(by).filter(rfq=rfq, vendor_id=by.organization_id)
    invitation = own.select_for_update(of=("self",)).select_related("vendor").first()
    if invitation is None:
        raise _not_asked()
    return invitation


def _draft(rfq: RFQ, by: Actor) -> Quote | None:
    """Hold the actor's own draft."""
    own = Quote.objects.visible_to(by).filter(rfq=rfq)
    return own.select_for_update(of=("self",)).select_related("rfq", "vendor").first()


def _held(rfq: RFQ) -> RFQ:
    if (found := held_for_answer(rfq)) is None:
        raise _not_asked()
    return found


@transaction.atomic
def save_quote(*, rfq: RFQ, version: int, draft: QuoteDraft, by: Actor, at: datetime) -> Quote:
    """Keep the draft as the form says; `version` is 0 while there is none."""
    rfq = _held(rfq)
    invitation = _invitation(rfq, by)
    require(policies.why_not_answer(rfq, invitation, by, at))
    quote = _draft(rfq, by)
    require(why_not_edit_version(quote.version if quote else 0, version))
    if quote is None:
        quote = Quote(rfq=rfq, vendor_id=invitation.vendor_id, version=0)
    quote.locked_draft = vault.lock(draft.packed(), label=draft_label(quote))
    quote.version += 1
    quote.updated_at = at
    quote.save()
    audit.record(
        event="quotes.quote_saved",
        target=quote,
        by=by,
        at=at,
        organization_id=by.organization_id,
        summary=f"「{rfq.title}」の見積の下書きを保存しました。",
        data={"version": quote.version},
    )
    return quote


@transaction.atomic
def submit_quote(*, rfq: RFQ, version: int, by: Actor, at: datetime) -> QuoteRevision:
    """Seal the draft as the next revision and give a receipt; refused from the deadline on.

    The request is held in the same transaction, so that no opening comes in between.
    """
    rfq = _held(rfq)
    invitation = _invitation(rfq, by)
    require(policies.why_not_answer(rfq, invitation, by, at))
    quote = _draft(rfq, by)
    if quote is None:
        text = _("先に見積を入力して保存してください。")
        raise Denied(Refusal("quotes.no_draft", text, status=409))
    require(why_not_edit_version(quote.version, version))
    require(_why_not_complete(rfq, quote))
    earlier = QuoteRevision.objects.visible_to(by).filter(rfq=rfq).order_by("-number").first()
    require(policies.why_not_again(quote, earlier))
    number = earlier.number + 1 if earlier else 1
    envelope = Envelope(quote_content(quote, number=number), nonce=secrets.token_hex(32))
    revision = _sealed(rfq, quote, number, envelope)
    revision.submitted_at, revision.submitted_by_id = at, by.user_id
    revision.save(force_insert=True)
    tell_received(rfq, invitation, revision, at=at)
    audit.record(
        event="quotes.quote_submitted",
        target=revision,
        by=by,
        at=at,
        organization_id=by.organization_id,
        summary=f"「{rfq.title}」の見積（第{number}版）を提出しました。",
        data={"number": number, "sha256": revision.sha256},
    )
    return revision


def _sealed(rfq: RFQ, quote: Quote, number: int, envelope: Envelope) -> QuoteRevision:
    """Return a revision of which the database learns the hash alone."""
    revision = QuoteRevision(
        rfq=rfq,
        client_id=rfq.client_id,
        vendor_id=quote.vendor_id,
        number=number,
        sealed=sealed(envelope, bytes(rfq.sealing_key or b"")),
        sha256=envelope.digest,
    )
    revision.authors_copy = vault.lock(envelope.packed(), label=copy_label(revision))
    return revision


def _why_not_complete(rfq: RFQ, quote: Quote) -> Refusal | None:
    asked = list(rfq.lines.order_by("position", "id"))
    deadline_on = rfq.deadline_at.astimezone(rfq.client.zone).date()
    criteria = list(rfq.criteria.order_by("position", "id"))
    found = policies.findings(quote, criteria=criteria, asked_lines=asked, deadline_on=deadline_on)
    return next(iter(found), None)


@transaction.atomic
def decline(*, rfq: RFQ, reason: str, by: Actor, at: datetime) -> RFQInvitation:
    """Decline to quote, with a reason that the client reads."""
    rfq = _held(rfq)
    invitation = _invitation(rfq, by)
    require(policies.why_not_decline(rfq, invitation, by, at))
    invitation.status = RFQInvitation.Status.DECLINED
    invitation.decline_reason = reason
    invitation.save(update_fields=["status", "decline_reason"])
    audit.record(
        event="quotes.declined",
        target=invitation,
        by=by,
        at=at,
        organization_id=by.organization_id,
        summary=f"「{rfq.title}」の見積依頼を辞退しました。",
        data={"reason": reason},
    )
    return invitation
