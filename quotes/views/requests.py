"""Write a request and move it on: start, edit, send, open, give up."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.access import actor_of
from core.domain.refusals import Denied
from core.policies import require
from core.tenancy import Actor
from kpis.models import KPI
from quotes import operations
from quotes.forms.request_editor import RequestEditor, request_editor
from quotes.forms.requests import CancelForm, RequestStartForm
from quotes.models import RFQ
from quotes.policies import rfqs as policies
from quotes.queries.branches import branch_choices
from quotes.queries.history import changes_since
from quotes.queries.rounds import shares_of

MORE_ROWS = 5


@require_http_methods(["GET", "POST"])
def rfq_create(request: HttpRequest) -> HttpResponse:
    """Start a request for a branch of a tree, and go on to its editor."""
    actor = actor_of(request)
    require(policies.why_not_start(actor))
    branches = branch_choices(actor)
    initial = {"branch": request.GET.get("kpi", "")}
    form = RequestStartForm(request.POST or None, initial=initial, branches=branches)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        kpis = KPI.objects.visible_to(actor).living().select_related("tree")
        rfq = operations.create_rfq(
            branch=get_object_or_404(kpis, pk=data["branch"]),
            title=data["title"],
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            deadline_at=data["deadline_at"],
            by=actor,
            at=clock.database_now(),
        )
        return redirect("quotes:rfq-edit", pk=rfq.pk)
    context = {"form": form, "has_branches": bool(branches)}
    return render(request, "quotes/rfq_create.html", context)


def _own(actor: Actor, pk: str) -> RFQ:
    found = RFQ.objects.run_by(actor).select_related("client", "tree", "branch")
    return get_object_or_404(found, pk=pk)


@require_http_methods(["GET", "POST"])
def rfq_edit(request: HttpRequest, pk: str) -> HttpResponse:
    """Edit a draft; what is saved replaces it as a whole."""
    actor = actor_of(request)
    rfq = _own(actor, pk)
    require(policies.why_not_edit(rfq, actor))
    data = request.POST if request.method == "POST" else None
    more = MORE_ROWS if "more" in request.GET else 0
    editor = request_editor(rfq, actor=actor, data=data, more=more)
    if data is None or not editor.is_valid():
        return _render_editor(request, rfq, editor)
    try:
        operations.save_rfq(
            rfq=rfq,
            version=editor.version,
            draft=editor.draft(),
            by=actor,
            at=clock.database_now(),
        )
    except Denied as denied:  # what was typed stays on the page, with what others changed
        changes = changes_since(rfq.pk, event="quotes.rfq_saved", version=editor.version)
        refusal = denied.refusal
        rfq.refresh_from_db(fields=["version"])
        return _render_editor(
            request, rfq, editor, refusal=refusal, changes=changes, version=rfq.version
        )
    if rows := data.get("add"):
        section = rows if rows in {"lines", "criteria"} else "lines"
        address = reverse("quotes:rfq-edit", kwargs={"pk": rfq.pk})
        return redirect(f"{address}?more=1#{section}")
    messages.success(request, _("保存しました。"))
    return redirect("quotes:rfq-detail", pk=rfq.pk)


def _render_editor(
    request: HttpRequest, rfq: RFQ, editor: RequestEditor, **more: Any
) -> HttpResponse:
    refusal = more.get("refusal")
    context = {
        "rfq": rfq,
        "editor": editor,
        "shares": shares_of(rfq, rfq.criteria.order_by("position", "id")),
        **more,
    }
    status = refusal.status if refusal else 200
    return render(request, "quotes/rfq_edit.html", context, status=status)


@require_POST
def rfq_send(request: HttpRequest, pk: str) -> HttpResponse:
    """Send the draft that the person has just seen."""
    actor = actor_of(request)
    rfq = operations.send_rfq(
        rfq=_own(actor, pk), version=_version(request), by=actor, at=clock.database_now()
    )
    messages.success(request, _("見積依頼を送付しました。"))
    return redirect("quotes:rfq-detail", pk=rfq.pk)


def _version(request: HttpRequest) -> int:
    value = request.POST.get("version", "")
    return int(value) if value.isdecimal() else 0


@require_POST
def rfq_open(request: HttpRequest, pk: str) -> HttpResponse:
    """Open the quotes: one act, after the deadline by the database's clock."""
    actor = actor_of(request)
    rfq = operations.open_round(rfq=_own(actor, pk), by=actor, at=clock.database_now())
    messages.success(request, _("見積を開封しました。"))
    return redirect("quotes:rfq-detail", pk=rfq.pk)


@require_http_methods(["GET", "POST"])
def rfq_cancel(request: HttpRequest, pk: str) -> HttpResponse:
    """Give a request up, with a reason."""
    actor = actor_of(request)
    rfq = _own(actor, pk)
    require(policies.why_not_cancel(rfq, actor))
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        operations.cancel_rfq(
            rfq=rfq, reason=form.cleaned_data["reason"], by=actor, at=clock.database_now()
        )
        messages.success(request, _("見積依頼を取りやめました。"))
        return redirect("quotes:rfq-detail", pk=rfq.pk)
    return render(request, "quotes/rfq_cancel.html", {"rfq": rfq, "form": form})
