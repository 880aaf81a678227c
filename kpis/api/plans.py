"""Changes with an effective month over the API: what lies ahead, the bands, the switch of phase."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import actor_of
from core.api import api_view, paged
from core.forms import month_in
from core.policies import require
from kpis.api.library import DefinitionOutput
from kpis.api.loading import checked, tree_of
from kpis.api.serializers import RefusalOutput
from kpis.domain.scoring import StatusBands
from kpis.models import KPI, Definition, PlannedChange, Tree
from kpis.models.choices import Phase
from kpis.operations import phases
from kpis.operations import plans as operations
from kpis.policies.phases import why_not_phase
from kpis.policies.plans import why_not_change_plan, why_not_edit_plan, why_not_retire
from kpis.policies.trees import why_not_edit_tree
from kpis.queries import plans as queries
from kpis.queries.phases import OUTSOURCING, Leaving, proposal
from kpis.queries.scorecards import bands_of

Serializer = serializers.Serializer[Any]
BOUND: dict[str, Any] = {"max_digits": 6, "decimal_places": 3}
REFUSALS = {403: RefusalOutput, 409: RefusalOutput, 422: RefusalOutput}


class MonthField(serializers.CharField):
    """A month as 2026-04; given as its first day."""

    def to_internal_value(self, data: Any) -> Any:
        """Read a month."""
        month = month_in(super().to_internal_value(data))
        if month is None:
            raise ValidationError("Write a month as 2026-04.")
        return month

    def to_representation(self, value: Any) -> str:
        """Write a month."""
        return f"{value:%Y-%m}"


class BandsFields(Serializer):
    """The lowest score of each status; exactly on a bound is the better one."""

    met = serializers.DecimalField(**BOUND)
    near = serializers.DecimalField(**BOUND)
    improve = serializers.DecimalField(**BOUND)


class SettingsFields(Serializer):
    """The settings of a KPI that can be planned; a formula names KPIs by their keys."""

    weight = serializers.DecimalField(max_digits=9, decimal_places=3, min_value=0, required=False)
    importance = serializers.IntegerField(min_value=1, max_value=5, required=False)
    formula = serializers.CharField(max_length=500, required=False)


class PlanChangeInput(Serializer):
    """Other values for what was planned: settings of its KPI, or bands, as it was."""

    settings = SettingsFields(required=False)
    bands = BandsFields(required=False)
    effective_month = MonthField(help_text="2026-12; the running month applies it at once.")
    reason = serializers.CharField(max_length=2000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two."""
        if ("bands" in attrs) == bool(attrs.get("settings")):
            raise ValidationError("Give either settings or bands.")
        return attrs


class PlanInput(PlanChangeInput):
    """Either settings of a KPI or the bands of the tree, from a month on."""

    kpi = serializers.UUIDField(required=False)
    version = serializers.IntegerField(required=False, help_text="The version that one saw.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two, settings with their KPI."""
        super().validate(attrs)
        if "bands" not in attrs and "kpi" not in attrs:
            raise ValidationError({"kpi": ["Settings are of a KPI."]})
        return attrs


class PlanOutput(Serializer):
    """A change with an effective month, and what became of it."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    kpi = serializers.UUIDField(source="kpi_id", allow_null=True)
    fields_after = serializers.DictField(source="fields")
    fields_before = serializers.DictField(source="before", allow_null=True)
    added = serializers.ListField(child=serializers.UUIDField(), source="added_ids")
    retired = serializers.ListField(child=serializers.UUIDField(), source="retired_ids")
    effective_month = MonthField()
    reason = serializers.CharField()
    summary = serializers.SerializerMethodField()
    planned_at = serializers.DateTimeField()
    applied_at = serializers.DateTimeField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    refusal = serializers.CharField()

    def get_summary(self, plan: PlannedChange) -> str:
        """Say in words what changes."""
        return queries.told(plan)


class PlanPageOutput(Serializer):
    """One page of plans."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = PlanOutput(many=True)


class BandsOutput(BandsFields):
    """The bands of today, and the changes of them that lie ahead."""

    planned = PlanOutput(many=True)


class ComingOutput(Serializer):
    """A definition that could be added."""

    definition = DefinitionOutput()
    reason = serializers.CharField()
    is_proposed = serializers.BooleanField()


class LeavingOutput(Serializer):
    """A KPI that could end; with a refusal it cannot."""

    kpi = serializers.UUIDField(source="kpi.pk")
    name = serializers.CharField(source="kpi.name")
    reason = serializers.CharField()
    is_proposed = serializers.BooleanField()
    refusal = serializers.SerializerMethodField()

    def get_refusal(self, one: Leaving) -> str:
        """Say why it cannot end."""
        return str(one.refusal.reason) if one.refusal else ""


class PhaseOutput(Serializer):
    """Where the tree stands, and what another phase proposes."""

    outsourcing_type = serializers.CharField()
    phase = serializers.CharField()
    coming = ComingOutput(many=True)
    leaving = LeavingOutput(many=True)
    staying = LeavingOutput(many=True)


class PhaseInput(Serializer):
    """A switch of the phase with the definitions to add and the KPIs to end."""

    version = serializers.IntegerField()
    outsourcing_type = serializers.ChoiceField(OUTSOURCING)
    phase = serializers.ChoiceField(Phase.choices)
    effective_month = MonthField()
    reason = serializers.CharField(max_length=2000)
    add = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=100)
    parent_id = serializers.UUIDField(
        required=False, help_text="Where to add; the goal by default."
    )
    retire = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=500)


@extend_schema(
    methods=["GET"],
    operation_id="plans_list",
    parameters=[OpenApiParameter("page", int)],
    responses=PlanPageOutput,
)
@extend_schema(
    methods=["POST"],
    operation_id="plans_make",
    request=PlanInput,
    responses={201: PlanOutput, **REFUSALS},
)
@api_view(["GET", "POST"])
def plan_list(request: Request, pk: UUID) -> Response:
    """List what lies ahead, the next first; or plan a change of settings or bands."""
    tree = tree_of(request, pk)
    if request.method == "POST":
        return _make(request, tree)
    return paged(request, queries.pending_of(tree), PlanOutput)


def _make(request: Request, tree: Tree) -> Response:
    actor = actor_of(request)
    require(why_not_edit_tree(tree, actor))
    data = checked(PlanInput, request.data)
    common = {
        "effective_month": data["effective_month"],
        "reason": data["reason"],
        "version": data.get("version"),
        "by": actor,
        "at": timezone.now(),
    }
    if "bands" in data:
        plan = operations.plan_bands(tree=tree, bands=StatusBands(**data["bands"]), **common)
    else:
        kpi = get_object_or_404(KPI.objects.select_related("tree"), tree=tree, pk=data["kpi"])
        plan = operations.plan_settings(kpi=kpi, fields=data["settings"], **common)
    return Response(PlanOutput(plan).data, status=201)


@extend_schema(
    methods=["GET"],
    operation_id="plans_read",
    responses=PlanOutput,
)
@extend_schema(
    methods=["PUT"],
    operation_id="plans_change",
    request=PlanChangeInput,
    responses={200: PlanOutput, **REFUSALS},
)
@api_view(["GET", "PUT"])
def plan_detail(request: Request, pk: UUID) -> Response:
    """Read a plan; or change it before it takes effect, which a switch of the phase cannot."""
    plan, actor = _plan(request, pk), actor_of(request)
    if request.method == "GET":
        return Response(PlanOutput(plan).data)
    require(why_not_edit_plan(plan, actor))
    data = checked(PlanChangeInput, request.data)
    is_bands = plan.kind == PlannedChange.Kind.BANDS
    if is_bands is not ("bands" in data):
        raise ValidationError("Give what the plan is of: settings or bands.")
    plan = operations.change_plan(
        plan=plan,
        fields=StatusBands(**data["bands"]) if is_bands else data["settings"],
        effective_month=data["effective_month"],
        reason=data["reason"],
        by=actor,
        at=timezone.now(),
    )
    return Response(PlanOutput(plan).data)


def _plan(request: Request, pk: UUID) -> PlannedChange:
    visible = PlannedChange.objects.visible_to(actor_of(request))
    return get_object_or_404(visible.select_related("tree__client", "kpi"), pk=pk)


@extend_schema(operation_id="plans_withdraw", request=None, responses={200: PlanOutput, **REFUSALS})
@api_view(["POST"])
def plan_withdraw(request: Request, pk: UUID) -> Response:
    """Take back what lies ahead; a switch of the phase with the KPIs that hang from it."""
    actor, plan = actor_of(request), _plan(request, pk)
    require(why_not_change_plan(plan, actor))
    is_phase = plan.kind == PlannedChange.Kind.PHASE
    withdraw = phases.withdraw_switch if is_phase else operations.withdraw_plan
    plan = withdraw(plan=plan, by=actor, at=timezone.now())
    return Response(PlanOutput(plan).data)


@extend_schema(operation_id="bands_read", responses=BandsOutput)
@api_view(["GET"])
def tree_bands(request: Request, pk: UUID) -> Response:
    """Read where each status begins today, and what is planned."""
    tree = tree_of(request, pk)
    planned = queries.pending_of(tree).filter(kind=PlannedChange.Kind.BANDS)
    bands = BandsFields(bands_of(tree)).data
    return Response({**bands, "planned": PlanOutput(planned, many=True).data})


@extend_schema(
    methods=["GET"],
    operation_id="phase_propose",
    parameters=[OpenApiParameter(name, str) for name in ("outsourcing_type", "phase")],
    responses={200: PhaseOutput, 422: RefusalOutput},
)
@extend_schema(
    methods=["POST"],
    operation_id="phase_switch",
    request=PhaseInput,
    responses={201: PlanOutput, **REFUSALS},
)
@api_view(["GET", "POST"])
def tree_phase(request: Request, pk: UUID) -> Response:
    """Read what a phase proposes (that of the tree by default), or switch to one."""
    tree, actor = tree_of(request, pk), actor_of(request)
    if request.method == "POST":
        return _switch(request, tree)
    kind = request.query_params.get("outsourcing_type") or tree.outsourcing_type
    phase = request.query_params.get("phase") or tree.phase
    now = {"outsourcing_type": tree.outsourcing_type, "phase": tree.phase}
    if not (kind and phase) and not request.query_params:
        return Response({**now, "coming": [], "leaving": [], "staying": []})
    require(why_not_phase(kind, phase))
    found = proposal(tree, actor, outsourcing_type=kind, phase=phase, why_not=why_not_retire)
    return Response(
        {
            **now,
            "coming": ComingOutput(found.coming, many=True).data,
            "leaving": LeavingOutput(found.leaving, many=True).data,
            "staying": LeavingOutput(found.staying, many=True).data,
        }
    )


def _switch(request: Request, tree: Tree) -> Response:
    actor = actor_of(request)
    require(why_not_edit_tree(tree, actor))
    data = checked(PhaseInput, request.data)
    wanted = data.get("add", [])
    known = Definition.objects.visible_to(actor).current().in_bulk(wanted)
    if len(known) != len(set(wanted)):
        raise ValidationError({"add": ["Not in the library that you see."]})
    plan = phases.switch_phase(
        tree=tree,
        version=data["version"],
        outsourcing_type=data["outsourcing_type"],
        phase=data["phase"],
        effective_month=data["effective_month"],
        reason=data["reason"],
        add=list(known.values()),
        parent_id=data.get("parent_id"),
        retire=data.get("retire", []),
        by=actor,
        at=timezone.now(),
    )
    return Response(PlanOutput(plan).data, status=201)
