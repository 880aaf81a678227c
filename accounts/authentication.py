"""Programs sign in with `Authorization: Bearer`: one member, one organization, one scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.throttling import BaseThrottle

from accounts.models import ApiToken, User
from core.middleware import SAFE_METHODS

if TYPE_CHECKING:  # the framework's views load this module
    from rest_framework.request import Request
    from rest_framework.views import APIView

    from accounts.token_use import TokenUse

REALM = 'Bearer realm="aimitsu"'


def use_in(request: Request) -> TokenUse | None:
    """Return what the middleware found out about the request's token."""
    return getattr(request._request, "token_use", None)


class BearerAuthentication(BaseAuthentication):
    """The member behind a token. Unknown, expired and revoked ones get the same answer."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return the member, or leave a request without a token to the session."""
        use = use_in(request)
        if use is None:
            return None
        if use.token is None or use.user is None:
            raise AuthenticationFailed(_("APIトークンを確認できません。"))
        return use.user, use.token

    def authenticate_header(self, request: Request) -> str:
        """Tell how to sign in; makes the answer a 401."""
        return REALM


class TokenScope(BasePermission):
    """A token that only reads changes nothing."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Refuse with a reason of its own."""
        token = request.auth
        is_reader = isinstance(token, ApiToken) and token.scope != ApiToken.Scope.WRITE
        if is_reader and request.method not in SAFE_METHODS:
            reason = _("このAPIトークンは読み取り専用です。")
            raise PermissionDenied(reason, code="accounts.token_reads")
        return True


class TokenThrottle(BaseThrottle):
    """So many requests a minute for each token, counted for all processes together."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Let the request pass unless the middleware has counted too many."""
        return self._wait(request) == 0

    def _wait(self, request: Request) -> int:
        use = use_in(request)
        self.seconds = use.wait if use else 0
        return self.seconds

    def wait(self) -> float | None:
        """Return the seconds to the next minute."""
        return float(self.seconds)
