"""Reads of action items."""

from datetime import date
from enum import StrEnum

from django.db.models import Case, Q, Value, When

from core.tenancy import Actor
from reviews.models import ActionItem, ActionItemQuerySet, ActionStatus


class Whose(StrEnum):
    """Which actions a person asks for."""

    MINE = "mine"
    ALL = "all"


def actions(actor: Actor, *, whose: Whose, status: str = "", today: date) -> ActionItemQuerySet:
    """Return actions: what is overdue first, then by due date; the ended ones last.

    One's own are those of the person, and those of the organization that nobody took on yet.
    """
    found = ActionItem.objects.visible_to(actor).select_related(
        "review__cycle", "owner", "owner_organization", "kpi"
    )
    if whose is Whose.MINE:
        found = found.filter(
            Q(owner_id=actor.user_id)
            | Q(owner__isnull=True, owner_organization_id=actor.organization_id)
        )
    if status in ActionStatus.values:
        found = found.filter(status=status)
    rank = Case(
        When(status=ActionStatus.OPEN, due_on__lt=today, then=Value(0)),
        When(status=ActionStatus.OPEN, then=Value(1)),
        default=Value(2),
    )
    return found.order_by(rank, "due_on", "id")
