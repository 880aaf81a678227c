"""The design check over the API: findings as JSON for other tools, fixes and waivers."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import actor_of
from core.api import ProblemOutput, api_view
from core.policies import require
from kpis.api.loading import IF_MATCH, checked, conflict, tree_of, with_version
from kpis.api.serializers import RefusalOutput
from kpis.domain.lint.engine import as_json
from kpis.domain.lint.rules import RULE_BY_CODE
from kpis.models import LintWaiver
from kpis.operations import lint as operations
from kpis.policies.trees import StaleEdit, why_not_edit_tree
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


class FindingInput(serializers.Serializer[Any]):
    """Which finding: the rule, and the KPI where it does not hold."""

    code = serializers.ChoiceField(sorted(RULE_BY_CODE))
    kpi = serializers.UUIDField(required=False, allow_null=True)


class FixInput(FindingInput):
    """The finding to be mended, on the version of the tree that was seen."""

    kpi = serializers.UUIDField()
    version = serializers.IntegerField()


class FixOutput(serializers.Serializer[Any]):
    """The KPI that was mended, and the tree's version after it."""

    version = serializers.IntegerField()
    kpi = serializers.UUIDField()


class WaiverInput(FindingInput):
    """Why a finding is accepted, and up to when."""

    reason = serializers.CharField(max_length=1000)
    expires_on = serializers.DateField()


class WaiverOutput(serializers.Serializer[Any]):
    """An accepted finding."""

    id = serializers.UUIDField()
    tree = serializers.UUIDField(source="tree_id")
    code = serializers.CharField()
    kpi = serializers.UUIDField(source="kpi_id", allow_null=True)
    reason = serializers.CharField()
    expires_on = serializers.DateField()
    created_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class LintOutput(serializers.Serializer[Any]):
    """The findings that count, worst first, and those that are accepted."""

    version = serializers.IntegerField()
    active = FindingOutput(many=True)
    waived = FindingOutput(many=True)


@extend_schema(
    operation_id="lint_check",
    parameters=[OpenApiParameter("sign_off", bool)],
    responses=LintOutput,
)
@api_view(["GET"])
def tree_lint(request: Request, pk: UUID) -> Response:
    """Check the design of a tree; with `sign_off=1` as strictly as before an agreement."""
    tree = tree_of(request, pk)
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
        "waiver": waiver
        and {"id": waiver.pk, "reason": waiver.reason, "expires_on": waiver.expires_on},
    }


@extend_schema(
    operation_id="lint_fix",
    parameters=[IF_MATCH],
    request=FixInput,
    responses={200: FixOutput, 403: ProblemOutput, 409: RefusalOutput, 412: RefusalOutput},
)
@api_view(["POST"])
def lint_fix(request: Request, pk: UUID) -> Response:
    """Do what the rule proposes; it can be undone like any other change."""
    tree, actor = tree_of(request, pk), actor_of(request)
    require(why_not_edit_tree(tree, actor))
    data = checked(FixInput, with_version(request))
    try:
        kpi = operations.fix_finding(
            tree=tree,
            code=data["code"],
            kpi_id=data["kpi"],
            version=data["version"],
            by=actor,
            at=timezone.now(),
        )
    except StaleEdit as stale:
        return conflict(request, stale)
    tree.refresh_from_db(fields=["version"])
    answer = FixOutput({"version": tree.version, "kpi": kpi.pk}).data
    return Response(answer, headers={"ETag": f'"v{tree.version}"'})


@extend_schema(
    operation_id="lint_waive",
    request=WaiverInput,
    responses={201: WaiverOutput, 403: ProblemOutput, 409: ProblemOutput, 422: ProblemOutput},
)
@api_view(["POST"])
def lint_waive(request: Request, pk: UUID) -> Response:
    """Accept a finding with a reason, up to a day."""
    tree, actor = tree_of(request, pk), actor_of(request)
    require(why_not_edit_tree(tree, actor))
    data = checked(WaiverInput, request.data)
    waiver = operations.waive_finding(
        tree=tree, kpi_id=data.pop("kpi", None), by=actor, at=timezone.now(), **data
    )
    return Response(WaiverOutput(waiver).data, status=201)


@extend_schema(
    operation_id="lint_withdraw_waiver",
    request=None,
    responses={200: WaiverOutput, 403: ProblemOutput},
)
@api_view(["DELETE"])
def waiver_detail(request: Request, pk: UUID) -> Response:
    """Let an accepted finding count again."""
    actor = actor_of(request)
    waiver = get_object_or_404(LintWaiver.objects.visible_to(actor), pk=pk)
    withdrawn = operations.withdraw_waiver(waiver=waiver, by=actor, at=timezone.now())
    return Response(WaiverOutput(withdrawn).data)
