"""Mails of a round: rows of the outbox. None of them names, counts or hints at other vendors."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core import outbox
from quotes.models import RFQ, QuoteRevision, RFQInvitation
from quotes.wording import moment
from vendors.queries.people import addresses_of


def tell_invited(rfq: RFQ, invitation: RFQInvitation, *, at: datetime) -> None:
    """Ask a vendor for its quote."""
    _write("quotes/invited", rfq, invitation, {}, at=at)


def tell_received(
    rfq: RFQ, invitation: RFQInvitation, revision: QuoteRevision, *, at: datetime
) -> None:
    """Give the vendor its receipt: hash and time, no prices."""
    context = {
        "number": revision.number,
        "sha256": revision.sha256,
        "submitted_at": moment(revision.submitted_at, rfq.client.zone),
        "revision": str(revision.pk),
    }
    _write("quotes/received", rfq, invitation, context, at=at)


def tell_chosen(rfq: RFQ, invitation: RFQInvitation, *, at: datetime) -> None:
    """Tell the winner."""
    _write("quotes/chosen", rfq, invitation, {}, at=at)


def tell_not_chosen(rfq: RFQ, invitation: RFQInvitation, *, at: datetime) -> None:
    """Tell a vendor, with thanks, that the order goes elsewhere."""
    _write("quotes/not_chosen", rfq, invitation, {}, at=at)


def tell_cancelled(rfq: RFQ, invitation: RFQInvitation, *, at: datetime) -> None:
    """Tell a vendor that the request is given up, and why."""
    _write("quotes/cancelled", rfq, invitation, {"reason": rfq.cancel_reason}, at=at)


def _write(
    template: str, rfq: RFQ, invitation: RFQInvitation, more: Mapping[str, Any], *, at: datetime
) -> None:
    known = addresses_of(invitation.vendor_id, client_id=rfq.client_id)
    for address in sorted({*known, invitation.email} - {""}):
        occasion = more.get("revision", rfq.pk)
        outbox.mail(
            template=template,
            to=address,
            context={
                "vendor": invitation.vendor.name,
                "client": rfq.client.name,
                "title": rfq.title,
                "deadline": moment(rfq.deadline_at, rfq.client.zone),
                "rfq": str(rfq.pk),
                **more,
            },
            key=f"{template}:{occasion}:{address}",
            due_at=at,
            organization_id=invitation.vendor_id,
        )
