"""The commands of the tree editor: each is made on a version, logged with its inverse, undoable."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from core.domain.refusals import Denied, Refusal
from core.policies import require
from core.tenancy import Actor
from kpis import wording
from kpis.domain import commands
from kpis.domain.commands import Command, CommandKind
from kpis.domain.history import colliding, fitted
from kpis.domain.tree import InvalidChange, Json, TreeNode, TreeProblem
from kpis.domain.tree import Tree as Shape
from kpis.models import KPI, Tree, TreeCommand
from kpis.operations.tree_log import commit, conclude, locked
from kpis.policies import trees as policies
from kpis.queries import trees as queries
from kpis.queries.fields import (
    CODECS,
    EDITABLE,
    INHERITED,
    attribute,
    fields_of,
    from_json,
    to_json,
)


class Shift(StrEnum):
    """A move by one place."""

    UP = "up"
    DOWN = "down"
    IN = "in"
    OUT = "out"


def new_key() -> str:
    """Return a key that no other KPI has."""
    return f"kpi_{secrets.token_hex(5)}"


@transaction.atomic
def add_kpi(
    *,
    tree: Tree,
    version: int,
    parent_id: UUID,
    fields: Mapping[str, Any],
    index: int | None = None,
    node_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> KPI:
    """Add a KPI below another one, last or as the index-th child; it takes over who is responsible.

    An editor that shows it before the answer comes may choose its id.
    """
    tree = locked(tree=tree, version=version, by=by)
    require(policies.why_not_id(node_id))
    before = queries.shape_of(tree)
    node_id, after, summary = _add(
        tree,
        before,
        parent_id=parent_id,
        fields=fields,
        index=index,
        node_id=node_id or uuid4(),
        by=by,
        at=at,
    )
    conclude(tree=tree, before=before, after=after, summary=summary, by=by, at=at)
    return KPI.objects.get(pk=node_id)


@transaction.atomic
def add_kpis(
    *,
    tree: Tree,
    version: int,
    parent_id: UUID,
    many: Sequence[Mapping[str, Any]],
    by: Actor,
    at: datetime,
) -> list[KPI]:
    """Add several KPIs below another one, in their order; each can be undone by itself."""
    tree = locked(tree=tree, version=version, by=by)
    before = after = queries.shape_of(tree)
    ids = []
    for fields in many:
        node_id, after, _summary = _add(
            tree,
            after,
            parent_id=parent_id,
            fields=fields,
            index=None,
            node_id=uuid4(),
            by=by,
            at=at,
        )
        ids.append(node_id)
    summary = f"KPIを{len(ids)}件追加"
    conclude(tree=tree, before=before, after=after, summary=summary, by=by, at=at)
    found = KPI.objects.in_bulk(ids)
    return [found[one] for one in ids]


def _add(
    tree: Tree,
    before: Shape,
    *,
    parent_id: UUID,
    fields: Mapping[str, Any],
    index: int | None,
    node_id: UUID,
    by: Actor,
    at: datetime,
) -> tuple[UUID, Shape, str]:
    parent = before.nodes.get(str(parent_id))
    if parent is None:
        raise policies.does_not_fit(TreeProblem.UNKNOWN_PARENT)
    values = _new_fields(tree, parent, fields)
    command = commands.add_node(before, str(node_id), parent.id, values, index)
    summary = f"{wording.short(values['name'])}を{wording.short(parent.fields['name'])}の下に追加"
    after = commit(tree=tree, before=before, command=command, summary=summary, by=by, at=at)
    return node_id, after, summary


def _new_fields(tree: Tree, parent: TreeNode, fields: Mapping[str, Any]) -> dict[str, Json]:
    values = {
        **fields_of(KPI(key=new_key())),
        **{name: parent.fields[name] for name in INHERITED},
        **_checked(tree, None, fields),
    }
    kpi = KPI(tree=tree, **from_json(values))
    require(policies.why_not_these_fields(kpi))
    require(policies.why_not_units(kpi))
    return values


@transaction.atomic
def update_kpi(
    *, kpi: KPI, version: int, fields: Mapping[str, Any], by: Actor, at: datetime
) -> KPI:
    """Give fields of a KPI new values; values that are the same already change nothing."""
    tree = locked(tree=kpi.tree, version=version, by=by)
    before = queries.shape_of(tree)
    command = update_command(tree, before, kpi, fields, by)
    if command is None:
        return kpi
    summary = wording.command_summary(command, before)
    do(tree=tree, before=before, command=command, summary=summary, by=by, at=at)
    return kpi


def update_command(
    tree: Tree, before: Shape, kpi: KPI, fields: Mapping[str, Any], actor: Actor
) -> Command | None:
    """Set the fields on the KPI and return the command that does it; None when nothing changes."""
    node = _node(before, kpi)
    wanted = _checked(tree, node, fields)
    changed = {name: value for name, value in wanted.items() if node.fields[name] != value}
    if not changed:
        return None
    kpi.refresh_from_db()
    if not actor.is_system:  # both signatures act as the system
        require(policies.why_not_redefine(kpi, changed))
    for name in changed:
        setattr(kpi, attribute(name), fields[name])
    require(policies.why_not_these_fields(kpi))
    if policies.COMPOSING & changed.keys():
        require(policies.why_not_units(kpi))
    return commands.update_node(node.id, changed)


def add_command(
    tree: Tree, parent_id: UUID, fields: Mapping[str, Any], index: int | None = None
) -> Command:
    """Return the command that adds a KPI with these fields below the parent."""
    before = queries.shape_of(tree)
    parent = before.nodes.get(str(parent_id))
    if parent is None:
        raise policies.does_not_fit(TreeProblem.UNKNOWN_PARENT)
    values = _new_fields(tree, parent, fields)
    return commands.add_node(before, str(uuid4()), parent.id, values, index)


@transaction.atomic
def change_tree(
    *, tree: Tree, command: Command, version: int, by: Actor, at: datetime
) -> TreeCommand:
    """Do one ready-made command; floors above use it, so that their changes stand in the log."""
    tree = locked(tree=tree, version=version, by=by)
    before = queries.shape_of(tree)
    do(tree=tree, before=before, command=command, by=by, at=at)
    return TreeCommand.objects.get(tree=tree, version=tree.version)


@transaction.atomic
def do(
    *,
    tree: Tree,
    before: Shape,
    command: Command,
    summary: str | None = None,
    by: Actor,
    at: datetime,
) -> Shape:
    """Do one command on a tree that is held, and tell what it did."""
    summary = summary or wording.command_summary(command, before)
    after = commit(tree=tree, before=before, command=command, summary=summary, by=by, at=at)
    conclude(tree=tree, before=before, after=after, summary=summary, by=by, at=at)
    return after


@transaction.atomic
def move_kpi(
    *,
    kpi: KPI,
    version: int,
    parent_id: UUID,
    index: int | None = None,
    by: Actor,
    at: datetime,
) -> KPI:
    """Put a KPI with all below it under another parent, last or as the index-th child."""
    tree = locked(tree=kpi.tree, version=version, by=by)
    before = queries.shape_of(tree)
    return _move(tree, before, _node(before, kpi), str(parent_id), index, by=by, at=at)


@transaction.atomic
def shift_kpi(*, kpi: KPI, version: int, shift: Shift, by: Actor, at: datetime) -> KPI:
    """Move a KPI one place up or down among its siblings, or one level in or out."""
    tree = locked(tree=kpi.tree, version=version, by=by)
    before = queries.shape_of(tree)
    node = _node(before, kpi)
    place = _shifted(before, node, shift)
    if place is None:
        raise Denied(Refusal("kpis.no_place", _("この方向には、これ以上移動できません。"), 409))
    return _move(tree, before, node, place[0], place[1], by=by, at=at)


def _shifted(before: Shape, node: TreeNode, shift: Shift) -> tuple[str, int | None] | None:
    """Return parent and index where the node goes, or None at the edge."""
    if node.parent_id is None:
        return None
    siblings = [one.id for one in before.children(node.parent_id)]
    place = siblings.index(node.id)
    if shift is Shift.UP:
        return (node.parent_id, place - 1) if place > 0 else None
    if shift is Shift.DOWN:
        return (node.parent_id, place + 1) if place + 1 < len(siblings) else None
    if shift is Shift.IN:
        return (siblings[place - 1], None) if place > 0 else None
    parent = before.node(node.parent_id)
    if parent.parent_id is None:
        return None
    aunts = [one.id for one in before.children(parent.parent_id)]
    return parent.parent_id, aunts.index(parent.id) + 1


def _move(
    tree: Tree,
    before: Shape,
    node: TreeNode,
    parent_id: str,
    index: int | None,
    *,
    by: Actor,
    at: datetime,
) -> KPI:
    problem = before.why_not_move(node.id, parent_id)
    if problem is not None:
        raise policies.does_not_fit(problem)
    name = wording.short(node.fields["name"])
    summary = f"{name}の順番を変更"
    if parent_id != node.parent_id:
        parent = wording.short(before.node(parent_id).fields["name"])
        summary = f"{name}を{parent}の下へ移動"
    command = commands.move_node(before, node.id, parent_id, index)
    do(tree=tree, before=before, command=command, summary=summary, by=by, at=at)
    return KPI.objects.get(pk=node.id)


@transaction.atomic
def reorder_kpis(
    *, tree: Tree, version: int, ordered_ids: Sequence[UUID], by: Actor, at: datetime
) -> Tree:
    """Put all children of one KPI into this order."""
    tree = locked(tree=tree, version=version, by=by)
    before = queries.shape_of(tree)
    ids = [str(one) for one in ordered_ids]
    first = before.nodes.get(ids[0]) if ids else None
    siblings = [one.id for one in before.children(first.parent_id)] if first else []
    if first is None or first.parent_id is None or sorted(ids) != sorted(siblings):
        raise Denied(
            Refusal(
                "kpis.reorder", _("並べ替えるKPIは、同じ親の下のすべてを指定してください。"), 422
            )
        )
    parent = wording.short(before.node(first.parent_id).fields["name"])
    summary = f"{parent}の下の並び順を変更"
    command = commands.reorder_children(before, ids)
    do(tree=tree, before=before, command=command, summary=summary, by=by, at=at)
    return tree


@transaction.atomic
def delete_kpi(*, kpi: KPI, version: int, by: Actor, at: datetime) -> int:
    """Delete a KPI with all below it, softly: measurements and targets stay. Returns how many."""
    tree = locked(tree=kpi.tree, version=version, by=by)
    require(policies.why_not_delete(kpi, by))
    before = queries.shape_of(tree)
    node = _node(before, kpi)
    below = len(before.descendants(node.id))
    summary = f"{wording.short(node.fields['name'])}を削除"
    if below:
        summary = f"{wording.short(node.fields['name'])}と下の{below}件を削除"
    command = commands.delete_node(node.id)
    do(tree=tree, before=before, command=command, summary=summary, by=by, at=at)
    return below + 1


@transaction.atomic
def undo(*, tree: Tree, version: int, by: Actor, at: datetime) -> TreeCommand:
    """Take back the actor's own newest command, unless others changed the same things since."""
    tree = locked(tree=tree, version=version, by=by)
    last = queries.reversible(tree, by).undo
    if last is None:
        raise Denied(Refusal("kpis.nothing_to_undo", _("元に戻せる操作はありません。"), 409))
    _reverse(tree, last, f"元に戻す：{last.summary}", by=by, at=at)
    return last


@transaction.atomic
def redo(*, tree: Tree, version: int, by: Actor, at: datetime) -> TreeCommand:
    """Do again what the actor took back last, unless others changed the same things since."""
    tree = locked(tree=tree, version=version, by=by)
    last = queries.reversible(tree, by).redo
    if last is None or last.undoes is None:
        raise Denied(Refusal("kpis.nothing_to_redo", _("やり直せる操作はありません。"), 409))
    summary = last.undoes.summary.removeprefix("やり直し：")
    _reverse(tree, last, f"やり直し：{summary}", by=by, at=at)
    return last.undoes


def _reverse(tree: Tree, last: TreeCommand, summary: str, *, by: Actor, at: datetime) -> None:
    before = queries.shape_of(tree)
    stored = Command(CommandKind(last.inverse["kind"]), last.inverse["payload"])
    command = fitted(stored, before)
    in_the_way = colliding(command, queries.entries_after(tree, last.version), before)
    if in_the_way:
        raise policies.Collision(queries.changes_of([one.id for one in in_the_way]))
    summary = summary.replace("元に戻す：やり直し：", "元に戻す：")
    after = commit(
        tree=tree, before=before, command=command, summary=summary, by=by, at=at, undoes=last
    )
    conclude(tree=tree, before=before, after=after, summary=summary, by=by, at=at)


def _node(before: Shape, kpi: KPI) -> TreeNode:
    try:
        return before.node(str(kpi.pk))
    except InvalidChange as error:
        raise policies.does_not_fit(error.problem) from error


def _checked(tree: Tree, node: TreeNode | None, fields: Mapping[str, Any]) -> dict[str, Json]:
    """Write the fields as JSON, refusing names nobody may set and strangers' organizations."""
    allowed = EDITABLE if node else CODECS
    unknown = [name for name in fields if name not in allowed]
    if unknown:
        raise Denied(
            Refusal(
                "kpis.no_such_field",
                _("「%(name)s」という項目はありません。") % {"name": unknown[0]},
                422,
            )
        )
    organization_id = fields.get("responsible_organization")
    held = node.fields["responsible_organization"] if node else None
    if organization_id is not None and str(organization_id) != held:
        policies.require_known(tree.client_id, [organization_id])
    return to_json(fields)
