"""Compare the opened quotes, and choose."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core import clock
from core.access import actor_of
from core.domain.refusals import Denied
from core.policies import require
from quotes import operations
from quotes.forms.decisions import DecisionForm
from quotes.models import RFQ
from quotes.policies import rfqs as policies
from quotes.queries.comparison import comparison_of
from quotes.queries.firmness import verdict_of
from quotes.queries.rounds import how_computed, how_judged, word_of
from quotes.queries.tables import Ranked, tables_of


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
    rfq = get_object_or_404(RFQ.objects.run_by(actor).select_related("client"), pk=pk)
    require(policies.why_not_compare(rfq))
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


@require_http_methods(["GET", "POST"])
def rfq_decide(request: HttpRequest, pk: str) -> HttpResponse:
    """Choose the vendor, with the reason."""
    actor = actor_of(request)
    rfq = get_object_or_404(RFQ.objects.run_by(actor).select_related("client"), pk=pk)
    require(policies.why_not_decide(rfq, actor))
    tables = tables_of(comparison_of(rfq))
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
    return render(request, "quotes/rfq_decide.html", {"rfq": rfq, "form": form, "tables": tables})
