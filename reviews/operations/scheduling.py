"""Make the reviews that cycles ask for, and open them on their day."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import Organization
from core import audit
from core.domain.periods import month_of
from core.policies import require
from core.tenancy import Actor
from reviews import policies
from reviews.models import Review, ReviewCycle, ReviewStatus
from reviews.operations.agendas import write_agenda
from reviews.queries.calendars import business_day_from, plan
from reviews.queries.due import due_periods


@transaction.atomic
def schedule_reviews(*, client: Organization, by: Actor, at: datetime) -> list[Review]:
    """Make the reviews of the months that have ended; doing it again makes none."""
    require(policies.why_not_work_for(client.pk, by))
    today = at.astimezone(client.zone).date()
    cycles = ReviewCycle.objects.active().filter(client=client).select_related("engagement")
    asked = [
        _find_or_make(cycle, period.starts_on, today=today)
        for cycle in cycles.order_by("created_at", "id")
        for period in due_periods(cycle, today=today)
    ]
    made = [review for review, is_new in asked if is_new]
    if made:
        audit.record(
            event="reviews.reviews_scheduled",
            target=client,
            by=by,
            at=at,
            organization_id=client.pk,
            summary=f"振り返りを{len(made)}件予定しました。",
            data={"reviews": [str(review.pk) for review in made]},
        )
    return made


def _find_or_make(cycle: ReviewCycle, month: date, *, today: date) -> tuple[Review, bool]:
    """Return the review of the month; a late one is held on the next business day."""
    planned = plan(cycle, month_of(month)).review_on
    return Review.objects.get_or_create(
        cycle=cycle,
        period_start=month,
        defaults={
            "client_id": cycle.client_id,
            "tree_id": cycle.tree_id,
            "engagement_id": cycle.engagement_id,
            "scheduled_on": max(planned, business_day_from(today)),
        },
    )


@transaction.atomic
def review_now(*, cycle: ReviewCycle, month: date, by: Actor, at: datetime) -> Review:
    """Hold the review of a month today, with its agenda; one that exists is opened."""
    cycle = ReviewCycle.objects.select_related("client", "engagement").get(pk=cycle.pk)
    require(policies.why_not_work_for(cycle.client_id, by))
    today = at.astimezone(cycle.client.zone).date()
    month = month.replace(day=1)
    require(policies.why_not_review(cycle, month, today=today))
    review, is_new = Review.objects.get_or_create(
        cycle=cycle,
        period_start=month,
        defaults={
            "client_id": cycle.client_id,
            "tree_id": cycle.tree_id,
            "engagement_id": cycle.engagement_id,
            "scheduled_on": today,
        },
    )
    review = _opened(review, by=by, at=at) if review.status == ReviewStatus.SCHEDULED else review
    audit.record(
        event="reviews.review_started",
        target=review,
        by=by,
        at=at,
        organization_id=review.client_id,
        summary=f"「{cycle.name}」{month.year}年{month.month}月分の振り返りを始めました。",
        data={"is_new": is_new},
    )
    return review


@transaction.atomic
def open_review(*, review: Review, by: Actor, at: datetime) -> Review:
    """Start a review; its agenda is made if nobody made it before."""
    review = (
        Review.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=review.pk)
    )
    require(policies.why_not_open(review, by))
    review = _opened(review, by=by, at=at)
    month = review.period_start
    audit.record(
        event="reviews.review_opened",
        target=review,
        by=by,
        at=at,
        organization_id=review.client_id,
        summary=f"「{review.cycle}」{month.year}年{month.month}月分の振り返りを始めました。",
    )
    return review


def _opened(review: Review, *, by: Actor, at: datetime) -> Review:
    review = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if review.status == ReviewStatus.SCHEDULED:
        review.status = ReviewStatus.OPEN
        review.version += 1
        review.save(update_fields=["status", "version"])
        if review.agenda_made_at is None:
            write_agenda(review=review, by=by, at=at)
    return review
