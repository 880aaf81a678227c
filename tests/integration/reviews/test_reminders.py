"""Who is reminded of what, when, and that row and mail belong together."""

from datetime import date
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AdvisoryAssignment, Membership, Organization
from accounts.operations import withdraw_advisor
from core import outbox
from core.models import AuditEvent, OutboxMessage
from core.tenancy import Actor
from reviews import operations
from reviews.models import Reminder, Review
from reviews.operations.actions import finish_action
from reviews.operations.meetings import close_review
from reviews.queries import unread_count
from reviews.queries.due import occasions
from reviews.tasks import work_for
from tests.factories import accounts
from tests.factories.reviews import make_action, make_cycle, make_review
from tests.integration.reviews.conftest import Stage, tokyo

APRIL_2, APRIL_3, APRIL_7 = date(2026, 4, 2), date(2026, 4, 3), date(2026, 4, 7)


def remind(stage: Stage, day: date) -> list[Reminder]:
    """Do what the scheduler does for the reminders of a day."""
    return [
        reminder
        for occasion in occasions(stage.client, today=day)
        for reminder in operations.send_reminders(
            client=stage.client, occasion=occasion, by=stage.system, at=tokyo(day)
        )
    ]


def told(reminders: list[Reminder]) -> set[str]:
    return {one.recipient.email for one in reminders}


def address(actor: Actor) -> str:
    return accounts.user_of(actor).email


@pytest.fixture
def scheduled(stage: Stage) -> Review:
    """The review of March with the vendor, on Tuesday 7 April; people are told on Friday 3."""
    make_cycle(tree=stage.tree, by=stage.owner, engagement=stage.engagement)
    [review] = operations.schedule_reviews(
        client=stage.client, by=stage.system, at=tokyo(date(2026, 4, 1))
    )
    OutboxMessage.objects.all().delete()
    return review


def test_everybody_who_takes_part_is_told_of_a_review(stage: Stage, scheduled: Review) -> None:
    assert remind(stage, APRIL_2) == []

    reminders = remind(stage, APRIL_3)

    assert told(reminders) == {
        address(one) for one in (stage.owner, stage.viewer, stage.advisor, stage.vendor)
    }
    assert {one.due_on for one in reminders} == {scheduled.scheduled_on}
    assert {
        one.organization_id for one in reminders if one.recipient.email == address(stage.vendor)
    } == {stage.vendor.organization_id}


def test_nobody_is_told_twice(stage: Stage, scheduled: Review) -> None:
    remind(stage, APRIL_3)

    assert remind(stage, APRIL_3) == []
    assert remind(stage, date(2026, 4, 6)) == []
    assert OutboxMessage.objects.filter(name="reviews/review_ahead").count() == 4


def test_two_schedulers_at_once_tell_once(stage: Stage, scheduled: Review) -> None:
    [occasion] = occasions(stage.client, today=APRIL_3)  # both have read that nobody is told

    first, second = (
        operations.send_reminders(
            client=stage.client, occasion=occasion, by=stage.system, at=tokyo(APRIL_3)
        )
        for _scheduler in range(2)
    )

    assert (len(first), second) == (4, [])
    assert Reminder.objects.count() == 4
    assert OutboxMessage.objects.filter(name="reviews/review_ahead").count() == 4


def test_somebody_who_joins_later_is_still_told(stage: Stage, scheduled: Review) -> None:
    remind(stage, APRIL_3)
    newcomer = accounts.make_actor(organization=stage.client, user=accounts.make_user())

    assert told(remind(stage, date(2026, 4, 6))) == {address(newcomer)}


def test_a_closed_or_past_review_reminds_nobody(stage: Stage, scheduled: Review) -> None:
    assert occasions(stage.client, today=date(2026, 4, 8)) == []

    cycle = scheduled.cycle
    review = make_review(cycle=cycle, by=stage.owner, at=tokyo(APRIL_2))
    close_review(review=review, version=review.version, by=stage.owner, at=tokyo(APRIL_2))
    assert occasions(stage.client, today=APRIL_3) == []


def test_a_row_never_stands_without_its_mail(
    stage: Stage, scheduled: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail, sent = outbox.mail, []

    def fails_at_the_third(**fields: Any) -> bool:
        sent.append(fields["to"])
        if len(sent) == 3:
            raise RuntimeError("no more")
        return mail(**fields)

    monkeypatch.setattr(outbox, "mail", fails_at_the_third)
    with pytest.raises(RuntimeError):
        remind(stage, APRIL_3)

    assert not Reminder.objects.exists()
    assert not OutboxMessage.objects.filter(name="reviews/review_ahead").exists()


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 4, 8), None),
        (date(2026, 4, 9), None),
        (date(2026, 4, 10), "action_due"),  # Friday, the last business day before
        (date(2026, 4, 12), "action_due"),
        (date(2026, 4, 13), "action_due"),  # the day itself, when nobody was told before
        (date(2026, 4, 14), "action_overdue"),
        (date(2026, 6, 1), None),  # long ago: loaded history reminds nobody
    ],
)
def test_actions_remind_ahead_and_when_overdue(stage: Stage, day: date, kind: str | None) -> None:
    review = make_review(cycle=make_cycle(tree=stage.tree, by=stage.owner), by=stage.owner)
    make_action(
        review=review,
        by=stage.owner,
        due_on=date(2026, 4, 13),  # a Monday
        owner=accounts.user_of(stage.viewer),
    )

    found = [one for one in occasions(stage.client, today=day) if one.subject != review]

    assert [one.kind.value for one in found] == ([kind] if kind else [])


def test_an_action_reminds_its_owner_or_those_who_can_act(stage: Stage) -> None:
    cycle = make_cycle(tree=stage.tree, by=stage.owner, engagement=stage.engagement)
    review = make_review(cycle=cycle, by=stage.owner)
    due_on = date(2026, 4, 16)
    make_action(review=review, by=stage.owner, due_on=due_on, owner=accounts.user_of(stage.viewer))
    make_action(
        review=review, by=stage.owner, due_on=due_on, organization=stage.vendor_organization
    )
    finished = make_action(review=review, by=stage.owner, due_on=due_on)
    finish_action(action=finished, result="済", by=stage.owner, at=accounts.NOW)

    reminders = [one for one in remind(stage, date(2026, 4, 15)) if one.kind == "action_due"]

    assert told(reminders) == {address(stage.viewer), address(stage.vendor)}


def test_who_has_left_hears_nothing_more(stage: Stage) -> None:
    cycle = make_cycle(tree=stage.tree, by=stage.owner, engagement=stage.engagement)
    review = make_review(cycle=cycle, by=stage.owner)
    due_on = date(2026, 4, 16)
    make_action(review=review, by=stage.owner, due_on=due_on, owner=accounts.user_of(stage.viewer))
    firm = Organization.objects.get(pk=str(stage.advisor.organization_id))
    make_action(
        review=review,
        by=stage.owner,
        due_on=due_on,
        organization=firm,
        owner=accounts.user_of(stage.advisor),
    )
    Membership.objects.filter(user=accounts.user_of(stage.viewer)).delete()
    withdraw_advisor(assignment=AdvisoryAssignment.objects.get(), by=stage.owner, at=accounts.NOW)

    reminders = [one for one in remind(stage, date(2026, 4, 15)) if one.kind == "action_due"]

    assert told(reminders) == {address(stage.owner)}
    assert len(reminders) == 2


def test_a_new_due_date_reminds_anew(stage: Stage) -> None:
    review = make_review(cycle=make_cycle(tree=stage.tree, by=stage.owner), by=stage.owner)
    action = make_action(review=review, by=stage.owner, due_on=date(2026, 4, 16))
    remind(stage, date(2026, 4, 15))
    type(action).objects.filter(pk=action.pk).update(due_on=date(2026, 4, 17))

    assert len(remind(stage, date(2026, 4, 16))) == 1


def test_the_mails_name_the_occasion_and_lead_to_it(
    stage: Stage, scheduled: Review, mailoutbox: list[EmailMessage]
) -> None:
    make_action(
        review=scheduled,
        by=stage.owner,
        due_on=date(2026, 4, 6),
        organization=stage.vendor_organization,
        title="R&D の手配",
    )
    remind(stage, APRIL_3)
    remind(stage, APRIL_7)

    for message in OutboxMessage.objects.filter(recipient=address(stage.vendor)).order_by("name"):
        outbox.deliver_one(message.pk, at=tokyo(APRIL_7))

    due, overdue, ahead = mailoutbox
    assert due.subject == "【期限のお知らせ】アクション「R&D の手配」（2026年4月6日（月）まで）"
    assert (
        overdue.subject
        == "【期限を過ぎています】アクション「R&D の手配」（2026年4月6日（月）まで）"
    )
    assert ahead.subject == "【振り返りのお知らせ】2026年4月7日（火）「月次レビュー」2026年3月分"
    assert all(scheduled.get_absolute_url() in mail.body for mail in mailoutbox)
    assert "東都商事" in ahead.body


def test_one_event_per_occasion(stage: Stage, scheduled: Review) -> None:
    remind(stage, APRIL_3)
    remind(stage, APRIL_3)

    event = AuditEvent.objects.get(event="reviews.reminders_sent")
    assert len(event.data["recipients"]) == 4


def test_the_scheduler_goes_on_after_a_failing_piece(
    stage: Stage, scheduled: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_fields: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(operations, "make_agenda", fails)
    work_for(stage.client, at=tokyo(APRIL_3))

    assert Reminder.objects.count() == 4


def test_notices_are_a_persons_own(stage: Stage, scheduled: Review, client: Client) -> None:
    remind(stage, APRIL_3)
    reminder = Reminder.objects.get(recipient=accounts.user_of(stage.vendor))
    assert unread_count(stage.vendor) == 1

    client.force_login(accounts.user_of(stage.owner))
    assert client.post(reverse("reviews:reminder-open", args=[reminder.pk])).status_code == 404
    client.force_login(accounts.user_of(stage.vendor))
    page = client.get(reverse("reviews:reminder-list")).content.decode()
    assert reminder.text in page
    assert "未読のお知らせ1件" in page, "the header of every page counts them"
    answer = client.post(reverse("reviews:reminder-open", args=[reminder.pk]))

    assert answer["Location"] == scheduled.get_absolute_url()
    assert unread_count(stage.vendor) == 0
    assert "未読のお知らせ" not in client.get(reverse("dashboards:home")).content.decode()
    assert unread_count(stage.owner) == 1


def test_all_notices_are_read_at_once(stage: Stage, scheduled: Review, client: Client) -> None:
    remind(stage, APRIL_3)
    make_action(review=scheduled, by=stage.owner, due_on=APRIL_7)
    client.force_login(accounts.user_of(stage.owner))

    client.post(reverse("reviews:reminder-read-all"))

    assert unread_count(stage.owner) == 0
    assert unread_count(stage.vendor) == 1


def test_many_actions_take_as_many_queries_as_one(stage: Stage, scheduled: Review) -> None:
    def queries_for(number: int) -> int:
        for _one in range(number):
            make_action(review=scheduled, by=stage.owner, due_on=APRIL_7)
        with CaptureQueriesContext(connection) as captured:
            assert occasions(stage.client, today=APRIL_7)
        return len(captured)

    assert queries_for(1) == queries_for(20)
