"""The commands of the tree editor over the API: one, or several that are done all or none."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import serializers as fields
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import actor_of
from core.api import ProblemOutput, api_view
from core.domain.refusals import Denied
from core.policies import require
from core.problems import refused
from core.tenancy import Actor
from kpis.api import serializers
from kpis.api.loading import IF_MATCH, conflict, tree_of, with_version
from kpis.domain.tree import LinkKind
from kpis.models import KPI, Tree
from kpis.operations import tree_commands as operations
from kpis.operations.branches import copy_branch, update_kpis
from kpis.operations.links import link_kpis, unlink_kpis
from kpis.operations.tree_commands import Shift
from kpis.policies.trees import Collision, StaleEdit, why_not_edit_tree
from kpis.queries import trees as queries
from kpis.queries.editor import commands_after

MOST = 200


class BatchInput(fields.Serializer[Any]):
    """Several commands, done in their order, all or none; only the whole has a version."""

    version = fields.IntegerField()
    commands = fields.ListField(child=fields.DictField(), min_length=1, max_length=MOST)


class BatchOutput(serializers.CommandOutput):
    """The version after all commands, and for each one what a single command answers."""

    results = serializers.CommandOutput(many=True, required=False)


class Stopped(Exception):
    """One of several commands was refused: none is done."""

    def __init__(self, place: int, denied: Denied) -> None:
        self.place, self.denied = place, denied
        super().__init__(str(denied))


@extend_schema(
    operation_id="trees_command",
    parameters=[IF_MATCH],
    request=PolymorphicProxySerializer(
        component_name="TreeCommandInput",
        serializers=[*serializers.COMMANDS.values(), BatchInput],
        resource_type_field_name=None,
    ),
    responses={
        200: BatchOutput,
        403: ProblemOutput,
        409: serializers.RefusalOutput,
        412: serializers.RefusalOutput,
        422: serializers.RefusalOutput,
    },
)
@api_view(["POST"])
def tree_command(request: Request, pk: UUID) -> Response:
    """Do one command on the version that one saw, or several as `commands`, all or none."""
    tree, actor = tree_of(request, pk), actor_of(request)
    require(why_not_edit_tree(tree, actor))
    data = with_version(request)
    if isinstance(data, dict) and "commands" in data:
        return _batch(request, tree, actor, data)
    form = _command_of(data)
    form.is_valid(raise_exception=True)
    try:
        answer = _done(tree, form.validated_data, actor)
    except (StaleEdit, Collision) as error:
        return conflict(request, error)
    return Response(serializers.CommandOutput(answer).data, headers=_etag(answer))


def _batch(request: Request, tree: Tree, actor: Actor, data: dict[str, Any]) -> Response:
    form = BatchInput(data=data)
    form.is_valid(raise_exception=True)
    commands = _commands_of(form.validated_data["commands"], form.validated_data["version"])
    results: list[dict[str, Any]] = []
    try:
        with transaction.atomic():
            for place, command in enumerate(commands):
                if results:
                    command["version"] = results[-1]["version"]
                results.append(_one_of(tree, command, actor, place))
    except Stopped as stopped:
        error = stopped.denied
        if isinstance(error, (StaleEdit, Collision)):
            return conflict(request, error, index=stopped.place)
        return refused(error.refusal, index=stopped.place)
    whole = _since(tree, form.validated_data["version"], actor)
    answer = {**whole, "kpi": None, "results": results}
    return Response(BatchOutput(answer).data, headers=_etag(answer))


def _one_of(tree: Tree, command: dict[str, Any], actor: Actor, place: int) -> dict[str, Any]:
    try:
        return _done(tree, command, actor)
    except Denied as denied:
        raise Stopped(place, denied) from denied


def _commands_of(given: list[Any], version: int) -> list[dict[str, Any]]:
    """Return all commands as understood; what is wrong with any is told with its place."""
    forms, errors = [], {}
    for place, one in enumerate(given):
        try:
            form = _command_of({**one, "version": version})
        except ValidationError as error:
            errors[str(place)] = error.detail
            continue
        forms.append(form)
        if not form.is_valid():
            errors[str(place)] = form.errors
    if errors:
        raise ValidationError({"commands": errors})
    return [one.validated_data for one in forms]


def _etag(answer: dict[str, Any]) -> dict[str, str]:
    return {"ETag": f'"v{answer["version"]}"'}


def _command_of(data: Any) -> Any:
    kind = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in serializers.COMMANDS:
        known = {"kinds": ", ".join(serializers.COMMANDS)}
        raise ValidationError({"kind": [_("次のどれかを指定してください：%(kinds)s") % known]})
    return serializers.COMMANDS[kind](data=data)


def _done(tree: Tree, data: dict[str, Any], actor: Actor) -> dict[str, Any]:
    made = _run(tree, data, actor)
    return {**_since(tree, data["version"], actor), "kpi": made.pk if made else None}


@extend_schema(
    operation_id="trees_changes",
    parameters=[OpenApiParameter("after", int, description="The version that one saw.")],
    responses=serializers.LogOutput,
)
@api_view(["GET"])
def tree_changes(request: Request, pk: UUID) -> Response:
    """Read the commands since a version, oldest first; 200 at a time."""
    tree, after = tree_of(request, pk), request.query_params.get("after", "0")
    if not after.isascii() or not after.isdigit() or len(after) > 9:
        raise ValidationError({"after": [_("版を数字で指定してください。")]})
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
    _run_quietly(tree, data, common)
    return None


def _run_quietly(tree: Tree, data: dict[str, Any], common: dict[str, Any]) -> None:
    """Call the operation of a kind that adds no KPI."""
    kind = data["kind"]
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
