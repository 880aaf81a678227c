"""The import wizard: upload, map columns, choose KPIs, confirm."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.access import actor_of
from core.policies import require
from kpis.domain.imports.messages import FileRefused, MappingRefused
from kpis.forms.imports import MappingForm, UploadForm
from kpis.models import Import, Tree
from kpis.operations import imports as operations
from kpis.policies import imports as policies
from kpis.queries import imports as queries
from kpis.queries.import_effect import TwoValues, Unfit, effect_of
from kpis.queries.scorecards import latest_run

PROBLEMS_SHOWN = 100


def _tree(request: HttpRequest, pk: str) -> Tree:
    return get_object_or_404(Tree.objects.visible_to(actor_of(request)), pk=pk)


def _source(request: HttpRequest, pk: str) -> Import:
    visible = Import.objects.visible_to(actor_of(request)).select_related("tree")
    return get_object_or_404(visible, pk=pk)


@require_GET
def import_list(request: HttpRequest, tree_pk: str) -> HttpResponse:
    """List the files taken into a tree, with the form for the next one."""
    return _list_page(request, _tree(request, tree_pk), UploadForm())


def _list_page(
    request: HttpRequest, tree: Tree, form: UploadForm, status: int = 200
) -> HttpResponse:
    sources = Import.objects.visible_to(actor_of(request)).filter(tree=tree)
    page = Paginator(
        sources.select_related("uploaded_by").order_by("-uploaded_at", "id"), 50
    ).get_page(request.GET.get("page"))
    context = {
        "tree": tree,
        "page": page,
        "form": form,
        "refusal": policies.why_not_import(tree, actor_of(request)),
    }
    return render(request, "kpis/import_list.html", context, status=status)


@require_POST
def import_upload(request: HttpRequest, tree_pk: str) -> HttpResponse:
    """Take a file; one that cannot be read is refused with a sentence beside the field."""
    tree = _tree(request, tree_pk)
    require(policies.why_not_import(tree, actor_of(request)))
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            source = operations.upload_file(
                tree=tree,
                file_name=file.name,
                content=file.read(),
                by=actor_of(request),
                at=timezone.now(),
            )
        except FileRefused as refused:
            form.add_error("file", refused.message.text(_))
        else:
            return redirect("kpis:import-detail", pk=source.pk)
    return _list_page(request, tree, form, status=422)


@require_GET
def import_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """Show what the file says and what would become of it, or what became of it."""
    return _detail_page(request, _source(request, pk))


def _detail_page(
    request: HttpRequest, source: Import, form: MappingForm | None = None, status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    if source.status != Import.Status.UPLOADED:
        context: dict[str, Any] = {"source": source, "run": latest_run(source.tree, actor)}
        return render(request, "kpis/import_done.html", context, status=status)
    reading = queries.reading_of(source)
    profile = reading.profile
    kpis = queries.destinations_for(source.tree, is_deliveries=reading.is_deliveries)
    refusal, effect = policies.why_not_confirm(source, reading, actor), None
    try:
        effect = effect_of(reading, kpis) if refusal is None else None
    except TwoValues as error:
        refusal = policies.two_values(error)
    except Unfit as error:
        refusal = policies.unfit(error)
    problems = reading.result.problems if reading.result else ()
    context = {
        "source": source,
        "reading": reading,
        "profile": profile,
        "form": form
        or MappingForm(columns=profile.columns, initial=MappingForm.initial_of(reading.mapping)),
        "problems": problems[:PROBLEMS_SHOWN],
        "problem_count": len(problems),
        "destinations": kpis,
        "effect": effect,
        "twin": queries.confirmed_twin(source),
        "refusal": refusal,
        "change_refusal": policies.why_not_change(source, actor),
    }
    return render(request, "kpis/import_detail.html", context, status=status)


@require_POST
def import_mapping(request: HttpRequest, pk: str) -> HttpResponse:
    """Store which column plays which part."""
    source = _source(request, pk)
    require(policies.why_not_change(source, actor_of(request)))
    columns = queries.reading_of(source).profile.columns
    form = MappingForm(request.POST, columns=columns)
    if form.is_valid():
        try:
            operations.map_columns(
                source=source, mapping=form.mapping(), by=actor_of(request), at=timezone.now()
            )
        except MappingRefused as refused:
            for problem in refused.problems:
                form.add_error(None, problem.text(_))
        else:
            return redirect("kpis:import-detail", pk=source.pk)
    return _detail_page(request, source, form, status=422)


@require_POST
def import_destinations(request: HttpRequest, pk: str) -> HttpResponse:
    """Store where each name goes; the fields are `name-N` and `destination-N`."""
    source = _source(request, pk)
    names = queries.reading_of(source).names
    fallback = request.POST.get("others", "")
    sent = {
        request.POST.get(f"name-{index}", ""): request.POST[f"destination-{index}"]
        for index in range(len(names))
        if f"destination-{index}" in request.POST
    }
    require(policies.why_not_names(sent, names))
    chosen = {}
    for one in names:
        destination = sent.get(one.name, one.destination)
        is_open = destination == queries.SKIP and fallback == queries.NEW
        chosen[one.name] = queries.NEW if is_open else destination
    operations.choose_destinations(
        source=source, destinations=chosen, by=actor_of(request), at=timezone.now()
    )
    return redirect("kpis:import-detail", pk=source.pk)


@require_POST
def import_confirm(request: HttpRequest, pk: str) -> HttpResponse:
    """Take the file in."""
    source = operations.confirm_import(
        source=_source(request, pk), by=actor_of(request), at=timezone.now()
    )
    messages.info(request, _("「%(name)s」を取り込みました。") % {"name": source.file_name})
    return redirect("kpis:import-detail", pk=source.pk)


@require_POST
def import_discard(request: HttpRequest, pk: str) -> HttpResponse:
    """Put the file aside."""
    source = operations.discard_import(
        source=_source(request, pk), by=actor_of(request), at=timezone.now()
    )
    messages.info(request, _("取り込みを取りやめました。"))
    return redirect("kpis:import-list", tree_pk=source.tree_id)
