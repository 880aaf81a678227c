"""Targets over the API: all that were ever set, setting one, withdrawing one."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers as fields
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import actor_of
from core.api import ProblemOutput, api_view, page_of, paged
from core.policies import require
from kpis.api import serializers
from kpis.api.loading import checked, kpi_of
from kpis.models import Target
from kpis.models.choices import RationaleKind
from kpis.operations import targets as operations
from kpis.policies.targets import why_not_set_target, why_not_withdraw
from kpis.queries import targets as queries


class TargetFields(fields.Serializer[Any]):
    """A target: a value, or a band, from a day on, and why."""

    valid_from = fields.DateField()
    value = fields.DecimalField(**serializers.NUMBER, required=False, allow_null=True)
    worst = fields.DecimalField(**serializers.NUMBER, required=False, allow_null=True)
    accept_low = fields.DecimalField(**serializers.NUMBER, required=False, allow_null=True)
    accept_high = fields.DecimalField(**serializers.NUMBER, required=False, allow_null=True)
    worst_low = fields.DecimalField(**serializers.NUMBER, required=False, allow_null=True)
    worst_high = fields.DecimalField(**serializers.NUMBER, required=False, allow_null=True)
    rationale_kind = fields.ChoiceField(RationaleKind.choices)
    rationale = fields.CharField(max_length=5000)


class TargetInput(TargetFields):
    """A target to be set; `entries_seen` guards against one that was set in between."""

    entries_seen = fields.IntegerField(
        min_value=0, required=False, allow_null=True, help_text="How many targets the author saw."
    )


class TargetEntryOutput(serializers.TargetOutput):
    """A target of the history; one that was replaced or withdrawn has `superseded_at`."""

    created_at = fields.DateTimeField()
    created_by = fields.CharField(allow_null=True)
    superseded_at = fields.DateTimeField(allow_null=True)


@extend_schema(
    operation_id="kpis_targets",
    methods=["GET"],
    description="List every target of the KPI, also replaced ones, the latest day first.",
    parameters=[OpenApiParameter("page", int), OpenApiParameter("page_size", int)],
    responses=page_of(TargetEntryOutput),
    filters=False,
)
@extend_schema(
    operation_id="kpis_set_target",
    methods=["POST"],
    description="Set a target from a day on; the past stays as it was.",
    request=TargetInput,
    responses={
        201: TargetEntryOutput,
        403: ProblemOutput,
        409: ProblemOutput,
        422: ProblemOutput,
    },
)
@api_view(["GET", "POST"])
def target_list(request: Request, pk: UUID) -> Response:
    """List every target of the KPI, also replaced ones, the latest day first; or set one."""
    kpi, actor = kpi_of(request, pk), actor_of(request)
    if request.method == "GET":
        return paged(request, queries.history_of(kpi), TargetEntryOutput)
    require(why_not_set_target(kpi, actor))
    data = checked(TargetInput, request.data)
    data["rationale_kind"] = RationaleKind(data["rationale_kind"])
    target = operations.set_target(kpi=kpi, by=actor, at=timezone.now(), **data)
    return Response(TargetEntryOutput(target).data, status=201)


@extend_schema(
    operation_id="kpis_withdraw_target",
    request=None,
    responses={200: TargetEntryOutput, 403: ProblemOutput, 409: ProblemOutput},
)
@api_view(["DELETE"])
def target_detail(request: Request, pk: UUID) -> Response:
    """Take back a target that no closed month was scored by; the row stays readable."""
    actor = actor_of(request)
    visible = Target.objects.visible_to(actor).select_related("kpi__tree__client", "created_by")
    target = get_object_or_404(visible, pk=pk)
    today = timezone.localtime(timezone.now(), target.kpi.tree.client.zone).date()
    require(why_not_withdraw(target, actor, today))
    withdrawn = operations.withdraw_target(target=target, by=actor, at=timezone.now())
    return Response(TargetEntryOutput(withdrawn).data)
