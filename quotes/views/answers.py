"""What a vendor does: write its quote, submit it, decline."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.access import actor_of
from core.domain.refusals import Denied, Refusal
from core.policies import require
from core.tenancy import Actor
from quotes import operations
from quotes.domain.totals import InvalidTotals
from quotes.forms.quote_editor import QuoteEditor, quote_editor
from quotes.forms.quotes import DeclineForm
from quotes.models import RFQ, Criterion, Quote, QuoteRevision, RFQInvitation, RFQLine
from quotes.policies import quotes as policies
from quotes.queries.content import quote_content
from quotes.queries.documents import Document, document_of, warnings
from quotes.queries.history import changes_since

MORE_ROWS = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as its vendor answers it."""

    rfq: RFQ
    invitation: RFQInvitation
    lines: Sequence[RFQLine]
    criteria: Sequence[Criterion]
    quote: Quote | None

    @property
    def version(self) -> int:
        """The version of the draft; 0 when there is none."""
        return self.quote.version if self.quote else 0


def _asked(actor: Actor, pk: str) -> Asked:
    rfq = get_object_or_404(RFQ.objects.asked_of(actor).select_related("client"), pk=pk)
    own = RFQInvitation.objects.visible_to(actor).select_related("vendor")
    drafts = Quote.objects.visible_to(actor).select_related("rfq", "vendor")
    return Asked(
        rfq=rfq,
        invitation=get_object_or_404(own, rfq=rfq, vendor_id=actor.organization_id),
        lines=list(rfq.lines.order_by("position", "id")),
        criteria=list(rfq.criteria.order_by("position", "id")),
        quote=drafts.filter(rfq=rfq).first(),
    )


def _document(asked: Asked) -> Document | None:
    """Return the stored draft in words; None when there is none or its discount does not fit."""
    if asked.quote is None:
        return None
    try:
        return document_of(quote_content(asked.quote, number=0))
    except InvalidTotals:
        return None


@require_http_methods(["GET", "POST"])
def quote_edit(request: HttpRequest, pk: str) -> HttpResponse:
    """Write the quote; a draft is private for ever."""
    actor = actor_of(request)
    asked = _asked(actor, pk)
    now = clock.database_now()
    require(policies.why_not_answer(asked.rfq, asked.invitation, actor, now))
    data = request.POST if request.method == "POST" else None
    editor = quote_editor(
        asked.quote,
        rfq=asked.rfq,
        lines=asked.lines,
        criteria=asked.criteria,
        data=data,
        more=MORE_ROWS if "more" in request.GET else 0,
    )
    if data is None or not editor.is_valid():
        return _render_editor(request, asked, editor)
    version = editor.form.cleaned_data["version"]
    try:
        operations.save_quote(
            rfq=asked.rfq, version=version, draft=editor.draft(), by=actor, at=now
        )
    except Denied as denied:  # what was typed stays on the page
        return _render_editor(request, asked, editor, refusal=denied.refusal, seen=version)
    if data.get("next") == "confirm":
        return redirect("quotes:quote-submit", pk=asked.rfq.pk)
    if data.get("add"):
        return redirect(reverse("quotes:quote-edit", kwargs={"pk": pk}) + "?more=1#own")
    messages.success(request, _("下書きを保存しました。まだ提出されていません。"))
    return redirect("quotes:quote-edit", pk=asked.rfq.pk)


def _render_editor(
    request: HttpRequest,
    asked: Asked,
    editor: QuoteEditor,
    *,
    refusal: Refusal | None = None,
    seen: int = 0,
) -> HttpResponse:
    context: dict[str, Any] = {
        "rfq": asked.rfq,
        "editor": editor,
        "document": _document(asked),
        "rounding": asked.invitation.vendor.tax_rounding,
        "rounding_word": asked.invitation.vendor.get_tax_rounding_display(),
        "refusal": refusal,
    }
    if refusal is not None and asked.quote is not None:
        context["changes"] = changes_since(asked.quote.pk, event="quotes.quote_saved", version=seen)
        context["version"] = asked.quote.version
    status = refusal.status if refusal else 200
    return render(request, "quotes/quote_edit.html", context, status=status)


@require_POST
def quote_autosave(request: HttpRequest, pk: str) -> HttpResponse:
    """Save the draft while the person types; answer with the totals, or with what is wrong."""
    actor = actor_of(request)
    asked = _asked(actor, pk)
    editor = quote_editor(
        asked.quote,
        rfq=asked.rfq,
        lines=asked.lines,
        criteria=asked.criteria,
        data=request.POST,
    )
    context: dict[str, Any] = {"rfq": asked.rfq, "complaints": [], "version": asked.version}
    if editor.is_valid():
        quote = operations.save_quote(
            rfq=asked.rfq,
            version=editor.form.cleaned_data["version"],
            draft=editor.draft(),
            by=actor,
            at=clock.database_now(),
        )
        asked = _asked(actor, pk)
        context |= {"saved_at": quote.updated_at, "version": quote.version}
    else:
        context["complaints"] = editor.complaints
    context["document"] = _document(asked)
    return render(request, "quotes/_quote_saved.html", context)


@require_http_methods(["GET", "POST"])
def quote_submit(request: HttpRequest, pk: str) -> HttpResponse:
    """Show the whole quote once more, then seal it."""
    actor = actor_of(request)
    asked = _asked(actor, pk)
    now = clock.database_now()
    if request.method == "POST":
        version = request.POST.get("version", "")
        revision = operations.submit_quote(
            rfq=asked.rfq,
            version=int(version) if version.isdecimal() else 0,
            by=actor,
            at=now,
        )
        messages.success(request, _("見積を提出しました。受領証を控えてください。"))
        return redirect("quotes:revision-detail", pk=revision.pk)
    require(policies.why_not_answer(asked.rfq, asked.invitation, actor, now))
    if asked.quote is None:
        return redirect("quotes:quote-edit", pk=asked.rfq.pk)
    document = _document(asked)
    content = quote_content(asked.quote, number=0) if document else None
    found = policies.findings(
        asked.quote,
        criteria=asked.criteria,
        asked_lines=asked.lines,
        deadline_on=asked.rfq.deadline_at.astimezone(asked.rfq.client.zone).date(),
    )
    own = QuoteRevision.objects.visible_to(actor).filter(rfq=asked.rfq)
    context = {
        "rfq": asked.rfq,
        "quote": asked.quote,
        "document": document,
        "findings": found,
        "refusal": found[0] if found else None,
        "warnings": warnings(asked.rfq, asked.criteria, content) if content else [],
        "number": own.count() + 1,
    }
    return render(request, "quotes/quote_submit.html", context)


@require_http_methods(["GET", "POST"])
def rfq_decline(request: HttpRequest, pk: str) -> HttpResponse:
    """Decline to quote, with a reason."""
    actor = actor_of(request)
    asked = _asked(actor, pk)
    now = clock.database_now()
    require(policies.why_not_decline(asked.rfq, asked.invitation, actor, now))
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        operations.decline(rfq=asked.rfq, reason=form.cleaned_data["reason"], by=actor, at=now)
        messages.success(request, _("辞退の連絡をしました。"))
        return redirect("quotes:rfq-detail", pk=asked.rfq.pk)
    return render(request, "quotes/rfq_decline.html", {"rfq": asked.rfq, "form": form})
