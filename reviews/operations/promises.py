"""Say in a review whether a qualitative promise was kept."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.domain.refusals import Denied, Refusal
from core.policies import require
from core.tenancy import Actor
from reviews import policies
from reviews.models import PromiseRating, Review
from reviews.queries.promises import Rated, promises_in


@transaction.atomic
def rate_promise(
    *,
    review: Review,
    promise_id: UUID,
    version: int,
    rating: PromiseRating.Rating,
    comment: str,
    by: Actor,
    at: datetime,
) -> PromiseRating:
    """Answer for the actor's side; `version` is 0 for a first answer. It enters no score."""
    locked = Review.objects.select_for_update(of=("self",))
    review = locked.select_related("cycle", "engagement__vendor").get(pk=review.pk)
    require(policies.why_not_rate(review, by))
    rated = _promised(review, promise_id)
    side = PromiseRating.Side.VENDOR if by.is_vendor else PromiseRating.Side.CLIENT
    known = rated.by_vendor if by.is_vendor else rated.by_client
    require(policies.why_not_version(known.version if known else 0, version))
    given = known or PromiseRating(review=review, promise_id=promise_id, side=side, version=0)
    given.text, given.rating, given.comment = rated.line.text, rating, comment
    given.version, given.rated_at, given.rated_by_id = given.version + 1, at, by.user_id
    given.save()
    month = review.period_start
    audit.record(
        event="reviews.promise_rated",
        target=review,
        by=by,
        at=at,
        organization_id=review.client_id,
        summary=(
            f"「{review.cycle}」{month.year}年{month.month}月分で、"
            f"約束「{given.text}」を「{rating.label}」と評価しました。"
        ),
        data={
            "promise": str(promise_id),
            "side": side.value,
            "rating": rating.value,
            "comment": comment,
        },
    )
    return given


def _promised(review: Review, promise_id: UUID) -> Rated:
    for one in promises_in(review):
        if one.promise_id == promise_id:
            return one
    reason = _("この振り返りの約束ではありません。双方が署名した約束だけ評価できます。")
    raise Denied(Refusal("reviews.no_promise", reason, 409))
