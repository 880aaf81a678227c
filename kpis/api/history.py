"""What happened to a tree over the API: its commands, and its scorecards month by month."""

import re
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers as fields
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ProblemOutput, api_view, page_of, paged
from kpis.api import serializers
from kpis.api.loading import tree_of
from kpis.api.trees import PAGES
from kpis.models import Scorecard
from kpis.queries import trees as queries

MONTH = re.compile(r"^\d{4}-\d{2}$")


class EntryOutput(serializers.ChangeOutput):
    """One command of the log with its kind."""

    kind = fields.CharField()


class MonthOutput(fields.Serializer[Any]):
    """A month that has a scorecard."""

    month = fields.DateField(source="period_start", format="%Y-%m")
    tree_version = fields.IntegerField()
    computed_at = fields.DateTimeField()


@extend_schema(
    operation_id="trees_history", parameters=PAGES, responses=page_of(EntryOutput), filters=False
)
@api_view(["GET"])
def tree_history(request: Request, pk: UUID) -> Response:
    """List every change of the tree, the newest first: who, when, what."""
    return paged(request, queries.history(tree_of(request, pk)), EntryOutput)


@extend_schema(
    operation_id="trees_months", parameters=PAGES, responses=page_of(MonthOutput), filters=False
)
@api_view(["GET"])
def scorecard_list(request: Request, pk: UUID) -> Response:
    """List the months of which the tree has a scorecard, the newest first."""
    cards = Scorecard.objects.filter(tree=tree_of(request, pk)).defer("settings")
    return paged(request, cards.order_by("-period_start", "id"), MonthOutput)


@extend_schema(
    operation_id="trees_scorecard",
    parameters=[OpenApiParameter("month", str, description="2026-04; the newest when left out.")],
    responses={200: serializers.ScorecardOutput, 400: ProblemOutput},
)
@api_view(["GET"])
def tree_scorecard(request: Request, pk: UUID) -> Response:
    """Read the scorecard of one month."""
    cards = Scorecard.objects.filter(tree=tree_of(request, pk)).order_by("-period_start")
    if month := request.query_params.get("month"):
        cards = cards.filter(period_start=_first_day(month))
    card = cards.prefetch_related("scores").first()
    if card is None:
        raise Http404
    return Response(serializers.ScorecardOutput(card).data)


def _first_day(month: str) -> date:
    try:
        if MONTH.match(month):
            return date.fromisoformat(f"{month}-01")
    except ValueError:
        pass
    raise ValidationError({"month": [_("月は 2026-04 の形で指定してください。")]})
