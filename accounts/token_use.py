"""What a request's API token says: who acts, for which organization, and how often this minute."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.queries import actor_of_token, token_named
from core.problems import API_PREFIX
from core.tenancy import ANONYMOUS, Actor

MINUTE = 60


@dataclass(frozen=True, slots=True)
class TokenUse:
    """What became of a token that a request came with; without a token there is nobody."""

    actor: Actor
    token: ApiToken | None = None
    wait: int = 0

    @property
    def user(self) -> User | None:
        """The member for whom the program acts."""
        return self.token.user if self.token else None


def bearer_in(request: HttpRequest) -> str | None:
    """Return what the request calls its token; None for a request of a browser."""
    header = request.headers.get("Authorization")
    if header is None or not request.path.startswith(API_PREFIX):
        return None
    scheme, _space, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def use_token(bearer: str) -> TokenUse:
    """Find out who acts, and count the request; before the transaction that it will run in."""
    now = timezone.now()
    token = token_named(bearer, now)
    actor = actor_of_token(token) if token else None
    if token is None or actor is None:
        return TokenUse(ANONYMOUS)
    today = timezone.localdate(now)
    if token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)
    return TokenUse(actor, token, _wait_of(token))


def _wait_of(token: ApiToken) -> int:
    """Count the request in its minute; return the seconds to wait when there were too many."""
    minute, second = divmod(int(time.time()), MINUTE)
    key = f"api-requests:{token.pk}:{minute}"
    cache.add(key, 0, timeout=2 * MINUTE)
    return MINUTE - second if cache.incr(key) > settings.API_REQUESTS_A_MINUTE else 0
