"""Objectives over the API: list, create, change, start, check in, close."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import actor_of
from core.api import Pages, api_view
from core.policies import require
from kpis.api.serializers import NUMBER, RefusalOutput
from kpis.models import Objective, Tree
from kpis.models.objectives import Confidence, ObjectiveStatus
from kpis.operations import objectives as operations
from kpis.policies import objectives as policies
from kpis.policies.trees import why_not_edit_tree
from kpis.queries import objectives as queries
from kpis.queries.objectives import KeyResultDraft, ObjectiveRow, Reached

Serializer = serializers.Serializer[Any]
REFUSALS = {403: RefusalOutput, 409: RefusalOutput, 422: RefusalOutput}
OUTCOMES = (ObjectiveStatus.ACHIEVED, ObjectiveStatus.CONTINUED, ObjectiveStatus.DROPPED)


class KeyResultInput(Serializer):
    """From where to where which KPI shall move; its values come from the KPI alone."""

    kpi = serializers.UUIDField(source="kpi_id", allow_null=True, required=False, default=None)
    start_value = serializers.DecimalField(**NUMBER)
    target_value = serializers.DecimalField(**NUMBER)
    due_on = serializers.DateField()


class ObjectiveInput(Serializer):
    """A whole objective; a change replaces its key results."""

    title = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=2000, allow_blank=True, default="")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    owner = serializers.CharField(max_length=100)
    key_results = KeyResultInput(many=True)


class ObjectiveChangeInput(ObjectiveInput):
    """A change, with the version that its author saw."""

    version = serializers.IntegerField()


class ObjectiveVersionInput(Serializer):
    """The version that the author saw."""

    version = serializers.IntegerField()


class CheckInInput(Serializer):
    """How sure one is on a day, and why."""

    on = serializers.DateField()
    confidence = serializers.ChoiceField(Confidence.choices)
    note = serializers.CharField(max_length=1000)


class CloseInput(ObjectiveVersionInput):
    """What became of an objective, why, and what was learned."""

    outcome = serializers.ChoiceField([(one.value, one.label) for one in OUTCOMES])
    reason = serializers.CharField(max_length=1000)
    lessons = serializers.CharField(max_length=2000)


class KeyResultOutput(Serializer):
    """A key result; `progress` is in percent and not capped, null without a value."""

    kpi = serializers.UUIDField()
    is_deleted = serializers.BooleanField()
    start_value = serializers.DecimalField(**NUMBER)
    target_value = serializers.DecimalField(**NUMBER)
    due_on = serializers.DateField()
    month = serializers.DateField(allow_null=True)
    actual = serializers.CharField(allow_null=True)
    progress = serializers.CharField(allow_null=True)


class ObjectiveOutput(Serializer):
    """An objective with its key results; `standing` tells when a KPI is missed meanwhile."""

    id = serializers.UUIDField()
    tree = serializers.UUIDField()
    title = serializers.CharField()
    description = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    owner = serializers.CharField()
    status = serializers.CharField()
    standing = serializers.CharField()
    confidence = serializers.CharField(allow_null=True)
    version = serializers.IntegerField()
    key_results = KeyResultOutput(many=True)


class ObjectivePageOutput(Serializer):
    """One page of objectives."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = ObjectiveOutput(many=True)


def _key_result(one: Reached) -> dict[str, Any]:
    return {
        "kpi": one.kpi.pk,
        "is_deleted": one.is_deleted,
        "start_value": one.key_result.start_value,
        "target_value": one.key_result.target_value,
        "due_on": one.key_result.due_on,
        "month": one.month,
        "actual": None if one.actual is None else format(one.actual, "f"),
        "progress": None if one.progress is None else format(one.progress, "f"),
    }


def _plain(row: ObjectiveRow) -> dict[str, Any]:
    objective = row.objective
    names = ("title", "description", "starts_on", "ends_on", "owner", "status", "version")
    plain = {
        "id": objective.pk,
        "tree": objective.tree_id,
        "standing": row.standing.value,
        "confidence": row.check_in.confidence if row.check_in else None,
        "key_results": [_key_result(one) for one in row.key_results],
        **{name: getattr(objective, name) for name in names},
    }
    return dict(ObjectiveOutput(plain).data)


def _answer(objective: Objective, status: int = 200) -> Response:
    (row,) = queries.with_progress([objective])
    return Response(_plain(row), status=status)


def _tree(request: Request, pk: UUID) -> Tree:
    visible = Tree.objects.visible_to(actor_of(request)).select_related("client")
    return get_object_or_404(visible, pk=pk)


def _objective(request: Request, pk: UUID) -> Objective:
    visible = Objective.objects.visible_to(actor_of(request)).select_related("tree__client")
    return get_object_or_404(visible, pk=pk)


def _given(form: Serializer) -> dict[str, Any]:
    form.is_valid(raise_exception=True)
    given = dict(form.validated_data)
    given["key_results"] = [KeyResultDraft(**one) for one in given["key_results"]]
    return given


@extend_schema(
    operation_id="objectives_list",
    methods=["GET"],
    parameters=[OpenApiParameter("page", str)],
    responses=ObjectivePageOutput,
)
@extend_schema(
    operation_id="objectives_create",
    methods=["POST"],
    request=ObjectiveInput,
    responses={201: ObjectiveOutput, **REFUSALS},
)
@api_view(["GET", "POST"])
def objective_list(request: Request, tree_pk: UUID) -> Response:
    """List the objectives of a tree, or add one as a draft."""
    tree, actor = _tree(request, tree_pk), actor_of(request)
    if request.method == "POST":
        require(why_not_edit_tree(tree, actor))
        given = _given(ObjectiveInput(data=request.data))
        made = operations.create_objective(tree=tree, by=actor, at=timezone.now(), **given)
        return _answer(made, status=201)
    paginator = Pages()
    page = paginator.paginate_queryset(queries.objectives_of(tree, actor), request) or []
    rows = [_plain(row) for row in queries.with_progress(page)]
    return paginator.get_paginated_response(rows)


@extend_schema(operation_id="objectives_read", methods=["GET"], responses=ObjectiveOutput)
@extend_schema(
    operation_id="objectives_update",
    methods=["PUT"],
    request=ObjectiveChangeInput,
    responses={200: ObjectiveOutput, **REFUSALS},
)
@api_view(["GET", "PUT"])
def objective_detail(request: Request, pk: UUID) -> Response:
    """Read an objective, or change it on the version that one saw."""
    objective, actor = _objective(request, pk), actor_of(request)
    if request.method == "PUT":
        require(policies.why_not_edit_objective(objective, actor))
        given = _given(ObjectiveChangeInput(data=request.data))
        objective = operations.update_objective(
            objective=objective, by=actor, at=timezone.now(), **given
        )
    return _answer(objective)


@extend_schema(
    operation_id="objectives_activate",
    request=ObjectiveVersionInput,
    responses={200: ObjectiveOutput, **REFUSALS},
)
@api_view(["POST"])
def objective_activate(request: Request, pk: UUID) -> Response:
    """Start working towards an objective."""
    objective, actor = _objective(request, pk), actor_of(request)
    require(policies.why_not_move(objective, ObjectiveStatus.ACTIVE, actor))
    form = ObjectiveVersionInput(data=request.data)
    form.is_valid(raise_exception=True)
    return _answer(
        operations.activate_objective(
            objective=objective, by=actor, at=timezone.now(), **form.validated_data
        )
    )


@extend_schema(
    operation_id="objectives_check_in",
    request=CheckInInput,
    responses={200: ObjectiveOutput, **REFUSALS},
)
@api_view(["POST"])
def objective_check_in(request: Request, pk: UUID) -> Response:
    """Say how sure one is of a living objective."""
    objective, actor = _objective(request, pk), actor_of(request)
    require(policies.why_not_check_in(objective, actor))
    form = CheckInInput(data=request.data)
    form.is_valid(raise_exception=True)
    given = dict(form.validated_data)
    given["confidence"] = Confidence(given["confidence"])
    operations.check_in(objective=objective, by=actor, at=timezone.now(), **given)
    return _answer(objective)


@extend_schema(
    operation_id="objectives_close",
    request=CloseInput,
    responses={200: ObjectiveOutput, **REFUSALS},
)
@api_view(["POST"])
def objective_close(request: Request, pk: UUID) -> Response:
    """Say what became of an objective, why, and what was learned."""
    objective, actor = _objective(request, pk), actor_of(request)
    require(policies.why_not_edit_objective(objective, actor))
    form = CloseInput(data=request.data)
    form.is_valid(raise_exception=True)
    given = dict(form.validated_data)
    given["outcome"] = ObjectiveStatus(given["outcome"])
    return _answer(
        operations.close_objective(objective=objective, by=actor, at=timezone.now(), **given)
    )
