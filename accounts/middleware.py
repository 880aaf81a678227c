"""Each request runs in a transaction that knows who acts, for which organizations."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.models import User
from accounts.queries import actor_for
from core import tenancy

Next = Callable[[HttpRequest], HttpResponse]
SESSION_KEY = "organization_id"
INVITATION_KEY = "invitation"
HEALTH_PATHS = frozenset({"/healthz", "/readyz"})


class ActorMiddleware:
    """Set `request.actor`, and the same in the database, for this request only."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in HEALTH_PATHS:
            return self.get_response(request)
        actor = tenancy.ANONYMOUS
        if isinstance(request.user, User):
            actor = actor_for(request.user, request.session.get(SESSION_KEY))
        request.actor = actor  # type: ignore[attr-defined]
        with tenancy.acting(actor):
            return self.get_response(request)
