"""Lists and overviews of requests, for each side its own."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from core import clock
from core.access import actor_of
from core.tenancy import Actor
from quotes.models import RFQ, QuoteRevision, RFQInvitation
from quotes.policies import quotes as answer_policies
from quotes.policies import rfqs as policies
from quotes.queries import requests as vendor_queries
from quotes.queries import rounds as queries
from quotes.queries.documents import document_of
from quotes.queries.sealed import authors_envelope, opened_envelope
from vendors.models import Engagement

PAGE = 50


@require_GET
def rfq_list(request: HttpRequest) -> HttpResponse:
    """List the requests that the actor runs, or those that it is asked to answer."""
    actor = actor_of(request)
    now = clock.database_now()
    search = request.GET.get("q", "").strip()
    if actor.is_vendor:
        asked = vendor_queries.asked(actor, search=search)
        page = Paginator(asked, PAGE).get_page(request.GET.get("page"))
        rows = vendor_queries.rows_of(list(page), now)
        shown = {"page": page, "rows": rows, "search": search}
        return render(request, "quotes/rfq_list_vendor.html", shown)
    state = request.GET.get("state", "")
    found = queries.rounds(actor, state=state, search=search, at=now)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "page": page,
        "rows": [(rfq, queries.word_of(rfq, now)) for rfq in page],
        "states": queries.RoundState.choices,
        "state": state,
        "search": search,
        "has_many_clients": len(actor.client_ids) > 1,
        "why_not_create": policies.why_not_start(actor),
    }
    return render(request, "quotes/rfq_list.html", context)


@require_GET
def rfq_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """Show one request: to the asking side the round, to a vendor what it is asked."""
    actor = actor_of(request)
    rfq = get_object_or_404(
        RFQ.objects.visible_to(actor).select_related("client", "tree", "branch"), pk=pk
    )
    if actor.is_vendor:
        return _for_vendor(request, rfq, actor)
    now = clock.database_now()
    invited_count, submitted_count = queries.counts_of(rfq)
    revisions = QuoteRevision.objects.visible_to(actor).filter(rfq=rfq).newest()
    context = {
        "rfq": rfq,
        "word": queries.word_of(rfq, now),
        "lines": rfq.lines.order_by("position", "id"),
        "shares": queries.shares_of(rfq, rfq.criteria.order_by("position", "id")),
        "method": queries.how_judged(rfq),
        "invitations": rfq.invitations.select_related("vendor").order_by("vendor__name", "id"),
        "invited_count": invited_count,
        "submitted_count": submitted_count,
        "quotes": revisions.select_related("vendor"),
        "answered": {one.vendor_id for one in revisions},
        "findings": policies.findings(rfq, now) if rfq.status == "draft" else [],
        "why_not_edit": policies.why_not_edit(rfq, actor),
        "why_not_send": policies.why_not_send(rfq, actor, now),
        "why_not_open": policies.why_not_open(rfq, actor, now),
        "why_not_cancel": policies.why_not_cancel(rfq, actor),
        "why_not_decide": policies.why_not_decide(rfq, actor),
        "decision": getattr(rfq, "decision", None),
        "engagement": Engagement.objects.visible_to(actor).filter(rfq_id=rfq.pk).first(),
    }
    return render(request, "quotes/rfq_detail.html", context)


def _for_vendor(request: HttpRequest, rfq: RFQ, actor: Actor) -> HttpResponse:
    now = clock.database_now()
    own = RFQInvitation.objects.visible_to(actor)
    invitation = get_object_or_404(own, rfq=rfq, vendor_id=actor.organization_id)
    context = {
        "asked": vendor_queries.vendor_request(rfq, invitation, actor, now),
        "why_not_answer": answer_policies.why_not_answer(rfq, invitation, actor, now),
        "why_not_decline": answer_policies.why_not_decline(rfq, invitation, actor, now),
    }
    return render(request, "quotes/rfq_detail_vendor.html", context)


@require_GET
def revision_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """Show a submitted quote: to its author as a receipt, to the asking side once it is opened."""
    actor = actor_of(request)
    revision = get_object_or_404(
        QuoteRevision.objects.visible_to(actor).select_related("rfq__client", "vendor", "opened"),
        pk=pk,
    )
    read = authors_envelope if actor.is_vendor else opened_envelope
    envelope = read(revision)
    context = {
        "revision": revision,
        "document": document_of(dict(envelope.content)),
        "nonce": envelope.nonce,
        "is_intact": envelope.digest == revision.sha256,
        "is_author": actor.is_vendor,
    }
    return render(request, "quotes/revision_detail.html", context)
