"""One KPI over the API."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as fields
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import api_view
from kpis.api import serializers
from kpis.api.loading import kpi_of
from kpis.queries import targets


class KPIDetailOutput(serializers.KPIOutput):
    """A KPI with the tree that it stands in, and the version to change it on."""

    tree = fields.UUIDField(source="tree_id")
    tree_version = fields.IntegerField(source="tree.version")


@extend_schema(operation_id="kpis_read", responses=KPIDetailOutput)
@api_view(["GET"])
def kpi_detail(request: Request, pk: UUID) -> Response:
    """Read a KPI with the target in force today; it is changed by commands on its tree."""
    kpi: Any = kpi_of(request, pk)
    today = timezone.localtime(timezone.now(), kpi.tree.client.zone).date()
    kpi.target_in_force = targets.in_force_of([kpi], today).get(kpi.pk)
    version = {"ETag": f'"v{kpi.tree.version}"'}
    return Response(KPIDetailOutput(kpi).data, headers=version)
