"""Promises in reviews: both sides answer in words, side by side, and no score knows of it."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from core.domain.periods import add_months
from core.domain.refusals import Denied
from core.tenancy import Actor
from kpis.models import Promise, Score
from kpis.operations.promises import update_promise
from reviews.models import PromiseRating, Review
from reviews.operations import meetings
from reviews.operations.promises import rate_promise
from reviews.queries.promises import promises_in
from tests.factories import kpis
from tests.factories.accounts import NOW, user_of
from tests.factories.objectives import make_promise
from tests.factories.reviews import MONTH, make_cycle, make_review
from tests.factories.vendors import make_active, promises_for, sign
from tests.integration.reviews.conftest import Stage
from vendors.models import Engagement
from vendors.operations.agreements import propose_change
from vendors.queries.agreements import latest_agreement

KEPT, PARTLY, BROKEN = PromiseRating.Rating
LATER = NOW + timedelta(days=120)


@pytest.fixture
def promise(stage: Stage) -> Promise:
    return make_promise(tree=stage.tree, by=stage.owner, kpi=stage.on_time)


@pytest.fixture
def signed(stage: Stage, promise: Promise) -> Engagement:
    """Return an engagement whose agreement holds the promise."""
    return make_active(
        vendor=stage.vendor, tree=stage.tree, kpis=[stage.on_time], by=stage.owner, title="運用"
    )


@pytest.fixture
def review(stage: Stage, signed: Engagement) -> Review:
    cycle = make_cycle(tree=stage.tree, by=stage.owner, engagement=signed)
    return make_review(cycle=cycle, by=stage.owner)


def rate(
    review: Review,
    promise_id: UUID,
    *,
    by: Actor,
    rating: PromiseRating.Rating = KEPT,
    version: int = 0,
) -> PromiseRating:
    return rate_promise(
        review=review,
        promise_id=promise_id,
        version=version,
        rating=rating,
        comment="毎回そうでした",
        by=by,
        at=NOW,
    )


def refused(code: str) -> "pytest.RaisesExc[Denied]":
    return pytest.raises(Denied, check=lambda denied: denied.refusal.code == code)


def test_both_sides_answer_side_by_side(stage: Stage, review: Review, promise: Promise) -> None:
    rate(review, promise.pk, by=stage.owner, rating=KEPT)
    rate(review, promise.pk, by=stage.vendor, rating=BROKEN)

    (rated,) = promises_in(review)
    assert rated.by_client is not None
    assert rated.by_vendor is not None
    assert (rated.by_client.rating, rated.by_vendor.rating) == (KEPT, BROKEN)


def test_an_answer_can_be_changed_by_who_saw_it(
    stage: Stage, review: Review, promise: Promise
) -> None:
    rate(review, promise.pk, by=stage.owner)

    with refused("reviews.stale"):
        rate(review, promise.pk, by=stage.advisor, rating=PARTLY)
    assert rate(review, promise.pk, by=stage.owner, rating=PARTLY, version=1).version == 2


def test_a_closed_review_takes_no_answer(stage: Stage, review: Review, promise: Promise) -> None:
    meetings.close_review(review=review, version=review.version, by=stage.owner, at=NOW)

    with refused("reviews.not_open"):
        rate(review, promise.pk, by=stage.owner)


def test_only_what_was_signed_is_rated(stage: Stage, review: Review) -> None:
    unsigned = make_promise(tree=stage.tree, by=stage.owner, text="あとからの約束")

    with refused("reviews.no_promise"):
        rate(review, unsigned.pk, by=stage.owner)


def test_a_rival_and_a_viewer_answer_nothing(
    stage: Stage, review: Review, promise: Promise
) -> None:
    with refused("reviews.other_engagement"):
        rate(review, promise.pk, by=stage.rival)
    with refused("reviews.viewer"):
        rate(review, promise.pk, by=stage.viewer)


def test_a_review_of_the_whole_tree_lists_each_promise_once(
    stage: Stage, signed: Engagement, promise: Promise
) -> None:
    whole = make_review(cycle=make_cycle(tree=stage.tree, by=stage.owner), by=stage.owner)

    assert [one.promise_id for one in promises_in(whole)] == [promise.pk]


def test_the_page_takes_the_answer_of_the_vendor(
    stage: Stage, review: Review, promise: Promise, client: Client
) -> None:
    client.force_login(user_of(stage.vendor))
    page = review.get_absolute_url()
    assert promise.text in client.get(page).content.decode()
    address = reverse("reviews:promise-rate", args=[review.pk, promise.pk])
    prefix = f"promise-{promise.pk}"

    wrong = client.post(address, {f"{prefix}-rating": "kept", f"{prefix}-version": "0"})
    assert wrong.status_code == 422
    answer = {
        f"{prefix}-rating": "partly",
        f"{prefix}-comment": "一度だけ遅れました",
        f"{prefix}-version": "0",
    }
    assert client.post(address, answer).status_code == 302
    seen = client.get(page).content.decode()
    assert "一部守られた" in seen
    assert "一度だけ遅れました" in seen
    late = client.post(address, answer)
    assert late.status_code == 409
    assert f'name="{prefix}-version" value="1"' in late.content.decode()


def scores_of(stage: Stage, *, is_promised: bool) -> list[dict[str, object]]:
    """Sign, review and measure with or without a promise, read the scores, and undo all of it."""
    hidden = {"id", "scorecard_id"}
    with transaction.atomic():
        promise = None
        if is_promised:
            promise = make_promise(tree=stage.tree, by=stage.owner, kpi=stage.on_time)
        engagement = make_active(
            vendor=stage.vendor, tree=stage.tree, kpis=[stage.on_time], by=stage.owner
        )
        cycle = make_cycle(tree=stage.tree, by=stage.owner, engagement=engagement)
        review = make_review(cycle=cycle, by=stage.owner)
        if promise is not None:
            for actor in (stage.owner, stage.vendor):
                rate(review, promise.pk, by=actor, rating=BROKEN)
        kpis.make_measurement(
            kpi=stage.on_time, by=stage.owner, period_start=MONTH, numerator=9, denominator=10
        )
        kpis.compute_scorecards(tree=stage.tree, by=stage.owner)
        rows = Score.objects.order_by("scorecard__period_start", "kpi_id").values()
        found = [{key: value for key, value in one.items() if key not in hidden} for one in rows]
        transaction.set_rollback(True)
    return found


def test_scores_are_the_same_with_and_without_promises(stage: Stage) -> None:
    scores = scores_of(stage, is_promised=False)

    assert any(one["score"] is not None for one in scores)
    assert scores_of(stage, is_promised=True) == scores


def test_a_month_is_reviewed_by_the_words_that_counted_in_it(
    stage: Stage, signed: Engagement, review: Review, promise: Promise
) -> None:
    update_promise(
        promise=promise,
        version=1,
        text="当日までに相談する",
        kpi=promise.kpi,
        side=promise.side,
        organization_id=None,
        by=stage.owner,
        at=NOW,
    )
    propose_change(
        engagement=signed,
        seen_sha256=latest_agreement(signed).sha256,
        title=signed.title,
        starts_on=signed.starts_on,
        ends_on=signed.ends_on,
        valid_from=add_months(MONTH, 2),
        amount=signed.amount,
        promises=promises_for([stage.on_time]),
        reason="言い方を改める",
        by=stage.owner,
        at=NOW,
    )
    sign(signed, by=[stage.owner, stage.vendor])
    later = make_review(cycle=review.cycle, by=stage.owner, month=add_months(MONTH, 2), at=LATER)

    assert [one.line.text for one in promises_in(review)] == [promise.text]
    assert [one.line.text for one in promises_in(later)] == ["当日までに相談する"]
