"""Template trees: find one, look at it, make a tree from it."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from core.access import actor_of
from core.policies import require
from core.tenancy import Actor
from kpis.forms.templates import TemplateForm
from kpis.models.choices import LibraryType, Phase
from kpis.operations import trees as operations
from kpis.policies.trees import why_not_create_tree
from kpis.queries import templates as queries
from kpis.queries.templates import Template
from kpis.queries.trees import clients_of

PAGE = 20


def _reader(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if actor.kind is None or actor.is_vendor:
        raise Http404
    return actor


def _template(code: str) -> Template:
    found = queries.template_of(code)
    if found is None:
        raise Http404
    return found


@require_GET
def template_list(request: HttpRequest) -> HttpResponse:
    """List the templates, by type of work and phase, each with a preview."""
    actor = _reader(request)
    type_, phase = request.GET.get("type", ""), request.GET.get("phase", "")
    context = {
        "page": Paginator(queries.matching(type_=type_, phase=phase), PAGE).get_page(
            request.GET.get("page")
        ),
        "types": [one for one in LibraryType.choices if one[0] != LibraryType.COMMON],
        "phases": Phase.choices,
        "type": type_,
        "phase": phase,
        "refusal": why_not_create_tree(actor),
    }
    return render(request, "kpis/template_list.html", context)


@require_http_methods(["GET", "POST"])
def template_detail(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a template plants, and plant it."""
    actor, template = _reader(request), _template(code)
    refusal = why_not_create_tree(actor)
    initial: dict[str, Any] = {
        "name": template.name,
        "targets_from": timezone.localdate().replace(day=1),
    }
    form = TemplateForm(request.POST or None, clients=clients_of(actor), initial=initial)
    if request.method == "POST":
        require(refusal)
        if form.is_valid():
            tree = operations.create_from_template(
                client_id=form.cleaned_data["client"],
                template=template,
                name=form.cleaned_data["name"],
                targets_from=form.cleaned_data["targets_from"],
                by=actor,
                at=timezone.now(),
            )
            return redirect("kpis:tree-detail", pk=tree.pk)
    context = {"template": template, "form": form, "refusal": refusal}
    return render(
        request, "kpis/template_detail.html", context, status=422 if form.is_bound else 200
    )
