"""The design check over the API, as JSON for other tools."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import actor_of
from kpis.domain.lint.engine import as_json
from kpis.models import Tree
from kpis.queries.lint import ShownFinding, lint_report, reader


class FindingOutput(serializers.Serializer[Any]):
    """A place where a rule does not hold; `waiver` says why that is accepted, and up to when."""

    code = serializers.CharField()
    severity = serializers.ChoiceField(["error", "warning", "info"])
    node_id = serializers.UUIDField(allow_null=True)
    message = serializers.CharField()
    why = serializers.CharField()
    remedy = serializers.CharField()
    fix = serializers.DictField(allow_null=True)
    waiver = serializers.DictField(allow_null=True)


class LintOutput(serializers.Serializer[Any]):
    """The findings that count, worst first, and those that are accepted."""

    version = serializers.IntegerField()
    active = FindingOutput(many=True)
    waived = FindingOutput(many=True)


@extend_schema(
    operation_id="trees_lint",
    parameters=[OpenApiParameter("sign_off", bool)],
    responses=LintOutput,
)
@api_view(["GET"])
def tree_lint(request: Request, pk: UUID) -> Response:
    """Check the design of a tree; with `sign_off=1` as strictly as before an agreement."""
    visible = Tree.objects.visible_to(actor_of(request)).select_related("client")
    tree = get_object_or_404(visible, pk=pk)
    today = timezone.localtime(timezone.now(), tree.client.zone).date()
    is_strict = request.query_params.get("sign_off", "") in {"1", "true"}
    report = lint_report(tree, today, at_sign_off=is_strict)
    return Response(
        {
            "version": tree.version,
            "active": [_plain(one) for one in report.active],
            "waived": [_plain(one) for one in report.waived],
        }
    )


def _plain(shown: ShownFinding) -> dict[str, Any]:
    waiver = shown.waiver
    return {
        **as_json(shown.finding, reader()),
        "waiver": waiver and {"reason": waiver.reason, "expires_on": waiver.expires_on},
    }
