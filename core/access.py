"""Every page needs a signed-in person unless its view says `@public`."""

from django.contrib.auth.decorators import login_not_required as public
from django.http import HttpRequest

from core.tenancy import ANONYMOUS, Actor

__all__ = ["ActorRequest", "actor_of", "public"]


class ActorRequest(HttpRequest):
    """A request after ActorMiddleware: it knows who acts."""

    actor: Actor


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts in this request; a request that met no middleware has no rights."""
    return getattr(request, "actor", ANONYMOUS)
