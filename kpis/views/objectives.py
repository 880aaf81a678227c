"""Objectives (OKR) of a tree: the list, one with its history, forms, check-in and close."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import actor_of
from core.domain.refusals import Denied
from core.policies import require
from kpis.domain.states import OBJECTIVE_TRANSITIONS, ObjectiveState
from kpis.forms.objectives import (
    CheckInForm,
    CloseForm,
    KeyResultForm,
    ObjectiveForm,
    complaints_of,
    drafts_of,
    key_result_rows,
)
from kpis.models import KPI, Objective, Tree
from kpis.models.objectives import Confidence, ObjectiveStatus
from kpis.operations import objectives as operations
from kpis.policies import objectives as policies
from kpis.policies.trees import why_not_edit_tree
from kpis.queries import objectives as queries

PAGE = 20


def tree_of(request: HttpRequest, pk: str) -> Tree:
    """Return the tree if the actor works for its client."""
    visible = Tree.objects.visible_to(actor_of(request)).select_related("client")
    return get_object_or_404(visible, pk=pk)


def _objective(request: HttpRequest, pk: str) -> Objective:
    visible = Objective.objects.visible_to(actor_of(request)).select_related("tree__client")
    return get_object_or_404(visible, pk=pk)


@require_GET
def objective_list(request: HttpRequest, tree_pk: str) -> HttpResponse:
    """List the objectives of a tree with the progress of their key results."""
    actor, tree = actor_of(request), tree_of(request, tree_pk)
    found = queries.objectives_of(tree, actor)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "tree": tree,
        "page": page,
        "rows": queries.with_progress(list(page.object_list)),
        "refusal": why_not_edit_tree(tree, actor),
    }
    return render(request, "kpis/objective_list.html", context)


@require_GET
def objective_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """Show an objective with its key results and what was said of it."""
    return _detail(request, _objective(request, pk))


def _outcomes(objective: Objective) -> list[ObjectiveStatus]:
    following = OBJECTIVE_TRANSITIONS.table[ObjectiveState(objective.status)]
    return [
        one
        for one in ObjectiveStatus
        if ObjectiveState(one) in following and one != ObjectiveStatus.ACTIVE
    ]


def _detail(
    request: HttpRequest, objective: Objective, status: int = 200, **forms: Any
) -> HttpResponse:
    actor = actor_of(request)
    today = timezone.localdate(timezone=objective.tree.client.zone)
    (row,) = queries.with_progress([objective])
    history = queries.history_of(objective)
    context = {
        "tree": objective.tree,
        "objective": objective,
        "row": row,
        "history": Paginator(history, PAGE).get_page(request.GET.get("page")),
        "refusal": policies.why_not_edit_objective(objective, actor),
        "check_in_refusal": policies.why_not_check_in(objective, actor),
        "check_in_form": CheckInForm(initial={"on": today}),
        "close_form": CloseForm(
            outcomes=_outcomes(objective), initial={"version": objective.version}
        ),
        **forms,
    }
    return render(request, "kpis/objective_detail.html", context, status=status)


@require_http_methods(["GET", "POST"])
def objective_create(request: HttpRequest, tree_pk: str) -> HttpResponse:
    """Add an objective to a tree."""
    actor, tree = actor_of(request), tree_of(request, tree_pk)
    require(why_not_edit_tree(tree, actor))
    return _form(request, tree, None, queries.measurable_kpis(tree))


@require_http_methods(["GET", "POST"])
def objective_edit(request: HttpRequest, pk: str) -> HttpResponse:
    """Change an objective and its key results."""
    objective, actor = _objective(request, pk), actor_of(request)
    require(policies.why_not_edit_objective(objective, actor))
    kept = KPI.objects.filter(key_results__objective=objective).exclude(deleted_at=None)
    kpis = [*queries.measurable_kpis(objective.tree), *kept]
    return _form(request, objective.tree, objective, kpis)


def _form(
    request: HttpRequest, tree: Tree, objective: Objective | None, kpis: list[KPI]
) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = ObjectiveForm(data, initial=ObjectiveForm.initial_of(objective) if objective else None)
    rows = key_result_rows(data, kpis=kpis, objective=objective)
    status = 422 if form.is_bound else 200
    if data is not None and all([form.is_valid(), *(row.is_valid() for row in rows)]):
        try:
            saved = _save(request, tree, objective, form, rows)
        except Denied as denied:
            status = denied.refusal.status
            form.add_error(None, str(denied.refusal.reason))
        else:
            messages.info(request, _("目標を保存しました。"))
            return redirect("kpis:objective-detail", pk=saved.pk)
    context = {
        "tree": tree,
        "objective": objective,
        "form": form,
        "rows": rows,
        "complaints": complaints_of(rows),
    }
    return render(request, "kpis/objective_form.html", context, status=status)


def _save(
    request: HttpRequest,
    tree: Tree,
    objective: Objective | None,
    form: ObjectiveForm,
    rows: list[KeyResultForm],
) -> Objective:
    chosen = dict(form.cleaned_data)
    version = chosen.pop("version")
    given = {**chosen, "key_results": drafts_of(rows)}
    actor, now = actor_of(request), timezone.now()
    if objective is None:
        return operations.create_objective(tree=tree, by=actor, at=now, **given)
    return operations.update_objective(
        objective=objective, version=version, by=actor, at=now, **given
    )


@require_POST
def objective_activate(request: HttpRequest, pk: str) -> HttpResponse:
    """Start working towards an objective."""
    objective = _objective(request, pk)
    require(policies.why_not_move(objective, ObjectiveStatus.ACTIVE, actor_of(request)))
    operations.activate_objective(
        objective=objective, version=objective.version, by=actor_of(request), at=timezone.now()
    )
    return redirect("kpis:objective-detail", pk=objective.pk)


@require_POST
def objective_check_in(request: HttpRequest, pk: str) -> HttpResponse:
    """Record how sure one is."""
    objective = _objective(request, pk)
    require(policies.why_not_check_in(objective, actor_of(request)))
    form = CheckInForm(request.POST)
    if not form.is_valid():
        return _detail(request, objective, status=422, check_in_form=form)
    chosen = form.cleaned_data
    try:
        operations.check_in(
            objective=objective,
            on=chosen["on"],
            confidence=Confidence(chosen["confidence"]),
            note=chosen["note"],
            by=actor_of(request),
            at=timezone.now(),
        )
    except Denied as denied:
        form.add_error(None, str(denied.refusal.reason))
        return _detail(request, objective, denied.refusal.status, check_in_form=form)
    return redirect("kpis:objective-detail", pk=objective.pk)


@require_POST
def objective_close(request: HttpRequest, pk: str) -> HttpResponse:
    """Say what became of an objective, why, and what was learned."""
    objective = _objective(request, pk)
    require(policies.why_not_edit_objective(objective, actor_of(request)))
    form = CloseForm(request.POST, outcomes=_outcomes(objective))
    if not form.is_valid():
        return _detail(request, objective, status=422, close_form=form)
    chosen = form.cleaned_data
    try:
        operations.close_objective(
            objective=objective,
            version=chosen["version"],
            outcome=ObjectiveStatus(chosen["outcome"]),
            reason=chosen["reason"],
            lessons=chosen["lessons"],
            by=actor_of(request),
            at=timezone.now(),
        )
    except Denied as denied:
        form.add_error(None, str(denied.refusal.reason))
        return _detail(request, objective, denied.refusal.status, close_form=form)
    return redirect("kpis:objective-detail", pk=objective.pk)
