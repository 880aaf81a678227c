"""Rows for the tests of the policies: written with plain inserts, as each side may write them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import DatabaseError, connection, transaction

from accounts.models import Organization
from core import tenancy
from core.domain.organizations import OrganizationKind, Role
from core.tenancy import ANONYMOUS, Actor
from quotes.models import (
    RFQ,
    Criterion,
    Decision,
    OpenedQuote,
    Quote,
    QuoteRevision,
    RFQInvitation,
    RFQLine,
    RoundKey,
)

SENT = datetime(2026, 4, 1, tzinfo=UTC)
DEADLINE = SENT + timedelta(days=10)
AFTER = DEADLINE + timedelta(days=1)


def actor_of(organization: Organization) -> Actor:
    """Return an owner of the organization."""
    kind = OrganizationKind(organization.kind)
    own = frozenset({organization.pk}) if kind is OrganizationKind.CLIENT else frozenset()
    return Actor(
        user_id=None,
        user_label="試験",
        organization_id=organization.pk,
        organization_name=organization.name,
        kind=kind,
        role=Role.OWNER,
        client_ids=own,
    )


@dataclass(frozen=True)
class Rounds:
    """A client with a draft, an open and an opened request; two vendors asked, one not."""

    client: Organization
    stranger: Organization
    vendor: Organization
    rival: Organization
    outsider: Organization
    draft: RFQ
    open: RFQ
    opened: RFQ

    def actor(self, name: str) -> Actor:
        """Return who acts under this name in the tests."""
        if name == "unset":
            return ANONYMOUS
        if name == "advisor":
            return Actor(
                user_id=None,
                user_label="助言者",
                organization_id=uuid4(),
                kind=OrganizationKind.ADVISORY,
                role=Role.EDITOR,
                client_ids=frozenset({self.client.pk}),
            )
        organization: Organization = getattr(self, name)
        return actor_of(organization)


def _organization(name: str, kind: OrganizationKind) -> Organization:
    return Organization.objects.create(name=name, kind=kind.value, created_at=SENT)


def _request(client: Organization, vendors: list[Organization], title: str) -> RFQ:
    rfq = RFQ.objects.create(
        client=client,
        title=title,
        scope="範囲",
        starts_on=date(2026, 5, 1),
        ends_on=date(2027, 5, 1),
        deadline_at=DEADLINE,
        created_at=SENT,
    )
    RFQLine.objects.create(rfq=rfq, name="作業", quantity=1, unit="式")
    Criterion.objects.create(rfq=rfq, kind=Criterion.Kind.PRICE, name="価格", weight=100)
    for vendor in vendors:
        RFQInvitation.objects.create(rfq=rfq, client=client, vendor=vendor)
    return rfq


def _send(rfq: RFQ) -> None:
    rfq.invitations.update(invited_at=SENT)
    RoundKey.objects.create(rfq=rfq, client_id=rfq.client_id, locked_key=b"locked")
    RFQ.objects.filter(pk=rfq.pk).update(status="open", sent_at=SENT, sealing_key=b"public")


def answer(rfq: RFQ, vendor: Organization) -> QuoteRevision:
    """Write a draft and a submitted revision as the vendor."""
    Quote.objects.create(rfq=rfq, vendor=vendor, locked_draft=b"locked", updated_at=SENT)
    return QuoteRevision.objects.create(
        rfq=rfq,
        client_id=rfq.client_id,
        vendor=vendor,
        number=1,
        sealed=b"sealed",
        authors_copy=b"locked",
        sha256="0" * 64,
        submitted_at=SENT,
    )


def unseal(revision: QuoteRevision) -> OpenedQuote:
    """Write what was in a revision, as the opening does."""
    return OpenedQuote.objects.create(
        revision=revision,
        rfq_id=revision.rfq_id,
        client_id=revision.client_id,
        vendor_id=revision.vendor_id,
        content={},
        nonce="n",
    )


def decide(rfq_id: UUID, client_id: UUID, revision: QuoteRevision) -> Decision:
    """Write a decision for this revision's vendor."""
    return Decision.objects.create(
        rfq_id=rfq_id,
        client_id=client_id,
        winner_id=revision.vendor_id,
        revision=revision,
        reason="理由",
        comparison={},
        decided_at=AFTER,
    )


def make_rounds() -> Rounds:
    """Write everything, each row as the side that may write it."""
    client = _organization("発注者", OrganizationKind.CLIENT)
    stranger = _organization("他の発注者", OrganizationKind.CLIENT)
    vendor, rival, outsider = (
        _organization(name, OrganizationKind.VENDOR) for name in ("A社", "B社", "C社")
    )
    both = [vendor, rival]
    with tenancy.acting(actor_of(client)):
        draft, sent, opened = (_request(client, both, title) for title in ("下", "中", "上"))
        _send(sent)
        _send(opened)
    submitted = []
    for one in both:
        with tenancy.acting(actor_of(one)):
            answer(sent, one)
            submitted.append(answer(opened, one))
    with tenancy.acting(actor_of(client)):
        RFQ.objects.filter(pk=opened.pk).update(status="opened", opened_at=AFTER)
        for revision in submitted:
            unseal(revision)
        decide(opened.pk, client.pk, submitted[-1])
    for rfq in (draft, sent, opened):
        with tenancy.acting(actor_of(client)):
            rfq.refresh_from_db()
    return Rounds(client, stranger, vendor, rival, outsider, draft, sent, opened)


def run(rounds: Rounds, actor: str, sql: str, params: Sequence[Any] = ()) -> int:
    """Run a statement as the actor and return how many rows it touched."""
    with tenancy.acting(rounds.actor(actor)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def outcome(rounds: Rounds, actor: str, sql: str, params: Sequence[Any] = ()) -> int | str:
    """Return the touched rows, or "error"; nothing of it stays."""
    try:
        with transaction.atomic():
            touched = run(rounds, actor, sql, params)
            transaction.set_rollback(True)
            return touched
    except DatabaseError:
        return "error"
