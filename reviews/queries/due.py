"""What the scheduler has to do for a client today; asking again after it is done finds nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Membership, Organization, Role, User
from core.domain.business_days import add_business_days, previous_business_day
from core.domain.periods import Period, add_months, month_of, months_between
from reviews.models import ActionItem, Reminder, Review, ReviewCycle, ReviewStatus
from reviews.queries import participants
from reviews.queries.calendars import closed_days
from vendors.models import EngagementStatus

# A scheduler that was off makes up for this many months, and no history is made up for.
CATCH_UP_MONTHS = 3
# What was due long ago (loaded history) reminds nobody.
OVERDUE_DAYS = 31


def due_periods(cycle: ReviewCycle, *, today: date) -> list[Period]:
    """Return the ended months that a cycle has to review and that lie not far back."""
    this_month = today.replace(day=1)
    first = max(cycle.starts_on, add_months(this_month, -CATCH_UP_MONTHS))
    engagement = cycle.engagement
    if engagement is None:
        return list(months_between(first, this_month))
    if engagement.status == EngagementStatus.PROPOSED:
        return []
    first = max(first, engagement.starts_on)
    return list(months_between(first, min(this_month, engagement.until)))


def last_ended_month(today: date) -> Period:
    """Return the month before this one."""
    return month_of(today.replace(day=1) - timedelta(days=1))


def remind_on(review: Review) -> date:
    """Return the business day on which people are reminded of a review."""
    days = review.cycle.remind_days_before
    return add_business_days(review.scheduled_on, -days, closed_days(review.scheduled_on))


def without_agenda(client: Organization, *, today: date) -> list[Review]:
    """Return the reviews whose agenda has to be made, so that people can prepare."""
    waiting = (
        Review.objects.filter(client=client, status=ReviewStatus.SCHEDULED, agenda_made_at=None)
        .select_related("cycle")
        .order_by("scheduled_on", "id")
    )
    return [review for review in waiting if remind_on(review) <= today]


def to_open(client: Organization, *, today: date) -> list[Review]:
    """Return the reviews whose day has come."""
    waiting = Review.objects.filter(
        client=client, status=ReviewStatus.SCHEDULED, scheduled_on__lte=today
    )
    return list(waiting.order_by("scheduled_on", "id"))


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person, and the organization for which they are told."""

    user: User
    organization_id: UUID


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something that people are reminded of once, and those who have not been told yet."""

    kind: Reminder.Kind
    subject: Review | ActionItem
    due_on: date
    url: str
    recipients: Sequence[Recipient]


def occasions(client: Organization, *, today: date) -> list[Occasion]:
    """Return what people of both sides have to be reminded of today."""
    found = [*_reviews_ahead(client, today=today), *_actions(client, today=today)]
    told = set(
        Reminder.objects.filter(subject_id__in=[one.subject.pk for one in found]).values_list(
            "kind", "subject_id", "recipient_id", "due_on"
        )
    )
    untold = [_untold(one, told) for one in found]
    return [one for one in untold if one.recipients]


def _untold(occasion: Occasion, told: set[tuple[str, UUID, UUID, date]]) -> Occasion:
    return Occasion(
        kind=occasion.kind,
        subject=occasion.subject,
        due_on=occasion.due_on,
        url=occasion.url,
        recipients=[
            one
            for one in occasion.recipients
            if (occasion.kind.value, occasion.subject.pk, one.user.pk, occasion.due_on) not in told
        ],
    )


def _reviews_ahead(client: Organization, *, today: date) -> Iterator[Occasion]:
    ahead = Review.objects.filter(client=client, scheduled_on__gte=today).unclosed()
    for review in ahead.select_related("cycle", "engagement__vendor", "client", "tree"):
        if remind_on(review) > today:
            continue
        yield Occasion(
            kind=Reminder.Kind.REVIEW_AHEAD,
            subject=review,
            due_on=review.scheduled_on,
            url=reverse("reviews:review-detail", kwargs={"pk": review.pk}),
            recipients=_recipients(participants.members(review)),
        )


def _actions(client: Organization, *, today: date) -> Iterator[Occasion]:
    actions = (
        ActionItem.objects.open()
        .filter(review__client=client, due_on__gte=today - timedelta(days=OVERDUE_DAYS))
        .select_related(
            "owner", "owner_organization", "review__client", "review__engagement", "kpi"
        )
    )
    for action in actions:
        kind = _action_kind(action, today=today)
        if kind is None:
            continue
        page = reverse("reviews:review-detail", kwargs={"pk": action.review_id})
        yield Occasion(
            kind=kind,
            subject=action,
            due_on=action.due_on,
            url=f"{page}#action-{action.pk}",
            recipients=_owners(action),
        )


def _action_kind(action: ActionItem, *, today: date) -> Reminder.Kind | None:
    """Say whether it is overdue, or due on the next business day (or on a closed day before it)."""
    if action.due_on < today:
        return Reminder.Kind.ACTION_OVERDUE
    if previous_business_day(action.due_on, closed_days(action.due_on)) <= today:
        return Reminder.Kind.ACTION_DUE
    return None


def _owners(action: ActionItem) -> list[Recipient]:
    """Return the owner, or those who may edit when nobody was named or the owner has left.

    An organization that takes part no more (an advisor that was withdrawn) hears nothing; then
    the client does.
    """
    takes_part = action.owner_organization_id in participants.organization_ids(action.review)
    members = Membership.objects.filter(
        organization_id=action.owner_organization_id if takes_part else action.review.client_id
    )
    owner = _recipients(members.filter(user_id=action.owner_id)) if action.owner_id else []
    return owner or _recipients(members.filter(role__in=[Role.OWNER, Role.EDITOR]))


def _recipients(memberships: QuerySet[Membership]) -> list[Recipient]:
    """Return each person once, for the first of their organizations."""
    found: dict[UUID, Recipient] = {}
    active = memberships.filter(user__is_active=True).select_related("user")
    for one in active.order_by("user__email", "joined_at"):
        found.setdefault(one.user_id, Recipient(one.user, one.organization_id))
    return list(found.values())
