"""The agreement of an engagement: sign it, propose another version, print it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import actor_of
from core.domain.refusals import Denied
from core.policies import require
from vendors.forms import ChangeForm, PromiseForm, SignForm, complaints_of, promises_of
from vendors.models import Agreement, Engagement
from vendors.operations import agreements as operations
from vendors.policies import why_no_signer, why_not_propose_change
from vendors.queries import agreements, engagements
from vendors.views.engagements import detail_page, engagement_of
from vendors.wording import shown_lines


@require_POST
def engagement_sign(request: HttpRequest, pk: str) -> HttpResponse:
    """Sign the text whose hash the form carries; a newer text is refused."""
    engagement = engagement_of(request, pk)
    require(why_no_signer(engagement, actor_of(request)))
    form = SignForm(request.POST)
    if not form.is_valid():
        return detail_page(request, engagement, form, status=422)
    operations.sign_agreement(
        engagement=engagement,
        seen_sha256=form.cleaned_data["seen_sha256"],
        by=actor_of(request),
        at=timezone.now(),
    )
    messages.info(request, _("合意書に署名しました。"))
    return redirect("vendors:engagement-detail", pk=engagement.pk)


@require_http_methods(["GET", "POST"])
def engagement_change(request: HttpRequest, pk: str) -> HttpResponse:
    """Propose another version of the agreement, starting from the newest one."""
    actor = actor_of(request)
    engagement = engagement_of(request, pk)
    require(why_not_propose_change(engagement, actor))
    latest = agreements.version_of(agreements.latest_agreement(engagement))
    data = request.POST if request.method == "POST" else None
    today = timezone.localdate(timezone=engagement.client.zone)
    form = ChangeForm(
        data,
        initial=ChangeForm.initial_of(
            latest.terms, sha256=latest.agreement.sha256, valid_from=today
        ),
    )
    rows = _rows(engagement, latest, data, only_agreed=actor.is_vendor)
    status = 422 if form.is_bound else 200
    if data is not None and all([form.is_valid(), *(row.is_valid() for row in rows)]):
        chosen = form.cleaned_data
        chosen["valid_from"] = chosen["valid_from"] or today
        try:
            operations.propose_change(
                engagement=engagement,
                promises=promises_of(rows),
                by=actor,
                at=timezone.now(),
                **chosen,
            )
        except Denied as denied:
            status = denied.refusal.status
            form.add_error(None, str(denied.refusal.reason))
        else:
            return redirect("vendors:engagement-detail", pk=engagement.pk)
    context = {
        "form": form,
        "rows": rows,
        "engagement": engagement,
        "title": _("合意書の変更を提案"),
        "complaints": complaints_of(rows),
    }
    return render(request, "vendors/engagement_form.html", context, status=status)


def _rows(
    engagement: Engagement,
    latest: agreements.Version,
    data: QueryDict | None,
    *,
    only_agreed: bool,
) -> list[PromiseForm]:
    """Return one form per KPI; a vendor sees those that are on the table, and no others."""
    lines = {line.kpi_id: line for line in latest.terms.lines}
    return [
        PromiseForm(
            data,
            kpi=kpi,
            initial=PromiseForm.initial_of(lines[str(kpi.pk)]) if str(kpi.pk) in lines else {},
        )
        for kpi in engagements.promisable_kpis(engagement.tree)
        if str(kpi.pk) in lines or not only_agreed
    ]


@require_GET
def agreement_print(request: HttpRequest, pk: str) -> HttpResponse:
    """Show one version as a document to print."""
    visible = Agreement.objects.visible_to(actor_of(request)).select_related("engagement")
    agreement = get_object_or_404(visible, pk=pk)
    version = agreements.version_of(agreement)
    context = {"version": version, "terms": version.terms, "lines": shown_lines(version.terms)}
    return render(request, "vendors/agreement_print.html", context)
