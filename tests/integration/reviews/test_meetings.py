"""The page of a review: minutes without loss, closing that freezes, actions on both sides."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from core.domain.refusals import Denied
from core.models import AuditEvent
from kpis.models import Score
from reviews.models import ActionItem, ActionStatus, AgendaItem, Review, ReviewStatus
from reviews.operations import actions, meetings
from reviews.operations.agendas import make_agenda
from tests.factories import accounts, kpis
from tests.factories.reviews import make_action, make_cycle, make_review
from tests.integration.reviews.conftest import MISSED, Stage, score

NOW = accounts.NOW
MARCH = date(2026, 3, 1)


@pytest.fixture
def review(stage: Stage) -> Review:
    """An open review of the engagement, with one missed KPI."""
    score(stage.tree, stage.on_time, MARCH, MISSED)
    cycle = make_cycle(tree=stage.tree, by=stage.owner, engagement=stage.engagement)
    return make_review(cycle=cycle, by=stage.owner)


def test_minutes_are_saved_on_the_version_that_was_read(stage: Stage, review: Review) -> None:
    saved = meetings.save_minutes(
        review=review, version=review.version, minutes="一", by=stage.owner, at=NOW
    )

    with pytest.raises(Denied) as refused:
        meetings.save_minutes(
            review=review, version=review.version, minutes="二", by=stage.advisor, at=NOW
        )

    assert refused.value.refusal.status == 409
    assert saved.minutes == "一"
    review.refresh_from_db()
    assert review.minutes == "一"


def test_a_conflict_shows_both_texts(stage: Stage, review: Review, client: Client) -> None:
    meetings.save_minutes(
        review=review, version=review.version, minutes="先に書いた文", by=stage.advisor, at=NOW
    )
    client.force_login(accounts.user_of(stage.owner))
    page = f"{review.get_absolute_url()}minutes/"

    conflict = client.post(page, {"minutes": "後から書いた文", "version": review.version})

    assert conflict.status_code == 409
    text = conflict.content.decode()
    assert "先に書いた文" in text
    assert "後から書いた文" in text
    version = conflict.context["form"].initial["version"]
    merged = client.post(page, {"minutes": "両方の文", "version": version})
    assert merged.status_code == 302
    review.refresh_from_db()
    assert review.minutes == "両方の文"


def test_closing_freezes_numbers_agenda_and_minutes(stage: Stage, review: Review) -> None:
    item = review.agenda_items.get()
    review = meetings.close_review(review=review, version=review.version, by=stage.owner, at=NOW)
    Score.objects.update(value=1)

    assert (review.status, review.closed_at) == (ReviewStatus.CLOSED, NOW)
    assert [(row["name"], row["value"][:2]) for row in review.frozen_numbers] == [
        ("納期遵守率", "82")
    ]
    for write in (
        lambda: make_agenda(review=review, by=stage.owner, at=NOW),
        lambda: meetings.save_minutes(
            review=review, version=review.version, minutes="x", by=stage.owner, at=NOW
        ),
        lambda: make_action(review=review, by=stage.owner, due_on=date(2026, 5, 1)),
    ):
        with pytest.raises(Denied, match="終了した振り返り"):
            write()
    with pytest.raises(IntegrityError, match="closed review"), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(minutes="後から")
    with pytest.raises(IntegrityError, match="closed review"), transaction.atomic():
        AgendaItem.objects.filter(pk=item.pk).update(note="後から")


def test_a_closed_page_shows_the_frozen_numbers(
    stage: Stage, review: Review, client: Client
) -> None:
    meetings.close_review(review=review, version=review.version, by=stage.owner, at=NOW)
    Score.objects.update(value=11)
    client.force_login(accounts.user_of(stage.vendor))

    text = client.get(review.get_absolute_url()).content.decode()

    assert "82" in text
    assert "11.0%" not in text
    assert "<textarea" not in text


def test_closing_needs_the_version_that_was_seen(stage: Stage, review: Review) -> None:
    meetings.save_minutes(
        review=review, version=review.version, minutes="追記", by=stage.advisor, at=NOW
    )

    with pytest.raises(Denied, match="ほかの人が変更"):
        meetings.close_review(review=review, version=review.version, by=stage.owner, at=NOW)


def test_the_vendor_reads_but_does_not_write(stage: Stage, review: Review, client: Client) -> None:
    client.force_login(accounts.user_of(stage.vendor))
    item = review.agenda_items.get()

    page = client.get(review.get_absolute_url())
    minutes = client.post(
        f"{review.get_absolute_url()}minutes/", {"minutes": "x", "version": review.version}
    )
    note = client.post(
        f"/reviews/items/{item.pk}/note/",
        {f"item-{item.pk}-note": "x", f"item-{item.pk}-version": 1},
    )

    assert "納期遵守率" in page.content.decode()
    assert (minutes.status_code, note.status_code) == (403, 403)
    assert AgendaItem.objects.get(pk=item.pk).note == ""


def test_a_vendor_reports_its_own_action_only(stage: Stage, review: Review) -> None:
    theirs = make_action(
        review=review,
        by=stage.owner,
        due_on=date(2026, 5, 1),
        organization=stage.vendor_organization,
        owner=accounts.user_of(stage.vendor),
    )
    ours = make_action(review=review, by=stage.owner, due_on=date(2026, 5, 1))

    actions.finish_action(action=theirs, result="早めた", by=stage.vendor, at=NOW)

    theirs.refresh_from_db()
    assert (theirs.status, theirs.result, theirs.done_at) == (ActionStatus.DONE, "早めた", NOW)
    with pytest.raises(Denied, match="自社のアクション"):
        actions.finish_action(action=ours, result="x", by=stage.vendor, at=NOW)
    with pytest.raises(Denied, match="発注者が決めます"):
        actions.drop_action(action=ours, reason="x", by=stage.vendor, at=NOW)
    with pytest.raises(Denied, match="すでに完了"):
        actions.drop_action(action=theirs, reason="x", by=stage.owner, at=NOW)


def test_an_action_is_owned_by_somebody_who_takes_part(stage: Stage, review: Review) -> None:
    with pytest.raises(Denied, match="参加者から"):
        make_action(
            review=review,
            by=stage.owner,
            due_on=date(2026, 5, 1),
            organization=accounts.make_organization(),
        )
    with pytest.raises(Denied, match="メンバーから"):
        make_action(
            review=review,
            by=stage.owner,
            due_on=date(2026, 5, 1),
            owner=accounts.user_of(stage.stranger),
        )


def test_a_stale_change_of_an_action_is_refused(stage: Stage, review: Review) -> None:
    action = make_action(review=review, by=stage.owner, due_on=date(2026, 5, 1))

    def edit(title: str) -> ActionItem:
        return actions.edit_action(
            action=action,
            version=1,
            title=title,
            owner_organization=stage.client,
            owner=None,
            due_on=date(2026, 5, 2),
            expected_effect="",
            by=stage.owner,
            at=NOW,
        )

    assert edit("最初").version == 2
    with pytest.raises(Denied, match="ほかの人が変更"):
        edit("後から")


def test_actions_outlive_the_review(stage: Stage, review: Review) -> None:
    action = make_action(review=review, by=stage.owner, due_on=date(2026, 5, 1))
    meetings.close_review(review=review, version=review.version, by=stage.owner, at=NOW)

    actions.finish_action(action=action, result="95%に届いた", by=stage.advisor, at=NOW)

    action.refresh_from_db()
    assert action.status == ActionStatus.DONE


def test_the_page_adds_and_ends_actions(stage: Stage, review: Review, client: Client) -> None:
    client.force_login(accounts.user_of(stage.owner))
    page = f"{review.get_absolute_url()}actions/add/"
    data = {"title": "手配を早める", "due_on": "2026-05-01", "owner": f"org:{stage.client.pk}"}

    assert client.post(page, {**data, "owner": "org:other"}).status_code == 422
    assert client.post(page, data).status_code == 302
    action = ActionItem.objects.get()
    assert client.post(f"/reviews/actions/{action.pk}/finish/", {"result": ""}).status_code == 422
    done = client.post(f"/reviews/actions/{action.pk}/finish/", {"result": "終えた"})

    assert done["Location"] == f"/reviews/actions/{action.pk}/"
    assert "終えた" in client.get(done["Location"]).content.decode()


def test_each_act_leaves_one_event(stage: Stage, review: Review) -> None:
    before = AuditEvent.objects.count()
    action = make_action(review=review, by=stage.owner, due_on=date(2026, 5, 1))
    actions.drop_action(action=action, reason="不要になった", by=stage.owner, at=NOW)
    review = meetings.save_minutes(
        review=review, version=review.version, minutes="一", by=stage.owner, at=NOW
    )
    meetings.close_review(review=review, version=review.version, by=stage.owner, at=NOW)

    assert AuditEvent.objects.count() == before + 4


def test_an_action_is_about_a_kpi_of_this_review(stage: Stage, review: Review) -> None:
    other = kpis.make_kpi(
        tree=kpis.make_tree(by=stage.stranger), by=stage.stranger, name="他社の秘密"
    )

    with pytest.raises(Denied, match="この振り返りのKPI"):
        actions.add_action(
            review=review,
            title="x",
            owner_organization=stage.client,
            owner=None,
            due_on=date(2026, 4, 16),
            expected_effect="",
            kpi=other,
            by=stage.owner,
            at=NOW,
        )
