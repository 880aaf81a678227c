"""A tree's scorecards month by month, from its measurements and the targets in force then."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.domain.periods import add_months
from core.domain.rounding import decimal_text
from kpis.domain.aggregation import (
    NO_DATA,
    Aggregation,
    Measured,
    Missing,
    MissingReason,
    Observation,
    Value,
    aggregate,
    pool,
    ratio_scale,
)
from kpis.domain.formulas import evaluate as formulas
from kpis.domain.formulas.formula import Formula
from kpis.domain.needs import in_order
from kpis.domain.rollup import children_of
from kpis.domain.scorecard import ScorecardNode, ScorecardRow, scorecard
from kpis.domain.scoring import (
    DEFAULT_BANDS,
    Direction,
    StatusBands,
    TargetSpec,
    target_in_force,
)
from kpis.domain.validity import in_force

LONGEST_GAP = 36


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
    key: str = ""
    formula: Formula | None = None
    counts_from: date | None = None
    retired_from: date | None = None


@dataclass(frozen=True, slots=True)
class NodeSettings:
    """What a score depends on beside measurements and targets: kept with the months it scored."""

    id: UUID
    parent_id: UUID | None
    weight: Decimal
    unit: str
    direction: Direction
    aggregation: Aggregation
    is_pooled: bool
    responsible_side: str
    baseline: Decimal | None
    key: str = ""
    formula: str = ""
    counts_from: date | None = None
    retired_from: date | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold, numbers as text."""
        return {
            "id": str(self.id),
            "parent_id": str(self.parent_id) if self.parent_id else None,
            "weight": decimal_text(self.weight),
            "unit": self.unit,
            "direction": self.direction.value,
            "aggregation": self.aggregation.value,
            "is_pooled": self.is_pooled,
            "responsible_side": self.responsible_side,
            "baseline": None if self.baseline is None else decimal_text(self.baseline),
            "key": self.key,
            "formula": self.formula,
            "counts_from": self.counts_from and self.counts_from.isoformat(),
            "retired_from": self.retired_from and self.retired_from.isoformat(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "NodeSettings":
        """Restore what `to_json` wrote."""
        return cls(
            id=UUID(data["id"]),
            parent_id=UUID(data["parent_id"]) if data["parent_id"] else None,
            weight=Decimal(data["weight"]),
            unit=data["unit"],
            direction=Direction(data["direction"]),
            aggregation=Aggregation(data["aggregation"]),
            is_pooled=data["is_pooled"],
            responsible_side=data["responsible_side"],
            baseline=None if data["baseline"] is None else Decimal(data["baseline"]),
            key=data["key"],
            formula=data["formula"],
            counts_from=_day(data.get("counts_from")),
            retired_from=_day(data.get("retired_from")),
        )


def _day(text: str | None) -> date | None:
    """Read a day; settings that are older than the field have none."""
    return None if text is None else date.fromisoformat(text)


def months_with_data(nodes: Sequence[NodeInputs]) -> list[date]:
    """Return the first days of the months with observations, and of the gaps between them.

    A gap of more than LONGEST_GAP months is none: it is a mistyped year, or another time.
    """
    observed = sorted(
        {one.period_start.replace(day=1) for node in nodes for one in node.observations}
    )
    months: list[date] = []
    for month in observed:
        if months and month <= add_months(months[-1], LONGEST_GAP):
            following = add_months(months[-1], 1)
            while following < month:
                months.append(following)
                following = add_months(following, 1)
        months.append(month)
    return months


class MonthlyScorecards:
    """Computes the scorecard of any month; the inputs are sorted into months once."""

    def __init__(self, nodes: Sequence[NodeInputs], *, bands: StatusBands = DEFAULT_BANDS) -> None:
        self.nodes = nodes
        self.bands = bands
        self.by_id = {node.id: node for node in nodes}
        self.children = children_of({node.id: node.parent_id for node in nodes})
        self.by_key = {node.key: node.id for node in nodes if node.key}
        self.in_order, _circle = in_order({node.id: self._needs(node) for node in nodes})
        self.observed: dict[UUID, dict[date, list[Observation]]] = {}
        self.before: dict[UUID, dict[date, Observation]] = {}
        for node in nodes:
            self._sort_into_months(node)

    def _needs(self, node: NodeInputs) -> list[UUID]:
        """Return the nodes whose values this one is computed from."""
        if node.formula is not None:
            return [self.by_key[key] for key in sorted(node.formula.names) if key in self.by_key]
        return list(self.children.get(node.id, [])) if node.is_pooled else []

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
        """Return one row per node that counts in the month that starts on this day."""
        targets: dict[UUID, TargetSpec] = {}
        unsigned: set[UUID] = set()
        for node in self.nodes:
            target = target_in_force(node.targets, month)
            if target is not None:
                targets[node.id] = target.spec
                if not target.is_signed:
                    unsigned.add(node.id)
        judged = {*targets, *(node.id for node in self.nodes if node.is_monitor_only)}
        counted = in_force(self.nodes, self.children, month, judged=judged)
        nodes = [
            ScorecardNode(
                node.id, node.parent_id, node.weight, is_monitor_only=node.is_monitor_only
            )
            for node in self.nodes
            if node.id in counted
        ]
        values = self._values(month, counted)
        return scorecard(nodes, values, targets, unsigned=unsigned, bands=self.bands)

    def _computed(self, formula: Formula, values: Mapping[UUID, Value]) -> Value:
        """Compute from the month's values; whatever is missing there is missing here."""
        inputs = {
            key: _input(values.get(self.by_key[key], NO_DATA))
            for key in formula.names
            if key in self.by_key
        }
        result = formulas.evaluate(formula, inputs)
        if isinstance(result, Decimal):
            return Measured(result)
        is_zero = result.reason == formulas.MissingReason.ZERO_DIVISION
        return Missing(MissingReason.ZERO_DENOMINATOR) if is_zero else NO_DATA

    def _values(self, month: date, counted: Collection[UUID]) -> Mapping[UUID, Value]:
        values: dict[UUID, Value] = {}
        for node_id in self.in_order:
            node = self.by_id[node_id]
            scale = ratio_scale(node.unit)
            if node.formula is not None:
                values[node_id] = self._computed(node.formula, values)
                continue
            if node.is_pooled:
                children = [one for one in self.children.get(node_id, []) if one in counted]
                below = [values.get(one, NO_DATA) for one in children]
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


def _input(value: Value) -> formulas.Value:
    if isinstance(value, Measured):
        return value.amount
    return formulas.Missing(formulas.MissingReason.NO_DATA)


def in_chunks(months: Sequence[date], size: int) -> Iterator[Sequence[date]]:
    """Cut the months into runs of this length, oldest first."""
    for start in range(0, len(months), size):
        yield months[start : start + size]
