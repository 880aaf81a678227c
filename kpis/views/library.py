"""The KPI library: find a definition, read its pitfalls and benchmarks, use it, add one's own."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import actor_of
from core.policies import require
from kpis.forms.library import DefinitionForm, UseForm
from kpis.models import KPI, Definition, Tree
from kpis.models.choices import LibraryType, Perspective, Phase
from kpis.operations import library as operations
from kpis.policies import library as policies
from kpis.policies.trees import why_not_edit_tree
from kpis.queries import library as queries
from kpis.queries import trees as tree_queries
from kpis.queries.library import Wanted
from kpis.views.editor import parsed_id

PAGE = 50
TREES_OFFERED = 200


def _definition(request: HttpRequest, pk: str) -> Definition:
    visible = Definition.objects.visible_to(actor_of(request)).select_related("organization")
    return get_object_or_404(visible, pk=pk)


def _wanted(request: HttpRequest) -> Wanted:
    def one_of(name: str, known: list[str]) -> str:
        value = request.GET.get(name, "")
        return value if value in known else ""

    return Wanted(
        search=request.GET.get("q", "").strip(),
        type=one_of("type", LibraryType.values),
        phase=one_of("phase", Phase.values),
        perspective=one_of("perspective", Perspective.values),
        is_own=request.GET.get("own") == "1",
    )


def _place(request: HttpRequest) -> KPI | None:
    """Return the KPI below which something from the library shall go (?parent=...)."""
    pk = parsed_id(request.GET.get("parent"))
    if pk is None:
        return None
    visible = KPI.objects.visible_to(actor_of(request)).living().select_related("tree__client")
    place = visible.filter(pk=pk).first()
    return place if place and why_not_edit_tree(place.tree, actor_of(request)) is None else None


@require_GET
def definition_list(request: HttpRequest) -> HttpResponse:
    """List the library, with search and filters; with a place, each can be added there at once."""
    actor, wanted = actor_of(request), _wanted(request)
    found = queries.library(actor, wanted)
    context = {
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "wanted": wanted,
        "types": LibraryType.choices,
        "phases": Phase.choices,
        "perspectives": Perspective.choices,
        "place": _place(request),
        "refusal": policies.why_not_define(actor),
    }
    return render(request, "kpis/definition_list.html", context)


def _trees(request: HttpRequest) -> list[Tree]:
    actor = actor_of(request)
    if policies.why_not_define(actor):
        return []
    return list(tree_queries.tree_list(actor)[:TREES_OFFERED])


@require_GET
def definition_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """Show everything about a definition, and offer to use it."""
    return _detail_page(request, _definition(request, pk), UseForm(trees=_trees(request)))


def _detail_page(
    request: HttpRequest, definition: Definition, form: UseForm, status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "definition": definition,
        "benchmarks": queries.benchmarks_of(definition),
        "partner": queries.partner_of(definition, actor),
        "versions": queries.versions_of(definition),
        "form": form,
        "has_trees": bool(form.fields["tree"].choices),  # type: ignore[attr-defined]
        "use_refusal": policies.why_not_define(actor),
        "refusal": policies.why_not_redefine(definition, actor),
    }
    return render(request, "kpis/definition_detail.html", context, status=status)


@require_POST
def definition_use(request: HttpRequest, pk: str) -> HttpResponse:
    """Add a KPI with this definition to a tree, and go there."""
    definition, actor = _definition(request, pk), actor_of(request)
    require(policies.why_not_define(actor))
    form = UseForm(request.POST, trees=_trees(request))
    if not form.is_valid():
        return _detail_page(request, definition, form, status=422)
    tree = get_object_or_404(Tree.objects.visible_to(actor), pk=form.cleaned_data["tree"])
    parent = form.cleaned_data["parent"] or tree_queries.goal_of(tree).pk
    kpi = operations.use_definition(
        definition=definition,
        tree=tree,
        version=tree.version,
        parent_id=parent,
        by=actor,
        at=timezone.now(),
    )
    messages.info(request, _("「%(name)s」を追加しました。") % {"name": kpi.name})
    return redirect(f"{reverse('kpis:tree-detail', args=[tree.pk])}?selected={kpi.pk}")


@require_http_methods(["GET", "POST"])
def definition_create(request: HttpRequest) -> HttpResponse:
    """Add a definition of one's own, also as a copy of another one (?from=...)."""
    actor = actor_of(request)
    require(policies.why_not_define(actor))
    form = DefinitionForm(request.POST or None, initial=_copied(request))
    if request.method == "POST" and form.is_valid():
        definition = operations.define_kpi(fields=form.fields_of(), by=actor, at=timezone.now())
        return redirect("kpis:definition-detail", pk=definition.pk)
    return _form_page(request, form)


def _copied(request: HttpRequest) -> dict[str, Any]:
    pk = parsed_id(request.GET.get("from"))
    if pk is None:
        return {}
    return {**DefinitionForm.initial_of(_definition(request, str(pk))), "version": 0}


def _form_page(request: HttpRequest, form: DefinitionForm, **more: Any) -> HttpResponse:
    status = more.pop("status", 422 if form.is_bound else 200)
    return render(request, "kpis/definition_form.html", {"form": form, **more}, status=status)


@require_http_methods(["GET", "POST"])
def definition_edit(request: HttpRequest, pk: str) -> HttpResponse:
    """Write a new version of a definition of one's own."""
    definition, actor = _definition(request, pk), actor_of(request)
    require(policies.why_not_redefine(definition, actor))
    form = DefinitionForm(request.POST or None, initial=DefinitionForm.initial_of(definition))
    if request.method == "POST" and form.is_valid():
        definition = operations.redefine_kpi(
            definition=definition,
            version=form.cleaned_data["version"],
            fields=form.fields_of(),
            by=actor,
            at=timezone.now(),
        )
        return redirect("kpis:definition-detail", pk=definition.pk)
    return _form_page(request, form, definition=definition)


@require_POST
def definition_retire(request: HttpRequest, pk: str) -> HttpResponse:
    """Take a definition of one's own out of the library."""
    definition = operations.retire_definition(
        definition=_definition(request, pk), by=actor_of(request), at=timezone.now()
    )
    messages.info(request, _("「%(name)s」を取り下げました。") % {"name": definition.name})
    return redirect("kpis:definition-list")
