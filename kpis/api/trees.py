"""Trees over the API: make them, read them, and lead them through their life."""

import hashlib
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers as fields
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from core.access import actor_of
from core.api import ProblemOutput, api_view, page_of, paged
from core.policies import require
from core.tenancy import Actor
from kpis.api import serializers
from kpis.api.loading import IF_MATCH, checked, conflict, tree_of, with_version
from kpis.api.targets import TargetFields
from kpis.models import Tree
from kpis.models.choices import RationaleKind, TreeStatus
from kpis.operations import trees as operations
from kpis.operations.target_rows import TargetDraft
from kpis.policies import trees as policies
from kpis.policies.trees import StaleEdit
from kpis.queries import trees as queries

PAGES = [OpenApiParameter("page", int), OpenApiParameter("page_size", int)]
REFUSALS = {403: ProblemOutput, 409: serializers.RefusalOutput, 412: serializers.RefusalOutput}


LEFT_OUT: Any = None  # how a serializer drops a field of its base


class GoalInput(serializers.NewKPIFields):
    """The goal: measured, not computed; who is responsible is said by a command."""

    value_source = LEFT_OUT
    formula = LEFT_OUT
    weight = LEFT_OUT
    responsible_side = LEFT_OUT
    responsible_organization = LEFT_OUT
    responsible_label = LEFT_OUT


class NewTreeInput(fields.Serializer[Any]):
    """A tree with its goal; `client` may be left out by who acts for one client only."""

    client = fields.UUIDField(required=False)
    name = fields.CharField(max_length=200)
    goal = GoalInput()
    target = TargetFields(required=False, allow_null=True)


class VersionInput(fields.Serializer[Any]):
    """The version of the tree that the author saw; or send it as If-Match."""

    version = fields.IntegerField()


class TreeNameInput(VersionInput):
    """Another name."""

    name = fields.CharField(max_length=200)


@extend_schema(
    operation_id="trees_list",
    methods=["GET"],
    description="List the trees in use of the clients that one acts for; others by status.",
    parameters=[
        *PAGES,
        OpenApiParameter("q", str),
        OpenApiParameter("status", str, enum=TreeStatus.values),
    ],
    responses=page_of(serializers.TreeOutput),
)
@extend_schema(
    operation_id="trees_create",
    methods=["POST"],
    description="Start a tree with its goal, and the goal's target.",
    request=NewTreeInput,
    responses={201: serializers.TreeDetailOutput, 403: ProblemOutput},
)
@api_view(["GET", "POST"])
def tree_list(request: Request) -> Response:
    """List the trees in use of the clients that one acts for, or start one with its goal."""
    actor = actor_of(request)
    if actor.kind is None or actor.is_vendor:
        raise Http404
    if request.method == "POST":
        return _created(request, actor)
    status = request.query_params.get("status", "")
    if status and status not in TreeStatus.values:
        raise ValidationError({"status": [_("状態の値を確かめてください。")]})
    search = request.query_params.get("q", "").strip()
    found = queries.tree_list(actor, search=search, status=status)
    return paged(request, found, serializers.TreeOutput)


def _created(request: Request, actor: Actor) -> Response:
    require(policies.why_not_create_tree(actor))
    data = checked(NewTreeInput, request.data)
    draft = data.get("target")
    if draft:
        draft["rationale_kind"] = RationaleKind(draft["rationale_kind"])
    tree = operations.create_tree(
        client_id=client_named(data, actor),
        name=data["name"],
        kgi={"importance": 5, **data["goal"]},
        target=TargetDraft(**draft) if draft else None,
        by=actor,
        at=timezone.now(),
    )
    return made(request, tree)


def made(request: Request, tree: Tree) -> Response:
    """Answer with a new tree and where it is."""
    answer = _detail(tree_of(request, tree.pk), status=201)
    answer["Location"] = reverse("kpis-api:tree-detail", [tree.pk], request=request)
    return answer


def client_named(data: dict[str, Any], actor: Actor) -> UUID:
    """Return the client that the body names, or the only one that the actor acts for."""
    if given := data.get("client"):
        return UUID(str(given))
    if len(actor.client_ids) != 1:
        raise ValidationError({"client": [_("発注者を指定してください。")]})
    return next(iter(actor.client_ids))


@extend_schema(
    operation_id="trees_read",
    methods=["GET"],
    description="Read a tree with its KPIs and the targets in force today.",
    parameters=[OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER)],
    responses={
        200: serializers.TreeDetailOutput,
        304: OpenApiResponse(description="Nothing changed since this ETag."),
    },
)
@extend_schema(
    operation_id="trees_rename",
    methods=["PATCH"],
    description="Give a tree another name.",
    parameters=[IF_MATCH],
    request=TreeNameInput,
    responses={200: serializers.TreeDetailOutput, **REFUSALS},
)
@api_view(["GET", "PATCH"])
def tree_detail(request: Request, pk: UUID) -> Response:
    """Read a tree with its KPIs and the targets in force today, or give it another name."""
    tree = tree_of(request, pk)
    if request.method == "PATCH":
        return _renamed(request, tree)
    answer = _detail(tree)
    known = [one.strip() for one in request.headers.get("If-None-Match", "").split(",")]
    if answer["ETag"] in {one.removeprefix("W/") for one in known}:
        return Response(status=304, headers={"ETag": answer["ETag"]})
    return answer


def _renamed(request: Request, tree: Tree) -> Response:
    actor = actor_of(request)
    require(policies.why_not_edit_tree(tree, actor))
    data = checked(TreeNameInput, with_version(request))
    try:
        operations.rename_tree(tree=tree, by=actor, at=timezone.now(), **data)
    except StaleEdit as stale:
        return conflict(request, stale)
    return _detail(tree_of(request, tree.pk))


def _detail(tree: Tree, status: int = 200) -> Response:
    today = timezone.localtime(timezone.now(), tree.client.zone).date()
    kpis = []
    for row in queries.outline(tree, today):
        row.kpi.target_in_force = row.target  # type: ignore[attr-defined]
        kpis.append(row.kpi)
    data = {
        **serializers.TreeOutput(tree).data,
        "kpis": serializers.KPIOutput(kpis, many=True).data,
    }
    # Targets come and go without a new version of the tree: the tag holds both.
    digest = hashlib.sha256(JSONRenderer().render(data)).hexdigest()[:12]
    return Response(data, status=status, headers={"ETag": f'"v{tree.version}.{digest}"'})


def _status_view(
    name: str, status: TreeStatus, words: str, coming_from: TreeStatus | None = None
) -> Any:
    def view(request: Request, pk: UUID) -> Response:
        tree, actor = tree_of(request, pk), actor_of(request)
        require(policies.why_not_change_status(tree, status, actor, coming_from=coming_from))
        data = checked(VersionInput, with_version(request))
        common = {"by": actor, "at": timezone.now(), **data}
        try:
            operations.change_status(tree=tree, status=status, **common)
        except StaleEdit as stale:
            return conflict(request, stale)
        return _detail(tree_of(request, pk))

    view.__name__, view.__doc__ = f"tree_{name}", words
    describe = extend_schema(
        operation_id=f"trees_{name}",
        parameters=[IF_MATCH],
        request=VersionInput,
        responses={200: serializers.TreeDetailOutput, **REFUSALS},
    )
    return describe(api_view(["POST"])(view))


tree_activate = _status_view(
    "activate", TreeStatus.ACTIVE, "Take a draft into use.", TreeStatus.DRAFT
)
tree_archive = _status_view(
    "archive", TreeStatus.ARCHIVED, "Put a tree into the archive, where it stays readable."
)
tree_restore = _status_view(
    "restore", TreeStatus.ACTIVE, "Take a tree out of the archive.", TreeStatus.ARCHIVED
)
