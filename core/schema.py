"""How the API describes itself: keys on writes and problems as errors stand on every operation."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from core.api import ProblemOutput
from core.middleware import SAFE_METHODS

KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="The same key with the same request gets the same answer for 24 hours.",
)
PROBLEM_MEDIA = "application/problem+json"
READS = {"401": "No usable token or session.", "429": "Too many requests; see Retry-After."}
WRITES = {"400": "The body is not right.", "422": "The values do not fit."} | READS


class ApiSchema(AutoSchema):
    """The description of one operation."""

    def get_override_parameters(self) -> list[Any]:
        """Add the header that makes a write repeatable."""
        own = list(super().get_override_parameters())
        return own if self.method in SAFE_METHODS else [*own, KEY]

    def get_tags(self) -> list[str]:
        """Group by subject: the first word of the operation's id."""
        subject = str(self.get_operation_id()).split("_", maxsplit=1)[0]
        return [subject]

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        known = READS if self.method in SAFE_METHODS else WRITES
        for status, words in known.items():
            if status not in bodies:
                answer = OpenApiResponse(ProblemOutput, words)
                bodies[status] = self._get_response_for_code(  # type: ignore[no-untyped-call]
                    answer, status, direction=direction
                )
        return {status: _as_problem(status, body) for status, body in sorted(bodies.items())}


def _as_problem(status: str, body: dict[str, Any]) -> dict[str, Any]:
    """Errors have a media type of their own."""
    if not status.startswith(("4", "5")) or "content" not in body:
        return body
    (schema,) = list(body["content"].values())[:1]
    return {**body, "content": {PROBLEM_MEDIA: schema}}
