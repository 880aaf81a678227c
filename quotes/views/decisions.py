"""Compare the opened quotes, and choose."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core import clock
from core.access import actor_of
from core.domain.refusals import Denied
from core.downloads import download
from core.policies import require
from quotes import operations
from quotes.forms.decisions import DecisionForm
from quotes.models import RFQ, Decision
from quotes.models.rfqs import RFQStatus
from quotes.policies import rfqs as policies
from quotes.queries.comparison import comparison_of
from quotes.queries.firmness import verdict_of
from quotes.queries.report import selection_report
from quotes.queries.rounds import how_computed, how_judged, word_of
from quotes.queries.tables import Ranked, tables_of
from quotes.queries.workbook import comparison_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _label(one: Ranked) -> str:
    return _("%(rank)s位 %(name)s（%(total)s・%(price)s）") % {
        "rank": one.rank,
        "name": one.name,
        "total": one.total,
        "price": one.price,
    }


@require_GET
def rfq_comparison(request: HttpRequest, pk: str) -> HttpResponse:
    """Show the quotes side by side with their scores; there is nothing to show before the opening."""
    actor = actor_of(request)
    rfq = _opened(request, pk)
    comparison = comparison_of(rfq)
    context = {
        "rfq": rfq,
        "method": how_judged(rfq),
        "how_computed": how_computed(rfq),
        "word": word_of(rfq, clock.database_now()),
        "tables": tables_of(comparison),
        "verdict": verdict_of(comparison),
        "why_not_decide": policies.why_not_decide(rfq, actor),
    }
    return render(request, "quotes/rfq_comparison.html", context)


@require_GET
def rfq_report(request: HttpRequest, pk: str) -> HttpResponse:
    """Send the comparison as PDF: the 選定理由書 once it is decided."""
    rfq = _opened(request, pk)
    at = clock.database_now()
    decision = Decision.objects.filter(rfq=rfq).select_related(
        "rfq__client", "winner", "revision", "decided_by"
    )
    content = selection_report(comparison_of(rfq), decision.first(), at)
    heading = _("選定理由書") if rfq.status == RFQStatus.DECIDED else _("見積比較報告書")
    return download(content, f"{heading}_{rfq.title}.pdf".replace("/", "／"), "application/pdf")


@require_GET
def rfq_workbook(request: HttpRequest, pk: str) -> HttpResponse:
    """Send the comparison as an Excel workbook with formulas."""
    rfq = _opened(request, pk)
    content = comparison_workbook(comparison_of(rfq), clock.database_now())
    name = _("見積比較_%(title)s.xlsx") % {"title": rfq.title.replace("/", "／")}
    return download(content, name, XLSX)


def _opened(request: HttpRequest, pk: str) -> RFQ:
    """Return an opened request of the actor's clients; 404 or a refusal otherwise."""
    found = RFQ.objects.run_by(actor_of(request)).select_related("client", "opened_by")
    rfq = get_object_or_404(found, pk=pk)
    require(policies.why_not_compare(rfq))
    return rfq


@require_http_methods(["GET", "POST"])
def rfq_decide(request: HttpRequest, pk: str) -> HttpResponse:
    """Choose the vendor, with the reason."""
    actor = actor_of(request)
    rfq = get_object_or_404(RFQ.objects.run_by(actor).select_related("client"), pk=pk)
    require(policies.why_not_decide(rfq, actor))
    comparison = comparison_of(rfq)
    tables = tables_of(comparison)
    choices = [(str(one.vendor_id), _label(one)) for one in tables.ranking]
    form = DecisionForm(request.POST or None, vendors=choices)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            operations.decide(
                rfq=rfq,
                vendor_id=data["vendor"],
                reason=data["reason"],
                explains_rank=data["explains_rank"],
                by=actor,
                at=clock.database_now(),
            )
        except Denied as denied:
            field = "explains_rank" if denied.refusal.code == "quotes.not_first" else None
            form.add_error(field, denied.refusal.reason)
        else:
            messages.success(request, _("発注先を決定し、合意書を提案しました。"))
            return redirect("quotes:rfq-detail", pk=rfq.pk)
    context = {
        "rfq": rfq,
        "form": form,
        "tables": tables,
        "verdict": verdict_of(comparison),
    }
    return render(request, "quotes/rfq_decide.html", context)
