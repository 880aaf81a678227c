"""Entering a measurement, and correcting one."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import actor_of
from core.domain.refusals import Denied
from core.policies import require
from kpis.forms.measurements import MeasurementForm
from kpis.models import KPI, Measurement
from kpis.operations.measurements import record_measurement
from kpis.policies.measurements import why_not_day, why_not_record
from kpis.queries.measurements import current_of, period_at
from kpis.views.editor import kpi_of, today_of


@require_http_methods(["GET", "POST"])
def measurement_record(request: HttpRequest, kpi_pk: str) -> HttpResponse:
    """Enter the value of a period; with `?period=` correct the one that stands there."""
    kpi, actor = kpi_of(request, kpi_pk), actor_of(request)
    require(why_not_record(kpi, actor))
    known = _known(request, kpi)
    form = _form(request, kpi, known)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            record_measurement(kpi=kpi, by=actor, at=timezone.now(), **form.values())
        except Denied as denied:
            status = denied.refusal.status
            form = _form(request, kpi, known, is_retry=True)
            form.add_error(None, str(denied.refusal.reason))
        else:
            messages.info(request, _("「%(name)s」の実績を登録しました。") % {"name": kpi.name})
            return redirect("kpis:kpi-detail", pk=kpi.pk)
    context = {"kpi": kpi, "tree": kpi.tree, "form": form, "known": known}
    return render(request, "kpis/measurement_record.html", context, status=status)


def _known(request: HttpRequest, kpi: KPI) -> Measurement | None:
    try:
        day = date.fromisoformat(request.GET.get("period", ""))
    except ValueError:
        return None
    if why_not_day(day, today_of(kpi.tree.client)):
        return None
    return current_of(kpi, period_at(kpi, day).starts_on)


def _form(
    request: HttpRequest, kpi: KPI, known: Measurement | None, *, is_retry: bool = False
) -> MeasurementForm:
    """Show what stands there; after a refusal, on the revision that stands there by now."""
    today = today_of(kpi.tree.client)
    initial = {"revision": 0, "period_start": today.replace(day=1)}
    if known is not None:
        initial = {
            "revision": known.revision,
            "period_start": known.period_start,
            "value": known.value,
            "numerator": known.numerator,
            "denominator": known.denominator,
        }
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and is_retry:
        data["revision"] = str(initial["revision"])
    return MeasurementForm(data, kpi=kpi, is_correction=known is not None, initial=initial)
