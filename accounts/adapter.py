"""How allauth works on this site: its mails go through the outbox like all others."""

import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.template.loader import render_to_string
from django.utils import timezone

from core import outbox


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sends allauth's mails (confirmation, password reset) through the outbox."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Render now, while the request is at hand, and queue the result."""
        context = {**context, "email": email}
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
        )
