"""Reads of reviews."""

from django.db.models import Case, F, Q, Value, When

from core.tenancy import Actor
from reviews.models import Review, ReviewQuerySet, ReviewStatus


def reviews(actor: Actor, *, search: str = "", status: str = "") -> ReviewQuerySet:
    """Return the reviews of the actor's side: what lies ahead first, then the newest."""
    found = Review.objects.visible_to(actor).select_related(
        "cycle", "client", "tree", "engagement__vendor"
    )
    if search:
        found = found.filter(
            Q(cycle__name__icontains=search)
            | Q(tree__name__icontains=search)
            | Q(engagement__vendor__name__icontains=search)
        )
    if status in ReviewStatus.values:
        found = found.filter(status=status)
    is_closed = Case(When(status=ReviewStatus.CLOSED, then=Value(1)), default=Value(0))
    return found.order_by(is_closed, F("period_start").desc(), "scheduled_on", "id")
