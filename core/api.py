"""What every API view shares: problems as answers, idempotent writes, pages of lists."""

from collections.abc import Callable, Sequence
from functools import cache, update_wrapper
from typing import Any

from django.utils import timezone
from rest_framework import decorators, serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.idempotency import once
from core.middleware import SAFE_METHODS
from core.problems import problem_of

View = Callable[..., Any]


def exception_handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Answer with problem details, and undo what the refused request had done so far."""
    response = problem_of(exception)
    if response is not None:
        set_rollback()
    return response


def api_view(methods: Sequence[str]) -> Callable[[View], Any]:
    """Make an API view whose writes happen once for each Idempotency-Key."""

    def decorate(view: View) -> Any:
        def answered(request: Request, /, **kwargs: Any) -> Any:
            if request.method in SAFE_METHODS:
                return view(request, **kwargs)
            return once(request, at=timezone.now(), answer=lambda: view(request, **kwargs))

        made = decorators.api_view(list(methods))(update_wrapper(answered, view))
        made.is_idempotent = True  # type: ignore[attr-defined]
        return made

    return decorate


class Pages(PageNumberPagination):
    """Pages of a list: `page` and `page_size`, 50 rows unless asked, 200 at most."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class ErrorOutput(serializers.Serializer[Any]):
    """What is wrong with one place of the body."""

    pointer = serializers.CharField(help_text="JSON pointer into the body; empty for all of it.")
    detail = serializers.CharField()
    code = serializers.CharField()


class ProblemOutput(serializers.Serializer[Any]):
    """Why a request was not answered (RFC 9457)."""

    type = serializers.URLField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = ErrorOutput(many=True, required=False)  # type: ignore[assignment]


@cache
def page_of(row: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """Return the shape of one page of these rows."""
    name = row.__name__.removesuffix("Output")
    return type(
        f"{name}PageOutput",
        (serializers.Serializer,),
        {
            "__doc__": f"One page of {name}.",
            "count": serializers.IntegerField(),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": row(many=True),
        },
    )


def paged(request: Request, rows: Any, output: type[serializers.Serializer[Any]]) -> Response:
    """Answer with the page of the rows that was asked for; the rows come in a stable order."""
    paginator = Pages()
    page: Any = paginator.paginate_queryset(rows, request)
    return paginator.get_paginated_response(output(page, many=True).data)
