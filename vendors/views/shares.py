"""The links with which a client shows a dashboard to people who have no account."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from core.access import actor_of
from core.policies import require
from kpis.models import Tree
from vendors.forms import ShareForm
from vendors.models import DashboardShare
from vendors.operations import shares as operations
from vendors.policies import why_not_work_for
from vendors.queries.shares import shares_of

# The link is told once: it waits in the session from the making to the next page, no longer.
NEW_LINK = "new_share_link"
PAGE = 50


def _tree(request: HttpRequest, pk: str) -> Tree:
    return get_object_or_404(Tree.objects.visible_to(actor_of(request)), pk=pk)


@require_GET
def share_list(request: HttpRequest, tree_pk: str) -> HttpResponse:
    """List the links to a tree's dashboard, and tell a new one once."""
    tree = _tree(request, tree_pk)
    return _page(request, tree, ShareForm(tree_id=tree.pk))


def _page(request: HttpRequest, tree: Tree, form: ShareForm, status: int = 200) -> HttpResponse:
    now = timezone.now()
    found = shares_of(tree)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "tree": tree,
        "page": page,
        "form": form,
        "now": now,
        "link": request.session.pop(NEW_LINK, None),
        "refusal": why_not_work_for(tree.client_id, actor_of(request)),
    }
    return render(request, "vendors/share_list.html", context, status=status)


@require_POST
def share_create(request: HttpRequest, tree_pk: str) -> HttpResponse:
    """Make a link."""
    tree = _tree(request, tree_pk)
    require(why_not_work_for(tree.client_id, actor_of(request)))
    form = ShareForm(request.POST, tree_id=tree.pk)
    if not form.is_valid():
        return _page(request, tree, form, status=422)
    now = timezone.now()
    _share, token = operations.create_share(
        tree=tree,
        engagement=form.cleaned_data["engagement"],
        label=form.cleaned_data["label"],
        expires_at=now + form.lifetime,
        by=actor_of(request),
        at=now,
    )
    path = reverse("dashboards:share-enter", kwargs={"token": token})
    request.session[NEW_LINK] = request.build_absolute_uri(path)
    return redirect("vendors:share-list", tree_pk=tree.pk)


@require_POST
def share_revoke(request: HttpRequest, pk: str) -> HttpResponse:
    """Close a link at once."""
    visible = DashboardShare.objects.visible_to(actor_of(request)).select_related("tree")
    share = get_object_or_404(visible, pk=pk)
    operations.revoke_share(share=share, by=actor_of(request), at=timezone.now())
    return redirect("vendors:share-list", tree_pk=share.tree_id)
