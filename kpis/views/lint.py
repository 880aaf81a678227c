"""The design check of a tree: findings with reason and remedy, one-click fixes, waivers."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.access import actor_of
from core.domain.refusals import Denied
from core.policies import require
from kpis.forms.lint import FixForm, WaiverForm
from kpis.models import LintWaiver, Tree
from kpis.operations import lint as operations
from kpis.policies.trees import why_not_edit_tree
from kpis.queries.lint import lint_report
from kpis.views.editor import today_of, tree_of

USUAL_WAIVER = timedelta(days=90)


@require_GET
def tree_lint(request: HttpRequest, pk: str) -> HttpResponse:
    """Show what the rules find in the tree, and what was accepted."""
    return _page(request, tree_of(request, pk))


def _page(
    request: HttpRequest, tree: Tree, form: WaiverForm | None = None, status: int = 200
) -> HttpResponse:
    today = today_of(tree.client)
    refused = f"{form.data.get('code')}-{form.data.get('kpi', '')}" if form is not None else None
    context = {
        "tree": tree,
        "report": lint_report(tree, today),
        "refusal": why_not_edit_tree(tree, actor_of(request)),
        "usual": today + USUAL_WAIVER,
        "form": form,
        "refused": refused,
    }
    return render(request, "kpis/tree_lint.html", context, status=status)


@require_POST
def lint_fix(request: HttpRequest, pk: str) -> HttpResponse:
    """Do what a rule proposes, and come back to what is left."""
    tree, actor = tree_of(request, pk), actor_of(request)
    require(why_not_edit_tree(tree, actor))
    form = FixForm(request.POST)
    if not form.is_valid() or form.cleaned_data["kpi"] is None:
        return redirect("kpis:tree-lint", pk=tree.pk)
    kpi = operations.fix_finding(
        tree=tree,
        code=form.cleaned_data["code"],
        kpi_id=form.cleaned_data["kpi"],
        version=form.cleaned_data["version"],
        by=actor,
        at=timezone.now(),
    )
    told = _("「%(name)s」を直しました。KPIツリーの「元に戻す」で取り消せます。")
    messages.info(request, told % {"name": kpi.name})
    return redirect("kpis:tree-lint", pk=tree.pk)


@require_POST
def lint_waive(request: HttpRequest, pk: str) -> HttpResponse:
    """Accept a finding with a reason, up to a day."""
    tree, actor = tree_of(request, pk), actor_of(request)
    require(why_not_edit_tree(tree, actor))
    form = WaiverForm(request.POST)
    if not form.is_valid():
        return _page(request, tree, form, status=422)
    data = form.cleaned_data
    try:
        operations.waive_finding(
            tree=tree,
            code=data["code"],
            kpi_id=data["kpi"],
            reason=data["reason"],
            expires_on=data["expires_on"],
            by=actor,
            at=timezone.now(),
        )
    except Denied as denied:
        if denied.refusal.status != 422:
            raise
        form.add_error("expires_on", str(denied.refusal.reason))
        return _page(request, tree, form, status=422)
    return redirect("kpis:tree-lint", pk=tree.pk)


@require_POST
def waiver_withdraw(request: HttpRequest, pk: str) -> HttpResponse:
    """Let a finding count again."""
    visible = LintWaiver.objects.visible_to(actor_of(request))
    waiver = get_object_or_404(visible, pk=pk)
    operations.withdraw_waiver(waiver=waiver, by=actor_of(request), at=timezone.now())
    return redirect("kpis:tree-lint", pk=waiver.tree_id)
