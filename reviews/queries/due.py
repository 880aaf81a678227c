"""What the scheduler has to do for a client today; asking again after it is done finds nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.urls import reverse

from accounts.models import AdvisoryAssignment, Membership, Organization, Role, User
from core.domain.business_days import add_business_days, previous_business_day
from core.domain.periods import Period, add_months, month_of, months_between
from reviews.models import ActionItem, Reminder, Review, ReviewCycle, ReviewStatus
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


@dataclass(frozen=True, slots=True)
class _People:
    """Who may be told: the members of a client, of its advisors and of its vendors, read once."""

    client_id: UUID
    firm_ids: Sequence[UUID]
    members: Mapping[UUID, Sequence[Membership]]

    def taking_part(self, review: Review) -> list[UUID]:
        """Return the organizations of a review, the client first."""
        vendor = [review.engagement.vendor_id] if review.engagement is not None else []
        return [self.client_id, *self.firm_ids, *vendor]

    def of(self, organization_ids: Iterable[UUID]) -> list[Recipient]:
        """Return each person of these organizations once, for the first one they joined."""
        found: dict[UUID, Recipient] = {}
        every = [one for pk in organization_ids for one in self.members.get(pk, ())]
        for one in sorted(every, key=lambda one: (one.user.email, one.joined_at)):
            found.setdefault(one.user_id, Recipient(one.user, one.organization_id))
        return list(found.values())


def _people(client: Organization, reviews: Iterable[Review]) -> _People:
    firms = AdvisoryAssignment.objects.active().filter(client=client)
    firm_ids = list(firms.values_list("firm_id", flat=True))
    vendors = {one.engagement.vendor_id for one in reviews if one.engagement is not None}
    members: dict[UUID, list[Membership]] = defaultdict(list)
    for one in Membership.objects.filter(
        organization_id__in=[client.pk, *firm_ids, *vendors], user__is_active=True
    ).select_related("user"):
        members[one.organization_id].append(one)
    return _People(client.pk, firm_ids, members)


def _reviews_ahead(client: Organization, *, today: date) -> Iterator[Occasion]:
    ahead = Review.objects.filter(client=client, scheduled_on__gte=today).unclosed()
    reviews = [
        one
        for one in ahead.select_related("cycle", "engagement__vendor", "client", "tree")
        if remind_on(one) <= today
    ]
    people = _people(client, reviews)
    for review in reviews:
        yield Occasion(
            kind=Reminder.Kind.REVIEW_AHEAD,
            subject=review,
            due_on=review.scheduled_on,
            url=reverse("reviews:review-detail", kwargs={"pk": review.pk}),
            recipients=people.of(people.taking_part(review)),
        )


def _actions(client: Organization, *, today: date) -> Iterator[Occasion]:
    actions = list(
        ActionItem.objects.open()
        .filter(review__client=client, due_on__gte=today - timedelta(days=OVERDUE_DAYS))
        .select_related(
            "owner", "owner_organization", "review__client", "review__engagement", "kpi"
        )
    )
    people = _people(client, [one.review for one in actions])
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
            recipients=_owners(action, people),
        )


def _action_kind(action: ActionItem, *, today: date) -> Reminder.Kind | None:
    """Say whether it is overdue, or due on the next business day (or on a closed day before it)."""
    if action.due_on < today:
        return Reminder.Kind.ACTION_OVERDUE
    if previous_business_day(action.due_on, closed_days(action.due_on)) <= today:
        return Reminder.Kind.ACTION_DUE
    return None


def _owners(action: ActionItem, people: _People) -> list[Recipient]:
    """Return the owner, or those who may edit when nobody was named or the owner has left.

    An organization that takes part no more (an advisor that was withdrawn) hears nothing; then
    the client does.
    """
    takes_part = action.owner_organization_id in people.taking_part(action.review)
    organization = action.owner_organization_id if takes_part else people.client_id
    known = people.of([organization])
    owner = [one for one in known if one.user.pk == action.owner_id]
    editors = {
        one.user_id
        for one in people.members.get(organization, ())
        if one.role in (Role.OWNER, Role.EDITOR)
    }
    return owner or [one for one in known if one.user.pk in editors]
