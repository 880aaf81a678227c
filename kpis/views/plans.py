"""Changes with an effective month: what lies ahead, planning it, changing and withdrawing it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import actor_of
from core.domain.periods import add_months
from core.domain.refusals import Denied
from core.policies import require
from kpis.forms.plans import BandsForm, DatedForm, PlanForm
from kpis.models import KPI, PlannedChange, Tree
from kpis.operations import phases
from kpis.operations import plans as operations
from kpis.policies.plans import why_not_change_plan, why_not_edit_plan
from kpis.policies.trees import why_not_edit_tree
from kpis.queries import plans as queries
from kpis.queries.formulas import Vocabulary, vocabulary_of
from kpis.queries.scorecards import bands_of
from kpis.views.editor import kpi_of, parsed_id, today_of, tree_of

PAGE = 50


def _plan(request: HttpRequest, pk: str) -> PlannedChange:
    visible = PlannedChange.objects.visible_to(actor_of(request))
    return get_object_or_404(visible.select_related("tree__client", "kpi"), pk=pk)


@require_GET
def plan_list(request: HttpRequest, pk: str) -> HttpResponse:
    """Show what lies ahead in the order in which it comes, what has been, and the bands of today."""
    tree, actor = tree_of(request, pk), actor_of(request)
    ahead = Paginator(queries.pending_of(tree), PAGE).get_page(request.GET.get("ahead"))
    page = Paginator(queries.past_of(tree), PAGE).get_page(request.GET.get("page"))
    words, starts = vocabulary_of(tree), queries.starting_points(list(ahead))
    context = {
        "tree": tree,
        "ahead": [
            queries.shown(
                one,
                words,
                why_not_edit_plan(one, actor),
                why_not_change_plan(one, actor),
                starts[one.pk],
            )
            for one in ahead
        ],
        "ahead_page": ahead,
        "past": [queries.shown(one, words) for one in page],
        "page": page,
        "bands": bands_of(tree),
        "refusal": why_not_edit_tree(tree, actor),
    }
    return render(request, "kpis/plan_list.html", context)


@require_http_methods(["GET", "POST"])
def plan_create(request: HttpRequest, pk: str) -> HttpResponse:
    """Plan new settings of a KPI (?kpi=...)."""
    tree = tree_of(request, pk)
    require(why_not_edit_tree(tree, actor_of(request)))
    chosen = parsed_id(request.GET.get("kpi"))
    initial = {"effective_month": _next_month(tree), "kpi": str(chosen or "")}
    return _settings_page(request, tree, None, initial)


@require_http_methods(["GET", "POST"])
def plan_edit(request: HttpRequest, pk: str) -> HttpResponse:
    """Change what was planned, before it takes effect."""
    plan = _plan(request, pk)
    require(why_not_edit_plan(plan, actor_of(request)))
    if plan.kind == PlannedChange.Kind.BANDS:
        return _bands_page(request, plan.tree, plan)
    return _settings_page(request, plan.tree, plan, None)


def _settings_page(
    request: HttpRequest, tree: Tree, plan: PlannedChange | None, initial: dict[str, object] | None
) -> HttpResponse:
    kpis = list(KPI.objects.living().filter(tree=tree).order_by("position", "id"))
    vocabulary = Vocabulary(kpis)
    if plan is not None:
        initial = PlanForm.initial_of(plan, vocabulary)
        kpis = [one for one in kpis if one.pk == plan.kpi_id]
    form = PlanForm(request.POST or None, kpis=kpis, vocabulary=vocabulary, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = _save_settings(request, plan, form)
        except Denied as denied:
            form.add_error(None, str(denied.refusal.reason))
        else:
            return _done(request, made)
    return _form_page(request, tree, form, plan, _("設定の変更を予定"))


def _save_settings(
    request: HttpRequest, plan: PlannedChange | None, form: PlanForm
) -> PlannedChange:
    data = form.cleaned_data
    common = {
        "fields": form.settings(),
        "effective_month": data["effective_month"],
        "reason": data["reason"],
        "by": actor_of(request),
        "at": timezone.now(),
    }
    if plan is not None:
        return operations.change_plan(plan=plan, **common)
    return operations.plan_settings(kpi=kpi_of(request, str(data["kpi"])), **common)


@require_http_methods(["GET", "POST"])
def bands_edit(request: HttpRequest, pk: str) -> HttpResponse:
    """Set where each status begins, from a month on."""
    tree = tree_of(request, pk)
    require(why_not_edit_tree(tree, actor_of(request)))
    return _bands_page(request, tree, None)


def _bands_page(request: HttpRequest, tree: Tree, plan: PlannedChange | None) -> HttpResponse:
    initial = BandsForm.initial_of(plan, bands_of(tree))
    form = BandsForm(
        request.POST or None, initial={"effective_month": _next_month(tree), **initial}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        common = {
            "effective_month": data["effective_month"],
            "reason": data["reason"],
            "by": actor_of(request),
            "at": timezone.now(),
        }
        try:
            if plan is not None:
                made = operations.change_plan(plan=plan, fields=form.bands(), **common)
            else:
                made = operations.plan_bands(tree=tree, bands=form.bands(), **common)
        except Denied as denied:
            form.add_error(None, str(denied.refusal.reason))
        else:
            return _done(request, made)
    return _form_page(request, tree, form, plan, _("状態の基準点"))


def _form_page(
    request: HttpRequest, tree: Tree, form: DatedForm, plan: PlannedChange | None, title: str
) -> HttpResponse:
    context = {
        "tree": tree,
        "form": form,
        "plan": plan,
        "title": title,
        "is_bands": isinstance(form, BandsForm),
    }
    return render(request, "kpis/plan_form.html", context, status=422 if form.is_bound else 200)


def _done(request: HttpRequest, plan: PlannedChange) -> HttpResponse:
    text = _("予定しました：%(what)s") if plan.is_pending else _("適用しました：%(what)s")
    messages.info(request, text % {"what": queries.told(plan)})
    return redirect("kpis:plan-list", pk=plan.tree_id)


@require_POST
def plan_withdraw(request: HttpRequest, pk: str) -> HttpResponse:
    """Take back what lies ahead."""
    plan, actor = _plan(request, pk), actor_of(request)
    require(why_not_change_plan(plan, actor))
    is_phase = plan.kind == PlannedChange.Kind.PHASE
    withdraw = phases.withdraw_switch if is_phase else operations.withdraw_plan
    withdraw(plan=plan, by=actor, at=timezone.now())
    messages.info(request, _("予定を取り下げました。"))
    return redirect("kpis:plan-list", pk=plan.tree_id)


def _next_month(tree: Tree) -> object:
    return add_months(today_of(tree.client).replace(day=1), 1)
