"""The KPIs that a request may be for, and those that its criteria may be taken from."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from core.tenancy import Actor
from kpis.models import KPI, Tree
from kpis.models.choices import Direction

SCORABLE = (Direction.HIGHER, Direction.LOWER)
INDENT = "\u3000"
Group = tuple[str, list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Choice:
    """A KPI as a criterion's choice, with what the form fills in from it."""

    label: str
    name: str
    definition: str
    unit: str
    direction: str


def branch_choices(actor: Actor) -> list[Group]:
    """Return the living KPIs of the trees in use, grouped by tree and indented by depth."""
    trees = Tree.objects.visible_to(actor).in_use().select_related("client")
    kpis = KPI.objects.living().filter(tree__in=trees).order_by("position", "id")
    by_tree: dict[UUID, list[KPI]] = defaultdict(list)
    for kpi in kpis:
        by_tree[kpi.tree_id].append(kpi)
    has_many_clients = len(actor.client_ids) > 1
    return [
        (
            f"{tree.client.name}：{tree.name}" if has_many_clients else tree.name,
            [(str(kpi.pk), INDENT * depth + kpi.name) for kpi, depth in _walk(by_tree[tree.pk])],
        )
        for tree in trees.order_by("client__name", "name", "id")
    ]


def tree_choices(tree: Tree) -> list[tuple[str, str]]:
    """Return the living KPIs of one tree, indented by depth."""
    kpis = list(KPI.objects.living().filter(tree=tree).order_by("position", "id"))
    return [(str(kpi.pk), INDENT * depth + kpi.name) for kpi, depth in _walk(kpis)]


def criterion_choices(branch: KPI) -> Mapping[str, Choice]:
    """Return the KPIs of the branch that can be promised as one level, by id."""
    kpis = list(KPI.objects.living().filter(tree_id=branch.tree_id).order_by("position", "id"))
    return {
        str(kpi.pk): Choice(
            label=INDENT * depth + kpi.name,
            name=kpi.name,
            definition=kpi.definition,
            unit=kpi.unit,
            direction=kpi.direction,
        )
        for kpi, depth in _walk(kpis, top=branch.pk)
        if kpi.direction in SCORABLE
    }


def _walk(kpis: Sequence[KPI], top: UUID | None = None) -> Iterator[tuple[KPI, int]]:
    """Yield the KPIs below `top` (or all) from top to bottom with their depth."""
    children: dict[UUID | None, list[KPI]] = defaultdict(list)
    for kpi in kpis:
        children[kpi.parent_id].append(kpi)
    roots = [one for one in kpis if one.pk == top] if top else children[None]
    waiting = [(one, 0) for one in reversed(roots)]
    while waiting:
        kpi, depth = waiting.pop()
        yield kpi, depth
        waiting += [(one, depth + 1) for one in reversed(children[kpi.pk])]
