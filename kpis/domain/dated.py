"""What is in force in a month: the settings of today, and the changes that people dated.

A change takes effect in its month, never earlier. Before it is applied it lies over today's
settings from its month on; afterwards what it replaced lies over them for the months before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from kpis.domain.bands import bands_from, bands_json
from kpis.domain.monthly import NodeSettings
from kpis.domain.scoring import DEFAULT_BANDS, StatusBands


@dataclass(frozen=True, slots=True)
class DatedChange:
    """New values of a node, or of the bands of the tree (`node_id` is None), from a month on.

    `before` is what they replaced, known as soon as the change was applied to the tree.
    """

    node_id: UUID | None
    effective_month: date
    after: Mapping[str, Any]
    before: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ScoredSettings:
    """Everything that a scorecard depends on beside measurements and targets."""

    nodes: tuple[NodeSettings, ...]
    bands: StatusBands = DEFAULT_BANDS

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {"nodes": [one.to_json() for one in self.nodes], "bands": bands_json(self.bands)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ScoredSettings":
        """Restore what `to_json` wrote."""
        nodes = tuple(NodeSettings.from_json(one) for one in data["nodes"])
        return cls(nodes, bands_from(data.get("bands")))


def settings_in(
    month: date, today: ScoredSettings, changes: Sequence[DatedChange]
) -> ScoredSettings:
    """Return the settings of a month; the changes are in the order in which they take effect."""
    values: dict[UUID | None, dict[str, Any]] = {}
    for change in reversed(changes):
        if change.before is not None and change.effective_month > month:
            values.setdefault(change.node_id, {}).update(change.before)
    for change in changes:
        if change.before is None and change.effective_month <= month:
            values.setdefault(change.node_id, {}).update(change.after)
    if not values:
        return today
    nodes = tuple(_with(one, values[one.id]) if one.id in values else one for one in today.nodes)
    bands = {**bands_json(today.bands), **values.get(None, {})}
    return ScoredSettings(nodes, bands_from(bands))


def segment_of(month: date, changes: Iterable[DatedChange]) -> int:
    """Return the same number for months between which no change takes effect."""
    return sum(change.effective_month <= month for change in changes)


def _with(node: NodeSettings, values: Mapping[str, Any]) -> NodeSettings:
    """Return the node with these values; one that is not computed has no formula to change."""
    weight = Decimal(values["weight"]) if "weight" in values else node.weight
    formula = values.get("formula", node.formula) if node.formula else node.formula
    return replace(node, weight=weight, formula=formula)
