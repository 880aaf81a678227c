"""A scorecard: one row per node of a tree for one period."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Generic

from kpis.domain.aggregation import NO_DATA, Measured, Value
from kpis.domain.rollup import NodeKey, RollUp, ScoreNode, roll_up
from kpis.domain.scoring import (
    DEFAULT_BANDS,
    Direction,
    InvalidTarget,
    Status,
    StatusBands,
    TargetSpec,
    attainment,
    check_target,
    has_target,
    score,
    status_of,
)


class Reason(StrEnum):
    """Why a row has no score of its own; the first six are those of a missing value."""

    NO_DATA = "no_data"
    ZERO_DENOMINATOR = "zero_denominator"
    RATIO_WITHOUT_PARTS = "ratio_without_parts"
    NO_EARLIER_VALUE = "no_earlier_value"
    CHILD_MISSING = "child_missing"
    NOT_POOLABLE = "not_poolable"
    NO_TARGET = "no_target"
    MONITOR_ONLY = "monitor_only"
    TARGET_NOT_SIGNED = "target_not_signed"
    TARGET_INVALID = "target_invalid"


@dataclass(frozen=True)
class ScorecardNode(Generic[NodeKey]):
    """The place, weight and kind of a node in the tree version that is scored."""

    id: NodeKey
    parent_id: NodeKey | None
    weight: Decimal = Decimal(1)
    is_monitor_only: bool = False


@dataclass(frozen=True)
class ScorecardRow(Generic[NodeKey]):
    """The result of one node; attainment, scores, coverage and interval are percent.

    `own_score` judges the node's own value against its own target, `rolled_score` is the mean
    of its children, and `score` is what counts upward: its own, or else the children's. The
    status follows the own score of a node that has a target, and the children's of a group.
    """

    node_id: NodeKey
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    target: TargetSpec | None
    attainment: Decimal | None
    own_score: Decimal | None
    rolled_score: Decimal | None
    score: Decimal | None
    status: Status
    weight: Decimal
    coverage: Decimal
    low: Decimal
    high: Decimal
    is_partial: bool
    reason: Reason | None

    @property
    def has_target(self) -> bool:
        """Tell whether the node is judged by a target of its own."""
        return self.target is not None


@dataclass(frozen=True, slots=True)
class _Own:
    value: Value
    target: TargetSpec | None
    attainment: Decimal | None
    score: Decimal | None
    reason: Reason | None


def scorecard(
    nodes: Iterable[ScorecardNode[NodeKey]],
    values: Mapping[NodeKey, Value],
    targets: Mapping[NodeKey, TargetSpec],
    *,
    unsigned: Collection[NodeKey] = (),
    bands: StatusBands = DEFAULT_BANDS,
) -> tuple[ScorecardRow[NodeKey], ...]:
    """Score every node, in the order given, by the targets in force that are passed in.

    A node in `unsigned` shows its attainment as a reference (参考値) and is not scored.
    """
    known = list(nodes)
    own = {
        node.id: _judge(
            node,
            values.get(node.id, NO_DATA),
            targets.get(node.id),
            is_signed=node.id not in unsigned,
        )
        for node in known
    }
    rolled = roll_up(
        ScoreNode(
            node.id,
            node.parent_id,
            node.weight,
            own[node.id].score,
            is_monitor_only=own[node.id].reason == Reason.MONITOR_ONLY,
        )
        for node in known
    )
    return tuple(_row(node, own[node.id], rolled[node.id], bands) for node in known)


def _judge(
    node: ScorecardNode[NodeKey], value: Value, target: TargetSpec | None, *, is_signed: bool
) -> _Own:
    """Judge a node's own value against its own target, or say why that cannot be done."""
    if node.is_monitor_only or (target is not None and target.direction == Direction.MONITOR):
        return _Own(value, None, None, None, Reason.MONITOR_ONLY)
    if target is None or not has_target(target):
        return _Own(value, None, None, None, Reason.NO_TARGET)
    try:
        check_target(target)
    except InvalidTarget:
        return _Own(value, target, None, None, Reason.TARGET_INVALID)
    if not isinstance(value, Measured):
        return _Own(value, target, None, None, Reason(value.reason.value))
    reached = attainment(value.amount, target)
    if not is_signed:
        return _Own(value, target, reached, None, Reason.TARGET_NOT_SIGNED)
    return _Own(value, target, reached, score(value.amount, target), None)


def _row(
    node: ScorecardNode[NodeKey], own: _Own, rolled: RollUp, bands: StatusBands
) -> ScorecardRow[NodeKey]:
    measured = own.value if isinstance(own.value, Measured) else None
    return ScorecardRow(
        node_id=node.id,
        value=None if measured is None else measured.amount,
        numerator=None if measured is None else measured.numerator,
        denominator=None if measured is None else measured.denominator,
        target=own.target,
        attainment=own.attainment,
        own_score=own.score,
        rolled_score=rolled.rolled_score,
        score=rolled.score,
        status=status_of(rolled.rolled_score if own.target is None else own.score, bands),
        weight=node.weight,
        coverage=rolled.coverage,
        low=rolled.low,
        high=rolled.high,
        is_partial=rolled.is_partial or (measured is not None and measured.is_partial),
        reason=own.reason,
    )
