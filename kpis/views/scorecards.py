"""Scorecards of a tree, and the progress of their computation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from core.access import actor_of
from core.forms import month_asked_for
from core.policies import require
from kpis.models import Score, Scorecard, ScorecardRun, Tree
from kpis.operations.scorecards import request_recompute
from kpis.policies.imports import why_not_import
from kpis.queries import scorecards as queries


@require_GET
def scorecard_detail(request: HttpRequest, tree_pk: str) -> HttpResponse:
    """Show one month's scorecard: every KPI with value, target, attainment, score and why not."""
    actor = actor_of(request)
    tree = get_object_or_404(Tree.objects.visible_to(actor), pk=tree_pk)
    months = queries.months_of(tree)
    asked = month_asked_for(request)
    month = asked if asked in months else queries.latest_month_with_scores(tree)
    month = month or (months[0] if months else None)
    cards = Scorecard.objects.select_related("settings")
    scorecard = cards.filter(tree=tree, period_start=month).first() if month else None
    scores = Score.objects.filter(scorecard=scorecard).select_related("kpi__parent")
    context = {
        "tree": tree,
        "months": months,
        "month": month,
        "scorecard": scorecard,
        "bands": queries.bands_in(scorecard),
        "rows": queries.in_tree_order(tree, {one.kpi_id: one for one in scores}),
        "run": queries.latest_run(tree, actor),
        "refusal": why_not_import(tree, actor),
    }
    return render(request, "kpis/scorecard_detail.html", context)


@require_POST
def scorecard_recompute(request: HttpRequest, tree_pk: str) -> HttpResponse:
    """Compute all scorecards of the tree anew."""
    actor = actor_of(request)
    tree = get_object_or_404(Tree.objects.visible_to(actor), pk=tree_pk)
    require(why_not_import(tree, actor))
    request_recompute(tree=tree, by=actor, at=timezone.now())
    return redirect("kpis:scorecard-detail", tree_pk=tree.pk)


@require_GET
def run_progress(request: HttpRequest, pk: str) -> HttpResponse:
    """Show how far a computation is; the fragment asks again until it is done."""
    runs = ScorecardRun.objects.visible_to(actor_of(request)).select_related("tree")
    run = get_object_or_404(runs, pk=pk)
    template = (
        "kpis/_run_progress.html" if request.headers.get("HX-Request") else "kpis/run_progress.html"
    )
    return render(request, template, {"run": run})
