"""Changes of a tree as a whole, in its log: each gets the next version, and none is undone by keys.

Parts of the operations on plans, in their transaction.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from core import audit
from core.tenancy import Actor
from kpis.models import Tree, TreeCommand
from kpis.operations.tree_log import SUMMARY_LENGTH

SETTINGS = ("outsourcing_type", "phase", "band_met", "band_near", "band_improve")


@transaction.atomic
def log_settings(
    *,
    tree: Tree,
    kind: str,
    after: Mapping[str, Any],
    before: Mapping[str, Any],
    summary: str,
    by: Actor,
    at: datetime,
) -> TreeCommand:
    """Write the tree with its next version, one line in its log and the audit event."""
    tree.version += 1
    tree.save(update_fields=["version", *SETTINGS])
    command = TreeCommand.objects.create(
        tree=tree,
        version=tree.version,
        kind=kind,
        payload=dict(after),
        inverse={"kind": kind, "payload": dict(before)},
        summary=summary[:SUMMARY_LENGTH],
        by_user_id=by.user_id,
        at=at,
    )
    audit.record(
        event="kpis.tree_changed",
        target=tree,
        by=by,
        at=at,
        organization_id=tree.client_id,
        summary=f"KPIツリー「{tree.name}」：{summary}しました。",
        data={"version": tree.version},
    )
    return command
