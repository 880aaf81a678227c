"""The promises of a review as its page shows them: what both sides said, and one's own form."""

from dataclasses import dataclass

from core.tenancy import Actor
from reviews.forms import RatingForm
from reviews.models import PromiseRating, Review
from reviews.policies import why_not_rate
from reviews.queries.promises import Rated, promises_in


@dataclass(frozen=True, slots=True)
class RatedRow:
    """A promise with the form of the actor's own side, where it may answer."""

    rated: Rated
    form: RatingForm | None


def own_rating(rated: Rated, actor: Actor) -> PromiseRating | None:
    """Return what the actor's side has said."""
    return rated.by_vendor if actor.is_vendor else rated.by_client


def rated_rows(review: Review, actor: Actor, *, bound: RatingForm | None = None) -> list[RatedRow]:
    """Return the promises of the review; `bound` replaces the form that holds errors."""
    may_rate = why_not_rate(review, actor) is None
    rows = []
    for rated in promises_in(review):
        form = RatingForm.of(rated.promise_id, own_rating(rated, actor)) if may_rate else None
        if form is not None and bound is not None and bound.prefix == form.prefix:
            form = bound
        rows.append(RatedRow(rated, form))
    return rows
