"""The tree editor as a page and as a fragment: what it shows, and how a command is answered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import Organization
from core.access import actor_of
from core.domain.refusals import Denied, Refusal
from kpis.models import KPI, Tree
from kpis.operations.tree_commands import Shift
from kpis.policies import trees as policies
from kpis.policies.trees import Collision, StaleEdit
from kpis.queries import trees as queries
from kpis.queries.editor import editor_state
from kpis.queries.lint import lint_report
from kpis.queries.trees import Changes, OutlineRow

SHIFTS = (
    (Shift.UP, _lazy("上へ"), "↑"),
    (Shift.DOWN, _lazy("下へ"), "↓"),
    (Shift.OUT, _lazy("階層を上げる"), "←"),
    (Shift.IN, _lazy("階層を下げる"), "→"),
)

LABELS = {
    "target": _lazy("目標"),
    "responsible": _lazy("担当"),
    "weight": _lazy("重み"),
    "importance": _lazy("重要度"),
}


def tree_of(request: HttpRequest, pk: str) -> Tree:
    """Return the tree, if the actor may see it."""
    trees = Tree.objects.visible_to(actor_of(request)).select_related("client")
    return get_object_or_404(trees, pk=pk)


def kpi_of(request: HttpRequest, pk: str, *, living: bool = True) -> KPI:
    """Return the KPI, if the actor may see it; commands also look at deleted ones."""
    kpis = KPI.objects.visible_to(actor_of(request))
    kpis = kpis.living() if living else kpis
    related = ("tree__client", "parent", "responsible_organization")
    return get_object_or_404(kpis.select_related(*related), pk=pk)


def today_of(client: Organization) -> date:
    """Return what day it is for the client."""
    return timezone.localtime(timezone.now(), client.zone).date()


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a command was not done, what others changed, and the form to do it after all."""

    reason: str
    status: int
    changes: Changes | None = None
    action: str = ""
    fields: Sequence[tuple[str, str]] = ()
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """The selected KPI with what can be done to it."""

    row: OutlineRow
    shifts: Sequence[tuple[Shift, str, str, Refusal | None]]
    below: int
    measurements: int
    has_signed: bool
    delete_refusal: Refusal | None


# From this many KPIs on a page without JavaScript is a page of its own.
BIG = 500


def show(
    request: HttpRequest,
    tree: Tree,
    *,
    selected: UUID | None = None,
    trouble: Trouble | None = None,
    is_plain: bool = False,
) -> HttpResponse:
    """Render the editor, and the tree in plain HTML for those who work without JavaScript.

    What was refused there is shown there.
    """
    actor, today = actor_of(request), today_of(tree.client)
    is_plain = is_plain or trouble is not None
    rows = queries.outline(tree, today)
    refusal = policies.why_not_edit_tree(tree, actor)
    is_big = len(rows) > BIG
    report = lint_report(tree, today, rows=rows) if is_plain or not is_big else None
    by_kpi = report.by_kpi if report else {}
    reversible = queries.reversible(tree, actor)
    context: dict[str, Any] = {
        "tree": tree,
        "rows": [(row, by_kpi.get(row.kpi.pk, ())) for row in rows],
        "report": report,
        "refusal": refusal,
        "reversible": reversible,
        "panel": _panel(rows, selected, refusal),
        "last": queries.history(tree).first(),
        "labels": LABELS,
        "trouble": trouble,
        "is_plain": is_plain,
        "is_big": is_big,
    }
    if not is_plain:
        context["state"] = editor_state(tree, today, rows, report, reversible)
    return render(
        request, "kpis/tree_detail.html", context, status=trouble.status if trouble else 200
    )


def _panel(
    rows: Sequence[OutlineRow], selected: UUID | None, refusal: Refusal | None
) -> Panel | None:
    index = next((at for at, row in enumerate(rows) if row.kpi.pk == selected), None)
    if index is None:
        return None
    row = rows[index]
    below = []
    for other in rows[index + 1 :]:
        if other.depth <= row.depth:
            break
        below.append(other.kpi.pk)
    measurements, has_signed = queries.stake_in([row.kpi.pk, *below])
    return Panel(
        row=row,
        shifts=[
            (shift, str(label), arrow, refusal or _why_not_shift(row, shift))
            for shift, label, arrow in SHIFTS
        ],
        below=len(below),
        measurements=measurements,
        has_signed=has_signed,
        delete_refusal=refusal or policies.why_not_goal(row.kpi),
    )


def _why_not_shift(row: OutlineRow, shift: Shift) -> Refusal | None:
    is_possible = {
        Shift.UP: row.position > 1,
        Shift.IN: row.position > 1,
        Shift.DOWN: row.position < row.siblings,
        Shift.OUT: row.depth > 1,
    }[shift]
    return None if is_possible else Refusal("kpis.no_place", "", 409)


def answer(
    request: HttpRequest,
    tree: Tree,
    form: Form | None,
    command: Callable[[], tuple[UUID | None, str]],
    *,
    selected: UUID | None,
) -> HttpResponse:
    """Do the command and show the tree as it is then, or why it was not done with the input kept."""
    if form is not None and not form.is_valid():
        reasons = [error for errors in form.errors.values() for error in errors]
        trouble = _trouble(request, " ".join(str(one) for one in reasons), 422, tree.version)
        return show(request, tree, selected=selected, trouble=trouble)
    try:
        chosen, said = command()
    except StaleEdit as stale:
        tree.refresh_from_db()
        reason = str(stale.refusal.reason)
        trouble = _trouble(request, reason, 409, stale.version, stale.changes)
        return show(request, tree, selected=selected, trouble=trouble)
    except Denied as denied:
        if denied.refusal.status == 403:
            raise
        changes = denied.changes if isinstance(denied, Collision) else None
        trouble = Trouble(str(denied.refusal.reason), denied.refusal.status, changes)
        return show(request, tree, selected=selected, trouble=trouble)
    messages.info(request, said)
    address = reverse("kpis:tree-detail", kwargs={"pk": tree.pk})
    plain = "&plain=1" if request.POST.get("plain") else ""
    return redirect(f"{address}?selected={chosen}{plain}#kpi-{chosen}" if chosen else address)


def _trouble(
    request: HttpRequest, reason: str, status: int, version: int, changes: Changes | None = None
) -> Trouble:
    """Keep what the person typed, on the version that they see now."""
    kept = [
        (name, value)
        for name, value in request.POST.items()
        if name not in {"csrfmiddlewaretoken", "version", "name"} and isinstance(value, str)
    ]
    name = request.POST.get("name")
    fields = [("version", str(version)), *kept]
    return Trouble(reason, status, changes, request.path, fields, name)


def parsed_id(text: str | None) -> UUID | None:
    """Return the id that an address names, or None."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
