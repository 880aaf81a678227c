"""How allauth works on this site: mails through the outbox, and where people go after sign-in."""

import hashlib
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from accounts.middleware import INVITATION_KEY
from core import outbox


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sends allauth's mails (confirmation, password reset) through the outbox."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Render now, while the request is at hand, and queue the result."""
        context = {**context, "email": email, "base_url": settings.BASE_URL}
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", context).split())
        body = render_to_string(f"{template_prefix}_message.txt", context)
        now = timezone.now()
        digest = hashlib.sha256(f"{email}{now.isoformat()}{body}".encode()).hexdigest()
        outbox.mail(
            template="account/rendered",
            to=email,
            context={"subject": subject, "body": body},
            key=f"account:{digest}",
            due_at=now,
            language=get_language() or settings.LANGUAGE_CODE,
        )

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Go on with the invitation that brought this person here, else to the first page."""
        if INVITATION_KEY in request.session:
            return reverse("accounts:invitation-accept")
        return str(super().get_login_redirect_url(request))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """Return the link of a confirmation mail, at the site's own address."""
        return at_own_address(super().get_email_confirmation_url(request, emailconfirmation))

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link of a reset mail, at the site's own address."""
        return at_own_address(super().get_reset_password_from_key_url(key))


def at_own_address(url: str) -> str:
    """Return the same page at BASE_URL: what a request says of its host is not to be trusted."""
    own = urlsplit(settings.BASE_URL)
    return urlsplit(url)._replace(scheme=own.scheme, netloc=own.netloc).geturl()
