"""Template trees over the API."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import actor_of
from core.api import api_view, page_of, paged
from kpis.queries import templates as queries
from kpis.queries.templates import Template

Serializer = serializers.Serializer[Any]


class TemplateNodeOutput(Serializer):
    """A KPI of a template; `parent_key` names the one above, null for the goal."""

    key = serializers.CharField()
    parent_key = serializers.CharField(allow_null=True)
    library_code = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    definition = serializers.CharField()
    unit = serializers.CharField()
    direction = serializers.CharField()
    frequency = serializers.CharField()
    aggregation = serializers.CharField()
    perspective = serializers.CharField(allow_blank=True)
    weight = serializers.DecimalField(max_digits=9, decimal_places=3)
    responsible_side = serializers.CharField()


class TemplateOutput(Serializer):
    """A template with its KPIs, parents first."""

    code = serializers.CharField()
    kind = serializers.CharField()
    type = serializers.CharField(allow_blank=True)
    phase = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    summary = serializers.CharField()
    kpis = serializers.SerializerMethodField()

    def get_kpis(self, template: Template) -> list[dict[str, Any]]:
        """Return the nodes, each with the key of its parent."""
        nodes = list(template.nodes())
        keys = [node.fields["key"] for node, _parent in nodes]
        rows = [
            {
                "perspective": "",
                **node.fields,
                "parent_key": None if parent is None else keys[parent],
                "library_code": node.definition.code if node.definition else None,
            }
            for node, parent in nodes
        ]
        return list(TemplateNodeOutput(rows, many=True).data)


@extend_schema(
    operation_id="templates_list",
    parameters=[OpenApiParameter(name, str) for name in ("type", "phase", "page")],
    responses=page_of(TemplateOutput),
)
@api_view(["GET"])
def template_list(request: Request) -> Response:
    """List the template trees, by type of work and phase."""
    actor = actor_of(request)
    if actor.kind is None or actor.is_vendor:
        raise Http404
    found = queries.matching(
        type_=request.query_params.get("type", ""), phase=request.query_params.get("phase", "")
    )
    return paged(request, found, TemplateOutput)
