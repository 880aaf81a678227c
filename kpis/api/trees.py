"""Trees over the API: read them, and change them by the same commands as the pages do."""

import re
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import actor_of
from core.policies import require
from core.tenancy import Actor
from kpis.api import serializers
from kpis.domain.tree import LinkKind
from kpis.models import KPI, Scorecard, Tree
from kpis.operations import tree_commands as operations
from kpis.operations.branches import copy_branch, update_kpis
from kpis.operations.links import link_kpis, unlink_kpis
from kpis.operations.tree_commands import Shift
from kpis.policies.trees import Collision, StaleEdit, why_not_edit_tree
from kpis.queries import trees as queries
from kpis.queries.editor import commands_after

MONTH = re.compile(r"^\d{4}-\d{2}$")


def _tree(request: Request, pk: UUID) -> Tree:
    visible = Tree.objects.visible_to(actor_of(request)).select_related("client")
    return get_object_or_404(visible, pk=pk)


@extend_schema(
    operation_id="trees_list",
    parameters=[OpenApiParameter("page", int), OpenApiParameter("q", str)],
    responses=serializers.TreePageOutput,
)
@api_view(["GET"])
def tree_list(request: Request) -> Response:
    """List the trees in use of the clients that one acts for."""
    actor = actor_of(request)
    if actor.kind is None or actor.is_vendor:
        raise Http404
    paginator = PageNumberPagination()
    trees = queries.tree_list(actor, search=request.query_params.get("q", "").strip())
    page = paginator.paginate_queryset(trees, request)
    return paginator.get_paginated_response(serializers.TreeOutput(page, many=True).data)


@extend_schema(operation_id="trees_read", responses=serializers.TreeDetailOutput)
@api_view(["GET"])
def tree_detail(request: Request, pk: UUID) -> Response:
    """Read a tree with its KPIs and the targets in force today."""
    tree = _tree(request, pk)
    today = timezone.localtime(timezone.now(), tree.client.zone).date()
    kpis = []
    for row in queries.outline(tree, today):
        row.kpi.target_in_force = row.target  # type: ignore[attr-defined]
        kpis.append(row.kpi)
    data = serializers.TreeOutput(tree).data
    return Response({**data, "kpis": serializers.KPIOutput(kpis, many=True).data})


@extend_schema(
    operation_id="trees_command",
    request=serializers.COMMAND_INPUT,
    responses={
        200: serializers.CommandOutput,
        403: serializers.RefusalOutput,
        409: serializers.RefusalOutput,
        422: serializers.RefusalOutput,
    },
)
@api_view(["POST"])
def tree_command(request: Request, pk: UUID) -> Response:
    """Do one command on the version that one saw; 409 says what others changed since."""
    tree, actor = _tree(request, pk), actor_of(request)
    require(why_not_edit_tree(tree, actor))
    form = _command_of(request.data)
    form.is_valid(raise_exception=True)
    try:
        made = _run(tree, form.validated_data, actor)
    except (StaleEdit, Collision) as error:
        body: dict[str, Any] = {
            "code": error.refusal.code,
            "detail": str(error.refusal.reason),
            "changes": serializers.ChangeOutput(error.changes.commands, many=True).data,
        }
        if isinstance(error, StaleEdit):
            body["version"] = error.version
        return Response(body, status=error.refusal.status)
    answer = _since(tree, form.validated_data["version"], actor)
    answer["kpi"] = made.pk if made else None
    return Response(serializers.CommandOutput(answer).data)


@extend_schema(
    operation_id="trees_changes",
    parameters=[OpenApiParameter("after", int, description="The version that one saw.")],
    responses=serializers.LogOutput,
)
@api_view(["GET"])
def tree_changes(request: Request, pk: UUID) -> Response:
    """Read the commands since a version, oldest first; 200 at a time."""
    tree, after = _tree(request, pk), request.query_params.get("after", "0")
    if not after.isascii() or not after.isdigit() or len(after) > 9:
        raise ValidationError({"after": ["A version is a number."]})
    return Response(serializers.LogOutput(_since(tree, int(after), actor_of(request))).data)


def _since(tree: Tree, version: int, actor: Actor) -> dict[str, Any]:
    tree.refresh_from_db(fields=["version"])
    reversible = queries.reversible(tree, actor)
    undone = reversible.redo.undoes if reversible.redo else None
    return {
        "version": tree.version,
        "commands": commands_after(tree, version, actor),
        "undo": reversible.undo.summary if reversible.undo else None,
        "redo": undone.summary if undone else None,
    }


def _command_of(data: Any) -> Any:
    kind = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in serializers.COMMANDS:
        raise ValidationError({"kind": [f"One of: {', '.join(serializers.COMMANDS)}."]})
    return serializers.COMMANDS[kind](data=data)


def _run(tree: Tree, data: dict[str, Any], actor: Actor) -> KPI | None:
    """Call the operation that the kind names; return the KPI that it added."""
    common: dict[str, Any] = {"version": data["version"], "by": actor, "at": timezone.now()}
    kind = data["kind"]
    if kind == "add":
        return operations.add_kpi(
            tree=tree,
            parent_id=data["parent_id"],
            index=data.get("index"),
            node_id=data.get("id"),
            fields=data["settings"],
            **common,
        )
    if kind == "copy":
        originals = KPI.objects.visible_to(actor).living().select_related("tree__client")
        return copy_branch(
            tree=tree,
            source=get_object_or_404(originals, pk=data["kpi"]),
            parent_id=data["parent_id"],
            index=data.get("index"),
            ids=data.get("ids"),
            **common,
        )
    if kind == "bulk":
        changes = [(one["kpi"], one["settings"]) for one in data["updates"]]
        update_kpis(tree=tree, changes=changes, **common)
    elif kind == "link":
        link_kpis(
            tree=tree,
            node_id=data["kpi"],
            target_id=data["target"],
            kind=LinkKind(data["line"]),
            note=data.get("note", ""),
            **common,
        )
    elif kind == "unlink":
        unlink_kpis(tree=tree, link_id=data["link"], **common)
    elif kind == "reorder":
        operations.reorder_kpis(tree=tree, ordered_ids=data["kpis"], **common)
    elif kind in {"undo", "redo"}:
        {"undo": operations.undo, "redo": operations.redo}[kind](tree=tree, **common)
    else:
        kpi = get_object_or_404(KPI.objects.select_related("tree"), tree=tree, pk=data["kpi"])
        _run_on(kpi, data, common)
    return None


def _run_on(kpi: KPI, data: dict[str, Any], common: dict[str, Any]) -> None:
    kind = data["kind"]
    if kind == "update":
        operations.update_kpi(kpi=kpi, fields=data["settings"], **common)
    elif kind == "move":
        operations.move_kpi(kpi=kpi, parent_id=data["parent_id"], index=data.get("index"), **common)
    elif kind == "shift":
        operations.shift_kpi(kpi=kpi, shift=Shift(data["shift"]), **common)
    else:
        operations.delete_kpi(kpi=kpi, **common)


@extend_schema(
    operation_id="trees_scorecard",
    parameters=[OpenApiParameter("month", str, description="2026-04; the newest when left out.")],
    responses=serializers.ScorecardOutput,
)
@api_view(["GET"])
def tree_scorecard(request: Request, pk: UUID) -> Response:
    """Read the scorecard of one month."""
    cards = Scorecard.objects.filter(tree=_tree(request, pk)).order_by("-period_start")
    if month := request.query_params.get("month"):
        cards = cards.filter(period_start=_first_day(month))
    card = cards.prefetch_related("scores").first()
    if card is None:
        raise Http404
    return Response(serializers.ScorecardOutput(card).data)


def _first_day(month: str) -> date:
    try:
        if MONTH.match(month):
            return date.fromisoformat(f"{month}-01")
    except ValueError:
        pass
    raise ValidationError({"month": ["Write a month as 2026-04."]})
