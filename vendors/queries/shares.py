"""Reads of dashboard shares."""

from datetime import datetime

from core.tokens import hash_of
from kpis.models import Tree
from vendors.models import DashboardShare, DashboardShareQuerySet


def share_for_token(token: str, at: datetime) -> DashboardShare | None:
    """Return the share that this token opens, unless it expired or was revoked."""
    found = DashboardShare.objects.usable(at).filter(token_hash=hash_of(token))
    return found.select_related("tree__client", "engagement__vendor", "engagement__tree").first()


def shares_of(tree: Tree) -> DashboardShareQuerySet:
    """Return the links to a tree's dashboard, the newest first."""
    found = DashboardShare.objects.filter(tree=tree)
    return found.select_related("engagement__vendor", "created_by").order_by("-created_at", "id")
