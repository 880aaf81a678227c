"""Scores by responsible party: the weighted mean over the leaves that one party moves."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Generic, TypeVar

from core.domain.rounding import exact, to_decimal

Party = TypeVar("Party", bound=Hashable)
Node = TypeVar("Node", bound=Hashable)


@dataclass(frozen=True, slots=True)
class PartyScore(Generic[Party]):
    """What one party reached: score and coverage in percent, and of how many KPIs."""

    party: Party
    score: Decimal | None
    coverage: Decimal
    scored: int
    total: int


def shares_of_root(
    nodes: Mapping[Node, tuple[Node | None, Decimal]],
) -> dict[Node, Fraction]:
    """Return each node's part of the whole from (parent, weight): weights count among siblings only.

    A node whose parent is not among them stands at the top.
    """
    below: dict[Node | None, list[Node]] = {}
    for node, (parent, _) in nodes.items():
        below.setdefault(parent if parent in nodes else None, []).append(node)
    shares: dict[Node, Fraction] = {}
    waiting: list[tuple[Node | None, Fraction]] = [(None, Fraction(1))]
    while waiting:
        parent, share = waiting.pop()
        group = below.get(parent, [])
        whole = sum((exact(nodes[one][1]) for one in group), Fraction(0))
        for one in group:
            shares[one] = share * exact(nodes[one][1]) / whole if whole else Fraction(0)
            waiting.append((one, shares[one]))
    return shares


def scores_by_party(
    leaves: Iterable[tuple[Party, Decimal | Fraction, Decimal | None]],
) -> list[PartyScore[Party]]:
    """Return one score per party from (party, share of the whole, score) of its leaves, in their order.

    A leaf without score lowers the coverage (share of weight with data), never the score.
    """
    grouped: dict[Party, list[tuple[Fraction, Fraction | None]]] = {}
    for party, weight, score in leaves:
        points = None if score is None else exact(score)
        grouped.setdefault(party, []).append((exact(weight), points))
    return [_party(party, parts) for party, parts in grouped.items()]


def _party(party: Party, parts: list[tuple[Fraction, Fraction | None]]) -> PartyScore[Party]:
    known = [(weight, points) for weight, points in parts if points is not None]
    weight_known = sum((weight for weight, _ in known), Fraction(0))
    weight_all = sum((weight for weight, _ in parts), Fraction(0))
    total = sum((weight * points for weight, points in known), Fraction(0))
    return PartyScore(
        party=party,
        score=to_decimal(total / weight_known) if weight_known else None,
        coverage=to_decimal(100 * weight_known / weight_all) if weight_all else Decimal(0),
        scored=len(known),
        total=len(parts),
    )
