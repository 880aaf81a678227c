"""Template trees over the API."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import actor_of
from core.api import ProblemOutput, api_view, page_of, paged
from core.policies import require
from kpis.api.loading import checked
from kpis.api.serializers import TreeDetailOutput
from kpis.api.trees import client_named, made
from kpis.operations import trees as operations
from kpis.policies.trees import why_not_create_tree
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


class PlantInput(Serializer):
    """Whose tree, its name, and from when on its targets hold: this month when left out."""

    client = serializers.UUIDField(required=False)
    name = serializers.CharField(max_length=200, required=False)
    targets_from = serializers.DateField(required=False)


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


@extend_schema(
    operation_id="templates_plant",
    request=PlantInput,
    responses={201: TreeDetailOutput, 403: ProblemOutput},
)
@api_view(["POST"])
def template_plant(request: Request, code: str) -> Response:
    """Make a tree of a template, with its targets."""
    actor, template = actor_of(request), queries.template_of(code)
    if actor.kind is None or actor.is_vendor or template is None:
        raise Http404
    require(why_not_create_tree(actor))
    data = checked(PlantInput, request.data)
    tree = operations.create_from_template(
        client_id=client_named(data, actor),
        template=template,
        name=data.get("name", template.name),
        targets_from=data.get("targets_from", timezone.localdate().replace(day=1)),
        by=actor,
        at=timezone.now(),
    )
    return made(request, tree)
