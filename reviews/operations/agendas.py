"""Make agendas from the scorecards, and note what was said and decided."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from core import audit
from core.policies import require
from core.tenancy import Actor
from reviews import policies
from reviews.models import AgendaItem, Review
from reviews.queries.agendas import proposed_agenda


@transaction.atomic
def make_agenda(*, review: Review, by: Actor, at: datetime) -> list[AgendaItem]:
    """Make the agenda, or make it again from newer numbers; notes and decisions stay."""
    review = _locked(review)
    require(policies.why_not_write(review, by))
    items = write_agenda(review=review, by=by, at=at)
    audit.record(
        event="reviews.agenda_made",
        target=review,
        by=by,
        at=at,
        organization_id=review.client_id,
        summary=f"「{review.cycle}」のアジェンダを作りました（{len(items)}件）。",
        data={"items": len(items)},
    )
    return items


@transaction.atomic
def write_agenda(*, review: Review, by: Actor, at: datetime) -> list[AgendaItem]:
    """Write the items of an agenda: the part of other operations, which audit it."""
    require(policies.why_not_write(review, by))
    today = at.astimezone(review.client.zone).date()
    known = {_subject(item): item for item in review.agenda_items.all()}
    items = [
        _renewed(known.pop(_subject(item), item), item)
        for item in proposed_agenda(review, on=today)
    ]
    for item in known.values():  # no longer a problem, but somebody may have written about it
        if item.note or item.decision:
            item.position = len(items)
            items.append(item)
        else:
            item.delete()
    for item in items:
        item.save()
    review.agenda_made_at = at
    review.save(update_fields=["agenda_made_at"])
    return items


def _renewed(known: AgendaItem, item: AgendaItem) -> AgendaItem:
    """Give the item about the same subject the new numbers; what was noted stays."""
    known.position, known.kind, known.numbers = item.position, item.kind, item.numbers
    return known


def _subject(item: AgendaItem) -> UUID | str:
    return item.kpi_id or str(item.numbers.get("action"))


@transaction.atomic
def note_agenda_item(
    *, item: AgendaItem, version: int, note: str, decision: str, by: Actor, at: datetime
) -> AgendaItem:
    """Write down what was said and decided about one point."""
    review = _locked(item.review)
    require(policies.why_not_write(review, by))
    item = AgendaItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    require(policies.why_not_version(item.version, version))
    item.note, item.decision, item.version = note, decision, item.version + 1
    item.save(update_fields=["note", "decision", "version"])
    audit.record(
        event="reviews.item_noted",
        target=item,
        by=by,
        at=at,
        organization_id=review.client_id,
        summary=f"「{review.cycle}」のアジェンダにメモと決定事項を書きました。",
        data={"review": str(review.pk)},
    )
    return item


def _locked(review: Review) -> Review:
    """Hold the review, so that nothing is written into it while it is being closed."""
    found = Review.objects.select_for_update(of=("self",))
    return found.select_related("cycle", "client", "tree").get(pk=review.pk)
