"""Scores up the tree: the weighted mean of what has data, and how much that is."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Generic, TypeVar

from core.domain.rounding import exact, to_decimal

NodeKey = TypeVar("NodeKey", bound=Hashable)

_WHOLE = Fraction(100)
_NOTHING = Fraction(0)


class BrokenTree(ValueError):
    """Raised when the nodes are no tree."""


@dataclass(frozen=True)
class ScoreNode(Generic[NodeKey]):
    """A node with its own score, if it has one; a monitor-only node is looked at, not scored."""

    id: NodeKey
    parent_id: NodeKey | None
    weight: Decimal = Decimal(1)
    own_score: Decimal | None = None
    is_monitor_only: bool = False

    def __post_init__(self) -> None:
        """Refuse a negative weight."""
        if self.weight < 0:
            raise ValueError("a weight is not negative")


@dataclass(frozen=True, slots=True)
class RollUp:
    """What a node is worth to its parent; all numbers are percent.

    `score` is the node's own score, or else `rolled_score`, the weighted mean of its children
    that have one. `coverage` is the share of weight that has data, `low` and `high` the score
    if what is missing turned out 0 or 100.
    """

    score: Decimal | None
    rolled_score: Decimal | None
    coverage: Decimal
    low: Decimal
    high: Decimal
    counts: bool = True

    @property
    def is_partial(self) -> bool:
        """Tell whether some weight has no data."""
        return self.counts and self.coverage < 100


@dataclass(frozen=True, slots=True)
class _Exact:
    score: Fraction | None
    rolled_score: Fraction | None
    coverage: Fraction
    low: Fraction
    high: Fraction
    counts: bool


_MISSING = _Exact(None, None, _NOTHING, _NOTHING, _WHOLE, counts=True)
_UNSCORED = _Exact(None, None, _NOTHING, _NOTHING, _WHOLE, counts=False)


def roll_up(nodes: Iterable[ScoreNode[NodeKey]]) -> dict[NodeKey, RollUp]:
    """Roll the scores up to every node, in the order of the nodes given.

    Monitor-only leaves, groups made of them and weights of 0 do not count. A leaf without
    score counts as missing. The order of the nodes and the scale of the weights change nothing.
    """
    known = list(nodes)
    results: dict[NodeKey, _Exact] = {}
    children = children_of({node.id: node.parent_id for node in known})
    by_id = {node.id: node for node in known}
    for node_id in reversed(parents_first(children)):
        below = [(by_id[child], results[child]) for child in children.get(node_id, ())]
        results[node_id] = _combine(by_id[node_id], below)
    return {node.id: _rounded(results[node.id]) for node in known}


def children_of(
    parents: Mapping[NodeKey, NodeKey | None],
) -> dict[NodeKey | None, list[NodeKey]]:
    """Group the nodes by parent; a node whose parent is not among them is a root (key None)."""
    grouped: dict[NodeKey | None, list[NodeKey]] = {None: []}
    for node_id, parent_id in parents.items():
        key = parent_id if parent_id in parents else None
        grouped.setdefault(key, []).append(node_id)
    reached = len(parents_first(grouped))
    if reached != len(parents):
        raise BrokenTree("the nodes form a cycle")
    return grouped


def parents_first(children: Mapping[NodeKey | None, list[NodeKey]]) -> list[NodeKey]:
    """Return all nodes below the roots so that each parent comes before its children."""
    order: list[NodeKey] = []
    waiting = list(reversed(children[None]))
    while waiting:
        node_id = waiting.pop()
        order.append(node_id)
        waiting.extend(reversed(children.get(node_id, [])))
    return order


def _combine(node: ScoreNode[NodeKey], below: list[tuple[ScoreNode[NodeKey], _Exact]]) -> _Exact:
    rolled = _mean([(exact(child.weight), result) for child, result in below if result.counts])
    if node.own_score is not None and not node.is_monitor_only:
        own = exact(node.own_score)
        rolled_score = None if rolled is None else rolled.score
        return _Exact(own, rolled_score, _WHOLE, own, own, counts=True)
    if rolled is not None:
        return rolled
    return _UNSCORED if node.is_monitor_only or below else _MISSING


def _mean(parts: list[tuple[Fraction, _Exact]]) -> _Exact | None:
    """Return the weighted mean of the parts, or None when no weight is left."""
    whole = sum((weight for weight, _ in parts), _NOTHING)
    if whole == 0:
        return None
    scored = [(weight, part.score) for weight, part in parts if part.score is not None]
    present = sum((weight for weight, _ in scored), _NOTHING)
    mean = None
    if present:
        mean = sum((weight * points for weight, points in scored), _NOTHING) / present
    return _Exact(
        score=mean,
        rolled_score=mean,
        coverage=sum((weight * part.coverage for weight, part in parts), _NOTHING) / whole,
        low=sum((weight * part.low for weight, part in parts), _NOTHING) / whole,
        high=sum((weight * part.high for weight, part in parts), _NOTHING) / whole,
        counts=True,
    )


def _rounded(result: _Exact) -> RollUp:
    return RollUp(
        score=None if result.score is None else to_decimal(result.score),
        rolled_score=None if result.rolled_score is None else to_decimal(result.rolled_score),
        coverage=to_decimal(result.coverage),
        low=to_decimal(result.low),
        high=to_decimal(result.high),
        counts=result.counts,
    )
