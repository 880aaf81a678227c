"""The history of a tree: commands and targets with filters, on a page and as a file."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import actor_of
from core.domain.periods import add_months
from kpis.domain.steps import Level, Step, steps
from kpis.models import KPI, Target, Tree
from kpis.policies.trees import why_not_edit_tree
from kpis.queries import history as queries
from kpis.queries import plans, targets
from kpis.queries.formulas import vocabulary_of
from kpis.queries.history import KINDS, SYSTEM, TARGETS, Asked
from kpis.views.editor import parsed_id, today_of, tree_of

PAGE = 50
AHEAD = 10
WIDTH, HEIGHT = 600, 120
MONTHS_AHEAD = 3
# A cell that begins with one of these is a formula for a spreadsheet.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def _asked(request: HttpRequest) -> Asked:
    person = request.GET.get("person", "")
    pk = parsed_id(person)
    kind = request.GET.get("kind", "")
    return Asked(
        kpi=parsed_id(request.GET.get("kpi")),
        person=person if person == SYSTEM else str(pk or ""),
        kind=kind if kind in {*KINDS, TARGETS} else "",
    )


@require_GET
def tree_history(request: HttpRequest, pk: str) -> HttpResponse:
    """Show every change of the tree, or its targets: who, when, why, and the difference in words."""
    tree, asked = tree_of(request, pk), _asked(request)
    kpis = queries.kpis_of(tree)
    chosen = next((one for one in kpis if one.pk == asked.kpi), None)
    words = vocabulary_of(tree)
    context: dict[str, Any] = {
        "tree": tree,
        "asked": asked,
        "kpis": kpis,
        "chosen": chosen,
        "people": queries.people_of(tree),
        "kinds": [(key, word) for key, (word, _kinds) in KINDS.items()],
        "shows_targets": asked.kind == TARGETS,
        "ahead": plans.shown_ahead(list(plans.pending_of(tree)[:AHEAD]), words),
        "refusal": why_not_edit_tree(tree, actor_of(request)),
        "query": request.GET.urlencode(),
    }
    number = request.GET.get("page")
    if asked.kind == TARGETS:
        versions = Paginator(queries.targets_of(tree, asked), PAGE).get_page(number)
        context |= {"page": versions, "targets": queries.versions_of(list(versions))}
    else:
        commands = Paginator(queries.commands_of(tree, asked), PAGE).get_page(number)
        context |= {"page": commands, "entries": queries.entries(tree, list(commands))}
    if chosen is not None:
        context |= _drawing(tree, chosen)
    return render(request, "kpis/tree_history.html", context)


def _drawing(tree: Tree, kpi: KPI) -> dict[str, object]:
    """Return the KPI's targets as steps, up to some months from today."""
    today = today_of(tree.client)
    standing = targets.standing_of(kpi)
    until = add_months(today.replace(day=1), MONTHS_AHEAD)
    drawn: list[Step] = steps(_levels(standing), until, width=WIDTH, height=HEIGHT)
    return {
        "drawn": drawn,
        "drawn_from": standing[0].valid_from if standing else None,
        "drawn_until": max([until, *(one.valid_from for one in standing)]),
    }


def _levels(standing: Sequence[Target]) -> list[Level]:
    found = []
    for one in standing:
        low = one.value if one.value is not None else one.accept_low
        high = one.value if one.value is not None else one.accept_high
        if low is not None and high is not None:
            found.append(Level(one.valid_from, low, high))
    return found


@require_GET
def tree_history_csv(request: HttpRequest, pk: str) -> StreamingHttpResponse:
    """Download the history with the same filters; Excel reads it as it is."""
    tree = tree_of(request, pk)
    asked = _asked(request)
    asked = Asked(asked.kpi, asked.person, "" if asked.kind == TARGETS else asked.kind)
    header = [
        _("版"),
        _("日時"),
        _("変更した人"),
        _("種類"),
        _("内容"),
        _("変更前と変更後"),
        _("理由"),
    ]
    rows = [header, *queries.rows_of(tree, asked)]
    answer = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = (
        f'attachment; filename="history-{today_of(tree.client):%Y%m%d}.csv"'
    )
    return answer


def _lines(rows: Iterable[Sequence[str]]) -> Iterable[str]:
    """Write the rows; the mark at the start tells Excel that it is UTF-8."""
    yield "\ufeff"
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([_harmless(one) for one in row])
        yield line.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell
