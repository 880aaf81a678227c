"""What the API views load: only what the caller sees; everything else is not there."""

import re
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import actor_of
from core.problems import refused
from kpis.api.serializers import ChangeOutput
from kpis.models import KPI, Tree
from kpis.policies.trees import Collision, StaleEdit

# "v12" is the tree's version; what follows the dot tells apart what else an answer holds.
ETAG = re.compile(r'(?:W/)?"v(\d{1,9})(?:\.[0-9a-f]+)?"')
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description='The ETag read, instead of "version".'
)
Data = dict[str, Any]


def tree_of(request: Request, pk: UUID) -> Tree:
    """Return the tree, or 404."""
    visible = Tree.objects.visible_to(actor_of(request)).select_related("client")
    return get_object_or_404(visible, pk=pk)


def kpi_of(request: Request, pk: UUID) -> KPI:
    """Return the living KPI with its tree, or 404."""
    visible = KPI.objects.visible_to(actor_of(request)).living().select_related("tree__client")
    return get_object_or_404(visible, pk=pk)


def checked(form: type[serializers.Serializer[Any]], data: Any) -> Data:
    """Return the body as the serializer understands it, or answer 400 with what is wrong."""
    serializer = form(data=data)
    serializer.is_valid(raise_exception=True)
    found: Data = serializer.validated_data
    return found


def if_match(request: Request) -> int | None:
    """Return the version that If-Match names; None without the header."""
    header = request.headers.get("If-Match")
    if header is None:
        return None
    match = ETAG.fullmatch(header.strip())
    if match is None:
        raise ValidationError({"If-Match": [_("読み取ったときの ETag を指定してください。")]})
    return int(match[1])


def with_version(request: Request) -> Any:
    """Return the body with the version in it, taken from If-Match when the body has none."""
    version, data = if_match(request), request.data
    if version is None or not isinstance(data, dict):
        return data
    if data.get("version", version) != version:
        raise ValidationError({"version": [_("If-Match と同じ版を指定してください。")]})
    return {**data, "version": version}


def conflict(request: Request, error: StaleEdit | Collision, **members: Any) -> Response:
    """Answer with what others changed: 412 where If-Match asked, 409 otherwise."""
    more: Data = {"changes": ChangeOutput(error.changes.commands, many=True).data, **members}
    if isinstance(error, StaleEdit):
        more["version"] = error.version
    is_asked = isinstance(error, StaleEdit) and "If-Match" in request.headers
    return refused(error.refusal, status=412 if is_asked else 0, **more)
