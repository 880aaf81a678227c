"""Middleware of the ground floor: request ids in the log, headers, and refusals as answers."""

import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import structlog
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django_htmx.http import HttpResponseClientRedirect

from core.domain.refusals import Denied

log = structlog.get_logger("request")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
Next = Callable[[HttpRequest], HttpResponse]


class RequestLogMiddleware:
    """Bind a request id to every log line, and write one line per request."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex[:12]
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            match = request.resolver_match
            # The route, never the path: a share token must not reach the log.
            route = match.route if match else "(no route)"
            log.info("request", method=request.method, route=route, status=response.status_code)
        response["X-Request-ID"] = request_id
        return response


class NulMiddleware:
    """PostgreSQL stores no NUL character: an address with one is nobody's honest question."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path:
            raise SuspiciousOperation("NUL in the address")
        return self.get_response(request)


class SecurityHeadersMiddleware:
    """Pages hold tenants' data: no shared cache keeps them."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cache-Control", "private, no-store")
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response


class SignInMiddleware(LoginRequiredMiddleware):
    """Ask the anonymous to sign in; a fragment's request takes the whole page there."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], *arguments: Any
    ) -> HttpResponseBase | None:
        """Send to the sign-in page, and from there back to the page in the address bar."""
        answer = super().process_view(request, view_func, *arguments)
        is_fragment = getattr(request, "htmx", False)
        if answer is None or (request.method in SAFE_METHODS and not is_fragment):
            return answer
        # The page that sent a form can be opened again, the form's own address cannot.
        page = urlsplit(request.headers.get("HX-Current-URL" if is_fragment else "Referer", ""))
        back = urlencode({"next": urlunsplit(page._replace(scheme="", netloc="")) or "/"})
        address = f"{resolve_url(settings.LOGIN_URL)}?{back}"
        return HttpResponseClientRedirect(address) if is_fragment else redirect(address)


class DenialMiddleware:
    """Turn a refused operation into an answer with the reason that the user reads."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_bare = response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content
        if request.method == "GET" and is_bare:  # an address that only takes forms
            page = render(request, "405.html", status=response.status_code)
            page["Allow"] = response.get("Allow", "")
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer Denied with its status; a fragment for HTMX, a page otherwise."""
        if not isinstance(exception, Denied):
            return None
        refusal = exception.refusal
        template = (
            "errors/_refusal.html" if getattr(request, "htmx", False) else "errors/refusal.html"
        )
        return render(request, template, {"refusal": refusal}, status=refusal.status)
