"""The pages behind share links: exactly one dashboard, as long as the link lives."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from core.access import public
from core.forms import month_asked_for
from dashboards import queries
from vendors.models import DashboardShare
from vendors.operations import shares as share_operations
from vendors.queries import shares as share_queries

SHARES_KEY = "shares"


@public
@require_GET
def share_enter(request: HttpRequest, token: str) -> HttpResponse:
    """Exchange the token for this browser's session, and go on to an address without it."""
    now = timezone.now()
    share = share_queries.share_for_token(token, at=now)
    if share is None:
        raise Http404
    known = [one for one in request.session.get(SHARES_KEY, []) if one != str(share.pk)]
    request.session[SHARES_KEY] = [*known, str(share.pk)][-20:]
    share_operations.record_view(share=share, at=now)
    response = redirect("dashboards:shared", pk=share.pk)
    response["Referrer-Policy"] = "no-referrer"
    return response


@public
@require_GET
def shared(request: HttpRequest, pk: str) -> HttpResponse:
    """Show exactly the shared dashboard, while the link is neither expired nor revoked."""
    if str(pk) not in request.session.get(SHARES_KEY, []):
        raise Http404
    share = get_object_or_404(
        DashboardShare.objects.usable(timezone.now()).select_related(
            "tree__client", "engagement__vendor", "engagement__tree"
        ),
        pk=pk,
    )
    month = month_asked_for(request)
    dashboard = (
        queries.engagement_dashboard(share.engagement, month=month)
        if share.engagement
        else queries.dashboard(share.tree, month=month)
    )
    response = render(request, "dashboards/shared.html", {"dashboard": dashboard, "share": share})
    response["Referrer-Policy"] = "no-referrer"
    return response
