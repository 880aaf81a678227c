"""Qualitative promises of a tree: the list with its form, the change of one, its retirement."""

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
from kpis.forms.promises import PromiseForm
from kpis.models import Promise, Tree
from kpis.operations import promises as operations
from kpis.policies import promises as policies
from kpis.policies.trees import why_not_edit_tree
from kpis.queries import responsible
from kpis.queries.objectives import measurable_kpis
from kpis.queries.promises import promises_of
from kpis.views.objectives import tree_of

PAGE = 50


@require_GET
def promise_list(request: HttpRequest, tree_pk: str) -> HttpResponse:
    """List the promises of a tree."""
    actor, tree = actor_of(request), tree_of(request, tree_pk)
    context = {
        "tree": tree,
        "page": Paginator(promises_of(tree, actor), PAGE).get_page(request.GET.get("page")),
        "refusal": why_not_edit_tree(tree, actor),
    }
    return render(request, "kpis/promise_list.html", context)


@require_http_methods(["GET", "POST"])
def promise_create(request: HttpRequest, tree_pk: str) -> HttpResponse:
    """Add a promise to a tree."""
    tree = tree_of(request, tree_pk)
    require(why_not_edit_tree(tree, actor_of(request)))
    return _form(request, tree, None)


@require_http_methods(["GET", "POST"])
def promise_edit(request: HttpRequest, pk: str) -> HttpResponse:
    """Change a promise; what is signed stays as it was signed."""
    promise = _promise(request, pk)
    require(policies.why_not_edit_promise(promise, actor_of(request)))
    return _form(request, promise.tree, promise)


def _promise(request: HttpRequest, pk: str) -> Promise:
    visible = Promise.objects.visible_to(actor_of(request)).select_related("tree__client")
    return get_object_or_404(visible, pk=pk)


def _form(request: HttpRequest, tree: Tree, promise: Promise | None) -> HttpResponse:
    kpis = measurable_kpis(tree)
    form = PromiseForm(
        request.POST or None,
        kpis=kpis,
        organizations=responsible.choices_for(tree.client_id),
        initial=PromiseForm.initial_of(promise) if promise else None,
    )
    status = 422 if form.is_bound else 200
    if form.is_valid():
        fields, actor, now = form.fields_of(kpis), actor_of(request), timezone.now()
        try:
            if promise is None:
                operations.add_promise(tree=tree, by=actor, at=now, **fields)
            else:
                version = form.cleaned_data["version"]
                operations.update_promise(
                    promise=promise, version=version, by=actor, at=now, **fields
                )
        except Denied as denied:
            status = denied.refusal.status
            form.add_error(None, str(denied.refusal.reason))
        else:
            messages.info(request, _("約束を保存しました。"))
            return redirect("kpis:promise-list", tree_pk=tree.pk)
    context = {"tree": tree, "promise": promise, "form": form}
    return render(request, "kpis/promise_form.html", context, status=status)


@require_POST
def promise_retire(request: HttpRequest, pk: str) -> HttpResponse:
    """Take a promise out of the tree."""
    promise = operations.retire_promise(
        promise=_promise(request, pk), by=actor_of(request), at=timezone.now()
    )
    messages.info(request, _("約束を取り下げました。"))
    return redirect("kpis:promise-list", tree_pk=promise.tree_id)
