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
    AT_RISK = "at_risk"
    WORSENING = "worsening"
    MISSING_DATA = "missing_data"
    OVERDUE_ACTION = "overdue_action"


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class AgendaItem(Generic[NodeKey]):
    """One point to talk about: a KPI with its numbers, or an overdue action."""

    kind: AgendaKind
    node_id: NodeKey | None = None
    action_id: str | None = None
    value: Decimal | None = None
    attainment: Decimal | None = None
    score: Decimal | None = None
    previous_score: Decimal | None = None
    score_change: Decimal | None = None
    reason: Reason | None = None
    days_overdue: int | None = None


def agenda(
    results: Iterable[KpiResult[NodeKey]],
    previous: Iterable[KpiResult[NodeKey]] = (),
    *,
    actions: Iterable[OpenAction] = (),
    on: date,
) -> tuple[AgendaItem[NodeKey], ...]:
    """List what a review has to look at, most serious first.

    Each KPI with a target of its own appears at most once: missed (below もう少し), at risk
    (short of the target), worsening (met, but five points or more down), or without data.
    """
    before = {result.node_id: result.own_score for result in previous}
    found = [
        (_order(item, result.weight), item)
        for result in results
        if (item := _item(result, before.get(result.node_id))) is not None
    ]
    late = sorted((action for action in actions if action.due_on < on), key=_lateness)
    overdue = [
        AgendaItem[NodeKey](
            AgendaKind.OVERDUE_ACTION,
            action_id=action.id,
            days_overdue=(on - action.due_on).days,
        )
        for action in late
    ]
    ordered = [item for _, item in sorted(found, key=lambda pair: pair[0])]
    return (*ordered, *overdue)


def _item(result: KpiResult[NodeKey], previous_score: Decimal | None) -> AgendaItem[NodeKey] | None:
    change = None
    if result.own_score is not None and previous_score is not None:
        change = to_decimal(exact(result.own_score) - exact(previous_score))
    kind = _kind(result, change)
    if kind is None:
        return None
    return AgendaItem(
        kind=kind,
        node_id=result.node_id,
        value=result.value,
        attainment=result.attainment,
        score=result.own_score,
        previous_score=previous_score,
        score_change=change,
        reason=result.reason,
    )


def _kind(result: KpiResult[NodeKey], change: Decimal | None) -> AgendaKind | None:
    if result.own_score is None:
        return AgendaKind.MISSING_DATA if result.reason in _MISSING_DATA else None
    if result.status in (Status.MISSED, Status.IMPROVE):
        return AgendaKind.MISSED
    if result.status == Status.NEAR:
        return AgendaKind.AT_RISK
    is_worse = change is not None and change <= -WORSENING_POINTS
    return AgendaKind.WORSENING if is_worse else None


def _order(item: AgendaItem[NodeKey], weight: Decimal) -> tuple[int, Decimal, Decimal, str]:
    """Order by kind, then by how many weighted points are lost, then by the stable id."""
    lost = (100 - (item.score or Decimal(0))) * weight
    return (_KINDS.index(item.kind), -lost, item.score or Decimal(0), str(item.node_id))


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
