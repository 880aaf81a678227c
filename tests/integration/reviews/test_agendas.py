"""Agendas from scorecards: what they hold, for whom, and that nothing written is lost."""

from datetime import date
from decimal import Decimal

import pytest

from core.domain.refusals import Denied
from reviews import operations
from reviews.models import AgendaItem, Review
from reviews.operations.actions import finish_action
from reviews.operations.agendas import note_agenda_item
from reviews.queries.agendas import rows_of
from reviews.queries.numbers import numbers_of
from tests.factories import kpis
from tests.factories.accounts import NOW
from tests.factories.reviews import make_action, make_cycle, make_review
from tests.integration.reviews.conftest import MET, MISSED, NEAR, NO_DATA, Stage, score, worse

MARCH, FEBRUARY = date(2026, 3, 1), date(2026, 2, 1)


def whole_tree(stage: Stage) -> Review:
    return make_review(cycle=make_cycle(tree=stage.tree, by=stage.owner), by=stage.owner)


def of_engagement(stage: Stage) -> Review:
    cycle = make_cycle(tree=stage.tree, by=stage.owner, engagement=stage.engagement)
    return make_review(cycle=cycle, by=stage.owner)


def kinds(review: Review) -> list[tuple[str, str]]:
    items = review.agenda_items.order_by("position")
    return [(item.kind, item.kpi.name if item.kpi else item.numbers["title"]) for item in items]


def test_missed_and_missing_come_with_their_numbers(stage: Stage) -> None:
    score(stage.tree, stage.on_time, FEBRUARY, MET)
    score(stage.tree, stage.on_time, MARCH, MISSED)
    score(stage.tree, stage.cost, MARCH, NO_DATA)

    review = whole_tree(stage)

    assert kinds(review) == [("missed", "納期遵守率"), ("missing_data", "獲得単価")]
    [row, _missing] = rows_of(review.agenda_items.order_by("position"))
    assert (row.value, row.target, row.previous) == (82, 95, 97)
    assert row.change is not None
    assert row.change.quantize(Decimal("0.01")) == Decimal("-15.79")


def test_a_drop_is_looked_at_even_when_the_target_is_met(stage: Stage) -> None:
    score(stage.tree, stage.on_time, FEBRUARY, MET)
    score(stage.tree, stage.on_time, MARCH, worse(MET, by=10))
    score(stage.tree, stage.cost, MARCH, NEAR)

    assert kinds(whole_tree(stage)) == [("worsening", "納期遵守率"), ("at_risk", "獲得単価")]


def test_a_month_without_scorecard_misses_every_target(stage: Stage) -> None:
    kpis.make_target(kpi=stage.cost, by=stage.owner, value=5000)

    assert set(kinds(whole_tree(stage))) == {
        ("missing_data", "納期遵守率"),
        ("missing_data", "獲得単価"),
    }


def test_overdue_actions_of_earlier_reviews_come_back(stage: Stage) -> None:
    cycle = make_cycle(tree=stage.tree, by=stage.owner)
    earlier = make_review(cycle=cycle, by=stage.owner, month=FEBRUARY)
    make_action(review=earlier, by=stage.owner, due_on=date(2026, 4, 10))
    done = make_action(review=earlier, by=stage.owner, due_on=date(2026, 4, 1), title="済")
    finish_action(action=done, result="終えた", by=stage.owner, at=NOW)
    make_action(review=earlier, by=stage.owner, due_on=date(2026, 4, 15), title="今日まで")
    score(stage.tree, stage.on_time, MARCH, MET)

    review = make_review(cycle=cycle, by=stage.owner)

    assert kinds(review) == [("overdue_action", "発注を一週間早める")]
    assert review.agenda_items.get().numbers["days_overdue"] == 5


def test_the_review_of_an_engagement_is_about_its_promises_only(stage: Stage) -> None:
    score(stage.tree, stage.on_time, MARCH, MISSED)
    score(stage.tree, stage.cost, MARCH, MISSED)

    review = of_engagement(stage)

    assert kinds(review) == [("missed", "納期遵守率")]
    assert [row.name for row in numbers_of(review)] == ["納期遵守率"]


def test_a_vendor_reads_the_items_of_its_engagement_only(stage: Stage) -> None:
    score(stage.tree, stage.on_time, MARCH, MISSED)
    theirs, ours = of_engagement(stage), whole_tree(stage)

    seen = AgendaItem.objects.visible_to(stage.vendor)

    assert {item.review_id for item in seen} == {theirs.pk}
    assert list(Review.objects.visible_to(stage.vendor)) == [theirs]
    assert ours not in Review.objects.visible_to(stage.vendor)
    assert not Review.objects.visible_to(stage.rival).exists()
    assert not AgendaItem.objects.visible_to(stage.stranger).exists()


def test_an_item_about_a_kpi_that_was_never_promised_stays_hidden(stage: Stage) -> None:
    review = of_engagement(stage)
    AgendaItem.objects.create(review=review, kind="missed", kpi=stage.cost)

    assert not AgendaItem.objects.visible_to(stage.vendor).filter(kpi=stage.cost).exists()
    assert AgendaItem.objects.visible_to(stage.owner).filter(kpi=stage.cost).exists()


def test_making_it_again_keeps_what_was_written(stage: Stage) -> None:
    first = score(stage.tree, stage.on_time, MARCH, MISSED)
    score(stage.tree, stage.cost, MARCH, MISSED)
    review = whole_tree(stage)
    item = review.agenda_items.get(kpi=stage.on_time)
    note_agenda_item(
        item=item, version=1, note="台風", decision="代車を手配", by=stage.owner, at=NOW
    )
    first.delete()
    score(stage.tree, stage.on_time, MARCH, MET)

    operations.make_agenda(review=review, by=stage.owner, at=NOW)

    assert kinds(review) == [("missed", "獲得単価"), ("missed", "納期遵守率")]
    item.refresh_from_db()
    assert (item.note, item.decision) == ("台風", "代車を手配")


def test_items_nobody_wrote_about_go_when_the_problem_is_gone(stage: Stage) -> None:
    row = score(stage.tree, stage.on_time, MARCH, MISSED)
    review = whole_tree(stage)
    row.delete()
    score(stage.tree, stage.on_time, MARCH, MET)

    operations.make_agenda(review=review, by=stage.owner, at=NOW)

    assert kinds(review) == []


def test_a_stale_note_is_refused(stage: Stage) -> None:
    score(stage.tree, stage.on_time, MARCH, MISSED)
    item = whole_tree(stage).agenda_items.get()
    note_agenda_item(item=item, version=1, note="先", decision="", by=stage.owner, at=NOW)

    with pytest.raises(Denied) as refused:
        note_agenda_item(item=item, version=1, note="後", decision="", by=stage.advisor, at=NOW)

    assert refused.value.refusal.status == 409
    item.refresh_from_db()
    assert item.note == "先"
