"""Every write of a tree: one operation takes all commands, so that log, version and undo stay true."""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.domain.refusals import Denied, Refusal
from core.policies import require
from core.tenancy import Actor
from kpis.domain import commands
from kpis.domain.commands import Command, CommandKind
from kpis.domain.tree import InvalidChange, TreeNode
from kpis.domain.tree import Tree as DomainTree
from kpis.models import KPI, Tree, TreeCommand
from kpis.models.choices import TreeStatus
from kpis.operations.scorecards import request_recompute
from kpis.policies import trees as policies
from kpis.queries import fields as fields_module
from kpis.queries import undo as undos
from kpis.queries.trees import history, shape_of

EXAMPLE = Path(__file__).resolve().parent.parent / "demo" / "example_tree.json"
WORDS = {
    CommandKind.ADD: "「{name}」を追加",
    CommandKind.UPDATE: "「{name}」を変更",
    CommandKind.MOVE: "「{name}」を移動",
    CommandKind.DELETE: "「{name}」を削除",
    CommandKind.REORDER: "並び順を変更",
}


def new_key() -> str:
    """Return a key that no other KPI has."""
    return f"kpi-{secrets.token_hex(5)}"


@transaction.atomic
def create_tree(
    *, client_id: UUID, name: str, kgi: Mapping[str, Any], by: Actor, at: datetime
) -> Tree:
    """Start a tree with its goal; `kgi` holds fields of the KPI table, its name among them."""
    require(policies.why_not_work_for(client_id, by))
    tree = Tree.objects.create(
        client_id=client_id, name=name, created_at=at, created_by_id=by.user_id
    )
    _new(tree, None, 0, kgi).save()
    audit.record(
        event="kpis.tree_created",
        target=tree,
        by=by,
        at=at,
        organization_id=client_id,
        summary=f"KPIツリー「{name}」を作りました。",
    )
    return tree


@transaction.atomic
def create_from_example(
    *, client_id: UUID, by: Actor, at: datetime, name: str | None = None
) -> Tree:
    """Start from the example: win new customers with two vendors and the sales department."""
    example = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    fields = {key: value for key, value in example.items() if key != "children"}
    tree = create_tree(
        client_id=client_id,
        name=name or str(example["name"]),
        kgi=fields_module.from_json(fields),
        by=by,
        at=at,
    )
    _add_children(tree, undos.goal_of(tree), example["children"])
    return tree


def _add_children(tree: Tree, parent: KPI, children: list[dict[str, Any]]) -> None:
    for place, child in enumerate(children):
        fields = {key: value for key, value in child.items() if key != "children"}
        kpi = _new(tree, parent, (place + 1) * 10, fields_module.from_json(fields))
        kpi.save()
        _add_children(tree, kpi, child.get("children", []))


def _new(tree: Tree, parent: KPI | None, position: int, fields: Mapping[str, Any]) -> KPI:
    values = {"key": new_key(), **fields}
    kpi = KPI(tree=tree, parent=parent, position=position, **values)
    kpi.clean_fields(exclude=["parent", "tree", "deleted_at"])
    return kpi


def add_command(tree: Tree, parent_id: UUID, fields: Mapping[str, Any]) -> Command:
    """Return the command that adds a KPI last below the parent."""
    blank = fields_module.fields_of(KPI(key=new_key(), weight=Decimal(1)))
    return commands.add_node(
        shape_of(tree),
        str(uuid4()),
        str(parent_id),
        {**blank, **fields_module.to_json(fields)},
    )


@transaction.atomic
def change_tree(
    *, tree: Tree, command: Command, version: int, by: Actor, at: datetime
) -> TreeCommand:
    """Do one command on the version that its author saw; a stale one is refused with what changed.

    Raises Denied (409) when the version is old or the command does not fit the tree.
    """
    tree = Tree.objects.select_for_update().get(pk=tree.pk)
    require(policies.why_not_edit(tree, by))
    require(_why_not_version(tree, version))
    return _do(tree, command, undoes=None, by=by, at=at)


@transaction.atomic
def undo(*, tree: Tree, version: int, by: Actor, at: datetime) -> TreeCommand:
    """Take back the actor's own newest command."""
    tree = Tree.objects.select_for_update().get(pk=tree.pk)
    require(policies.why_not_edit(tree, by))
    require(_why_not_version(tree, version))
    last = undos.undoable(tree, by)
    if last is None:
        raise Denied(Refusal("kpis.nothing_to_undo", _("元に戻せる操作はありません。"), 409))
    return _do(tree, _command(last.inverse), undoes=last, by=by, at=at)


@transaction.atomic
def redo(*, tree: Tree, version: int, by: Actor, at: datetime) -> TreeCommand:
    """Do again what the actor's last undo took back."""
    tree = Tree.objects.select_for_update().get(pk=tree.pk)
    require(policies.why_not_edit(tree, by))
    require(_why_not_version(tree, version))
    last = undos.redoable(tree, by)
    if last is None or last.undoes is None:
        raise Denied(Refusal("kpis.nothing_to_redo", _("やり直せる操作はありません。"), 409))
    return _do(tree, _command(last.undoes.payload), undoes=None, by=by, at=at)


@transaction.atomic
def set_status(*, tree: Tree, status: TreeStatus, by: Actor, at: datetime) -> Tree:
    """Archive a tree, or take it out of the archive."""
    tree = Tree.objects.select_for_update().get(pk=tree.pk)
    require(policies.why_not_work_for(tree.client_id, by))
    tree.status = status
    tree.save(update_fields=["status"])
    audit.record(
        event="kpis.tree_status",
        target=tree,
        by=by,
        at=at,
        organization_id=tree.client_id,
        summary=f"KPIツリー「{tree.name}」を「{TreeStatus(status).label}」にしました。",
    )
    return tree


def _why_not_version(tree: Tree, version: int) -> Refusal | None:
    if version == tree.version:
        return None
    changes = [
        _("%(when)s %(who)s：%(what)s")
        % {
            "when": f"{timezone.localtime(one.at):%m/%d %H:%M}",
            "who": one.by_user or _("システム"),
            "what": one.summary,
        }
        for one in history(tree).filter(version__gt=version).reverse()
    ]
    text = _(
        "この画面を開いたあとに、ツリーが変更されています。読み込み直してからもう一度お試しください。"
    )
    return Refusal("kpis.stale", text + " " + "、".join(changes), 409)


def _command(data: Mapping[str, Any]) -> Command:
    return Command(CommandKind(data["kind"]), data["payload"])


def _do(
    tree: Tree, command: Command, *, undoes: TreeCommand | None, by: Actor, at: datetime
) -> TreeCommand:
    before = shape_of(tree)
    try:
        after = commands.apply(command, before)
        inverse = commands.inverse(command, before)
    except InvalidChange as error:
        raise Denied(policies.problem(error.problem)) from error
    if not after.nodes:
        raise Denied(Refusal("kpis.goal_stays", _("KGIは削除できません。"), 409))
    _write(tree, before, after, at=at)
    tree.version += 1
    tree.save(update_fields=["version"])
    summary = _summary(command, before, after)
    entry = TreeCommand.objects.create(
        tree=tree,
        version=tree.version,
        kind=command.kind.value,
        payload={"kind": command.kind.value, "payload": dict(command.payload)},
        inverse={"kind": inverse.kind.value, "payload": dict(inverse.payload)},
        summary=f"{summary}（元に戻す）" if undoes else summary,
        by_user_id=by.user_id,
        at=at,
        undoes=undoes,
    )
    request_recompute(tree=tree, by=by, at=at)
    audit.record(
        event="kpis.tree_changed",
        target=tree,
        by=by,
        at=at,
        organization_id=tree.client_id,
        summary=f"「{tree.name}」：{entry.summary}しました。",
        data={"version": tree.version, "kind": command.kind.value},
    )
    return entry


def _summary(command: Command, before: DomainTree, after: DomainTree) -> str:
    touched = commands.touched(command)
    tops = [one for one in touched if one in (after.nodes or before.nodes)] or list(touched)
    known = {**before.nodes, **after.nodes}
    names = [str(known[one].fields.get("name", "")) for one in tops if one in known]
    return WORDS[command.kind].format(name=names[0] if names else "")


def _write(tree: Tree, before: DomainTree, after: DomainTree, *, at: datetime) -> None:
    """Bring the rows from one state to the other; deleted ones stay, with their measurements."""
    gone = [UUID(one) for one in before.nodes if one not in after.nodes]
    KPI.objects.filter(pk__in=gone).update(deleted_at=at)
    changed = [node for node, _depth in after.preorder() if before.nodes.get(node.id) != node]
    existing = KPI.objects.in_bulk([UUID(node.id) for node in changed])
    for node in changed:  # parents come first
        _save(tree, node, existing.get(UUID(node.id)))


def _save(tree: Tree, node: TreeNode, kpi: KPI | None) -> None:
    if kpi is None:
        kpi = KPI(pk=UUID(node.id), tree=tree)
        kpi._state.adding = True
    elif kpi.tree_id != tree.pk:
        raise Denied(Refusal("kpis.other_tree", _("ほかのツリーのKPIは変更できません。"), 409))
    for name, value in fields_module.from_json(node.fields).items():
        setattr(kpi, name, value)
    kpi.parent_id = UUID(node.parent_id) if node.parent_id else None
    kpi.position, kpi.deleted_at = node.position, None
    kpi.clean_fields(exclude=["parent", "tree", "responsible_organization", "deleted_at"])
    kpi.save()
