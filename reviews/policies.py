"""Why something on the review floor may not be done; None when it may."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from core.domain.refusals import Refusal
from core.tenancy import Actor
from reviews.domain.states import ACTION_TRANSITIONS, REVIEW_TRANSITIONS, ActionState, ReviewState
from reviews.models import ActionItem, Review, ReviewCycle, ReviewStatus
from reviews.queries import participants
from vendors.models import EngagementStatus


def why_not_work_for(client_id: UUID, actor: Actor) -> Refusal | None:
    """Why the actor may not change what belongs to this client."""
    if actor.is_vendor or client_id not in actor.client_ids:
        return Refusal("reviews.other_client", _("この発注者の振り返りは変更できません。"))
    if not actor.can_edit:
        return Refusal("reviews.viewer", _("閲覧者は変更できません。編集者にご依頼ください。"))
    return None


def why_not_set_up(actor: Actor) -> Refusal | None:
    """Why the actor may not set up reviews for any client."""
    if actor.is_vendor or not actor.client_ids:
        return Refusal("reviews.no_client", _("発注者か、担当のアドバイザーだけが設定できます。"))
    if not actor.can_edit:
        return Refusal("reviews.viewer", _("閲覧者は変更できません。編集者にご依頼ください。"))
    return None


def why_not_cycle(cycle: ReviewCycle) -> Refusal | None:
    """Why a cycle cannot be like this: tree and engagement belong to the client and together."""
    if cycle.tree.client_id != cycle.client_id:
        return Refusal("reviews.other_tree", _("ほかの発注者のKPIツリーは使えません。"))
    engagement = cycle.engagement
    if engagement is None:
        return None
    if engagement.client_id != cycle.client_id or engagement.tree_id != cycle.tree_id:
        return Refusal(
            "reviews.other_engagement", _("このKPIツリーの契約を選んでください。"), status=409
        )
    if engagement.status == EngagementStatus.PROPOSED:
        return Refusal(
            "reviews.unsigned",
            _("合意が成立していない契約は振り返れません。双方の署名を待ってください。"),
            status=409,
        )
    return None


def why_not_version(current: int, seen: int) -> Refusal | None:
    """Why what was made from an older state is refused."""
    if current == seen:
        return None
    return Refusal(
        "reviews.stale",
        _("表示中にほかの人が変更しました。最新の内容を確認してから、もう一度入力してください。"),
        status=409,
    )


def why_not_review(cycle: ReviewCycle, month: date, *, today: date) -> Refusal | None:
    """Why there cannot be a review of this month."""
    if month >= today.replace(day=1):
        return Refusal("reviews.month_not_over", _("対象月がまだ終わっていません。"), status=409)
    engagement = cycle.engagement
    if engagement and not engagement.starts_on.replace(day=1) <= month < engagement.until:
        return Refusal(
            "reviews.outside_engagement", _("契約期間の外の月は振り返れません。"), status=409
        )
    return None


def why_not_write(review: Review, actor: Actor) -> Refusal | None:
    """Why the actor may not write into a review; a closed one stays as it is."""
    if actor.is_vendor:
        return Refusal("reviews.vendor_reads", _("議事録と決定事項は発注者が記入します。"))
    if refusal := why_not_work_for(review.client_id, actor):
        return refusal
    if review.status == ReviewStatus.CLOSED:
        return Refusal("reviews.closed", _("終了した振り返りは変更できません。"), status=409)
    return None


def why_not_rate(review: Review, actor: Actor) -> Refusal | None:
    """Why the actor may not rate a promise: each side answers for itself, while the review lasts."""
    if not actor.is_vendor:
        if refusal := why_not_work_for(review.client_id, actor):
            return refusal
    elif review.engagement is None or review.engagement.vendor_id != actor.organization_id:
        return Refusal("reviews.other_engagement", _("自社の契約の振り返りだけ評価できます。"))
    elif not actor.can_edit:
        return Refusal("reviews.viewer", _("閲覧者は変更できません。編集者にご依頼ください。"))
    if review.status == ReviewStatus.OPEN:
        return None
    return Refusal("reviews.not_open", _("約束の評価は、振り返りの実施中に行えます。"), status=409)


def why_not_open(review: Review, actor: Actor) -> Refusal | None:
    """Why a review cannot be started."""
    if refusal := why_not_write(review, actor):
        return refusal
    if not REVIEW_TRANSITIONS.allows(ReviewState(review.status), ReviewState.OPEN):
        return Refusal("reviews.not_scheduled", _("すでに始まっています。"), status=409)
    return None


def why_not_close(review: Review, actor: Actor) -> Refusal | None:
    """Why a review cannot be closed."""
    if refusal := why_not_write(review, actor):
        return refusal
    if not REVIEW_TRANSITIONS.allows(ReviewState(review.status), ReviewState.CLOSED):
        return Refusal("reviews.not_open", _("開始してから終了してください。"), status=409)
    return None


def why_not_own(review: Review, organization_id: UUID) -> Refusal | None:
    """Why an organization cannot own an action of this review: it takes no part in it."""
    if organization_id in participants.organization_ids(review):
        return None
    return Refusal(
        "reviews.no_participant",
        _("担当者は、この振り返りの参加者から選んでください。"),
        status=409,
    )


def why_not_edit_action(action: ActionItem, actor: Actor) -> Refusal | None:
    """Why the actor may not change what is to be done; actions live on after the review."""
    if refusal := why_not_work_for(action.review.client_id, actor):
        return refusal
    return None if action.status == ActionState.OPEN else _over()


def why_not_finish_action(action: ActionItem, actor: Actor) -> Refusal | None:
    """Why the actor may not report an action as done; a vendor reports its own."""
    if refusal := _why_not_report(action, actor):
        return refusal
    allows = ACTION_TRANSITIONS.allows(ActionState(action.status), ActionState.DONE)
    return None if allows else _over()


def _why_not_report(action: ActionItem, actor: Actor) -> Refusal | None:
    if not actor.is_vendor:
        return why_not_work_for(action.review.client_id, actor)
    if action.owner_organization_id != actor.organization_id:
        return Refusal("reviews.other_owner", _("自社のアクションだけ更新できます。"))
    if not actor.can_edit:
        return Refusal("reviews.viewer", _("閲覧者は変更できません。編集者にご依頼ください。"))
    return None


def why_not_drop_action(action: ActionItem, actor: Actor) -> Refusal | None:
    """Why the actor may not give an action up: the client decides that."""
    if actor.is_vendor:
        return Refusal("reviews.client_drops", _("取りやめは発注者が決めます。ご相談ください。"))
    if refusal := why_not_work_for(action.review.client_id, actor):
        return refusal
    allows = ACTION_TRANSITIONS.allows(ActionState(action.status), ActionState.DROPPED)
    return None if allows else _over()


def _over() -> Refusal:
    return Refusal("reviews.action_over", _("すでに完了または取りやめ済みです。"), status=409)
