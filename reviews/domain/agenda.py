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
    rows: Iterable[ScorecardRow[NodeKey]],
    previous_rows: Iterable[ScorecardRow[NodeKey]] = (),
    *,
    actions: Iterable[OpenAction] = (),
    on: date,
) -> tuple[AgendaItem[NodeKey], ...]:
    """List what a review has to look at, most serious first.

    Each KPI with a target of its own appears at most once: missed (below もう少し), at risk
    (short of the target), worsening (met, but five points or more down), or without data.
    """
    before = {row.node_id: row.own_score for row in previous_rows}
    found = [
        (_order(item, row.weight), item)
        for row in rows
        if (item := _item(row, before.get(row.node_id))) is not None
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


def _item(row: ScorecardRow[NodeKey], previous_score: Decimal | None) -> AgendaItem[NodeKey] | None:
    change = None
    if row.own_score is not None and previous_score is not None:
        change = to_decimal(exact(row.own_score) - exact(previous_score))
    kind = _kind(row, change)
    if kind is None:
        return None
    return AgendaItem(
        kind=kind,
        node_id=row.node_id,
        value=row.value,
        attainment=row.attainment,
        score=row.own_score,
        previous_score=previous_score,
        score_change=change,
        reason=row.reason,
    )


def _kind(row: ScorecardRow[NodeKey], change: Decimal | None) -> AgendaKind | None:
    if not row.has_target:
        return None
    if row.own_score is None:
        return AgendaKind.MISSING_DATA if row.reason in _MISSING_DATA else None
    if row.status in (Status.MISSED, Status.IMPROVE):
        return AgendaKind.MISSED
    if row.status is Status.NEAR:
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
