"""The commands of the outline; each is answered with the tree as it is then."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.access import actor_of
from core.policies import require
from kpis.forms.kpis import AddForm, MoveForm, RenameForm, ShiftForm, VersionForm
from kpis.models import KPI, Tree
from kpis.operations import tree_commands as operations
from kpis.policies.trees import why_not_delete, why_not_edit_tree
from kpis.queries import trees as queries
from kpis.views.editor import answer, kpi_of, parsed_id, tree_of


@require_POST
def kpi_add(request: HttpRequest, tree_pk: str) -> HttpResponse:
    """Add a KPI as the last child of another one, or right after it."""
    tree, actor = tree_of(request, tree_pk), actor_of(request)
    require(why_not_edit_tree(tree, actor))
    form = AddForm(request.POST)

    def command() -> tuple[UUID | None, str]:
        data = form.cleaned_data
        parent_id, index = queries.place_for(tree, data["beside"], after=data["place"] == "after")
        kpi = operations.add_kpi(
            tree=tree,
            version=data["version"],
            parent_id=parent_id,
            index=index,
            fields={"name": data["name"]},
            by=actor,
            at=timezone.now(),
        )
        # Below: the parent stays selected, so that the next child can follow at once.
        shown = data["beside"] if data["place"] == "child" else kpi.pk
        return shown, _("「%(name)s」を追加しました。") % {"name": kpi.name}

    return answer(request, tree, form, command, selected=parsed_id(request.POST.get("beside")))


@require_POST
def kpi_rename(request: HttpRequest, pk: str) -> HttpResponse:
    """Give a KPI another name."""
    kpi, tree = _kpi(request, pk)
    form = RenameForm(request.POST)

    def command() -> tuple[UUID | None, str]:
        data = form.cleaned_data
        operations.update_kpi(
            kpi=kpi,
            version=data["version"],
            fields={"name": data["name"]},
            by=actor_of(request),
            at=timezone.now(),
        )
        return kpi.pk, _("名称を「%(name)s」に変更しました。") % {"name": data["name"]}

    return answer(request, tree, form, command, selected=kpi.pk)


@require_POST
def kpi_shift(request: HttpRequest, pk: str) -> HttpResponse:
    """Move a KPI by one place."""
    kpi, tree = _kpi(request, pk)
    form = ShiftForm(request.POST)

    def command() -> tuple[UUID | None, str]:
        data = form.cleaned_data
        operations.shift_kpi(
            kpi=kpi,
            version=data["version"],
            shift=data["shift"],
            by=actor_of(request),
            at=timezone.now(),
        )
        return kpi.pk, _("「%(name)s」を移動しました。") % {"name": kpi.name}

    return answer(request, tree, form, command, selected=kpi.pk)


@require_http_methods(["GET", "POST"])
def kpi_move(request: HttpRequest, pk: str) -> HttpResponse:
    """Choose another parent from a searchable list."""
    kpi, tree = _kpi(request, pk)
    if request.method == "GET":
        search = request.GET.get("q", "").strip()
        context = {
            "kpi": kpi,
            "tree": tree,
            "search": search,
            "places": queries.places_for(kpi, search=search),
        }
        is_list = request.headers.get("HX-Target") == "places"
        return render(request, "kpis/_places.html" if is_list else "kpis/kpi_move.html", context)
    form = MoveForm(request.POST)

    def command() -> tuple[UUID | None, str]:
        data = form.cleaned_data
        operations.move_kpi(
            kpi=kpi,
            version=data["version"],
            parent_id=data["parent"],
            by=actor_of(request),
            at=timezone.now(),
        )
        return kpi.pk, _("「%(name)s」を移動しました。") % {"name": kpi.name}

    return answer(request, tree, form, command, selected=kpi.pk)


@require_POST
def kpi_delete(request: HttpRequest, pk: str) -> HttpResponse:
    """Delete a KPI with all below it; the form asked before."""
    kpi, tree = _kpi(request, pk)
    require(why_not_delete(kpi, actor_of(request)))
    form = VersionForm(request.POST)

    def command() -> tuple[UUID | None, str]:
        operations.delete_kpi(
            kpi=kpi,
            version=form.cleaned_data["version"],
            by=actor_of(request),
            at=timezone.now(),
        )
        return kpi.parent_id, _("「%(name)s」を削除しました。") % {"name": kpi.name}

    return answer(request, tree, form, command, selected=kpi.pk)


@require_POST
def tree_undo(request: HttpRequest, pk: str) -> HttpResponse:
    """Take back one's own newest command."""
    tree, form = _tree(request, pk), VersionForm(request.POST)

    def command() -> tuple[UUID | None, str]:
        done = operations.undo(
            tree=tree,
            version=form.cleaned_data["version"],
            by=actor_of(request),
            at=timezone.now(),
        )
        return _shown(request), _("元に戻しました：%(what)s") % {"what": done.summary}

    return answer(request, tree, form, command, selected=_shown(request))


@require_POST
def tree_redo(request: HttpRequest, pk: str) -> HttpResponse:
    """Do again what one took back last."""
    tree, form = _tree(request, pk), VersionForm(request.POST)

    def command() -> tuple[UUID | None, str]:
        done = operations.redo(
            tree=tree,
            version=form.cleaned_data["version"],
            by=actor_of(request),
            at=timezone.now(),
        )
        return _shown(request), _("やり直しました：%(what)s") % {"what": done.summary}

    return answer(request, tree, form, command, selected=_shown(request))


def _tree(request: HttpRequest, pk: str) -> Tree:
    tree = tree_of(request, pk)
    require(why_not_edit_tree(tree, actor_of(request)))
    return tree


def _kpi(request: HttpRequest, pk: str) -> tuple[KPI, Tree]:
    kpi = kpi_of(request, pk, living=False)
    require(why_not_edit_tree(kpi.tree, actor_of(request)))
    return kpi, kpi.tree


def _shown(request: HttpRequest) -> UUID | None:
    return parsed_id(request.POST.get("selected"))
