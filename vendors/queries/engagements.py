"""Reads of engagements, and of what can be promised in one."""

from datetime import date
from uuid import UUID

from django.db.models import Q

from core.tenancy import Actor
from kpis.models import KPI, Tree
from kpis.queries.trees import outline
from vendors.domain.promises import SCORED_DIRECTIONS
from vendors.models import Engagement, EngagementQuerySet, EngagementStatus


def engagements(actor: Actor, *, search: str = "", status: str = "") -> EngagementQuerySet:
    """Return the engagements of the actor's side, the newest first."""
    found = Engagement.objects.visible_to(actor).select_related("client", "vendor", "tree")
    if search:
        other = "client" if actor.is_vendor else "vendor"
        found = found.filter(
            Q(title__icontains=search) | Q(**{f"{other}__name__icontains": search})
        )
    if status in EngagementStatus.values:
        found = found.filter(status=status)
    return found.order_by("-starts_on", "title", "id")


def promisable_kpis(tree: Tree) -> list[KPI]:
    """Return the KPIs of a tree for which one level can be promised, in the tree's order."""
    scored = {one.value for one in SCORED_DIRECTIONS}
    return [row.kpi for row in outline(tree, date.min) if row.kpi.direction in scored]


def as_uuid(text: str) -> UUID | None:
    """Return the id that a query names, or None when it is no id."""
    try:
        return UUID(text)
    except ValueError:
        return None


def longest_months(tree: Tree) -> int | None:
    """Return how many months the longest order of the tree runs that has not ended, or None."""
    running = Engagement.objects.filter(tree=tree).exclude(status=EngagementStatus.ENDED)
    spans = running.values_list("starts_on", "ends_on")
    return max(
        ((last.year - first.year) * 12 + last.month - first.month for first, last in spans),
        default=None,
    )
