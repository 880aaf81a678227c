"""Reviews in every state that the operations can reach."""

from datetime import date, datetime

from accounts.models import Organization, User
from core.tenancy import Actor
from kpis.models import KPI, Tree
from reviews.models import ActionItem, Review, ReviewCycle
from reviews.operations import actions, cycles, scheduling
from tests.factories.accounts import NOW
from vendors.models import Engagement

MONTH = date(2026, 3, 1)


def make_cycle(
    *,
    tree: Tree,
    by: Actor,
    engagement: Engagement | None = None,
    name: str = "月次レビュー",
    business_day: int = 5,
    remind_days_before: int = 2,
    starts_on: date = MONTH,
    at: datetime = NOW,
) -> ReviewCycle:
    """Start a monthly cycle."""
    return cycles.create_cycle(
        client=tree.client,
        tree=tree,
        engagement=engagement,
        name=name,
        business_day=business_day,
        remind_days_before=remind_days_before,
        starts_on=starts_on,
        by=by,
        at=at,
    )


def make_review(
    *, cycle: ReviewCycle, by: Actor, month: date = MONTH, at: datetime = NOW
) -> Review:
    """Return an open review of a month."""
    return scheduling.review_now(cycle=cycle, month=month, by=by, at=at)


def make_action(
    *,
    review: Review,
    by: Actor,
    due_on: date,
    organization: Organization | None = None,
    owner: User | None = None,
    title: str = "発注を一週間早める",
    kpi: KPI | None = None,
    at: datetime = NOW,
) -> ActionItem:
    """Add an action, of the client unless said otherwise."""
    return actions.add_action(
        review=review,
        title=title,
        owner_organization=organization or review.client,
        owner=owner,
        due_on=due_on,
        expected_effect="来月は95%以上",
        kpi=kpi,
        by=by,
        at=at,
    )
