"""Errors of the API as `application/problem+json` (RFC 9457), also where no API view answers."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error

from core.domain.problems import (
    PROBLEM_TYPES,
    FieldError,
    ProblemType,
    field_errors,
    type_of_status,
)
from core.domain.refusals import Denied, Refusal

CONTENT_TYPE = "application/problem+json"
API_PREFIX = "/api/"
# Refusals with a kind of their own; every other one is `refused`.
KIND_OF_CODE = {
    "kpis.stale": "stale",
    "core.idempotency_busy": "busy",
    "core.idempotency_reused": "key-reused",
}


def body_of(
    kind: ProblemType, *, detail: str, code: str = "", status: int = 0, **members: Any
) -> dict[str, Any]:
    """Return the members of a problem; `code` is stable for programs, `detail` is for people."""
    return {
        "type": f"{settings.BASE_URL}/api/v1/problems/{kind.name}/",
        "title": kind.title,
        "status": status or kind.status,
        "detail": detail,
        "code": code or f"api.{kind.name.replace('-', '_')}",
        **members,
    }


def _response(body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    return Response(body, status=body["status"], headers=headers, content_type=CONTENT_TYPE)


def refused(refusal: Refusal, *, status: int = 0, **members: Any) -> Response:
    """Answer a refused operation with its reason."""
    kind = PROBLEM_TYPES[KIND_OF_CODE.get(refusal.code, "refused")]
    return _response(
        body_of(
            kind,
            detail=str(refusal.reason),
            code=refusal.code,
            status=status or refusal.status,
            **members,
        )
    )


def problem_of(exception: Exception) -> Response | None:
    """Return the answer to an exception; None for what nobody foresaw."""
    if isinstance(exception, Denied):
        return refused(exception.refusal)
    if isinstance(exception, Http404):
        exception = exceptions.NotFound()
    if isinstance(exception, DjangoPermissionDenied):
        exception = exceptions.PermissionDenied()
    if isinstance(exception, DjangoValidationError):
        exception = exceptions.ValidationError(as_serializer_error(exception))
    if isinstance(exception, exceptions.ValidationError):
        return _invalid(exception)
    if not isinstance(exception, exceptions.APIException):
        return None
    kind = type_of_status(exception.status_code)
    code = getattr(exception.detail, "code", "")
    is_own = isinstance(code, str) and "." in code
    detail = str(exception.detail) if exception.status_code != HTTPStatus.NOT_FOUND else kind.remedy
    body = body_of(kind, detail=detail, code=code if is_own else "", status=exception.status_code)
    return _response(body, _headers(exception))


def _invalid(exception: exceptions.ValidationError) -> Response:
    found = list(field_errors(exception.detail))
    detail = _("%(count)d件の項目を確かめてください。") % {"count": len(found)}
    errors = [_plain(one) for one in found]
    return _response(body_of(PROBLEM_TYPES["invalid"], detail=detail, errors=errors))


def _plain(error: FieldError) -> dict[str, str]:
    return {"pointer": error.pointer, "detail": error.detail, "code": error.code}


def _headers(exception: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(exception, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(exception, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return headers


class ApiProblemMiddleware:
    """Below /api/ every error is a problem, also one that no API view has answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_error = response.status_code >= HTTPStatus.BAD_REQUEST
        if not is_error or not request.path.startswith(API_PREFIX):
            return response
        if response.get("Content-Type", "").startswith(CONTENT_TYPE):
            return response
        kind = type_of_status(response.status_code)
        body = body_of(kind, detail=kind.remedy, status=response.status_code)
        response.content = JSONRenderer().render(body)
        response["Content-Type"] = CONTENT_TYPE
        if "Content-Length" in response:  # of the page that stood there
            response["Content-Length"] = str(len(response.content))
        return response
