"""What the lint looks at: nodes as plain data, and a tree that answers questions about them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from core.domain.rounding import exact
from kpis.domain.aggregation import Aggregation
from kpis.domain.lint.words import Kind, kind_of
from kpis.domain.scoring import Direction

NodeId = str


class Side(StrEnum):
    """Which side moves the number."""

    CLIENT = "client"
    VENDOR = "vendor"
    SHARED = "shared"
    EXTERNAL = "external"


class Perspective(StrEnum):
    """The perspectives of the balanced scorecard."""

    FINANCIAL = "financial"
    CUSTOMER = "customer"
    PROCESS = "process"
    LEARNING = "learning"


class Phase(StrEnum):
    """How far the work with a vendor has come."""

    INITIAL = "initial"
    IMPROVEMENT = "improvement"
    GROWTH = "growth"


class ValueSource(StrEnum):
    """Where the value of a node comes from."""

    MEASURED = "measured"
    CHILDREN = "children"
    FORMULA = "formula"


class Combine(StrEnum):
    """How a node that is computed from its children puts them together."""

    SUM = "sum"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class LintTarget:
    """A target value, or a band from `low` to `high`, with the reason for it."""

    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    rationale_kind: str = ""
    rationale: str = ""
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class LintNode:
    """A node as the lint sees it; an empty text or None means that nobody said it.

    `history` is oldest first, one value per period without gaps, up to the last closed period.
    `source_ids` name the measured series behind the value. `has_parts` is False when a rate is
    entered as one number. `formula_names` are the keys that its formula uses, `formula_target`
    is what the formula gives for the targets of those nodes.
    """

    id: NodeId
    parent_id: NodeId | None = None
    key: str = ""
    name: str = ""
    definition: str = ""
    unit: str = ""
    direction: Direction = Direction.HIGHER
    frequency: str = ""
    aggregation: Aggregation = Aggregation.SUM
    value_source: str = ValueSource.MEASURED
    combine: Combine = Combine.SUM
    formula_names: tuple[str, ...] = ()
    formula_target: Decimal | None = None
    data_source: str = ""
    perspective: str = ""
    importance: int | None = None
    weight: Decimal = Decimal(1)
    responsible_side: str = ""
    responsible_organization: str | None = None
    responsible_label: str = ""
    client_owner: str = ""
    phases: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    baseline: Decimal | None = None
    target: LintTarget | None = None
    history: tuple[Decimal, ...] = ()
    has_parts: bool = True
    deadline_on: date | None = None
    source_ids: tuple[str, ...] = ()

    @property
    def is_monitored_only(self) -> bool:
        """Tell whether the node is looked at and not scored."""
        return self.direction == Direction.MONITOR

    @property
    def adds_children(self) -> bool:
        """Tell whether the value is the sum of the children's values."""
        is_from_children = self.value_source == ValueSource.CHILDREN and not self.formula_names
        return is_from_children and self.combine == Combine.SUM

    @property
    def vendor(self) -> str | None:
        """Return what tells its vendor from others ('' for one without a name), None without."""
        if self.responsible_side not in (Side.VENDOR, Side.SHARED):
            return None
        return self.responsible_organization or self.responsible_label


@dataclass(frozen=True)
class LintTree:
    """The nodes in the order of the outline, and what is known about the work.

    The first node without parent is the KGI. Nothing here asks the nodes to be a proper tree:
    a cycle or an unknown parent is for the rules to report.
    """

    nodes: tuple[LintNode, ...]
    today: date
    engagement_months: int | None = None
    at_sign_off: bool = False
    phase: str = ""
    # From a node to the one it is believed to influence; those that a note explains are left out.
    influences: tuple[tuple[NodeId, NodeId], ...] = ()
    organization_names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_id(self) -> Mapping[NodeId, LintNode]:
        """Return the nodes by id."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def by_key(self) -> Mapping[str, LintNode]:
        """Return the nodes that have a key by it."""
        return {node.key: node for node in self.nodes if node.key}

    @cached_property
    def root(self) -> LintNode | None:
        """Return the KGI."""
        return next((node for node in self.nodes if node.parent_id is None), None)

    @cached_property
    def _below(self) -> Mapping[NodeId, tuple[LintNode, ...]]:
        below: dict[NodeId, list[LintNode]] = {}
        for node in self.nodes:
            if node.parent_id is not None:
                below.setdefault(node.parent_id, []).append(node)
        return {parent_id: tuple(children) for parent_id, children in below.items()}

    def children_of(self, node_id: NodeId) -> tuple[LintNode, ...]:
        """Return the children of a node in order."""
        return self._below.get(node_id, ())

    def parent_of(self, node: LintNode) -> LintNode | None:
        """Return the parent, None for the KGI and for a node whose parent is unknown."""
        return None if node.parent_id is None else self.by_id.get(node.parent_id)

    def inputs_of(self, node: LintNode) -> tuple[LintNode, ...]:
        """Return the nodes from whose values the node's value is computed."""
        if node.formula_names:
            return tuple(self.by_key[key] for key in node.formula_names if key in self.by_key)
        return self.children_of(node.id) if node.value_source == ValueSource.CHILDREN else ()

    def walk(self, start: LintNode) -> Iterator[tuple[LintNode, int]]:
        """Yield a node and all below it, parents first, with levels that begin at 1."""
        waiting = [(start, 1)]
        while waiting:
            node, level = waiting.pop()
            yield node, level
            waiting += [(child, level + 1) for child in reversed(self.children_of(node.id))]

    @cached_property
    def levels(self) -> Mapping[NodeId, int]:
        """Return the level of each node that hangs on the KGI, which is on level 1."""
        return {} if self.root is None else {node.id: at for node, at in self.walk(self.root)}

    @cached_property
    def leaves(self) -> tuple[LintNode, ...]:
        """Return the KPIs that have no KPI below them; never the KGI."""
        return tuple(
            node for node in self.nodes if node is not self.root and not self.children_of(node.id)
        )

    @cached_property
    def vendors(self) -> Mapping[str, tuple[LintNode, ...]]:
        """Return the leaves that each vendor moves, alone or with the client."""
        found: dict[str, list[LintNode]] = {}
        for node in self.leaves:
            if node.vendor is not None:
                found.setdefault(node.vendor, []).append(node)
        return {vendor: tuple(nodes) for vendor, nodes in found.items()}

    def name_of(self, vendor: str) -> str:
        """Return the name of a vendor as people read it."""
        return self.organization_names.get(vendor, vendor)

    @cached_property
    def kinds(self) -> Mapping[NodeId, Kind]:
        """Return what each leaf looks after."""
        return {node.id: kind_of(node.name, node.perspective) for node in self.leaves}

    @cached_property
    def perspectives(self) -> Mapping[NodeId, str]:
        """Return the perspective of each node on the KGI: its own, or that of the node above."""
        found: dict[NodeId, str] = {}
        for node, _ in self._from_root():
            found[node.id] = node.perspective or found.get(node.parent_id or "", "")
        return found

    @cached_property
    def shares(self) -> Mapping[NodeId, Fraction]:
        """Return the part of the KGI's score that each scored node on it makes up."""
        found: dict[NodeId, Fraction] = {}
        for node, level in self._from_root():
            if level == 1:
                found[node.id] = Fraction(1)
            scored = [child for child in self.children_of(node.id) if self._is_scored(child)]
            whole = sum((exact(child.weight) for child in scored), Fraction(0))
            for child in scored if whole else ():
                found[child.id] = found.get(node.id, Fraction(0)) * exact(child.weight) / whole
        return found

    def _is_scored(self, node: LintNode) -> bool:
        """Tell whether a node has a score: a group that is only looked at has its children's."""
        return not node.is_monitored_only or bool(self.children_of(node.id))

    def _from_root(self) -> Iterable[tuple[LintNode, int]]:
        return () if self.root is None else self.walk(self.root)
