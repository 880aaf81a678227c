"""Requests as one vendor sees them: its own part, and nothing that hints at anybody else.

What a vendor must not see is not in these values: the tree, a hidden ceiling, other vendors,
the hash of the request (it would let a hidden ceiling be guessed), who asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from core.tenancy import Actor
from quotes.domain.states import RfqState
from quotes.models import RFQ, Quote, QuoteRevision, RFQInvitation, RFQLine
from quotes.models.rfqs import RFQQuerySet
from quotes.queries.rounds import Share, Word, how_judged, shares_of
from vendors.models import Engagement


class AnswerState(models.TextChoices):
    """Where a vendor's answer stands."""

    ASKED = "asked", _("回答待ち")
    DRAFT = "draft", _("下書きあり")
    SUBMITTED = "submitted", _("提出済み")
    DECLINED = "declined", _("辞退")
    EXPIRED = "expired", _("期限切れ")
    CHOSEN = "chosen", _("採用")
    NOT_CHOSEN = "not_chosen", _("今回は見送り")
    CANCELLED = "cancelled", _("取りやめ")


KINDS = {
    AnswerState.ASKED: "warning",
    AnswerState.DRAFT: "warning",
    AnswerState.SUBMITTED: "success",
    AnswerState.CHOSEN: "success",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides the state of a vendor's answer; all of it is its own."""

    status: RfqState
    deadline_at: datetime
    is_declined: bool
    has_draft: bool
    revisions: int
    is_chosen: bool


def state_of(facts: Facts, at: datetime) -> AnswerState:
    """Return where the vendor's answer stands at this time."""
    if facts.status == RfqState.CANCELLED:
        return AnswerState.CANCELLED
    if facts.is_declined:
        return AnswerState.DECLINED
    if facts.is_chosen:
        return AnswerState.CHOSEN
    if facts.revisions:
        is_over = facts.status == RfqState.DECIDED
        return AnswerState.NOT_CHOSEN if is_over else AnswerState.SUBMITTED
    if facts.status != RfqState.OPEN or at >= facts.deadline_at:
        return AnswerState.EXPIRED
    return AnswerState.DRAFT if facts.has_draft else AnswerState.ASKED


def word_of(state: AnswerState) -> Word:
    """Return the badge of an answer."""
    return Word(str(state.label), KINDS.get(state, "neutral"))


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request in a vendor's list."""

    id: UUID
    title: str
    client: str
    deadline_at: datetime
    word: Word


def asked(actor: Actor, *, search: str) -> RFQQuerySet:
    """Return the requests that this vendor is asked to answer, with the facts of its answer."""
    own = {"rfq": OuterRef("pk"), "vendor_id": actor.organization_id}
    revisions = QuoteRevision.objects.filter(**own).order_by().values("rfq")
    found = RFQ.objects.asked_of(actor)
    if search:
        found = found.filter(Q(title__icontains=search) | Q(client__name__icontains=search))
    return (
        found.annotate(
            answer=Subquery(RFQInvitation.objects.filter(**own).values("status")[:1]),
            has_draft=Exists(Quote.objects.filter(**own)),
            revision_count=Subquery(revisions.annotate(n=Count("pk")).values("n")),
            is_chosen=Exists(
                Engagement.objects.filter(rfq_id=OuterRef("pk"), vendor_id=actor.organization_id)
            ),
        )
        .select_related("client")
        .defer("ceiling", "few_vendors_reason", "sent_sha256", "tree", "branch")
        .order_by("-deadline_at", "id")
    )


def rows_of(found: Sequence[RFQ], at: datetime) -> list[RequestRow]:
    """Return what the list shows of annotated requests."""
    return [
        RequestRow(
            rfq.pk,
            rfq.title,
            rfq.client.name,
            rfq.deadline_at,
            word_of(state_of(facts_of(rfq), at)),
        )
        for rfq in found
    ]


def facts_of(rfq: RFQ) -> Facts:
    """Return the facts that `asked` annotated."""
    return Facts(
        status=RfqState(rfq.status),
        deadline_at=rfq.deadline_at,
        is_declined=rfq.answer == RFQInvitation.Status.DECLINED,  # type: ignore[attr-defined]
        has_draft=rfq.has_draft,  # type: ignore[attr-defined]
        revisions=rfq.revision_count or 0,  # type: ignore[attr-defined]
        is_chosen=rfq.is_chosen,  # type: ignore[attr-defined]
    )


@dataclass(frozen=True, slots=True)
class VendorRequest:
    """One request with everything that a vendor may know of it."""

    id: UUID
    title: str
    client: str
    scope: str
    deliverables: str
    terms: str
    starts_on: date
    ends_on: date
    currency: str
    deadline_at: datetime
    ceiling: Decimal | None
    method: str
    lines: Sequence[RFQLine]
    shares: Sequence[Share]
    state: AnswerState
    word: Word
    decline_reason: str
    cancel_reason: str
    revisions: Sequence[QuoteRevision]
    engagement: Engagement | None


def _own_revisions(rfq: RFQ, actor: Actor) -> list[QuoteRevision]:
    own = QuoteRevision.objects.visible_to(actor).filter(rfq=rfq, vendor_id=actor.organization_id)
    return list(own.select_related("submitted_by").order_by("-number"))


def vendor_request(
    rfq: RFQ, invitation: RFQInvitation, actor: Actor, at: datetime
) -> VendorRequest:
    """Return what the vendor may know of this request."""
    revisions = _own_revisions(rfq, actor)
    engagement = Engagement.objects.visible_to(actor).filter(rfq_id=rfq.pk).first()
    state = state_of(
        Facts(
            status=RfqState(rfq.status),
            deadline_at=rfq.deadline_at,
            is_declined=invitation.status == RFQInvitation.Status.DECLINED,
            has_draft=Quote.objects.visible_to(actor).filter(rfq=rfq).exists(),
            revisions=len(revisions),
            is_chosen=engagement is not None,
        ),
        at,
    )
    return VendorRequest(
        id=rfq.pk,
        title=rfq.title,
        client=rfq.client.name,
        scope=rfq.scope,
        deliverables=rfq.deliverables,
        terms=rfq.terms,
        starts_on=rfq.starts_on,
        ends_on=rfq.ends_on,
        currency=rfq.currency,
        deadline_at=rfq.deadline_at,
        ceiling=rfq.ceiling if rfq.is_ceiling_shown else None,
        method=how_judged(rfq),
        lines=list(rfq.lines.order_by("position", "id")),
        shares=shares_of(rfq, rfq.criteria.order_by("position", "id")),
        state=state,
        word=word_of(state),
        decline_reason=invitation.decline_reason,
        cancel_reason=rfq.cancel_reason,
        revisions=revisions,
        engagement=engagement,
    )
