"""Agree who does what until when, and report what came of it."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organization, User
from core import audit
from core.domain.refusals import Refusal
from core.policies import require
from core.tenancy import Actor
from kpis.models import KPI
from reviews import policies
from reviews.models import ActionItem, ActionStatus, Review
from reviews.queries.numbers import kpis_of


@transaction.atomic
def add_action(
    *,
    review: Review,
    title: str,
    owner_organization: Organization,
    owner: User | None,
    due_on: date,
    expected_effect: str,
    kpi: KPI | None,
    by: Actor,
    at: datetime,
) -> ActionItem:
    """Add an action item; its owner is on either side of the review."""
    review = (
        Review.objects.select_for_update(of=("self",))
        .select_related("engagement", "cycle")
        .get(pk=review.pk)
    )
    require(policies.why_not_write(review, by))
    require(policies.why_not_own(review, owner_organization.pk))
    require(_why_not_member(owner, owner_organization))
    require(_why_not_about(kpi, review))
    action = ActionItem.objects.create(
        review=review,
        kpi=kpi,
        title=title,
        owner_organization=owner_organization,
        owner=owner,
        due_on=due_on,
        expected_effect=expected_effect,
        created_at=at,
        created_by_id=by.user_id,
    )
    _record("action_added", f"アクション「{title}」を追加しました。", action, by=by, at=at)
    return action


def _why_not_about(kpi: KPI | None, review: Review) -> Refusal | None:
    """An action is about a KPI that this review looks at."""
    if kpi is None or any(one.pk == kpi.pk for one, _depth in kpis_of(review)):
        return None
    return Refusal("reviews.other_kpi", _("この振り返りのKPIから選んでください。"), status=409)


def _why_not_member(owner: User | None, organization: Organization) -> Refusal | None:
    if owner is None or organization.memberships.filter(user=owner).exists():
        return None
    return Refusal(
        "reviews.no_member", _("担当者は、その組織のメンバーから選んでください。"), status=409
    )


@transaction.atomic
def edit_action(
    *,
    action: ActionItem,
    version: int,
    title: str,
    owner_organization: Organization,
    owner: User | None,
    due_on: date,
    expected_effect: str,
    by: Actor,
    at: datetime,
) -> ActionItem:
    """Change what is to be done, by whom or until when; a new day reminds anew."""
    action = _locked(action)
    require(policies.why_not_edit_action(action, by))
    require(policies.why_not_version(action.version, version))
    require(policies.why_not_own(action.review, owner_organization.pk))
    require(_why_not_member(owner, owner_organization))
    action.title, action.due_on, action.expected_effect = title, due_on, expected_effect
    action.owner_organization, action.owner = owner_organization, owner
    action.version += 1
    action.save()
    _record("action_edited", f"アクション「{title}」を変更しました。", action, by=by, at=at)
    return action


@transaction.atomic
def finish_action(*, action: ActionItem, result: str, by: Actor, at: datetime) -> ActionItem:
    """Report an action as done, with what came of it."""
    action = _locked(action)
    require(policies.why_not_finish_action(action, by))
    _end(action, ActionStatus.DONE, result, at=at)
    _record("action_done", f"アクション「{action.title}」を完了しました。", action, by=by, at=at)
    return action


@transaction.atomic
def drop_action(*, action: ActionItem, reason: str, by: Actor, at: datetime) -> ActionItem:
    """Give an action up, with the reason."""
    action = _locked(action)
    require(policies.why_not_drop_action(action, by))
    _end(action, ActionStatus.DROPPED, reason, at=at)
    _record(
        "action_dropped", f"アクション「{action.title}」を取りやめました。", action, by=by, at=at
    )
    return action


def _end(action: ActionItem, status: ActionStatus, result: str, *, at: datetime) -> None:
    action.status, action.result, action.done_at = status, result, at
    action.version += 1
    action.save(update_fields=["status", "result", "done_at", "version"])


def _locked(action: ActionItem) -> ActionItem:
    found = ActionItem.objects.select_for_update(of=("self",))
    return found.select_related("review__engagement").get(pk=action.pk)


def _record(act: str, summary: str, action: ActionItem, *, by: Actor, at: datetime) -> None:
    audit.record(
        event=f"reviews.{act}",
        target=action,
        by=by,
        at=at,
        organization_id=action.review.client_id,
        summary=summary,
        data={"review": str(action.review_id), "due_on": action.due_on.isoformat()},
    )
