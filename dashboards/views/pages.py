"""Home by role, and the dashboards of the signed-in."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from core import clock
from core.access import actor_of
from core.forms import month_asked_for
from dashboards import home as home_queries
from dashboards import queries
from kpis.models import Tree
from kpis.queries.scorecards import latest_run
from vendors.models import Engagement


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person, by the kind of the active organization."""
    actor = actor_of(request)
    if actor.organization_id is None:
        return redirect("accounts:organization-create")
    if actor.is_vendor:
        vendor_home = home_queries.vendor_home(actor, at=clock.database_now())
        return render(request, "dashboards/home_vendor.html", {"home": vendor_home})
    client_home = home_queries.client_home(actor)
    return render(request, "dashboards/home.html", {"home": client_home})


@require_GET
def dashboard_list(request: HttpRequest) -> HttpResponse:
    """List the dashboards that the actor may open."""
    actor, number = actor_of(request), request.GET.get("page")
    if actor.is_vendor:
        engagements = Engagement.objects.visible_to(actor).select_related("client")
        own = Paginator(engagements.order_by("-starts_on", "id"), 50).get_page(number)
        return render(request, "dashboards/dashboard_list_vendor.html", {"page": own})
    trees = Tree.objects.visible_to(actor).in_use().select_related("client").order_by("name", "id")
    page = Paginator(trees, 50).get_page(number)
    return render(request, "dashboards/dashboard_list.html", {"page": page})


@require_GET
def tree_dashboard(request: HttpRequest, pk: str) -> HttpResponse:
    """Show a whole tree to the client's side."""
    actor = actor_of(request)
    tree = get_object_or_404(Tree.objects.visible_to(actor).select_related("client"), pk=pk)
    dashboard = queries.dashboard(tree, month=month_asked_for(request))
    context = {"dashboard": dashboard, "tree": tree, "run": latest_run(tree, actor)}
    return render(request, "dashboards/tree_dashboard.html", context)


@require_GET
def engagement_dashboard(request: HttpRequest, pk: str) -> HttpResponse:
    """Show the part of a tree that one engagement promises; this is what its vendor sees."""
    actor = actor_of(request)
    engagement = get_object_or_404(
        Engagement.objects.visible_to(actor).select_related("tree", "client", "vendor"), pk=pk
    )
    context = {
        "dashboard": queries.engagement_dashboard(engagement, month=month_asked_for(request)),
        "engagement": engagement,
    }
    return render(request, "dashboards/engagement_dashboard.html", context)
