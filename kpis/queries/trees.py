"""Reads of trees: the list, the outline of one tree, and what others changed in it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery

from accounts.models import Organization
from core.domain.organizations import OrganizationKind
from core.domain.rounding import decimal_text
from core.tenancy import Actor
from kpis.domain import tree as domain
from kpis.domain.commands import Command, CommandKind
from kpis.domain.history import Entry, stacks
from kpis.domain.validity import counts_in
from kpis.models import KPI, Link, Measurement, Target, Tree, TreeCommand
from kpis.models.choices import ResponsibleSide
from kpis.models.trees import TreeCommandQuerySet, TreeQuerySet
from kpis.queries import targets
from kpis.queries.fields import node_of

CHANGES_SHOWN = 10
# How many of one's own newest commands can be undone.
REMEMBERED = 200
# A deleted branch stands in these with all its fields; a page needs only what was said of it.
HEAVY = ("payload", "inverse", "undoes__payload", "undoes__inverse")


def clients_of(actor: Actor) -> list[Organization]:
    """Return the clients for which the actor may make a tree, by name."""
    clients = Organization.objects.of_kind(OrganizationKind.CLIENT)
    return list(clients.filter(pk__in=actor.client_ids).order_by("name", "pk"))


def tree_list(actor: Actor, *, search: str = "", status: str = "") -> TreeQuerySet:
    """Return the actor's trees, the newest first; the archived ones only when asked for."""
    last = TreeCommand.objects.filter(tree=OuterRef("pk")).order_by("-version")
    trees = (
        Tree.objects.visible_to(actor)
        .select_related("client")
        .annotate(
            kpi_count=Count("kpis", filter=Q(kpis__deleted_at=None)),
            changed_at=Subquery(last.values("at")[:1]),
        )
        .order_by("-created_at", "pk")
    )
    trees = trees.filter(status=status) if status else trees.in_use()
    if search:
        named = KPI.objects.living().filter(name__icontains=search).values("tree_id")
        trees = trees.filter(
            Q(name__icontains=search) | Q(client__name__icontains=search) | Q(pk__in=named)
        )
    return trees


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A tree of the list with its goal and the goal's target."""

    tree: Tree
    goal: KPI | None
    target: Target | None


def with_goals(trees: Sequence[Tree], on: date) -> list[TreeRow]:
    """Return the trees with their goals: two queries, however many."""
    goals = {kpi.tree_id: kpi for kpi in KPI.objects.living().filter(tree__in=trees, parent=None)}
    found = targets.in_force_of(list(goals.values()), on)
    rows = []
    for tree in trees:
        goal = goals.get(tree.pk)
        rows.append(TreeRow(tree, goal, found.get(goal.pk) if goal else None))
    return rows


def shape_of(tree: Tree) -> domain.Tree:
    """Return the living KPIs of the tree and their links as the domain sees them."""
    nodes = {str(kpi.pk): node_of(kpi) for kpi in KPI.objects.living().filter(tree=tree)}
    return domain.Tree(nodes, {link.id: link for link in links_of(tree)})


def links_of(tree: Tree) -> list[domain.Link]:
    """Return the lines beside the tree."""
    found = Link.objects.filter(tree=tree).order_by("id")
    return [
        domain.Link(str(pk), str(node_id), str(target_id), domain.LinkKind(kind), note)
        for pk, node_id, target_id, kind, note in found.values_list(
            "pk", "node_id", "target_id", "kind", "note"
        )
    ]


@dataclass(frozen=True, slots=True)
class OutlineRow:
    """A KPI in its place; `closes` counts the lists that end after it."""

    kpi: KPI
    depth: int
    position: int
    siblings: int
    children: int
    closes: int
    target: Target | None
    weight_share: Decimal | None

    @property
    def level(self) -> int:
        """The depth as people count it."""
        return self.depth + 1

    @property
    def loops(self) -> str:
        """As many characters as lists end here, for a template to loop over."""
        return "." * self.closes

    @property
    def weight_text(self) -> str:
        """The weight with its share among the siblings."""
        share = "" if self.weight_share is None else f"（{self.weight_share:.0f}%）"
        return f"{decimal_text(self.kpi.weight)}{share}"

    @property
    def responsible(self) -> str:
        """Who moves the number: the organization or department, else the side."""
        kpi = self.kpi
        named = kpi.responsible_organization.name if kpi.responsible_organization else ""
        return named or kpi.responsible_label or str(ResponsibleSide(kpi.responsible_side).label)


def outline(tree: Tree, on: date) -> list[OutlineRow]:
    """Return the tree from top to bottom: two queries, whatever its size."""
    children: dict[UUID | None, list[KPI]] = defaultdict(list)
    kpis = KPI.objects.living().filter(tree=tree).select_related("responsible_organization")
    for kpi in kpis.order_by("position", "id"):
        children[kpi.parent_id].append(kpi)
    in_force = targets.in_force(tree, on)
    return outline_rows(children, in_force, on.replace(day=1))


def outline_rows(
    children: Mapping[UUID | None, Sequence[KPI]], in_force: Mapping[UUID, Target], month: date
) -> list[OutlineRow]:
    """Return the rows of KPIs, also of such as are not saved (yet)."""
    rows: list[OutlineRow] = []
    waiting = _waiting(children.get(None, []), depth=0, closes=0)
    while waiting:
        kpi, depth, position, group, closes = waiting.pop()
        below = children.get(kpi.pk, [])
        counted = [one for one in group if counts_in(one, month)]
        weights = sum((one.weight for one in counted), Decimal(0))
        rows.append(
            OutlineRow(
                kpi=kpi,
                depth=depth,
                position=position,
                siblings=len(group),
                children=len(below),
                closes=0 if below else closes,
                target=in_force.get(kpi.pk),
                weight_share=kpi.weight * 100 / weights
                if weights and depth and counts_in(kpi, month)
                else None,
            )
        )
        waiting += _waiting(below, depth=depth + 1, closes=closes + 1)
    return rows


def _waiting(
    group: Sequence[KPI], *, depth: int, closes: int
) -> list[tuple[KPI, int, int, Sequence[KPI], int]]:
    """Return the siblings last first; only the last one ends the lists around it."""
    numbered = [
        (kpi, depth, position, group, closes if position == len(group) else 0)
        for position, kpi in enumerate(group, start=1)
    ]
    return numbered[::-1]


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened to a tree since a version: the newest commands, and how many in all."""

    commands: Sequence[TreeCommand]
    total: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.commands)


def changes_since(tree: Tree, version: int) -> Changes:
    """Return the commands after this version, newest first."""
    later = history(tree).filter(version__gt=version)
    return Changes(list(later[:CHANGES_SHOWN]), later.count())


def changes_of(ids: Sequence[UUID]) -> Changes:
    """Return these commands, newest first."""
    found = TreeCommand.objects.filter(pk__in=ids).select_related("by_user")
    return Changes(list(found.order_by("-version")[:CHANGES_SHOWN]), len(ids))


def history(tree: Tree) -> TreeCommandQuerySet:
    """Return the tree's commands, newest first."""
    return (
        TreeCommand.objects.filter(tree=tree)
        .select_related("by_user")
        .defer("payload", "inverse")
        .order_by("-version")
    )


def entries_after(tree: Tree, version: int) -> list[Entry[UUID]]:
    """Return the commands after this version as the domain reads them, oldest first."""
    later = TreeCommand.objects.filter(
        tree=tree, version__gt=version, kind__in=[one.value for one in CommandKind]
    )
    return [
        Entry(one.pk, one.undoes_id, Command(CommandKind(one.kind), one.payload))
        for one in later.order_by("version")
    ]


@dataclass(frozen=True, slots=True)
class Reversible:
    """The command that the actor would undo next, and the one to redo."""

    undo: TreeCommand | None
    redo: TreeCommand | None


def reversible(tree: Tree, actor: Actor) -> Reversible:
    """Look at the actor's own newest commands only; two queries at most."""
    own = TreeCommand.objects.filter(
        tree=tree, by_user_id=actor.user_id, kind__in=[one.value for one in CommandKind]
    )
    newest = own.order_by("-version").values_list("pk", "undoes_id")[:REMEMBERED]
    found = stacks(reversed(list(newest)))
    ids = [*found.undo[-1:], *found.redo[-1:]]
    commands = TreeCommand.objects.select_related("undoes").defer(*HEAVY).in_bulk(ids)
    return Reversible(
        undo=commands[found.undo[-1]] if found.undo else None,
        redo=commands[found.redo[-1]] if found.redo else None,
    )


def goal_of(tree: Tree) -> KPI:
    """Return the tree's KGI."""
    return KPI.objects.living().get(tree=tree, parent=None)


@dataclass(frozen=True, slots=True)
class Place:
    """A KPI where another one could be put, with the names above it."""

    kpi: KPI
    path: str


def places_for(kpi: KPI, *, search: str = "", limit: int = 50) -> list[Place]:
    """Return the KPIs below which this one may be moved; the search looks at names and paths."""
    living = {
        one.pk: one
        for one in KPI.objects.living().filter(tree_id=kpi.tree_id).order_by("position", "id")
    }
    shape = domain.Tree({str(one.pk): node_of(one) for one in living.values()})
    found = []
    for node, _depth in shape.preorder():
        if shape.can_move(str(kpi.pk), node.id):
            names = [str(one.fields["name"]) for one in reversed(shape.ancestors(node.id))]
            path = " › ".join([*names, str(node.fields["name"])])
            if search.casefold() in path.casefold():
                found.append(Place(living[UUID(node.id)], path))
    return found[:limit]


def place_for(tree: Tree, beside: UUID, *, after: bool) -> tuple[UUID, int | None]:
    """Return parent and index of a new KPI: the last child of `beside`, or right after it.

    The goal has no neighbours: after it means below it. One that is gone is left to the command.
    """
    kpi = KPI.objects.living().filter(tree=tree, pk=beside).first()
    if not after or kpi is None or kpi.parent_id is None:
        return beside, None
    siblings = KPI.objects.living().filter(parent_id=kpi.parent_id).order_by("position", "id")
    return kpi.parent_id, [one.pk for one in siblings].index(kpi.pk) + 1


def stake_in(ids: Sequence[UUID]) -> tuple[int, bool]:
    """Return how many periods these KPIs have values for, and whether a target is signed."""
    measured = Measurement.objects.current().filter(kpi_id__in=ids).count()
    signed = Target.objects.standing().filter(kpi_id__in=ids, agreed_at__isnull=False)
    return measured, signed.exists()
