"""The page of one KPI, and the form of all its settings."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.access import actor_of
from core.domain.refusals import Denied
from core.policies import require
from kpis.forms.kpis import KPIForm
from kpis.models import KPI
from kpis.models.choices import ValueSource
from kpis.operations.tree_commands import update_kpi
from kpis.policies.measurements import why_not_record
from kpis.policies.targets import why_not_set_target, why_not_withdraw
from kpis.policies.trees import StaleEdit, why_not_edit_tree
from kpis.queries import measurements, plans, responsible, targets
from kpis.queries.formulas import vocabulary_of
from kpis.views.editor import kpi_of, today_of

PAGE = 50


@require_GET
def kpi_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """Show a KPI: definition, settings, targets with their reasons, measurements with revisions."""
    kpi, actor = kpi_of(request, pk), actor_of(request)
    today = today_of(kpi.tree.client)
    history = targets.history_of(kpi)
    for target in history:
        target.kpi = kpi
    page = Paginator(measurements.current_list(kpi), PAGE).get_page(request.GET.get("page"))
    latest = measurements.current_list(kpi).first()
    words = vocabulary_of(kpi.tree)
    context = {
        "kpi": kpi,
        "tree": kpi.tree,
        "ahead": plans.shown_ahead(list(plans.pending_of(kpi.tree).filter(kpi=kpi)), words),
        "in_force": targets.current(history, today),
        "targets": [(one, why_not_withdraw(one, actor, today)) for one in history],
        "formula": words.shown(kpi.formula) if kpi.value_source == ValueSource.FORMULA else "",
        "latest": latest,
        "latest_period": measurements.period_label(kpi, latest.period_start) if latest else "",
        "page": page,
        "measurements": measurements.with_revisions(kpi, list(page)),
        "refusal": why_not_edit_tree(kpi.tree, actor),
        "target_refusal": why_not_set_target(kpi, actor),
        "record_refusal": why_not_record(kpi, actor),
    }
    return render(request, "kpis/kpi_detail.html", context)


@require_http_methods(["GET", "POST"])
def kpi_edit(request: HttpRequest, pk: str) -> HttpResponse:
    """Change the settings of a KPI; a stale form comes back with both sides."""
    kpi, actor = kpi_of(request, pk, living=request.method == "GET"), actor_of(request)
    require(why_not_edit_tree(kpi.tree, actor))
    form = _form(kpi, request.POST or None)
    context: dict[str, Any] = {"kpi": kpi, "tree": kpi.tree, "form": form}
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            update_kpi(
                kpi=kpi,
                version=form.cleaned_data["version"],
                fields=form.values(),
                by=actor,
                at=timezone.now(),
            )
        except StaleEdit as stale:
            status = 409
            context |= _both_sides(kpi, request, stale)
        except Denied as denied:
            status = denied.refusal.status
            form.add_error(None, str(denied.refusal.reason))
        else:
            messages.info(request, _("「%(name)s」を保存しました。") % {"name": kpi.name})
            return redirect("kpis:kpi-detail", pk=kpi.pk)
    return render(request, "kpis/kpi_edit.html", context, status=status)


def _form(kpi: KPI, data: Any = None) -> KPIForm:
    vocabulary = vocabulary_of(kpi.tree, without=kpi)
    return KPIForm(
        data,
        vocabulary=vocabulary,
        organizations=responsible.choices_for(kpi.tree.client_id),
        current=kpi.responsible_organization,
        initial=KPIForm.initial_of(kpi, vocabulary),
    )


def _both_sides(kpi: KPI, request: HttpRequest, stale: StaleEdit) -> dict[str, Any]:
    """Return what was typed, on the newest version, beside what stands there now."""
    data = request.POST.copy()
    data["version"] = str(stale.version)
    newest = KPI.objects.select_related("tree", "responsible_organization").get(pk=kpi.pk)
    form = _form(newest, data)
    return {
        "form": form,
        "changes": stale.changes,
        "differing": form.differing(newest),
        "is_gone": newest.deleted_at is not None,
    }
