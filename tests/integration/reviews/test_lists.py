"""The lists: what comes first, what is found, and that their length costs no queries."""

from datetime import date

from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from reviews.models import Reminder
from reviews.operations.actions import finish_action
from tests.factories import accounts
from tests.factories.reviews import make_action, make_cycle, make_review
from tests.integration.reviews.conftest import MISSED, Stage, score


def titles(client: Client, **query: str) -> list[str]:
    page = client.get(reverse("reviews:action-list"), query).context["page"]
    return [action.title for action in page]


def test_what_is_overdue_comes_first_and_ones_own_are_shown(stage: Stage, client: Client) -> None:
    cycle = make_cycle(tree=stage.tree, by=stage.owner, engagement=stage.engagement)
    review = make_review(cycle=cycle, by=stage.owner)
    owner = accounts.user_of(stage.owner)
    make_action(review=review, by=stage.owner, due_on=date(2099, 1, 1), title="先", owner=owner)
    make_action(review=review, by=stage.owner, due_on=date(2020, 1, 1), title="過ぎた")
    make_action(
        review=review,
        by=stage.owner,
        due_on=date(2019, 1, 1),
        title="外注先の",
        organization=stage.vendor_organization,
    )
    done = make_action(review=review, by=stage.owner, due_on=date(2018, 1, 1), title="済")
    finish_action(action=done, result="終えた", by=stage.owner, at=accounts.NOW)
    client.force_login(owner)

    assert titles(client) == ["過ぎた", "先"]
    assert titles(client, whose="all") == ["外注先の", "過ぎた", "先"]
    assert titles(client, whose="all", status="") == ["外注先の", "過ぎた", "先", "済"]
    assert titles(client, status="done") == ["済"]


def test_reviews_are_found_by_name_and_status(stage: Stage, client: Client) -> None:
    make_review(cycle=make_cycle(tree=stage.tree, by=stage.owner, name="全体"), by=stage.owner)
    client.force_login(accounts.user_of(stage.viewer))

    def names(**query: str) -> list[str]:
        page = client.get(reverse("reviews:review-list"), query).context["page"]
        return [review.cycle.name for review in page]

    assert names(q="全体") == ["全体"]
    assert names(q="無い") == []
    assert names(status="open") == ["全体"]
    assert names(status="closed") == []


def test_long_lists_cost_no_more_queries(
    stage: Stage, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    score(stage.tree, stage.on_time, date(2026, 3, 1), MISSED)
    owner = accounts.user_of(stage.owner)
    for number in range(8):
        cycle = make_cycle(
            tree=stage.tree, by=stage.owner, engagement=stage.engagement, name=f"予定{number}"
        )
        review = make_review(cycle=cycle, by=stage.owner)
        for day in range(1, 4):
            make_action(review=review, by=stage.owner, due_on=date(2026, 5, day), owner=owner)
        Reminder.objects.create(
            kind=Reminder.Kind.ACTION_DUE,
            subject_id=review.pk,
            due_on=date(2026, 5, 1),
            recipient=owner,
            organization=stage.client,
            text=f"お知らせ{number}",
            url="/",
            created_at=accounts.NOW,
        )
    client.force_login(owner)

    for name, most in (
        ("reviews:review-list", 14),
        ("reviews:action-list", 14),
        ("reviews:cycle-list", 14),
        ("reviews:reminder-list", 15),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(reverse(name)).status_code == 200
    with django_assert_max_num_queries(32):
        assert client.get(review.get_absolute_url()).status_code == 200
