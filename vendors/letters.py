"""Mails of the vendor floor: rows of the outbox, written in the transaction of the operation."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from core import outbox
from core.tenancy import Actor
from vendors.models import Agreement, Engagement
from vendors.queries import people


def tell_proposed(agreement: Agreement, engagement: Engagement, *, by: Actor, at: datetime) -> None:
    """Ask everybody who has to sign, except the side that proposes."""
    sides = {engagement.client_id, engagement.vendor_id} - {by.organization_id}
    _write("vendors/agreement_proposed", agreement, engagement, sides, by=by.user_label, at=at)


def tell_signed(agreement: Agreement, engagement: Engagement, *, by: Actor, at: datetime) -> None:
    """Tell the other side that its signature is the one that is missing."""
    sides = {engagement.client_id, engagement.vendor_id} - {by.organization_id}
    _write("vendors/agreement_signed", agreement, engagement, sides, by=by.user_label, at=at)


def tell_in_force(agreement: Agreement, engagement: Engagement, *, at: datetime) -> None:
    """Tell both sides that the agreement counts."""
    sides = {engagement.client_id, engagement.vendor_id}
    _write("vendors/agreement_in_force", agreement, engagement, sides, by="", at=at)


def _write(
    template: str,
    agreement: Agreement,
    engagement: Engagement,
    sides: Iterable[UUID],
    *,
    by: str,
    at: datetime,
) -> None:
    names = {
        engagement.client_id: engagement.client.name,
        engagement.vendor_id: engagement.vendor.name,
    }
    for side in sorted(sides, key=str):
        for address in people.addresses_of(side, client_id=engagement.client_id):
            outbox.mail(
                template=template,
                to=address,
                context={
                    "recipient": names[side],
                    "client": engagement.client.name,
                    "vendor": engagement.vendor.name,
                    "title": engagement.title,
                    "version": agreement.version,
                    "sha256": agreement.sha256,
                    "reason": agreement.content["reason"],
                    "by": by,
                    "path": reverse("vendors:engagement-detail", kwargs={"pk": engagement.pk}),
                },
                key=f"{template}:{agreement.pk}:{address}",
                due_at=at,
                organization_id=engagement.client_id,
            )
