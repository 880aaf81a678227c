"""A person's own notices in the active organization."""

from core.tenancy import Actor
from reviews.models import Reminder, ReminderQuerySet


def notices(actor: Actor) -> ReminderQuerySet:
    """Return the notices, newest first."""
    return Reminder.objects.visible_to(actor).order_by("-created_at", "id")


def unread_count(actor: Actor) -> int:
    """Return how many notices wait, for the header: one query, none for the anonymous."""
    if actor.user_id is None or actor.organization_id is None:
        return 0
    return Reminder.objects.visible_to(actor).unread().count()
