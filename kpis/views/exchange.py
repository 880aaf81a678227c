"""Trees out and in: the page of downloads, and pasting with a look before anything is saved."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.access import actor_of
from core.domain.refusals import Denied
from core.downloads import download
from core.policies import require
from kpis.domain.exchange.messages import Problem
from kpis.domain.exchange.plan import Plan, PlannedKPI
from kpis.forms.exchange import BranchImportForm, PasteForm, TreeImportForm
from kpis.models import Tree
from kpis.operations import exchange as operations
from kpis.policies import trees as policies
from kpis.policies.trees import StaleEdit
from kpis.queries import exchange as queries
from kpis.queries import trees as tree_queries
from kpis.queries.exchange import Preview
from kpis.queries.exchange_files import OFFERS, FileForm, exported
from kpis.queries.lint import LintReport, ShownFinding
from kpis.queries.trees import OutlineRow
from kpis.views.editor import today_of, tree_of

ROWS_SHOWN = 300
TOLD = 100


@require_GET
def tree_export(request: HttpRequest, pk: str) -> HttpResponse:
    """List the forms in which the tree can be taken away."""
    tree = tree_of(request, pk)
    return render(request, "kpis/tree_export.html", {"tree": tree, "offers": OFFERS})


@require_GET
def tree_export_file(request: HttpRequest, pk: str, form: str) -> HttpResponse:
    """Send the tree as a file."""
    if form not in list(FileForm):
        raise Http404
    tree = tree_of(request, pk)
    at = timezone.localtime(timezone.now(), tree.client.zone)
    file = exported(tree, FileForm(form), at)
    return download(file.content, file.name, file.content_type)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a person sees before saving: the plan and its preview, shortened where they are long."""

    plan: Plan
    preview: Preview

    @property
    def problems(self) -> list[tuple[Problem, str]]:
        """The first problems with their sentences."""
        return [(one, one.text(_)) for one in self.plan.problems[:TOLD]]

    @property
    def more_problems(self) -> int:
        """How many problems are not shown."""
        return max(0, len(self.plan.problems) - TOLD)

    @property
    def rows(self) -> Sequence[tuple[OutlineRow, PlannedKPI]]:
        """The first rows of the tree."""
        return self.preview.rows[:ROWS_SHOWN]

    @property
    def more_rows(self) -> int:
        """How many rows are not shown."""
        return max(0, len(self.preview.rows) - ROWS_SHOWN)

    @property
    def findings(self) -> Sequence[Sequence[ShownFinding]]:
        """What the design check finds, those of one rule together."""
        return LintReport(self.preview.findings, []).groups

    @property
    def errors(self) -> int:
        """How many problems stand in the way."""
        return len(self.plan.errors)


@require_http_methods(["GET", "POST"])
def tree_import(request: HttpRequest) -> HttpResponse:
    """Make a tree of what is pasted or uploaded: first a look, then saved."""
    actor = actor_of(request)
    require(policies.why_not_create_tree(actor))
    clients = tree_queries.clients_of(actor)
    form = TreeImportForm(request.POST or None, request.FILES or None, clients=clients)
    if request.method != "POST" or not form.is_valid() or form.draft is None:
        return _page(request, form, status=422 if form.is_bound else 200)
    client = next(one for one in clients if one.pk == form.cleaned_data["client"])
    today = today_of(client)
    plan = queries.plan_of_tree(client.pk, form.draft, today)
    looked = Looked(plan, queries.preview_of_tree(client.pk, plan, today))
    if not _is_save(request, plan):
        return _page(request, form, looked=looked, status=_status(request, plan))
    try:
        tree = operations.import_tree(
            client_id=client.pk,
            name=form.cleaned_data["name"],
            plan=plan,
            by=actor,
            at=timezone.now(),
        )
    except Denied as denied:
        return _refused(request, form, denied, looked=looked)
    messages.info(request, _("%(count)d件のKPIでツリーを作りました。") % {"count": len(plan.kpis)})
    return redirect("kpis:tree-detail", pk=tree.pk)


@require_http_methods(["GET", "POST"])
def branch_import(request: HttpRequest, pk: str) -> HttpResponse:
    """Put what is pasted or uploaded below a KPI of a tree: first a look, then saved."""
    tree, actor = tree_of(request, pk), actor_of(request)
    require(policies.why_not_edit_tree(tree, actor))
    today = today_of(tree.client)
    rows = tree_queries.outline(tree, today)
    places = [(str(row.kpi.pk), "　" * row.depth + row.kpi.name) for row in rows]
    initial = {"version": tree.version, "parent": request.GET.get("parent") or places[0][0]}
    form = BranchImportForm(
        request.POST or None, request.FILES or None, places=places, initial=initial
    )
    if request.method != "POST" or not form.is_valid() or form.draft is None:
        return _page(request, form, tree=tree, status=422 if form.is_bound else 200)
    parent = next(row.kpi for row in rows if row.kpi.pk == form.cleaned_data["parent"])
    plan = queries.plan_of_branch(tree, parent, form.draft, today)
    looked = Looked(plan, queries.preview_of_branch(tree, parent, plan, today))
    if not _is_save(request, plan):
        return _page(request, form, looked=looked, tree=tree, status=_status(request, plan))
    try:
        kpi = operations.import_branch(
            tree=tree,
            parent_id=parent.pk,
            version=form.cleaned_data["version"],
            plan=plan,
            by=actor,
            at=timezone.now(),
        )
    except StaleEdit as stale:
        form.show_version(stale.version)
        return _refused(request, form, stale, looked=looked, tree=tree)
    except Denied as denied:
        return _refused(request, form, denied, looked=looked, tree=tree)
    messages.info(request, _("%(count)d件のKPIを取り込みました。") % {"count": len(plan.kpis)})
    return redirect(f"{reverse('kpis:tree-detail', args=[tree.pk])}?selected={kpi.pk}")


def _is_save(request: HttpRequest, plan: Plan) -> bool:
    return request.POST.get("do") == "save" and not plan.errors


def _status(request: HttpRequest, plan: Plan) -> int:
    """A look is an answer; saving what is to be mended is refused."""
    return 422 if request.POST.get("do") == "save" and plan.errors else 200


def _refused(
    request: HttpRequest,
    form: PasteForm,
    denied: Denied,
    *,
    looked: Looked,
    tree: Tree | None = None,
) -> HttpResponse:
    """Keep the input beside the reason; who may not write at all gets the page of refusals."""
    if denied.refusal.status == 403:
        raise denied
    form.add_error(None, str(denied.refusal.reason))
    return _page(request, form, looked=looked, tree=tree, status=denied.refusal.status)


def _page(
    request: HttpRequest,
    form: PasteForm,
    *,
    looked: Looked | None = None,
    tree: Tree | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "looked": looked, "tree": tree}
    return render(request, "kpis/tree_import.html", context, status=status)
