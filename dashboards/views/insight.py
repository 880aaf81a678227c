"""Pages that explain a tree: why it moved, what would move it, where to act, how it is balanced."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import actor_of
from core.forms import NumberField, month_in
from dashboards import insight_charts as charts
from dashboards.strategy_map import strategy_map
from kpis.domain.insight.explain import Method
from kpis.models import KPI, Link, Tree
from kpis.models.choices import Perspective
from kpis.queries import movement
from kpis.queries.scenarios import Outcome, Scenario, Wanted
from kpis.queries.trees import goal_of, outline

SPOTS_A_PAGE = 100


def _tree(request: HttpRequest, pk: str) -> Tree:
    trees = Tree.objects.visible_to(actor_of(request)).select_related("client")
    return get_object_or_404(trees, pk=pk)


def _month(request: HttpRequest, tree: Tree, months: list[date]) -> date | None:
    """Return the month that was asked for, or the newest one with scores."""
    asked = month_in(request.GET.get("month", ""))
    return asked if asked in months else movement.month_to_explain(tree, months)


@require_GET
def tree_why(request: HttpRequest, pk: str) -> HttpResponse:
    """Explain how a KPI moved between two months, so that it adds up."""
    tree = _tree(request, pk)
    months = movement.months_to_compare(tree)
    end = month_in(request.GET.get("to", "")) or movement.month_to_explain(tree, months)
    before = [one for one in months if end is not None and one < end]
    start = month_in(request.GET.get("from", "")) or (before[0] if before else None)
    kpi = _chosen(tree, request.GET.get("kpi", ""))
    context: dict[str, Any] = {
        "tree": tree,
        "months": months,
        "kpis": [row.kpi for row in outline(tree, end)] if end else [],
        "kpi": kpi,
        "start": start,
        "end": end,
        "method": request.GET.get("method", ""),
    }
    if start is not None and end is not None:
        is_lmdi = request.GET.get("method") == Method.LMDI.value
        asked = {"score": True, "value": False}.get(request.GET.get("what", ""))
        bridge = movement.bridge(
            tree,
            kpi,
            start,
            end,
            is_score=asked,
            method=Method.LMDI if is_lmdi else Method.SHAPLEY,
        )
        context["bridge"] = bridge
        context["lines"] = [
            (one, movement.signed(one.contribution, bridge.places, bridge.unit))
            for one in bridge.lines
        ]
        context["groups"] = [
            (
                title,
                [
                    (one.label, movement.signed(one.contribution, bridge.places, bridge.unit))
                    for one in found
                ],
            )
            for title, found in ((_("担当別"), bridge.parties), (_("動かせる側"), bridge.sides))
            if found
        ]
        context["effects"] = [
            (one, movement.signed(rate, 2, bridge.unit), movement.signed(mix, 2, bridge.unit))
            for one, rate, mix in bridge.effects
        ]
        if bridge.lines:
            context["chart"] = charts.waterfall(bridge)
    return render(request, "dashboards/tree_why.html", context)


def _chosen(tree: Tree, text: str) -> KPI:
    """Return the KPI that is asked for, the goal when none is; 404 for one of another tree."""
    if not text:
        return goal_of(tree)
    try:
        wanted = UUID(text)
    except ValueError as error:
        raise Http404 from error
    return get_object_or_404(KPI.objects.living().filter(tree=tree), pk=wanted)


@require_GET
def tree_what_if(request: HttpRequest, pk: str) -> HttpResponse:
    """Imagine other values of the leaves, or a wanted result; nothing of it is kept."""
    tree = _tree(request, pk)
    months = movement.months_to_compare(tree)
    month = _month(request, tree, months)
    context: dict[str, Any] = {"tree": tree, "months": months, "month": month}
    if month is not None:
        scenario = Scenario(tree, month)
        values, problems = _imagined(request.GET, scenario)
        outcomes = scenario.imagine(values) if values else []
        is_score = scenario.is_by_score
        context |= {
            "rows": [
                (leaf, request.GET.get(f"v-{leaf.kpi.pk}", ""), problems.get(leaf.kpi.pk, ""))
                for leaf in scenario.leaves
            ],
            "outcomes": outcomes,
            "top": _top(scenario, outcomes),
            "values": values,
            "is_score": is_score,
            "goal_kpi": goal_of(tree),
            "chart": charts.tornado(
                scenario.effects,
                _("点") if is_score else goal_of(tree).unit_text,
                is_score=is_score,
            ),
            **_sought(request.GET.get("goal", ""), scenario, is_score=is_score),
        }
    template = (
        "_what_if_results" if request.headers.get("HX-Target") == "results" else "tree_what_if"
    )
    return render(request, f"dashboards/{template}.html", context)


def _imagined(
    data: QueryDict, scenario: Scenario
) -> tuple[Mapping[UUID, Decimal], Mapping[UUID, str]]:
    """Read the values that were written for the leaves, and what is wrong with them."""
    values, problems = {}, {}
    for leaf in scenario.leaves:
        text = data.get(f"v-{leaf.kpi.pk}", "").strip()
        number = _number(text)
        if number is not None:
            if number != leaf.value:
                values[leaf.kpi.pk] = number
        elif text:
            problems[leaf.kpi.pk] = _("数字で入力してください。")
    return values, problems


def _number(text: str) -> Decimal | None:
    """Read a number as people write it; None for anything else."""
    try:
        number: Decimal | None = NumberField(required=False).clean(text)
    except ValidationError:
        return None
    return number


def _top(scenario: Scenario, outcomes: list[Outcome]) -> Outcome | None:
    return next((one for one in outcomes if one.kpi.pk == scenario.root), None)


def _sought(text: str, scenario: Scenario, *, is_score: bool) -> dict[str, Any]:
    goal = _number(text.strip())
    if goal is None:
        problem = _("数字で入力してください。") if text.strip() else ""
        return {"goal": text, "goal_problem": problem, "wanted": []}
    found = scenario.wanted(goal, is_score=is_score)
    return {
        "goal": text,
        "goal_problem": "",
        "wanted": [_shown(one) for one in found],
        "left_out": max(0, len(scenario.drivers(is_score=is_score)) - len(found)),
        "is_sought": True,
    }


def _shown(wanted: Wanted) -> tuple[Wanted, Decimal | None]:
    found = wanted.found
    return wanted, None if found is None else Decimal(
        found.value.numerator
    ) / found.value.denominator


@require_GET
def tree_matrix(request: HttpRequest, pk: str) -> HttpResponse:
    """Show importance against attainment, and where the agreed weight misleads."""
    tree = _tree(request, pk)
    months = movement.months_to_compare(tree)
    month = _month(request, tree, months)
    context: dict[str, Any] = {"tree": tree, "months": months, "month": month}
    if month is not None:
        spots = Scenario(tree, month).spots()
        context["chart"] = charts.matrix(spots)
        page = Paginator(spots, SPOTS_A_PAGE).get_page(request.GET.get("page"))
        context["page"] = page
        context["spots"] = [
            (one, one.share * 100, charts.QUADRANTS[one.quadrant], MISMATCHES.get(one.mismatch, ""))
            for one in page
        ]
    return render(request, "dashboards/tree_matrix.html", context)


MISMATCHES = {
    "heavy": "重みに比べて、KGIへの影響が小さいKPIです。",
    "light": "重みに比べて、KGIへの影響が大きいKPIです。",
}


@require_GET
def tree_perspectives(request: HttpRequest, pk: str) -> HttpResponse:
    """Show the tree by the four perspectives of the balanced scorecard."""
    tree = _tree(request, pk)
    months = movement.months_to_compare(tree)
    month = _month(request, tree, months)
    context: dict[str, Any] = {"tree": tree, "months": months, "month": month}
    if month is not None:
        scenario = Scenario(tree, month)
        found, balance = scenario.perspectives()
        scores = {one.party: one for one in found}
        rows = outline(tree, month)
        shares = dict(zip(Perspective.values, balance.shares, strict=True)) if balance else {}
        context["bands"] = [
            (
                label,
                scores.get(code),
                shares[code] * 100 if code in shares else None,
                [
                    (row.kpi, scenario.what_if.before.get(row.kpi.pk), row.kpi.parent)
                    for row in rows
                    if row.kpi.perspective == code
                ],
            )
            for code, label in [*Perspective.choices, ("", _("視点が決まっていないKPI"))]
        ]
        context["balance"] = balance
        context["map"] = strategy_map(
            [
                (str(label), [row.kpi for row in rows if row.kpi.perspective == code])
                for code, label in Perspective.choices
            ],
            list(Link.objects.filter(tree=tree).values_list("node_id", "target_id", "kind")),
        )
    return render(request, "dashboards/tree_perspectives.html", context)
