"""The KPI library over the API: definitions with their benchmarks, own ones, and their use."""

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
from core.api import ProblemOutput, api_view, page_of, paged
from core.policies import require
from kpis.api.loading import IF_MATCH, checked, conflict, tree_of, with_version
from kpis.api.serializers import ChangedOutput, RefusalOutput
from kpis.forms.library import DefinitionForm
from kpis.models import Definition
from kpis.models.choices import (
    Aggregation,
    Direction,
    Frequency,
    LibraryType,
    Perspective,
    Phase,
    Unit,
)
from kpis.operations import library as operations
from kpis.policies import library as policies
from kpis.policies.trees import StaleEdit
from kpis.queries import library as queries
from kpis.queries.library import Wanted
from kpis.queries.trees import goal_of

Serializer = serializers.Serializer[Any]
FILTERS = ("q", "type", "phase", "perspective")
PAGES = [OpenApiParameter("page", int), OpenApiParameter("page_size", int)]


class BenchmarkOutput(Serializer):
    """A published figure with where it comes from."""

    value = serializers.DecimalField(max_digits=20, decimal_places=6, allow_null=True)
    low = serializers.DecimalField(max_digits=20, decimal_places=6, allow_null=True)
    high = serializers.DecimalField(max_digits=20, decimal_places=6, allow_null=True)
    unit = serializers.CharField()
    label = serializers.DictField(child=serializers.CharField())  # type: ignore[assignment]
    year = serializers.CharField()
    population = serializers.DictField(child=serializers.CharField())
    source_title = serializers.CharField()
    source_url = serializers.URLField()
    is_japan = serializers.BooleanField()
    note = serializers.DictField(child=serializers.CharField(), allow_null=True)


class DefinitionOutput(Serializer):
    """A definition; `texts` holds name, formula and so on by language."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    version = serializers.IntegerField()
    is_standard = serializers.SerializerMethodField()
    texts = serializers.DictField(child=serializers.DictField(child=serializers.CharField()))
    unit = serializers.CharField()
    decimals = serializers.IntegerField()
    direction = serializers.CharField()
    frequency = serializers.CharField()
    aggregation = serializers.CharField()
    perspective = serializers.CharField()
    types = serializers.ListField(child=serializers.CharField())
    phases = serializers.ListField(child=serializers.CharField())
    pair = serializers.CharField()
    suggested_target = serializers.DictField(allow_null=True)

    def get_is_standard(self, definition: Definition) -> bool:
        """Tell the standard library from an organization's own definitions."""
        return definition.organization_id is None


class DefinitionDetailOutput(DefinitionOutput):
    """A definition with its benchmarks; an empty list says that there is no public figure."""

    benchmarks = BenchmarkOutput(many=True)


class DefinitionInput(Serializer):
    """A definition of one's own; a ratio needs numerator and denominator."""

    name = serializers.CharField(max_length=200)
    name_en = serializers.CharField(max_length=200, required=False, allow_blank=True)
    definition = serializers.CharField(max_length=2000)
    formula = serializers.CharField(max_length=500, required=False, allow_blank=True)
    numerator = serializers.CharField(max_length=200, required=False, allow_blank=True)
    denominator = serializers.CharField(max_length=200, required=False, allow_blank=True)
    data_source = serializers.CharField(max_length=200, required=False, allow_blank=True)
    pitfalls = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    unit = serializers.ChoiceField(Unit.choices)
    decimals = serializers.IntegerField(min_value=0, max_value=6)
    direction = serializers.ChoiceField(Direction.choices)
    frequency = serializers.ChoiceField(Frequency.choices)
    aggregation = serializers.ChoiceField(Aggregation.choices)
    perspective = serializers.ChoiceField(Perspective.choices)
    types = serializers.ListField(child=serializers.ChoiceField(LibraryType.choices), min_length=1)
    phases = serializers.ListField(child=serializers.ChoiceField(Phase.choices), min_length=1)


class NewVersionInput(DefinitionInput):
    """The definition as it shall be; `version` is the one that the author saw."""

    version = serializers.IntegerField()


class UseInput(Serializer):
    """Into which tree, below which KPI; without one below the goal."""

    tree = serializers.UUIDField()
    version = serializers.IntegerField()
    parent_id = serializers.UUIDField(required=False, allow_null=True)


def _fields_of(data: Any) -> dict[str, Any]:
    """Return what the operations take, checked as the page's form checks it."""
    given = {name: data.get(name, "") for name in DefinitionForm.base_fields}
    form = DefinitionForm(data=given | {"version": data.get("version", 0)})
    if not form.is_valid():
        found = {name: [str(one) for one in errors] for name, errors in form.errors.items()}
        raise ValidationError(found)
    return form.fields_of()


def _own(request: Request, pk: UUID) -> Definition:
    return get_object_or_404(Definition.objects.visible_to(actor_of(request)), pk=pk)


def _detail(definition: Definition, status: int = 200) -> Response:
    benchmarks = BenchmarkOutput(queries.benchmarks_of(definition), many=True).data
    data = {**DefinitionOutput(definition).data, "benchmarks": benchmarks}
    return Response(data, status=status)


@extend_schema(
    operation_id="library_list",
    methods=["GET"],
    description="List the definitions of the library, the organization's own first.",
    parameters=[OpenApiParameter(name, str) for name in FILTERS] + PAGES,
    responses=page_of(DefinitionOutput),
    filters=False,
)
@extend_schema(
    operation_id="library_create",
    methods=["POST"],
    description="Add a definition of one's own.",
    request=DefinitionInput,
    responses={201: DefinitionDetailOutput, 403: ProblemOutput},
)
@api_view(["GET", "POST"])
def definition_list(request: Request) -> Response:
    """List the definitions of the library, the organization's own first; or add one of one's own."""
    actor = actor_of(request)
    if request.method == "POST":
        require(policies.why_not_define(actor))
        fields = _fields_of(checked(DefinitionInput, request.data))
        return _detail(operations.define_kpi(fields=fields, by=actor, at=timezone.now()), 201)
    asked = {name: request.query_params.get(name, "").strip() for name in FILTERS}
    wanted = Wanted(asked["q"], asked["type"], asked["phase"], asked["perspective"])
    return paged(request, queries.library(actor, wanted), DefinitionOutput)


@extend_schema(
    operation_id="library_read",
    methods=["GET"],
    description="Read a definition with its benchmarks.",
    responses=DefinitionDetailOutput,
)
@extend_schema(
    operation_id="library_change",
    methods=["PUT"],
    description="Write a new version of a definition of one's own.",
    request=NewVersionInput,
    responses={200: DefinitionDetailOutput, 403: ProblemOutput, 409: ProblemOutput},
)
@extend_schema(
    operation_id="library_retire",
    methods=["DELETE"],
    description="Take a definition of one's own out of the library.",
    request=None,
    responses={200: DefinitionDetailOutput, 403: ProblemOutput, 409: ProblemOutput},
)
@api_view(["GET", "PUT", "DELETE"])
def definition_detail(request: Request, pk: UUID) -> Response:
    """Read a definition with its benchmarks; write a new version of one's own, or retire it."""
    definition, actor = _own(request, pk), actor_of(request)
    if request.method == "GET":
        return _detail(definition)
    require(policies.why_not_redefine(definition, actor))
    common: dict[str, Any] = {"definition": definition, "by": actor, "at": timezone.now()}
    if request.method == "DELETE":
        return _detail(operations.retire_definition(**common))
    data = checked(NewVersionInput, request.data)
    fields = _fields_of(data)
    return _detail(operations.redefine_kpi(version=data["version"], fields=fields, **common))


@extend_schema(
    operation_id="library_versions",
    parameters=PAGES,
    responses=page_of(DefinitionOutput),
    filters=False,
)
@api_view(["GET"])
def definition_versions(request: Request, pk: UUID) -> Response:
    """List all versions of a definition, the newest first."""
    return paged(request, queries.versions_of(_own(request, pk)), DefinitionOutput)


@extend_schema(
    operation_id="library_use",
    parameters=[IF_MATCH],
    request=UseInput,
    responses={
        201: ChangedOutput,
        403: ProblemOutput,
        409: RefusalOutput,
        412: RefusalOutput,
    },
)
@api_view(["POST"])
def definition_use(request: Request, pk: UUID) -> Response:
    """Add a KPI with this definition to a tree, on the version of the tree that one saw."""
    definition, actor = _own(request, pk), actor_of(request)
    require(policies.why_not_define(actor))
    data = checked(UseInput, with_version(request))
    tree = tree_of(request, data["tree"])
    parent = data.get("parent_id") or goal_of(tree).pk
    try:
        kpi = operations.use_definition(
            definition=definition,
            tree=tree,
            version=data["version"],
            parent_id=parent,
            by=actor,
            at=timezone.now(),
        )
    except StaleEdit as stale:
        return conflict(request, stale)
    tree.refresh_from_db(fields=["version"])
    answer = ChangedOutput({"version": tree.version, "kpi": kpi.pk}).data
    return Response(answer, status=201, headers={"ETag": f'"v{tree.version}"'})
