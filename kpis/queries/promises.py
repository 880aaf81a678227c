"""Reads of qualitative promises."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from core.tenancy import Actor
from kpis.models import Promise, Tree
from kpis.models.promises import PromiseQuerySet


def promises_of(tree: Tree, actor: Actor) -> PromiseQuerySet:
    """Return the tree's promises, those in force first."""
    found = Promise.objects.visible_to(actor).filter(tree=tree)
    return found.select_related("kpi", "organization").order_by("-retired_at", "created_at", "pk")


def promises_between(tree_id: UUID, vendor_id: UUID, kpi_ids: Collection[UUID]) -> list[Promise]:
    """Return what belongs into an agreement with this vendor about these KPIs.

    Its own promises, and those of nobody in particular beside a KPI of the agreement. What other
    vendors promise, and what the client promises elsewhere in the tree, is not for its eyes.
    """
    found = Promise.objects.standing().filter(tree_id=tree_id)
    found = found.filter(
        Q(organization_id=vendor_id) | Q(organization=None, kpi_id__in=kpi_ids)
    ).exclude(kpi__deleted_at__isnull=False)
    return list(found.select_related("kpi", "organization").order_by("created_at", "pk"))
