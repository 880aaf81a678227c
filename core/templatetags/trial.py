"""What only a trial shows."""

from django import template
from django.urls import reverse

from core import mailbox

register = template.Library()


@register.simple_tag
def mailbox_url() -> str:
    """Return where a trial shows the mails that it sent; empty on a site with a mail server."""
    return reverse("core:dev-mailbox") if mailbox.is_open() else ""
