"""Each request runs in a transaction that knows who acts, for which organizations."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.models import Organization, User
from accounts.queries import actor_for
from accounts.token_use import TokenUse, bearer_in, use_token
from core import tenancy
from core.middleware import SAFE_METHODS
from core.tenancy import Actor

Next = Callable[[HttpRequest], HttpResponse]
SESSION_KEY = "organization_id"
INVITATION_KEY = "invitation"
HEALTH_PATHS = frozenset({"/healthz", "/readyz"})


class ActorMiddleware:
    """Set `request.actor`, and the same in the database, for this request only.

    Who was taken out of the chosen organization goes on in another one, and is told so; what a
    page left open sends is not done there.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in HEALTH_PATHS:
            return self.get_response(request)
        actor = tenancy.ANONYMOUS
        use: TokenUse | None = None
        if (bearer := bearer_in(request)) is not None:  # then the session counts for nothing
            use = use_token(bearer)
            actor = use.actor
        elif isinstance(request.user, User):
            chosen = request.session.get(SESSION_KEY)
            actor = actor_for(request.user, chosen)
            if chosen and str(actor.organization_id) != chosen:
                _tell_of_the_change(request, chosen, actor)
                if request.method not in SAFE_METHODS:
                    return redirect(settings.LOGIN_REDIRECT_URL)
        request.actor = actor  # type: ignore[attr-defined]
        request.token_use = use  # type: ignore[attr-defined]
        with tenancy.acting(actor):
            return self.get_response(request)


def _tell_of_the_change(request: HttpRequest, chosen: str, actor: Actor) -> None:
    del request.session[SESSION_KEY]
    lost = Organization.objects.filter(pk=chosen).first()
    names = {"lost": lost.name if lost else "", "now": actor.organization_name}
    told = _("「%(lost)s」のメンバーではなくなりました。") % names
    if actor.organization_id is not None:
        told = _("「%(lost)s」のメンバーではなくなったため、「%(now)s」に切り替えました。") % names
    messages.warning(request, told)
