"""The agenda of a review, made from the scorecards of this and the previous period."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Generic

from core.domain.rounding import exact, to_decimal
from kpis.domain.rollup import NodeKey
from kpis.domain.scorecard import Reason, ScorecardRow
from kpis.domain.scoring import Status

WORSENING_POINTS = Decimal(5)


class AgendaKind(StrEnum):
    """Why something is on the agenda, in the order in which it is discussed."""

    MISSED = "missed"
    WORSENING = "worsening"
    AT_RISK = "at_risk"
    MISSING_DATA = "missing_data"
    OVERDUE_ACTION = "overdue_action"


@dataclass(frozen=True)
class KpiResult(Generic[NodeKey]):
    """What a review needs of a scorecard row, fresh or stored."""

    node_id: NodeKey
    value: Decimal | None
    attainment: Decimal | None
    own_score: Decimal | None
    status: Status
    weight: Decimal
    reason: Reason | None

    @classmethod
    def of(cls, row: ScorecardRow[NodeKey]) -> "KpiResult[NodeKey]":
        """Take it from a scorecard row."""
        return cls(
            node_id=row.node_id,
            value=row.value,
            attainment=row.attainment,
            own_score=row.own_score,
            status=row.status,
            weight=row.weight,
            reason=row.reason,
        )


@dataclass(frozen=True, slots=True)
class OpenAction:
    """An action item that is not done yet."""

    id: str
    due_on: date


@dataclass(frozen=True)
class AgendaItem(Generic[NodeKey]):
    """One point to talk about: a KPI with this and the previous result, or an overdue action."""

    kind: AgendaKind
    result: KpiResult[NodeKey] | None = None
    previous: KpiResult[NodeKey] | None = None
    attainment_change: Decimal | None = None
    action_id: str | None = None
    days_overdue: int | None = None


def agenda(
    results: Iterable[KpiResult[NodeKey]],
    previous: Iterable[KpiResult[NodeKey]] = (),
    *,
    actions: Iterable[OpenAction] = (),
    on: date,
) -> tuple[AgendaItem[NodeKey], ...]:
    """List what a review has to look at, most serious first.

    Each KPI with a target of its own appears at most once: missed (below もう少し), worsening
    (attainment five points or more down, even if the target is still met), at risk (short of
    the target), or without data. Overdue actions follow, oldest first.
    """
    before = {result.node_id: result for result in previous}
    found = []
    for result in results:
        earlier = before.get(result.node_id)
        change = _attainment_change(result, earlier)
        kind = _kind(result, change)
        if kind is not None:
            found.append((_order(kind, result), AgendaItem(kind, result, earlier, change)))
    overdue = (
        AgendaItem[NodeKey](
            AgendaKind.OVERDUE_ACTION, action_id=action.id, days_overdue=(on - action.due_on).days
        )
        for action in sorted(actions, key=_lateness)
        if action.due_on < on
    )
    return (*(item for _, item in sorted(found, key=_first)), *overdue)


def _attainment_change(
    result: KpiResult[NodeKey], earlier: KpiResult[NodeKey] | None
) -> Decimal | None:
    if earlier is None or earlier.attainment is None or result.attainment is None:
        return None
    return to_decimal(exact(result.attainment) - exact(earlier.attainment))


def _kind(result: KpiResult[NodeKey], change: Decimal | None) -> AgendaKind | None:
    """Say why a result is to be discussed, or None when it is not."""
    if result.own_score is None:
        return AgendaKind.MISSING_DATA if result.reason in _MISSING_DATA else None
    if result.status in (Status.MISSED, Status.IMPROVE):
        return AgendaKind.MISSED
    if change is not None and change <= -WORSENING_POINTS:
        return AgendaKind.WORSENING
    return AgendaKind.AT_RISK if result.status == Status.NEAR else None


def _order(kind: AgendaKind, result: KpiResult[NodeKey]) -> tuple[int, Decimal, str]:
    """Order by kind, then by how many weighted points are lost, then by the stable id."""
    lost = (100 - (result.own_score or Decimal(0))) * result.weight
    return (_KINDS.index(kind), -lost, str(result.node_id))


def _first(
    pair: tuple[tuple[int, Decimal, str], AgendaItem[NodeKey]],
) -> tuple[int, Decimal, str]:
    return pair[0]


def _lateness(action: OpenAction) -> tuple[date, str]:
    return (action.due_on, action.id)


_KINDS = list(AgendaKind)
_MISSING_DATA = frozenset(
    {
        Reason.NO_DATA,
        Reason.RATIO_WITHOUT_PARTS,
        Reason.NO_EARLIER_VALUE,
        Reason.CHILD_MISSING,
        Reason.NOT_POOLABLE,
    }
)
