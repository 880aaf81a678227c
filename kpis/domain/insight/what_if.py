"""What a month would look like with other values: computed by the scorecards' own engine."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from core.domain.rounding import to_decimal
from kpis.domain.aggregation import Aggregation, Observation, ratio_scale
from kpis.domain.monthly import MonthlyScorecards, NodeInputs
from kpis.domain.scorecard import ScorecardRow

Rows = Mapping[UUID, ScorecardRow[UUID]]


class WhatIf:
    """One month of a tree, as it is and as it would be; nothing of it is ever kept.

    Only leaves can be changed: what is computed follows from them.
    """

    def __init__(self, nodes: Sequence[NodeInputs], month: date) -> None:
        self.month = month
        self.engine = MonthlyScorecards(nodes)
        self.before: Rows = {row.node_id: row for row in self.engine.rows(month)}

    def can_change(self, node_id: UUID) -> bool:
        """Tell whether the node's value is measured, and known for the month."""
        node = self.engine.by_id[node_id]
        is_measured = node.formula is None and not node.is_pooled
        return is_measured and self.before[node_id].value is not None

    @property
    def leaves(self) -> list[UUID]:
        """The nodes that can be changed, in the order of the tree."""
        return [node.id for node in self.engine.nodes if self.can_change(node.id)]

    def after(self, values: Mapping[UUID, Decimal]) -> Rows:
        """Return the rows with these values in the place of the measured ones."""
        observed = self.engine.observed
        changed = {
            node_id: {**observed[node_id], self.month: [self._observation(node_id, value)]}
            for node_id, value in values.items()
        }
        self.engine.observed = {**observed, **changed}
        before = self.engine.before
        self.engine.before = {
            **before,
            **{node_id: self._nothing_before(node_id) for node_id in changed},
        }
        try:
            return {row.node_id: row for row in self.engine.rows(self.month)}
        finally:
            self.engine.observed = observed
            self.engine.before = before

    def _observation(self, node_id: UUID, value: Decimal) -> Observation:
        """Return the observation that aggregates to the value; a rate keeps its denominator."""
        node, row = self.engine.by_id[node_id], self.before[node_id]
        if node.aggregation != Aggregation.RATIO:
            return Observation(self.month, value, None, None)
        below = row.denominator or Decimal(1)
        above = to_decimal(Fraction(value) * Fraction(below) / Fraction(ratio_scale(node.unit)))
        return Observation(self.month, None, above, below)

    def _nothing_before(self, node_id: UUID) -> dict[date, Observation]:
        """A difference is taken from zero, so that the value itself is what was asked for."""
        node = self.engine.by_id[node_id]
        if node.aggregation != Aggregation.DIFF:
            return self.engine.before[node_id]
        zero = Observation(self.month, Decimal(0), None, None)
        return {**self.engine.before[node_id], self.month: zero}


def with_only(nodes: Sequence[NodeInputs], month: date) -> list[NodeInputs]:
    """Return the nodes with the observations of one month and the one before it: enough for it."""
    kept = []
    for node in nodes:
        upto = [one for one in node.observations if one.period_start.replace(day=1) <= month]
        inside = [one for one in upto if one.period_start.replace(day=1) == month]
        earlier = upto[: len(upto) - len(inside)][-1:]
        kept.append(replace(node, observations=[*earlier, *inside]))
    return kept
