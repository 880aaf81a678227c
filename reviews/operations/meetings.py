"""Keep the minutes of a review, and close it."""

from datetime import datetime

from django.db import transaction

from core import audit
from core.policies import require
from core.tenancy import Actor
from reviews import policies
from reviews.models import Review, ReviewStatus
from reviews.queries.numbers import frozen, numbers_of


@transaction.atomic
def save_minutes(*, review: Review, version: int, minutes: str, by: Actor, at: datetime) -> Review:
    """Store the minutes; a text made from an older version is refused, nothing is overwritten."""
    review = _locked(review)
    require(policies.why_not_write(review, by))
    require(policies.why_not_version(review.version, version))
    review.minutes, review.version = minutes, review.version + 1
    review.save(update_fields=["minutes", "version"])
    _record("minutes_saved", "議事録を保存しました。", review, by=by, at=at)
    return review


@transaction.atomic
def close_review(*, review: Review, version: int, by: Actor, at: datetime) -> Review:
    """Close a review: its numbers, agenda and minutes stay as they are; actions live on."""
    review = _locked(review)
    require(policies.why_not_close(review, by))
    require(policies.why_not_version(review.version, version))
    review.frozen_numbers = frozen(numbers_of(review))
    review.status, review.version = ReviewStatus.CLOSED, review.version + 1
    review.closed_at, review.closed_by_id = at, by.user_id
    review.save()
    _record("review_closed", "振り返りを終了しました。", review, by=by, at=at)
    return review


def _locked(review: Review) -> Review:
    found = Review.objects.select_for_update(of=("self",))
    return found.select_related("cycle", "client", "tree").get(pk=review.pk)


def _record(act: str, summary: str, review: Review, *, by: Actor, at: datetime) -> None:
    month = review.period_start
    audit.record(
        event=f"reviews.{act}",
        target=review,
        by=by,
        at=at,
        organization_id=review.client_id,
        summary=f"「{review.cycle}」{month.year}年{month.month}月分の{summary}",
        data={"version": review.version},
    )
