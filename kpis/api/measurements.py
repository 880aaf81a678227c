"""Measurements over the API: read them with their revisions, record and correct them."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers as fields
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import actor_of
from core.api import Pages, ProblemOutput, api_view, page_of
from core.policies import require
from kpis.api import serializers
from kpis.api.loading import checked, kpi_of
from kpis.models import KPI, Measurement
from kpis.operations.measurements import record_measurement
from kpis.policies.measurements import why_not_record
from kpis.queries import measurements as queries


class RecordedOutput(serializers.MeasurementOutput):
    """A period's value with what stood there before, newest first."""

    label = fields.CharField()  # type: ignore[assignment]
    earlier = serializers.MeasurementOutput(many=True)


@extend_schema(
    operation_id="kpis_measurements",
    methods=["GET"],
    description="List the values period by period, with their revisions.",
    parameters=[
        OpenApiParameter("page", int),
        OpenApiParameter("page_size", int),
        OpenApiParameter("since", str, description="Periods that begin on this day or later."),
        OpenApiParameter("until", str, description="Periods that begin on this day or earlier."),
    ],
    responses={200: page_of(RecordedOutput), 400: ProblemOutput},
    filters=False,
)
@extend_schema(
    operation_id="kpis_record_measurement",
    methods=["POST"],
    description="Record a value; a correction needs a reason, the same numbers again change nothing.",
    request=serializers.MeasurementInput,
    responses={
        200: serializers.MeasurementOutput,
        403: ProblemOutput,
        409: ProblemOutput,
        422: ProblemOutput,
    },
)
@api_view(["GET", "POST"])
def measurement_record(request: Request, pk: UUID) -> Response:
    """List the values period by period, or record one; a correction needs a reason."""
    kpi, actor = kpi_of(request, pk), actor_of(request)
    if request.method == "GET":
        return _listed(request, kpi)
    require(why_not_record(kpi, actor))
    data = checked(serializers.MeasurementInput, request.data)
    measurement = record_measurement(
        kpi=kpi, source=Measurement.Source.API, by=actor, at=timezone.now(), **data
    )
    return Response(serializers.MeasurementOutput(measurement).data)


def _listed(request: Request, kpi: KPI) -> Response:
    found = queries.current_list(kpi)
    for name, condition in (("since", "period_start__gte"), ("until", "period_start__lte")):
        if text := request.query_params.get(name, ""):
            found = found.filter(**{condition: _day(name, text)})
    paginator = Pages()
    page = paginator.paginate_queryset(found, request) or []
    return paginator.get_paginated_response(
        [_plain(one) for one in queries.with_revisions(kpi, page)]
    )


def _plain(recorded: queries.Recorded) -> dict[str, Any]:
    return {
        **serializers.MeasurementOutput(recorded.current).data,
        "label": recorded.label,
        "earlier": serializers.MeasurementOutput(recorded.earlier, many=True).data,
    }


def _day(name: str, text: str) -> Any:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise ValidationError({name: [_("日付は 2026-04-01 の形で指定してください。")]})
    return day
