"""What waits for a person on the home page: a few short lists, each with its own limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.tenancy import Actor
from kpis.models import Score, Scorecard, Tree
from quotes.models import RFQ, QuoteRevision, RFQInvitation
from quotes.models.rfqs import RFQStatus
from reviews.models import ActionItem, ActionStatus, Reminder, Review, ReviewStatus
from vendors.models import Engagement, EngagementStatus

LIMIT = 8


@dataclass(frozen=True, slots=True)
class TreeState:
    """A tree with its goal's newest score."""

    tree: Tree
    score: Score | None


@dataclass(frozen=True, slots=True)
class ClientHome:
    """The client's side: the state of the goals, and what to do next."""

    trees: Sequence[TreeState]
    rfqs: Sequence[RFQ]
    engagements: Sequence[Engagement]
    reviews: Sequence[Review]
    actions: Sequence[ActionItem]
    reminders: Sequence[Reminder]

    @property
    def is_quiet(self) -> bool:
        """Whether nothing waits for anybody."""
        return not (self.rfqs or self.engagements or self.reviews or self.actions or self.reminders)


@dataclass(frozen=True, slots=True)
class VendorRequest:
    """A request with the vendor's own state: whether it has submitted."""

    rfq: RFQ
    is_submitted: bool


@dataclass(frozen=True, slots=True)
class VendorHome:
    """The vendor's side: requests to answer, agreements to sign, reviews and actions."""

    requests: Sequence[VendorRequest]
    engagements: Sequence[Engagement]
    reviews: Sequence[Review]
    actions: Sequence[ActionItem]
    reminders: Sequence[Reminder]

    @property
    def is_quiet(self) -> bool:
        """Whether nothing waits for anybody; an order that runs is no task."""
        return not (self.requests or self.reviews or self.actions or self.reminders)


def client_home(actor: Actor) -> ClientHome:
    """Return what waits on the client's side (advisors see all their clients together)."""
    waiting = RFQ.objects.visible_to(actor).filter(
        status__in=[RFQStatus.DRAFT, RFQStatus.OPEN, RFQStatus.OPENED]
    )
    unsigned = Engagement.objects.visible_to(actor).filter(status=EngagementStatus.PROPOSED)
    return ClientHome(
        trees=_trees(actor),
        rfqs=list(waiting.select_related("client").order_by("deadline_at", "id")[:LIMIT]),
        engagements=list(
            unsigned.select_related("client", "vendor").order_by("-created_at", "id")[:LIMIT]
        ),
        reviews=_reviews(actor),
        actions=_actions(actor),
        reminders=_reminders(actor),
    )


def vendor_home(actor: Actor, *, at: datetime) -> VendorHome:
    """Return what waits for a vendor."""
    rfqs = RFQ.objects.visible_to(actor).filter(status=RFQStatus.OPEN, deadline_at__gt=at)
    declined = RFQInvitation.objects.visible_to(actor).filter(
        vendor_id=actor.organization_id, status=RFQInvitation.Status.DECLINED
    )
    rfqs = rfqs.exclude(pk__in=declined.values("rfq_id")).select_related("client")
    requests = list(rfqs.order_by("deadline_at", "id")[:LIMIT])
    submitted = _submitted(actor, [one.pk for one in requests])
    engagements = Engagement.objects.visible_to(actor)
    return VendorHome(
        requests=[VendorRequest(one, one.pk in submitted) for one in requests],
        engagements=list(
            engagements.select_related("client", "vendor").order_by("status", "title")[:LIMIT]
        ),
        reviews=_reviews(actor),
        actions=_actions(actor),
        reminders=_reminders(actor),
    )


def _submitted(actor: Actor, rfq_ids: Sequence[UUID]) -> set[UUID]:
    own = QuoteRevision.objects.visible_to(actor).filter(
        rfq_id__in=rfq_ids, vendor_id=actor.organization_id
    )
    return set(own.values_list("rfq_id", flat=True))


def _trees(actor: Actor) -> list[TreeState]:
    trees = list(
        Tree.objects.visible_to(actor)
        .in_use()
        .select_related("client")
        .order_by("name", "id")[:LIMIT]
    )
    newest = (
        Scorecard.objects.filter(tree__in=trees, scores__score__isnull=False)
        .order_by("tree_id", "-period_start")
        .distinct("tree_id")
    )
    goals = Score.objects.filter(
        scorecard__in=[one.pk for one in newest], kpi__parent=None
    ).select_related("scorecard", "kpi")
    by_tree = {score.scorecard.tree_id: score for score in goals}
    return [TreeState(tree, by_tree.get(tree.pk)) for tree in trees]


def _reviews(actor: Actor) -> Sequence[Review]:
    coming = Review.objects.visible_to(actor).exclude(status=ReviewStatus.CLOSED)
    return list(coming.select_related("cycle", "client").order_by("scheduled_on", "id")[:LIMIT])


def _actions(actor: Actor) -> Sequence[ActionItem]:
    own = ActionItem.objects.visible_to(actor).filter(
        status=ActionStatus.OPEN, owner_organization_id__in=actor.organization_ids
    )
    return list(own.select_related("review", "kpi", "owner").order_by("due_on", "id")[:LIMIT])


def _reminders(actor: Actor) -> Sequence[Reminder]:
    unread = Reminder.objects.visible_to(actor).filter(read_at=None)
    return list(unread.order_by("-created_at", "id")[:LIMIT])
