"""Qualitative promises over the API: list, create, change, retire."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import actor_of
from core.api import api_view, paged
from core.policies import require
from kpis.api.objectives import REFUSALS
from kpis.models import KPI, Promise, Tree
from kpis.operations import promises as operations
from kpis.policies.promises import PROMISING, why_not_edit_promise
from kpis.policies.trees import why_not_edit_tree
from kpis.queries.promises import promises_of

Serializer = serializers.Serializer[Any]


class PromiseInput(Serializer):
    """A sentence, whose it is, and where it belongs."""

    text = serializers.CharField(max_length=500)
    side = serializers.ChoiceField([(one.value, one.label) for one in PROMISING])
    organization = serializers.UUIDField(
        source="organization_id", allow_null=True, required=False, default=None
    )
    kpi = serializers.UUIDField(allow_null=True, required=False, default=None)


class PromiseChangeInput(PromiseInput):
    """A change, with the version that its author saw."""

    version = serializers.IntegerField()


class PromiseOutput(Serializer):
    """A promise; what both sides signed stands in their agreement."""

    id = serializers.UUIDField()
    tree = serializers.UUIDField(source="tree_id")
    kpi = serializers.UUIDField(source="kpi_id", allow_null=True)
    text = serializers.CharField()
    side = serializers.CharField()
    organization = serializers.UUIDField(source="organization_id", allow_null=True)
    version = serializers.IntegerField()
    retired_at = serializers.DateTimeField(allow_null=True)


class PromisePageOutput(Serializer):
    """One page of promises."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = PromiseOutput(many=True)


def _promise(request: Request, pk: UUID) -> Promise:
    visible = Promise.objects.visible_to(actor_of(request)).select_related("tree__client")
    return get_object_or_404(visible, pk=pk)


def _given(form: Serializer, tree: Tree) -> dict[str, Any]:
    form.is_valid(raise_exception=True)
    given = dict(form.validated_data)
    if given["kpi"] is not None:
        given["kpi"] = get_object_or_404(KPI.objects.living().filter(tree=tree), pk=given["kpi"])
    return given


@extend_schema(
    operation_id="promises_list",
    methods=["GET"],
    parameters=[OpenApiParameter("page", str)],
    responses=PromisePageOutput,
)
@extend_schema(
    operation_id="promises_create",
    methods=["POST"],
    request=PromiseInput,
    responses={201: PromiseOutput, **REFUSALS},
)
@api_view(["GET", "POST"])
def promise_list(request: Request, tree_pk: UUID) -> Response:
    """List the promises of a tree, or add one."""
    actor = actor_of(request)
    visible = Tree.objects.visible_to(actor).select_related("client")
    tree = get_object_or_404(visible, pk=tree_pk)
    if request.method == "POST":
        require(why_not_edit_tree(tree, actor))
        given = _given(PromiseInput(data=request.data), tree)
        made = operations.add_promise(tree=tree, by=actor, at=timezone.now(), **given)
        return Response(PromiseOutput(made).data, status=201)
    return paged(request, promises_of(tree, actor), PromiseOutput)


@extend_schema(
    operation_id="promises_update",
    request=PromiseChangeInput,
    responses={200: PromiseOutput, **REFUSALS},
)
@api_view(["PUT"])
def promise_detail(request: Request, pk: UUID) -> Response:
    """Change a promise on the version that one saw."""
    promise, actor = _promise(request, pk), actor_of(request)
    require(why_not_edit_promise(promise, actor))
    given = _given(PromiseChangeInput(data=request.data), promise.tree)
    promise = operations.update_promise(promise=promise, by=actor, at=timezone.now(), **given)
    return Response(PromiseOutput(promise).data)


@extend_schema(
    operation_id="promises_retire", request=None, responses={200: PromiseOutput, **REFUSALS}
)
@api_view(["POST"])
def promise_retire(request: Request, pk: UUID) -> Response:
    """Take a promise out of the tree."""
    promise, actor = _promise(request, pk), actor_of(request)
    retired = operations.retire_promise(promise=promise, by=actor, at=timezone.now())
    return Response(PromiseOutput(retired).data)
