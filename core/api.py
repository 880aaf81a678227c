"""One exception handler for the API: refusals become 403 or 409 with code and reason."""

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler as rest_handler

from core.domain.refusals import Denied


def exception_handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Answer Denied with its refusal; leave the rest to the framework."""
    if isinstance(exception, Denied):
        refusal = exception.refusal
        return Response(
            {"code": refusal.code, "detail": str(refusal.reason)}, status=refusal.status
        )
    return rest_handler(exception, context)
