"""Understanding a tree over the API: why it moved, what would move it, and where to act. Read only."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import api_view
from core.domain.refusals import Denied, Refusal
from core.domain.rounding import to_decimal
from core.forms import month_in
from kpis.api.loading import checked, tree_of
from kpis.domain.insight.explain import Method
from kpis.models import KPI, Tree
from kpis.models.choices import Perspective
from kpis.queries import movement
from kpis.queries.scenarios import Outcome, Quadrant, Scenario
from kpis.queries.trees import goal_of

Serializer = serializers.Serializer[Any]
NUMBER: dict[str, Any] = {"max_digits": 60, "decimal_places": 12, "allow_null": True}
MONTH = OpenApiParameter("month", str, description="2026-04; the newest when left out.")


class ContributionOutput(Serializer):
    """A KPI's part in the change; depth 1 adds up to the change, depth 2 to its depth 1."""

    kpi = serializers.UUIDField(source="kpi.pk")
    depth = serializers.IntegerField()
    contribution = serializers.DecimalField(**NUMBER)


class PartyOutput(Serializer):
    """What one party, or one side, contributed."""

    label = serializers.CharField()  # type: ignore[assignment]
    contribution = serializers.DecimalField(**NUMBER)


class RateEffectOutput(Serializer):
    """A part of a pooled rate: what its own rate did, and what its share of the whole did."""

    kpi = serializers.UUIDField(source="0.pk")
    rate = serializers.DecimalField(source="1", **NUMBER)
    mix = serializers.DecimalField(source="2", **NUMBER)


class BridgeOutput(Serializer):
    """The change of a KPI between two months; `reason` says why there is no explanation."""

    kpi = serializers.UUIDField(source="kpi.pk")
    start = serializers.DateField(format="%Y-%m")
    end = serializers.DateField(format="%Y-%m")
    is_score = serializers.BooleanField()
    before = serializers.DecimalField(**NUMBER)
    after = serializers.DecimalField(**NUMBER)
    change = serializers.DecimalField(**NUMBER)
    contributions = ContributionOutput(source="lines", many=True)
    parties = PartyOutput(many=True)
    sides = PartyOutput(many=True)
    rates = RateEffectOutput(source="effects", many=True)
    text = serializers.CharField(source="sentences")
    reason = serializers.CharField()


class ImaginedInput(Serializer):
    """Another value of a leaf."""

    kpi = serializers.UUIDField()
    value = serializers.DecimalField(max_digits=20, decimal_places=6)


class WhatIfInput(Serializer):
    """Other values of leaves in one month; nothing is saved."""

    month = serializers.CharField(required=False)
    values = serializers.ListField(child=ImaginedInput(), min_length=1, max_length=60)


class OutcomeOutput(Serializer):
    """A KPI before and after."""

    kpi = serializers.UUIDField(source="kpi.pk")
    value = serializers.DecimalField(**NUMBER)
    value_after = serializers.DecimalField(**NUMBER)
    score = serializers.DecimalField(**NUMBER)
    score_after = serializers.DecimalField(**NUMBER)


class WhatIfOutput(Serializer):
    """What would change."""

    month = serializers.DateField(format="%Y-%m")
    outcomes = OutcomeOutput(many=True)


class EffectOutput(Serializer):
    """What 10 % more of a leaf would do at the top."""

    kpi = serializers.UUIDField(source="leaf.kpi.pk")
    value = serializers.DecimalField(source="leaf.value", **NUMBER)
    usual_low = serializers.DecimalField(source="leaf.usual.0", **NUMBER)
    usual_high = serializers.DecimalField(source="leaf.usual.1", **NUMBER)
    value_change = serializers.DecimalField(**NUMBER)
    score_change = serializers.DecimalField(**NUMBER)
    elasticity = serializers.DecimalField(**NUMBER)


class WantedOutput(Serializer):
    """What a leaf alone would have to be for the wanted result; null where it does not suffice."""

    kpi = serializers.UUIDField()
    value = serializers.DecimalField(**NUMBER)
    is_exact = serializers.BooleanField()
    is_usual = serializers.BooleanField()


class SpotOutput(Serializer):
    """A KPI in the matrix of importance and attainment; shares are of 1."""

    kpi = serializers.UUIDField(source="kpi.pk")
    share = serializers.DecimalField(max_digits=30, decimal_places=12)
    attainment = serializers.DecimalField(**NUMBER)
    score = serializers.DecimalField(**NUMBER)
    elasticity = serializers.DecimalField(**NUMBER)
    quadrant = serializers.ChoiceField([one.value for one in Quadrant])
    mismatch = serializers.ChoiceField(["", "heavy", "light"])


class PerspectiveOutput(Serializer):
    """The score of one perspective over its leaves."""

    perspective = serializers.CharField(source="party", allow_blank=True)
    weight = serializers.DecimalField(**NUMBER)
    score = serializers.DecimalField(**NUMBER)
    coverage = serializers.DecimalField(max_digits=15, decimal_places=12)


class PerspectivesOutput(Serializer):
    """The perspectives, and how evenly weight is spread: entropy 1 and hhi 0.25 are even."""

    month = serializers.DateField(format="%Y-%m")
    perspectives = PerspectiveOutput(many=True)
    entropy = serializers.DecimalField(max_digits=30, decimal_places=28, allow_null=True)
    hhi = serializers.DecimalField(**NUMBER)


def _month(text: str | None, name: str) -> date | None:
    if not text:
        return None
    found = month_in(text)
    if found is None:
        raise ValidationError({name: [_("月を 2026-04 のように指定してください。")]})
    return found


def _scenario(tree: Tree, text: str | None) -> Scenario:
    months = movement.months_to_compare(tree)
    month = _month(text, "month") or movement.month_to_explain(tree, months)
    if month is None or month not in months:
        raise Http404
    return Scenario(tree, month)


@extend_schema(
    operation_id="trees_bridge",
    parameters=[
        OpenApiParameter("from", str, description="2026-04"),
        OpenApiParameter("to", str, description="2026-05; the newest when left out."),
        OpenApiParameter("kpi", UUID, description="The goal when left out."),
        OpenApiParameter("method", str, enum=[one.value for one in Method]),
    ],
    responses=BridgeOutput,
)
@api_view(["GET"])
def tree_bridge(request: Request, pk: UUID) -> Response:
    """Explain how a KPI moved between two months, with contributions that add up exactly."""
    tree, asked = tree_of(request, pk), request.query_params
    months = movement.months_to_compare(tree)
    end = _month(asked.get("to"), "to") or movement.month_to_explain(tree, months)
    earlier = [one for one in months if end is not None and one < end]
    start = _month(asked.get("from"), "from") or (earlier[0] if earlier else None)
    if start is None or end is None or start not in months or end not in months:
        reason = _("比べるには、スコアカードのある月が2つ必要です。")
        raise Denied(Refusal("kpis.nothing_to_compare", reason, 409))
    method = asked.get("method", Method.SHAPLEY.value)
    if method not in list(Method):
        raise ValidationError({"method": [", ".join(Method)]})
    found = movement.bridge(tree, _kpi(tree, asked.get("kpi")), start, end, method=Method(method))
    return Response(BridgeOutput(found).data)


def _kpi(tree: Tree, text: str | None) -> KPI:
    if not text:
        return goal_of(tree)
    try:
        found = KPI.objects.living().filter(tree=tree, pk=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


@extend_schema(operation_id="trees_what_if", request=WhatIfInput, responses=WhatIfOutput)
@api_view(["POST"])
def tree_what_if(request: Request, pk: UUID) -> Response:
    """Imagine other values of the leaves in one month; nothing is saved."""
    tree = tree_of(request, pk)
    data = checked(WhatIfInput, request.data)
    scenario = _scenario(tree, data.get("month"))
    values: dict[UUID, Decimal] = {one["kpi"]: one["value"] for one in data["values"]}
    known = {leaf.kpi.pk for leaf in scenario.leaves}
    if unknown := values.keys() - known:
        reason = _("この月に実績を入力したKPIではありません：%(ids)s")
        ids = ", ".join(sorted(map(str, unknown)))
        raise ValidationError({"values": [reason % {"ids": ids}]})
    outcomes: list[Outcome] = scenario.imagine(values)
    return Response(WhatIfOutput({"month": scenario.month, "outcomes": outcomes}).data)


@extend_schema(
    operation_id="trees_sensitivity", parameters=[MONTH], responses=EffectOutput(many=True)
)
@api_view(["GET"])
def tree_sensitivity(request: Request, pk: UUID) -> Response:
    """Tell what 10 % more of each leaf would do at the top, the strongest first; 60 at most."""
    scenario = _scenario(tree_of(request, pk), request.query_params.get("month"))
    return Response(EffectOutput(scenario.effects, many=True).data)


@extend_schema(
    operation_id="trees_goal_seek",
    parameters=[
        MONTH,
        OpenApiParameter("goal", str, required=True, description="The wanted value, or score."),
        OpenApiParameter("measure", str, enum=["value", "score"]),
    ],
    responses=WantedOutput(many=True),
)
@api_view(["GET"])
def tree_goal_seek(request: Request, pk: UUID) -> Response:
    """Tell what each of the ten strongest leaves alone would have to be for the wanted result."""
    asked = request.query_params
    scenario = _scenario(tree_of(request, pk), asked.get("month"))
    goal = serializers.DecimalField(max_digits=20, decimal_places=6).run_validation(
        asked.get("goal")
    )
    measure = asked.get("measure", "score" if scenario.is_by_score else "value")
    if measure not in ("value", "score"):
        raise ValidationError({"measure": ["value, score"]})
    found = scenario.wanted(goal, is_score=measure == "score")
    answer = [
        {
            "kpi": one.leaf.kpi.pk,
            "value": to_decimal(one.found.value) if one.found else None,
            "is_exact": bool(one.found and one.found.is_exact),
            "is_usual": bool(one.found and one.found.is_usual),
        }
        for one in found
    ]
    return Response(WantedOutput(answer, many=True).data)


@extend_schema(operation_id="trees_matrix", parameters=[MONTH], responses=SpotOutput(many=True))
@api_view(["GET"])
def tree_matrix(request: Request, pk: UUID) -> Response:
    """Tell where each leaf stands between importance and attainment, those to act on first."""
    scenario = _scenario(tree_of(request, pk), request.query_params.get("month"))
    spots = [
        {
            "kpi": one.kpi,
            "share": to_decimal(one.share),
            "attainment": one.attainment,
            "score": one.score,
            "elasticity": one.elasticity,
            "quadrant": one.quadrant,
            "mismatch": one.mismatch,
        }
        for one in scenario.spots()
    ]
    return Response(SpotOutput(spots, many=True).data)


@extend_schema(operation_id="trees_perspectives", parameters=[MONTH], responses=PerspectivesOutput)
@api_view(["GET"])
def tree_perspectives(request: Request, pk: UUID) -> Response:
    """Tell the scores of the four perspectives and their balance."""
    scenario = _scenario(tree_of(request, pk), request.query_params.get("month"))
    found, balance = scenario.perspectives()
    weights = dict(zip(Perspective.values, balance.shares, strict=True)) if balance else {}
    answer = {
        "month": scenario.month,
        "perspectives": [
            {
                "party": one.party,
                "score": one.score,
                "coverage": one.coverage,
                "weight": to_decimal(weights[one.party]) if one.party in weights else None,
            }
            for one in found
        ],
        "entropy": balance.entropy if balance else None,
        "hhi": to_decimal(balance.hhi) if balance else None,
    }
    return Response(PerspectivesOutput(answer).data)
