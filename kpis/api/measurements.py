"""Measurements over the API."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import actor_of
from core.policies import require
from kpis.api import serializers
from kpis.models import KPI, Measurement
from kpis.operations.measurements import record_measurement
from kpis.policies.measurements import why_not_record


@extend_schema(
    operation_id="kpis_record_measurement",
    request=serializers.MeasurementInput,
    responses={
        200: serializers.MeasurementOutput,
        403: serializers.RefusalOutput,
        409: serializers.RefusalOutput,
        422: serializers.RefusalOutput,
    },
)
@api_view(["POST"])
def measurement_record(request: Request, pk: UUID) -> Response:
    """Record a value, or correct it with a reason; the same numbers again change nothing."""
    actor = actor_of(request)
    visible = KPI.objects.visible_to(actor).living().select_related("tree__client")
    kpi = get_object_or_404(visible, pk=pk)
    require(why_not_record(kpi, actor))
    form = serializers.MeasurementInput(data=request.data)
    form.is_valid(raise_exception=True)
    measurement = record_measurement(
        kpi=kpi,
        source=Measurement.Source.API,
        by=actor,
        at=timezone.now(),
        **form.validated_data,
    )
    return Response(serializers.MeasurementOutput(measurement).data)
