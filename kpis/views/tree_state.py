"""What the tree editor reads while it works: the whole tree as JSON, and the panel of one KPI."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.access import actor_of
from kpis.policies.trees import why_not_edit_tree
from kpis.queries.editor import panel_of, whole_state
from kpis.views.editor import kpi_of, today_of, tree_of


@require_GET
def tree_state(request: HttpRequest, pk: str) -> HttpResponse:
    """Answer with the tree, values and findings as they are now."""
    tree = tree_of(request, pk)
    return JsonResponse(whole_state(tree, today_of(tree.client), actor_of(request)))


@require_GET
def kpi_panel(request: HttpRequest, pk: str) -> HttpResponse:
    """Show one KPI beside the tree: values, formula with numbers, findings, lines."""
    kpi = kpi_of(request, pk)
    tree = kpi.tree
    panel = panel_of(tree, kpi.pk, today_of(tree.client))
    if panel is None:
        raise Http404
    context = {
        "tree": tree,
        "panel": panel,
        "kpi": panel.row.kpi,
        "refusal": why_not_edit_tree(tree, actor_of(request)),
    }
    return render(request, "kpis/_kpi_panel.html", context)
