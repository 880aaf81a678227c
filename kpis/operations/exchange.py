"""Save a tree that came from outside: as a tree of its own, or as one branch, in one piece."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.domain.refusals import Denied, Refusal
from core.policies import require
from core.tenancy import Actor
from kpis import wording
from kpis.domain import commands
from kpis.domain.commands import Command
from kpis.domain.exchange.plan import Plan, PlannedKPI
from kpis.domain.tree import STEP, Link, TreeNode, TreeProblem, position_at
from kpis.domain.tree import Tree as Shape
from kpis.models import KPI, Target, Tree
from kpis.models import Link as LinkRow
from kpis.models.choices import RationaleKind
from kpis.operations.target_rows import TargetDraft, new_target
from kpis.operations.tree_log import commit, conclude, locked
from kpis.policies import trees as policies
from kpis.queries import trees as tree_queries
from kpis.queries.exchange import NUMBERS, target_rows, unsaved
from kpis.queries.fields import node_of


@transaction.atomic
def import_tree(*, client_id: UUID, name: str, plan: Plan, by: Actor, at: datetime) -> Tree:
    """Make a tree of the plan, with its targets; a plan with anything to mend is refused whole."""
    require(policies.why_not_work_for(client_id, by))
    _require_ready(plan)
    tree = Tree.objects.create(
        client_id=client_id, name=name, created_at=at, created_by_id=by.user_id
    )
    kpis = unsaved(tree, plan)
    _require_known(tree, kpis)
    for kpi in kpis:
        kpi.check_settings()
    KPI.objects.bulk_create(kpis)
    _draw_links(tree, kpis, plan)
    _set_targets(kpis, plan, by=by, at=at)
    audit.record(
        event="kpis.tree_created",
        target=tree,
        by=by,
        at=at,
        organization_id=tree.client_id,
        summary=f"KPIツリー「{tree.name}」を取り込んで作りました（{len(kpis)}件）。",
        data={"version": tree.version, "kpis": len(kpis)},
    )
    return tree


@transaction.atomic
def import_branch(
    *, tree: Tree, parent_id: UUID, version: int, plan: Plan, by: Actor, at: datetime
) -> KPI:
    """Put the plan below a KPI as its last branches: one command, which one undo takes back."""
    tree = locked(tree=tree, version=version, by=by)
    _require_ready(plan)
    before = tree_queries.shape_of(tree)
    parent = KPI.objects.living().filter(tree=tree, pk=parent_id).first()
    if parent is None:
        raise policies.does_not_fit(TreeProblem.UNKNOWN_PARENT)
    kpis = unsaved(tree, plan, parent=parent)
    _require_known(tree, kpis)
    command = _added(before, parent, kpis, _links(kpis, plan, before))
    summary = f"{wording.short(kpis[0].name)}など{len(kpis)}件を{wording.short(parent.name)}の下に取り込み"
    after = commit(tree=tree, before=before, command=command, summary=summary, by=by, at=at)
    _set_targets(kpis, plan, by=by, at=at)
    conclude(tree=tree, before=before, after=after, summary=summary, by=by, at=at)
    return KPI.objects.get(pk=kpis[0].pk)


def _added(before: Shape, parent: KPI, kpis: Sequence[KPI], links: Sequence[Link]) -> Command:
    """One addition for each top, with what is below it, and then the lines."""
    siblings = before.children(str(parent.pk))
    last, _moved = position_at(siblings, len(siblings))
    branches: list[list[TreeNode]] = []
    for kpi in kpis:
        if kpi.parent_id == parent.pk:
            kpi.position = last + len(branches) * STEP
            branches.append([])
        branches[-1].append(node_of(kpi))
    return commands.batch(
        [
            *(commands.add_nodes(nodes, {}) for nodes in branches),
            *(commands.link_nodes(link) for link in links),
        ]
    )


def _links(kpis: Sequence[KPI], plan: Plan, before: Shape | None = None) -> list[Link]:
    """Return the planned lines between KPIs, new ones or those of the tree before."""
    ids = {str(node.fields["key"]): node.id for node in before.nodes.values()} if before else {}
    ids |= {kpi.key: str(kpi.pk) for kpi in kpis}
    return [
        Link(str(uuid4()), str(kpi.pk), ids[link.key], link.kind, link.note)
        for kpi, planned in zip(kpis, plan.kpis, strict=True)
        for link in planned.links
    ]


def _draw_links(tree: Tree, kpis: Sequence[KPI], plan: Plan) -> None:
    LinkRow.objects.bulk_create(
        LinkRow(
            id=UUID(one.id),
            tree=tree,
            node_id=UUID(one.node_id),
            target_id=UUID(one.target_id),
            kind=one.kind.value,
            note=one.note,
        )
        for one in _links(kpis, plan)
    )


def _require_ready(plan: Plan) -> None:
    if plan.errors:
        first = plan.errors[0]
        place = _("%(row)d行目：") % {"row": first.row} if first.row else ""
        raise Denied(Refusal(f"kpis.import_{first.code}", f"{place}{first.text(_)}", 422))


def _require_known(tree: Tree, kpis: list[KPI]) -> None:
    named = [pk for one in kpis if (pk := one.responsible_organization_id) is not None]
    policies.require_known(tree.client_id, named)


def _set_targets(kpis: list[KPI], plan: Plan, *, by: Actor, at: datetime) -> None:
    """Set the targets of new KPIs: no month was scored with another one."""
    targets: list[Target] = []
    for kpi, planned in zip(kpis, plan.kpis, strict=True):
        targets += [new_target(kpi=kpi, draft=one, by=by, at=at) for one in _drafts(kpi, planned)]
    Target.objects.bulk_create(targets)


def _drafts(kpi: KPI, planned: PlannedKPI) -> list[TargetDraft]:
    return [
        TargetDraft(
            valid_from=one.valid_from,
            rationale_kind=RationaleKind(one.rationale_kind),
            rationale=one.rationale,
            **{name: getattr(one, name) for name in NUMBERS},
        )
        for one in target_rows(kpi, planned)
    ]
