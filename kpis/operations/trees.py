"""Make, name, activate and archive trees; what happens inside of one is in `tree_commands`."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit
from core.policies import require
from core.tenancy import Actor
from kpis import wording
from kpis.domain.tree import STEP
from kpis.models import KPI, Target, Tree, TreeCommand
from kpis.models.choices import TreeStatus
from kpis.operations.target_rows import TargetDraft, new_target
from kpis.operations.tree_commands import add_command, change_tree, new_key
from kpis.policies import trees as policies
from kpis.queries.fields import attribute
from kpis.queries.planting import Plan, numbered
from kpis.queries.templates import Template, plan_of

__all__ = [
    "add_command",
    "change_status",
    "change_tree",
    "create_from_template",
    "create_planned_tree",
    "create_tree",
    "rename_tree",
]

EVENTS = {
    TreeStatus.ACTIVE: ("kpis.tree_activated", "運用中"),
    TreeStatus.ARCHIVED: ("kpis.tree_archived", "保管"),
}


@transaction.atomic
def create_tree(
    *,
    client_id: UUID,
    name: str,
    kgi: Mapping[str, Any],
    target: TargetDraft | None = None,
    by: Actor,
    at: datetime,
) -> Tree:
    """Start a tree with its KGI (`kgi` holds the fields) and the KGI's target."""
    tree = _tree(client_id, name, by=by, at=at)
    goal = KPI(tree=tree, **{"key": new_key(), **{attribute(one): kgi[one] for one in kgi}})
    goal.check_settings()
    goal.save(force_insert=True)
    if target is not None:
        new_target(kpi=goal, draft=target, by=by, at=at).save(force_insert=True)
    _audit_created(tree, by=by, at=at)
    return tree


@transaction.atomic
def create_planned_tree(*, client_id: UUID, name: str, plan: Plan, by: Actor, at: datetime) -> Tree:
    """Make a whole tree at once, parents before children, with the targets that the plan names."""
    tree = _tree(client_id, name, by=by, at=at)
    parties = (one.fields.get("responsible_organization") for one in plan)
    policies.require_known(client_id, [one for one in parties if one])
    kpis: list[KPI] = []
    targets: list[Target] = []
    for one, place in numbered(plan):
        fields = {attribute(field): value for field, value in one.fields.items()}
        parent = None if one.parent is None else kpis[one.parent]
        kpi = KPI(tree=tree, parent=parent, position=place * STEP, **{"key": new_key(), **fields})
        kpi.check_settings()
        kpis.append(kpi)
        if one.target is not None:
            targets.append(new_target(kpi=kpi, draft=TargetDraft(**one.target), by=by, at=at))
    KPI.objects.bulk_create(kpis)
    Target.objects.bulk_create(targets)
    _audit_created(tree, by=by, at=at)
    return tree


@transaction.atomic
def create_from_template(
    *,
    client_id: UUID,
    template: Template,
    by: Actor,
    at: datetime,
    name: str = "",
    targets_from: date | None = None,
    organizations: Mapping[str, UUID] | None = None,
) -> Tree:
    """Start from a template.

    With `targets_from` its targets are set, too, valid from that day, and the goal is to be reached
    within a year of it. `organizations` says who stands behind the parties of the example:
    `marketing`, `creative`.
    """
    plan = plan_of(template, targets_from=targets_from, organizations=organizations)
    return create_planned_tree(
        client_id=client_id, name=name or template.name, plan=plan, by=by, at=at
    )


@transaction.atomic
def rename_tree(*, tree: Tree, version: int, name: str, by: Actor, at: datetime) -> Tree:
    """Give the tree another name; the KGI keeps its own."""
    tree = Tree.objects.select_for_update(of=("self",)).get(pk=tree.pk)
    require(policies.why_not_edit_tree(tree, by))
    policies.require_version(tree, version)
    old, tree.name = tree.name, name
    summary = f"ツリー名を{wording.short(old)}から{wording.short(name)}に変更"
    _log(tree, "rename", {"name": name}, {"name": old}, summary, by=by, at=at)
    tree.save(update_fields=["name", "version"])
    _audit(
        tree, "kpis.tree_renamed", f"KPIツリー「{old}」の名前を「{name}」に変更しました。", by, at
    )
    return tree


@transaction.atomic
def change_status(*, tree: Tree, version: int, status: TreeStatus, by: Actor, at: datetime) -> Tree:
    """Take a tree into use, put it into the archive or take it out again."""
    tree = Tree.objects.select_for_update(of=("self",)).get(pk=tree.pk)
    require(policies.why_not_change_status(tree, status, by))
    policies.require_version(tree, version)
    old, tree.status = tree.status, status
    event, word = EVENTS[status]
    summary = f"ツリーの状態を「{word}」に変更"
    _log(tree, "status", {"status": status.value}, {"status": old}, summary, by=by, at=at)
    tree.save(update_fields=["status", "version"])
    _audit(tree, event, f"KPIツリー「{tree.name}」を「{word}」にしました。", by, at)
    return tree


def _tree(client_id: UUID, name: str, *, by: Actor, at: datetime) -> Tree:
    require(policies.why_not_work_for(client_id, by))
    return Tree.objects.create(
        client_id=client_id, name=name, created_at=at, created_by_id=by.user_id
    )


def _log(
    tree: Tree,
    kind: str,
    payload: dict[str, Any],
    before: dict[str, Any],
    summary: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Write the next version into the log; these kinds are not undone by Ctrl+Z."""
    tree.version += 1
    TreeCommand.objects.create(
        tree=tree,
        version=tree.version,
        kind=kind,
        payload=payload,
        inverse={"kind": kind, "payload": before},
        summary=summary,
        by_user_id=by.user_id,
        at=at,
    )


def _audit_created(tree: Tree, *, by: Actor, at: datetime) -> None:
    _audit(tree, "kpis.tree_created", f"KPIツリー「{tree.name}」を作りました。", by, at)


def _audit(tree: Tree, event: str, summary: str, by: Actor, at: datetime) -> None:
    audit.record(
        event=event,
        target=tree,
        by=by,
        at=at,
        organization_id=tree.client_id,
        summary=summary,
        data={"version": tree.version},
    )
