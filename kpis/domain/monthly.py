"""A tree's scorecards month by month, from its measurements and the targets in force then."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from core.domain.periods import add_months
from kpis.domain.aggregation import (
    NO_DATA,
    Aggregation,
    Observation,
    Value,
    aggregate,
    pool,
    ratio_scale,
)
from kpis.domain.rollup import children_of, parents_first
from kpis.domain.scorecard import ScorecardNode, ScorecardRow, scorecard
from kpis.domain.scoring import TargetSpec, target_in_force


@dataclass(frozen=True, slots=True)
class DatedTarget:
    """A target from a day on; `is_signed` tells whether work may be scored against it."""

    valid_from: date
    spec: TargetSpec
    is_signed: bool = True


@dataclass(frozen=True, slots=True)
class NodeInputs:
    """What the scorecards need of one node; the observations are in the order of their days."""

    id: UUID
    parent_id: UUID | None
    weight: Decimal
    unit: str
    aggregation: Aggregation
    is_pooled: bool
    is_monitor_only: bool
    targets: Sequence[DatedTarget]
    observations: Sequence[Observation]


def months_with_data(nodes: Sequence[NodeInputs]) -> list[date]:
    """Return the first days of all months from the first to the last observation."""
    days = [
        one.observations[index].period_start
        for one in nodes
        if one.observations
        for index in (0, -1)
    ]
    if not days:
        return []
    month, last = min(days).replace(day=1), max(days)
    months = []
    while month <= last:
        months.append(month)
        month = add_months(month, 1)
    return months


class MonthlyScorecards:
    """Computes the scorecard of any month; the inputs are sorted into months once."""

    def __init__(self, nodes: Sequence[NodeInputs]) -> None:
        self.nodes = nodes
        self.by_id = {node.id: node for node in nodes}
        self.children = children_of({node.id: node.parent_id for node in nodes})
        self.bottom_up = list(reversed(parents_first(self.children)))
        self.observed: dict[UUID, dict[date, list[Observation]]] = {}
        self.before: dict[UUID, dict[date, Observation]] = {}
        for node in nodes:
            self._sort_into_months(node)

    def _sort_into_months(self, node: NodeInputs) -> None:
        months: dict[date, list[Observation]] = defaultdict(list)
        before: dict[date, Observation] = {}
        earlier: Observation | None = None
        for observation in node.observations:
            month = observation.period_start.replace(day=1)
            if month not in months and earlier is not None:
                before[month] = earlier
            months[month].append(observation)
            earlier = observation
        self.observed[node.id], self.before[node.id] = months, before

    def rows(self, month: date) -> tuple[ScorecardRow[UUID], ...]:
        """Return one row per node for the month that starts on this day."""
        targets: dict[UUID, TargetSpec] = {}
        unsigned: set[UUID] = set()
        for node in self.nodes:
            target = target_in_force(node.targets, month)
            if target is not None:
                targets[node.id] = target.spec
                if not target.is_signed:
                    unsigned.add(node.id)
        nodes = [
            ScorecardNode(
                node.id, node.parent_id, node.weight, is_monitor_only=node.is_monitor_only
            )
            for node in self.nodes
        ]
        return scorecard(nodes, self._values(month), targets, unsigned=unsigned)

    def _values(self, month: date) -> Mapping[UUID, Value]:
        values: dict[UUID, Value] = {}
        for node_id in self.bottom_up:
            node = self.by_id[node_id]
            scale = ratio_scale(node.unit)
            if node.is_pooled:
                below = [values[child] for child in self.children.get(node_id, [])]
                values[node_id] = pool(below, node.aggregation, scale=scale)
                continue
            observations = self.observed[node_id].get(month)
            values[node_id] = (
                aggregate(
                    observations,
                    node.aggregation,
                    scale=scale,
                    before=self.before[node_id].get(month),
                )
                if observations
                else NO_DATA
            )
        return values


def in_chunks(months: Sequence[date], size: int) -> Iterator[Sequence[date]]:
    """Cut the months into runs of this length, oldest first."""
    for start in range(0, len(months), size):
        yield months[start : start + size]
