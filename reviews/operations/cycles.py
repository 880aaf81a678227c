"""Set up the rhythm of reviews."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import Organization
from core import audit
from core.policies import require
from core.tenancy import Actor
from kpis.models import Tree
from reviews import policies
from reviews.models import ReviewCycle
from vendors.models import Engagement


@transaction.atomic
def create_cycle(
    *,
    client: Organization,
    tree: Tree,
    engagement: Engagement | None,
    name: str,
    business_day: int,
    remind_days_before: int,
    starts_on: date,
    by: Actor,
    at: datetime,
) -> ReviewCycle:
    """Start a monthly cycle; with an engagement its vendor takes part in the reviews."""
    require(policies.why_not_work_for(client.pk, by))
    cycle = ReviewCycle(
        client=client,
        tree=tree,
        engagement=engagement,
        name=name,
        business_day=business_day,
        remind_days_before=remind_days_before,
        starts_on=starts_on.replace(day=1),
        created_at=at,
        created_by_id=by.user_id,
    )
    require(policies.why_not_cycle(cycle))
    cycle.save(force_insert=True)
    _record("created", f"振り返りの予定「{name}」を作りました。", cycle, by=by, at=at)
    return cycle


@transaction.atomic
def edit_cycle(
    *,
    cycle: ReviewCycle,
    version: int,
    name: str,
    business_day: int,
    remind_days_before: int,
    starts_on: date,
    by: Actor,
    at: datetime,
) -> ReviewCycle:
    """Change when reviews take place; those that exist keep their day."""
    cycle = _locked(cycle)
    require(policies.why_not_work_for(cycle.client_id, by))
    require(policies.why_not_version(cycle.version, version))
    cycle.name, cycle.starts_on = name, starts_on.replace(day=1)
    cycle.business_day, cycle.remind_days_before = business_day, remind_days_before
    cycle.version += 1
    cycle.save()
    _record("edited", f"振り返りの予定「{name}」を変更しました。", cycle, by=by, at=at)
    return cycle


@transaction.atomic
def deactivate_cycle(*, cycle: ReviewCycle, by: Actor, at: datetime) -> ReviewCycle:
    """Make no more reviews; those that exist stay."""
    cycle = _locked(cycle)
    require(policies.why_not_work_for(cycle.client_id, by))
    cycle.is_active, cycle.version = False, cycle.version + 1
    cycle.save()
    _record("deactivated", f"振り返りの予定「{cycle.name}」を止めました。", cycle, by=by, at=at)
    return cycle


@transaction.atomic
def reactivate_cycle(*, cycle: ReviewCycle, by: Actor, at: datetime) -> ReviewCycle:
    """Make reviews again."""
    cycle = _locked(cycle)
    require(policies.why_not_work_for(cycle.client_id, by))
    cycle.is_active, cycle.version = True, cycle.version + 1
    cycle.save()
    _record("reactivated", f"振り返りの予定「{cycle.name}」を再開しました。", cycle, by=by, at=at)
    return cycle


def _locked(cycle: ReviewCycle) -> ReviewCycle:
    return ReviewCycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)


def _record(act: str, summary: str, cycle: ReviewCycle, *, by: Actor, at: datetime) -> None:
    audit.record(
        event=f"reviews.cycle_{act}",
        target=cycle,
        by=by,
        at=at,
        organization_id=cycle.client_id,
        summary=summary,
    )
