"""The KPI library over the API: the definitions that one sees, with their benchmarks."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import actor_of
from kpis.models import Definition
from kpis.queries import library as queries
from kpis.queries.library import Wanted

Serializer = serializers.Serializer[Any]
FILTERS = ("q", "type", "phase", "perspective")


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


class DefinitionPageOutput(Serializer):
    """One page of definitions."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = DefinitionOutput(many=True)


class DefinitionDetailOutput(DefinitionOutput):
    """A definition with its benchmarks; an empty list says that there is no public figure."""

    benchmarks = BenchmarkOutput(many=True)


@extend_schema(
    operation_id="library_list",
    parameters=[OpenApiParameter(name, str) for name in (*FILTERS, "page")],
    responses=DefinitionPageOutput,
)
@api_view(["GET"])
def definition_list(request: Request) -> Response:
    """List the definitions of the library, the organization's own first."""
    asked = {name: request.query_params.get(name, "").strip() for name in FILTERS}
    wanted = Wanted(asked["q"], asked["type"], asked["phase"], asked["perspective"])
    paginator = PageNumberPagination()
    page = paginator.paginate_queryset(queries.library(actor_of(request), wanted), request)
    return paginator.get_paginated_response(DefinitionOutput(page, many=True).data)


@extend_schema(operation_id="library_read", responses=DefinitionDetailOutput)
@api_view(["GET"])
def definition_detail(request: Request, pk: UUID) -> Response:
    """Read a definition with its benchmarks."""
    visible = Definition.objects.visible_to(actor_of(request))
    definition = get_object_or_404(visible, pk=pk)
    benchmarks = BenchmarkOutput(queries.benchmarks_of(definition), many=True).data
    return Response({**DefinitionOutput(definition).data, "benchmarks": benchmarks})
