"""Setting a target, and taking back one that no month was scored by."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.access import actor_of
from core.domain.refusals import Denied
from core.policies import require
from kpis.forms.targets import TargetForm
from kpis.models import Target
from kpis.operations import targets as operations
from kpis.policies.targets import why_not_set_target, why_not_withdraw
from kpis.queries import targets as queries
from kpis.views.editor import kpi_of, today_of


@require_http_methods(["GET", "POST"])
def target_set(request: HttpRequest, kpi_pk: str) -> HttpResponse:
    """Add a target from a day on; the earlier ones stay readable."""
    kpi, actor = kpi_of(request, kpi_pk), actor_of(request)
    require(why_not_set_target(kpi, actor))
    today = today_of(kpi.tree.client)
    history = queries.history_of(kpi)
    seen = {"valid_from": today.replace(day=1), "entries_seen": len(history)}
    if proposed := request.GET.get("value", ""):  # what was imagined on the page of what-ifs
        seen["value"] = proposed[:40]
    form = TargetForm(request.POST or None, kpi=kpi, initial=seen)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            operations.set_target(kpi=kpi, by=actor, at=timezone.now(), **form.values())
        except Denied as denied:
            status = denied.refusal.status
            data = request.POST.copy()
            data["entries_seen"] = str(len(history))
            form = TargetForm(data, kpi=kpi)
            form.add_error(None, str(denied.refusal.reason))
        else:
            messages.info(request, _("「%(name)s」の目標を設定しました。") % {"name": kpi.name})
            return redirect("kpis:kpi-detail", pk=kpi.pk)
    context = {
        "kpi": kpi,
        "tree": kpi.tree,
        "form": form,
        "history": history,
        "in_force": queries.current(history, today),
    }
    return render(request, "kpis/target_set.html", context, status=status)


@require_POST
def target_withdraw(request: HttpRequest, pk: str) -> HttpResponse:
    """Take a target back."""
    actor = actor_of(request)
    visible = Target.objects.visible_to(actor).select_related("kpi__tree__client")
    target = get_object_or_404(visible, pk=pk)
    require(why_not_withdraw(target, actor, today_of(target.kpi.tree.client)))
    operations.withdraw_target(target=target, by=actor, at=timezone.now())
    messages.info(request, _("目標を取り下げました。"))
    return redirect("kpis:kpi-detail", pk=target.kpi_id)
