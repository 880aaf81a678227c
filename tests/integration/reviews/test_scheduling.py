"""Cycles make reviews: once a month, on a business day, and nothing twice."""

from datetime import date

import pytest

from core.domain.refusals import Denied
from core.models import AuditEvent
from reviews import operations
from reviews.models import Review, ReviewStatus
from reviews.operations import cycles
from reviews.operations.scheduling import review_now
from reviews.tasks import work_for
from tests.factories.reviews import make_cycle
from tests.integration.reviews.conftest import MISSED, Stage, score, tokyo
from vendors.operations.engagements import end_engagement


def schedule(stage: Stage, day: date) -> list[Review]:
    return operations.schedule_reviews(client=stage.client, by=stage.system, at=tokyo(day))


def test_a_review_is_made_when_its_month_has_ended(stage: Stage) -> None:
    make_cycle(tree=stage.tree, by=stage.owner, starts_on=date(2026, 3, 1))

    assert schedule(stage, date(2026, 3, 31)) == []
    [review] = schedule(stage, date(2026, 4, 1))

    assert (review.period_start, review.scheduled_on) == (date(2026, 3, 1), date(2026, 4, 7))
    assert review.status == ReviewStatus.SCHEDULED


def test_the_day_follows_the_clients_time_zone(stage: Stage) -> None:
    make_cycle(tree=stage.tree, by=stage.owner, starts_on=date(2026, 3, 1))
    at = tokyo(date(2026, 4, 1), hour=9)  # midnight in London, nine o'clock in Tokyo
    stage.client.time_zone = "America/New_York"

    assert operations.schedule_reviews(client=stage.client, by=stage.system, at=at) == []


@pytest.mark.parametrize(
    ("month", "today", "expected"),
    [
        (date(2026, 4, 1), date(2026, 5, 1), date(2026, 5, 8)),  # 1, 7, 8: holidays in between
        (date(2025, 12, 1), date(2026, 1, 1), date(2026, 1, 7)),  # 5, 6, 7: closed until the 3rd
        (date(2026, 3, 1), date(2026, 4, 1), date(2026, 4, 3)),
    ],
)
def test_holidays_and_new_year_are_no_business_days(
    stage: Stage, month: date, today: date, expected: date
) -> None:
    make_cycle(tree=stage.tree, by=stage.owner, starts_on=month, business_day=3)

    [review] = schedule(stage, today)

    assert review.scheduled_on == expected


def test_doing_it_again_makes_nothing_and_leaves_no_trace(stage: Stage) -> None:
    make_cycle(tree=stage.tree, by=stage.owner)

    schedule(stage, date(2026, 4, 1))
    schedule(stage, date(2026, 4, 1))
    schedule(stage, date(2026, 4, 2))

    assert Review.objects.count() == 1
    assert AuditEvent.objects.filter(event="reviews.reviews_scheduled").count() == 1


def test_a_scheduler_that_was_off_catches_up_but_makes_no_history(stage: Stage) -> None:
    make_cycle(tree=stage.tree, by=stage.owner, starts_on=date(2020, 1, 1))

    made = schedule(stage, date(2026, 4, 18))  # a Saturday

    assert [one.period_start for one in made] == [
        date(2026, 1, 1),
        date(2026, 2, 1),
        date(2026, 3, 1),
    ]
    assert {one.scheduled_on for one in made} == {date(2026, 4, 20)}


def test_an_inactive_cycle_makes_nothing(stage: Stage) -> None:
    cycle = make_cycle(tree=stage.tree, by=stage.owner)
    cycles.deactivate_cycle(cycle=cycle, by=stage.owner, at=tokyo(date(2026, 4, 1)))
    assert schedule(stage, date(2026, 4, 1)) == []

    cycles.reactivate_cycle(cycle=cycle, by=stage.owner, at=tokyo(date(2026, 4, 2)))
    assert len(schedule(stage, date(2026, 4, 2))) == 1


def test_the_last_month_of_an_engagement_is_reviewed_and_then_no_more(stage: Stage) -> None:
    make_cycle(tree=stage.tree, by=stage.owner, engagement=stage.engagement)
    assert len(schedule(stage, date(2026, 4, 1))) == 1

    end_engagement(
        engagement=stage.engagement, reason="満了", by=stage.owner, at=tokyo(date(2026, 4, 30))
    )

    assert [one.period_start for one in schedule(stage, date(2026, 5, 1))] == [date(2026, 4, 1)]
    assert schedule(stage, date(2026, 6, 1)) == []


def test_an_engagement_is_reviewed_in_its_months_only(stage: Stage) -> None:
    cycle = make_cycle(tree=stage.tree, by=stage.owner, engagement=stage.engagement)

    with pytest.raises(Denied, match="契約期間の外"):
        review_now(cycle=cycle, month=date(2025, 3, 1), by=stage.owner, at=tokyo(date(2026, 4, 1)))


def test_a_review_now_opens_with_its_agenda_and_is_made_once(stage: Stage) -> None:
    cycle = make_cycle(tree=stage.tree, by=stage.owner)
    score(stage.tree, stage.on_time, date(2026, 3, 1), MISSED)
    at = tokyo(date(2026, 4, 2))

    first = review_now(cycle=cycle, month=date(2026, 3, 1), by=stage.owner, at=at)
    second = review_now(cycle=cycle, month=date(2026, 3, 1), by=stage.advisor, at=at)

    assert first == second
    assert (first.status, first.scheduled_on) == (ReviewStatus.OPEN, date(2026, 4, 2))
    assert [item.kind for item in first.agenda_items.all()] == ["missed"]
    assert schedule(stage, date(2026, 4, 2)) == []


def test_a_month_that_is_not_over_cannot_be_reviewed(stage: Stage) -> None:
    cycle = make_cycle(tree=stage.tree, by=stage.owner)

    with pytest.raises(Denied, match="まだ終わっていません"):
        review_now(cycle=cycle, month=date(2026, 4, 1), by=stage.owner, at=tokyo(date(2026, 4, 30)))


@pytest.mark.parametrize("who", ["viewer", "vendor", "rival", "stranger"])
def test_others_set_up_no_reviews(stage: Stage, who: str) -> None:
    with pytest.raises(Denied):
        make_cycle(tree=stage.tree, by=getattr(stage, who))


def test_the_scheduler_prepares_opens_and_leaves_alone(stage: Stage) -> None:
    make_cycle(tree=stage.tree, by=stage.owner)  # on the 7th, people are told on the 3rd
    score(stage.tree, stage.on_time, date(2026, 3, 1), MISSED)

    def on(day: int) -> Review:
        work_for(stage.client, at=tokyo(date(2026, 4, day)))
        return Review.objects.get()

    assert on(2).agenda_made_at is None
    prepared = on(3)
    assert (prepared.agenda_made_at, prepared.status) == (
        tokyo(date(2026, 4, 3)),
        ReviewStatus.SCHEDULED,
    )
    assert on(6).agenda_made_at == tokyo(date(2026, 4, 3))
    assert on(7).status == ReviewStatus.OPEN
    events = AuditEvent.objects.filter(event__in=["reviews.agenda_made", "reviews.review_opened"])
    assert events.count() == 2
    on(7)
    assert events.count() == 2
