"""The list of trees, making them, and the page of one tree."""

from datetime import timedelta

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import actor_of
from core.policies import require
from kpis.forms.kpis import VersionForm
from kpis.forms.trees import TreeForm, TreeNameForm
from kpis.models.choices import TreeStatus
from kpis.operations import trees as operations
from kpis.policies import trees as policies
from kpis.policies.trees import StaleEdit
from kpis.queries import trees as queries
from kpis.queries.guided import unfinished_starts
from kpis.views.editor import parsed_id, show, tree_of

PAGE = 50
YEAR = timedelta(days=365)


@require_GET
def tree_list(request: HttpRequest) -> HttpResponse:
    """List the trees of the actor's clients, with search and a filter by state."""
    actor = actor_of(request)
    if actor.kind is None or actor.is_vendor:
        raise Http404
    search = request.GET.get("q", "").strip()
    status = request.GET.get("status", "")
    status = status if status in TreeStatus.values else ""
    trees = queries.tree_list(actor, search=search, status=status)
    page = Paginator(trees, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": queries.with_goals(list(page), timezone.localdate()),
        "search": search,
        "status": status,
        "statuses": TreeStatus.choices,
        "shows_client": len(actor.client_ids) > 1,
        "refusal": policies.why_not_create_tree(actor),
        "unfinished": unfinished_starts(actor),
    }
    return render(request, "kpis/tree_list.html", context)


@require_http_methods(["GET", "POST"])
def tree_create(request: HttpRequest) -> HttpResponse:
    """Make a tree with its goal; the other ways to start are links."""
    actor = actor_of(request)
    require(policies.why_not_create_tree(actor))
    clients = queries.clients_of(actor)
    today = timezone.localdate()
    initial = {"valid_from": today.replace(day=1), "deadline_on": today + YEAR}
    form = TreeForm(request.POST or None, clients=clients, initial=initial)
    if request.method == "POST" and form.is_valid():
        tree = operations.create_tree(
            client_id=form.cleaned_data["client"],
            name=form.cleaned_data["name"],
            kgi=form.goal(),
            target=form.draft(),
            by=actor,
            at=timezone.now(),
        )
        return redirect("kpis:tree-detail", pk=tree.pk)
    status = 422 if form.is_bound else 200
    return render(request, "kpis/tree_create.html", {"form": form}, status=status)


@require_GET
def tree_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """Show the tree in its editor; `plain` asks for the page that works without JavaScript."""
    selected = parsed_id(request.GET.get("selected"))
    return show(request, tree_of(request, pk), selected=selected, is_plain="plain" in request.GET)


@require_http_methods(["GET", "POST"])
def tree_rename(request: HttpRequest, pk: str) -> HttpResponse:
    """Give the tree another name."""
    tree = tree_of(request, pk)
    actor = actor_of(request)
    require(policies.why_not_edit_tree(tree, actor))
    initial = {"name": tree.name, "version": tree.version}
    form = TreeNameForm(request.POST or None, initial=initial)
    context = {"tree": tree, "form": form, "changes": None}
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            operations.rename_tree(tree=tree, by=actor, at=timezone.now(), **form.cleaned_data)
        except StaleEdit as stale:
            data = {"name": form.cleaned_data["name"], "version": stale.version}
            context |= {"form": TreeNameForm(data), "changes": stale.changes}
            status = 409
        else:
            return redirect("kpis:tree-detail", pk=tree.pk)
    return render(request, "kpis/tree_rename.html", context, status=status)


@require_POST
def tree_activate(request: HttpRequest, pk: str) -> HttpResponse:
    """Take a draft into use."""
    return _change_status(request, pk, TreeStatus.ACTIVE, coming_from=TreeStatus.DRAFT)


@require_POST
def tree_archive(request: HttpRequest, pk: str) -> HttpResponse:
    """Put the tree into the archive, where it stays readable."""
    return _change_status(request, pk, TreeStatus.ARCHIVED)


@require_POST
def tree_restore(request: HttpRequest, pk: str) -> HttpResponse:
    """Take the tree out of the archive."""
    return _change_status(request, pk, TreeStatus.ACTIVE, coming_from=TreeStatus.ARCHIVED)


def _change_status(
    request: HttpRequest, pk: str, status: TreeStatus, *, coming_from: TreeStatus | None = None
) -> HttpResponse:
    tree, actor = tree_of(request, pk), actor_of(request)
    require(policies.why_not_change_status(tree, status, actor, coming_from=coming_from))
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else -1
    operations.change_status(tree=tree, version=version, status=status, by=actor, at=timezone.now())
    return redirect("kpis:tree-detail", pk=tree.pk)
