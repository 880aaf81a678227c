"""What every command on a tree shares: lock, version, rows, log, recomputation, audit.

Parts of the operations in `tree_commands`, in their transaction.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit
from core.policies import require
from core.tenancy import Actor
from kpis.domain import commands
from kpis.domain.commands import Command
from kpis.domain.history import changes_scores
from kpis.domain.tree import InvalidChange, TreeNode
from kpis.domain.tree import Link as Line
from kpis.domain.tree import Tree as Shape
from kpis.models import KPI, Link, Tree, TreeCommand
from kpis.operations.scorecards import request_recompute
from kpis.policies import trees as policies
from kpis.queries.fields import from_json

SUMMARY_LENGTH = 300


def locked(*, tree: Tree, version: int, by: Actor) -> Tree:
    """Hold the tree, after checking that the actor may change it and saw its newest version."""
    tree = Tree.objects.select_for_update(of=("self",)).select_related("client").get(pk=tree.pk)
    require(policies.why_not_edit_tree(tree, by))
    policies.require_version(tree, version)
    return tree


@transaction.atomic
def commit(
    *,
    tree: Tree,
    before: Shape,
    command: Command,
    summary: str,
    by: Actor,
    at: datetime,
    undoes: TreeCommand | None = None,
) -> Shape:
    """Bring the rows to where the command leads, with the next version in the log."""
    try:
        after = commands.apply(command, before)
        inverse = commands.inverse(command, before)
    except InvalidChange as error:
        raise policies.does_not_fit(error.problem) from error
    _write(tree, before, after, at=at)
    tree.version += 1
    tree.save(update_fields=["version"])
    TreeCommand.objects.create(
        tree=tree,
        version=tree.version,
        kind=command.kind.value,
        payload=dict(command.payload),
        inverse={"kind": inverse.kind.value, "payload": dict(inverse.payload)},
        summary=summary[:SUMMARY_LENGTH],
        by_user_id=by.user_id,
        at=at,
        undoes=undoes,
    )
    return after


@transaction.atomic
def conclude(
    *, tree: Tree, before: Shape, after: Shape, summary: str, by: Actor, at: datetime
) -> None:
    """Have the scores computed anew where they may change, and write the audit event."""
    if changes_scores(before, after):
        request_recompute(tree=tree, by=by, at=at)
    audit.record(
        event="kpis.tree_changed",
        target=tree,
        by=by,
        at=at,
        organization_id=tree.client_id,
        summary=f"KPIツリー「{tree.name}」：{summary}しました。",
        data={"version": tree.version},
    )


def _write(tree: Tree, before: Shape, after: Shape, *, at: datetime) -> None:
    """Change only the rows that differ; deleted ones stay, with measurements and targets."""
    lost = [UUID(key) for key in before.links.keys() - after.links.keys()]
    if lost:
        Link.objects.filter(tree=tree, pk__in=lost).delete()
    gone = [UUID(key) for key in before.nodes.keys() - after.nodes.keys()]
    if gone:
        KPI.objects.filter(tree=tree, pk__in=gone).update(deleted_at=at)
    new = [node for key, node in after.nodes.items() if key not in before.nodes]
    if new:
        _add(tree, new)
    changed = [
        (before.nodes[key], node)
        for key, node in after.nodes.items()
        if key in before.nodes and before.nodes[key] != node
    ]
    if changed:
        _update(tree, changed)
    drawn = [link for key, link in after.links.items() if key not in before.links]
    if drawn:
        Link.objects.bulk_create(_link(tree, link) for link in drawn)


def _link(tree: Tree, link: Line) -> Link:
    return Link(
        id=UUID(link.id),
        tree=tree,
        node_id=UUID(link.node_id),
        target_id=UUID(link.target_id),
        kind=link.kind.value,
        note=link.note,
    )


def _add(tree: Tree, nodes: Iterable[TreeNode]) -> None:
    """Make rows, or bring back those that a deletion had put aside."""
    kpis = [_row(tree, node) for node in nodes]
    known = set(
        KPI.objects.filter(tree=tree, pk__in=[kpi.pk for kpi in kpis]).values_list("pk", flat=True)
    )
    KPI.objects.bulk_create([kpi for kpi in kpis if kpi.pk not in known])
    KPI.objects.bulk_update([kpi for kpi in kpis if kpi.pk in known], COLUMNS)


def _update(tree: Tree, changed: Iterable[tuple[TreeNode, TreeNode]]) -> None:
    columns: set[str] = set()
    rows = []
    for old, new in changed:
        if (old.parent_id, old.position) != (new.parent_id, new.position):
            columns |= {"parent", "position"}
        fields = {name: value for name, value in new.fields.items() if old.fields[name] != value}
        columns |= set(fields)
        rows.append(_row(tree, new))
    KPI.objects.bulk_update(rows, sorted(columns))


COLUMNS = [
    field.name for field in KPI._meta.concrete_fields if field.name not in {"id", "tree", "key"}
]


def _row(tree: Tree, node: TreeNode) -> KPI:
    values: dict[str, Any] = from_json(node.fields)
    parent_id = UUID(node.parent_id) if node.parent_id else None
    kpi = KPI(id=UUID(node.id), tree=tree, parent_id=parent_id, position=node.position, **values)
    kpi.check_settings()
    return kpi
