"""The switch of a tree's phase: choose, look at the proposal, confirm."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import actor_of
from core.domain.periods import add_months
from core.domain.refusals import Denied
from core.policies import require
from kpis.forms.plans import PhaseChoiceForm, PhaseForm
from kpis.models import KPI, Definition, PlannedChange, Tree
from kpis.operations import phases as operations
from kpis.policies.phases import why_not_another_switch
from kpis.policies.plans import why_not_retire
from kpis.policies.trees import why_not_edit_tree
from kpis.queries.phases import Proposal, proposal
from kpis.queries.plans import phase_text
from kpis.views.editor import today_of, tree_of


@require_http_methods(["GET", "POST"])
def phase_switch(request: HttpRequest, pk: str) -> HttpResponse:
    """Show what a new phase proposes; a POST switches, with the KPIs that were ticked."""
    tree, actor = tree_of(request, pk), actor_of(request)
    require(why_not_edit_tree(tree, actor))
    choice = PhaseChoiceForm(
        request.POST or (request.GET if "phase" in request.GET else None), initial=_now(tree)
    )
    context: dict[str, object] = {
        "tree": tree,
        "choice": choice,
        "waiting": why_not_another_switch(tree),
    }
    status = 200
    if choice.is_bound and choice.is_valid():
        found = proposal(tree, actor, **choice.cleaned_data, why_not=why_not_retire)
        form = _form(request, tree, found, choice)
        context |= {"found": found, "form": form, "text": phase_text(choice.cleaned_data)}
        if request.method == "POST" and form.is_valid():
            try:
                return _done(request, _switch(request, tree, form))
            except Denied as denied:
                form.add_error(None, str(denied.refusal.reason))
        context |= {"adding": form.ticked("add"), "retiring": form.ticked("retire")}
        status = 422 if form.is_bound else 200
    elif choice.is_bound:
        status = 422
    return render(request, "kpis/phase_switch.html", context, status=status)


def _now(tree: Tree) -> dict[str, str]:
    return {"outsourcing_type": tree.outsourcing_type, "phase": tree.phase}


def _form(request: HttpRequest, tree: Tree, found: Proposal, choice: PhaseChoiceForm) -> PhaseForm:
    """Return the form; what no longer fits is ticked, what comes is chosen by people: a few are enough."""
    initial = {
        **choice.cleaned_data,
        "version": tree.version,
        "effective_month": add_months(today_of(tree.client).replace(day=1), 1),
        "retire": [one.kpi.pk for one in found.leaving if one.is_proposed],
    }
    kpis = KPI.objects.living().filter(tree=tree).order_by("parent_id", "position", "id")
    return PhaseForm(
        request.POST or None,
        kpis=sorted(kpis, key=lambda one: not one.is_kgi),
        coming=[one.definition.pk for one in found.coming],
        leaving=[one.kpi.pk for one in (*found.leaving, *found.staying)],
        initial=initial,
    )


def _switch(request: HttpRequest, tree: Tree, form: PhaseForm) -> PlannedChange:
    data, actor = form.cleaned_data, actor_of(request)
    chosen = Definition.objects.visible_to(actor).current().in_bulk(data["add"])
    return operations.switch_phase(
        tree=tree,
        version=data["version"],
        outsourcing_type=data["outsourcing_type"],
        phase=data["phase"],
        effective_month=data["effective_month"],
        reason=data["reason"],
        add=[chosen[one] for one in data["add"] if one in chosen],
        parent_id=data["parent"],
        retire=data["retire"],
        by=actor,
        at=timezone.now(),
    )


def _done(request: HttpRequest, plan: PlannedChange) -> HttpResponse:
    text = _("フェーズの切り替えを予定しました。")
    if not plan.is_pending:
        text = _("フェーズを切り替えました。")
    messages.info(request, text)
    return redirect("kpis:plan-list", pk=plan.tree_id)
