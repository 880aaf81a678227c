"""Reads of the qualitative promises of a review, with what both sides say of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from core.domain.periods import add_months
from reviews.models import PromiseRating, Review
from vendors.domain.agreement import PromiseLine
from vendors.models import Engagement, EngagementStatus
from vendors.queries.agreements import signed_terms


@dataclass(frozen=True, slots=True)
class Rated:
    """A signed promise with the words of both sides, side by side."""

    line: PromiseLine
    vendor_name: str
    # A review of the whole tree is the client's own: no vendor takes part, none can answer.
    has_vendor: bool
    by_client: PromiseRating | None
    by_vendor: PromiseRating | None

    @property
    def promise_id(self) -> UUID:
        """The promise that is rated."""
        return UUID(self.line.promise_id)


def promises_in(review: Review) -> list[Rated]:
    """Return the promises that both sides had signed for the month of the review.

    A review of one engagement has that one's, a review of the whole tree those of all its
    engagements; each promise once. What was rated stays listed with the words that were rated.
    """
    said: dict[tuple[UUID, str], PromiseRating] = {
        (one.promise_id, one.side): one
        for one in PromiseRating.objects.filter(review=review).select_related("rated_by")
    }
    sides = PromiseRating.Side
    found: dict[str, Rated] = {}
    for engagement, line in _lines(review):
        pk = UUID(line.promise_id)
        found.setdefault(
            line.promise_id,
            Rated(
                line=line,
                vendor_name=engagement.vendor.name,
                has_vendor=review.engagement_id is not None,
                by_client=said.get((pk, sides.CLIENT)),
                by_vendor=said.get((pk, sides.VENDOR)),
            ),
        )
    return list(found.values())


def _lines(review: Review) -> Iterator[tuple[Engagement, PromiseLine]]:
    month_end = add_months(review.period_start, 1)
    for engagement in _engagements(review):
        terms = signed_terms(engagement, before=month_end)
        for line in terms.promises if terms else ():
            yield engagement, line


def _engagements(review: Review) -> list[Engagement]:
    if review.engagement is not None:
        return [review.engagement]
    running = Engagement.objects.filter(tree_id=review.tree_id).select_related("vendor")
    running = running.exclude(status=EngagementStatus.PROPOSED)
    running = running.filter(starts_on__lt=add_months(review.period_start, 1))
    return [one for one in running.order_by("created_at", "pk") if one.until > review.period_start]
