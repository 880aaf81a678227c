"""What an agenda is made from, and the agenda as people read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.domain.periods import add_months
from reviews.domain import agenda as domain
from reviews.domain.agenda import OpenAction
from reviews.models import ActionItem, ActionItemQuerySet, AgendaItem, Review
from reviews.queries.numbers import number, results_of


@dataclass(frozen=True, slots=True)
class AgendaRow:
    """An agenda item with its numbers read; either of a KPI or of an overdue action."""

    item: AgendaItem
    value: Decimal | None
    target: Decimal | None
    attainment: Decimal | None
    previous: Decimal | None
    change: Decimal | None
    status: str
    action_title: str
    action_owner: str
    days_overdue: int | None


def open_actions(review: Review) -> ActionItemQuerySet:
    """Return what is still to be done from reviews of the same tree or engagement."""
    actions = ActionItem.objects.open().filter(review__tree_id=review.tree_id)
    if review.engagement_id is not None:
        actions = actions.filter(review__engagement_id=review.engagement_id)
    return actions


def proposed_agenda(review: Review, *, on: date) -> list[AgendaItem]:
    """Return unsaved items: what a review has to look at, with the numbers of today."""
    actions = {str(one.pk): one for one in open_actions(review).select_related("owner")}
    results = results_of(review, review.period_start)
    targets = _targets(review)
    items = domain.agenda(
        results,
        results_of(review, add_months(review.period_start, -1)),
        actions=[OpenAction(pk, one.due_on) for pk, one in actions.items()],
        on=on,
    )
    return [
        AgendaItem(
            review=review,
            position=position,
            kind=item.kind.value,
            kpi_id=item.result.node_id if item.result else None,
            numbers=_numbers(item, targets, actions),
        )
        for position, item in enumerate(items)
    ]


def _targets(review: Review) -> dict[Any, str | None]:
    from kpis.models import Score

    scores = Score.objects.filter(
        scorecard__tree_id=review.tree_id, scorecard__period_start=review.period_start
    )
    return {one.kpi_id: _text(one.target) for one in scores}


def _numbers(
    item: "domain.AgendaItem[Any]", targets: dict[Any, str | None], actions: dict[str, ActionItem]
) -> dict[str, Any]:
    if item.result is None:
        action = actions[str(item.action_id)]
        return {
            "action": item.action_id,
            "title": action.title,
            "owner": str(action.owner or action.owner_organization),
            "due_on": action.due_on.isoformat(),
            "days_overdue": item.days_overdue,
        }
    return {
        "value": _text(item.result.value),
        "target": targets.get(item.result.node_id),
        "attainment": _text(item.result.attainment),
        "status": item.result.status.value,
        "previous": _text(item.previous.value) if item.previous else None,
        "change": _text(item.attainment_change),
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def rows_of(items: Iterable[AgendaItem]) -> list[AgendaRow]:
    """Read the stored numbers of each item."""
    return [_row(item) for item in items]


def _row(item: AgendaItem) -> AgendaRow:
    numbers = item.numbers
    return AgendaRow(
        item=item,
        value=number(numbers.get("value")),
        target=number(numbers.get("target")),
        attainment=number(numbers.get("attainment")),
        previous=number(numbers.get("previous")),
        change=number(numbers.get("change")),
        status=numbers.get("status", ""),
        action_title=numbers.get("title", ""),
        action_owner=numbers.get("owner", ""),
        days_overdue=numbers.get("days_overdue"),
    )
