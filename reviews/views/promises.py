"""Rate a qualitative promise within a review."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from core.access import actor_of
from core.domain.refusals import Denied
from core.policies import require
from core.tenancy import Actor
from reviews.forms import RatingForm
from reviews.models import PromiseRating, Review
from reviews.operations.promises import rate_promise
from reviews.policies import why_not_rate
from reviews.queries.promises import promises_in
from reviews.views.rated import own_rating, rated_rows
from reviews.views.reviews import review_of, review_page


@require_POST
def promise_rate(request: HttpRequest, pk: str, promise_pk: UUID) -> HttpResponse:
    """Store what the actor's side says; what was typed stays on the page when it is refused."""
    review, actor = review_of(request, pk), actor_of(request)
    require(why_not_rate(review, actor))
    form = RatingForm(request.POST, prefix=f"promise-{promise_pk}")
    status = 422
    if form.is_valid():
        given = form.cleaned_data
        try:
            rate_promise(
                review=review,
                promise_id=promise_pk,
                version=given["version"],
                rating=PromiseRating.Rating(given["rating"]),
                comment=given["comment"],
                by=actor,
                at=timezone.now(),
            )
        except Denied as denied:
            if denied.refusal.code != "reviews.stale":
                raise
            status = denied.refusal.status
            form.add_error(None, str(denied.refusal.reason))
            form = form.on_version(_version(review, promise_pk, actor))
        else:
            return redirect(f"{review.get_absolute_url()}#promise-{promise_pk}")
    rows = rated_rows(review, actor, bound=form)
    return review_page(request, review, status=status, promises=rows)


def _version(review: Review, promise_pk: UUID, actor: Actor) -> int:
    own = [own_rating(one, actor) for one in promises_in(review) if one.promise_id == promise_pk]
    return next((one.version for one in own if one), 0)
