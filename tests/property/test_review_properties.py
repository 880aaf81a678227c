"""What always holds for review dates and agendas."""

from datetime import date
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from core.domain.business_days import is_business_day
from core.domain.periods import month_of
from kpis.domain.scorecard import Reason
from kpis.domain.scoring import status_of
from reviews.domain.agenda import KpiResult, OpenAction, agenda
from reviews.domain.schedule import Cycle, plan_review

TODAY = date(2026, 5, 11)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
SCORES = st.none() | st.decimals(0, 100, places=2)
CYCLES = st.builds(Cycle, st.integers(1, 20), st.integers(0, 10))


@st.composite
def results(draw: st.DrawFn) -> list[KpiResult[int]]:
    """Draw the results of one period."""
    found = []
    for node_id in draw(st.lists(st.integers(0, 20), unique=True, max_size=8)):
        points = draw(SCORES)
        reason = draw(st.sampled_from(Reason)) if points is None else None
        weight = draw(st.decimals(0, 9, places=1))
        found.append(KpiResult(node_id, points, points, points, status_of(points), weight, reason))
    return found


ACTIONS = st.lists(
    st.builds(OpenAction, st.text("abc", min_size=1, max_size=3), DAYS),
    max_size=5,
    unique_by=lambda action: action.id,
)


@given(DAYS, CYCLES, st.sets(DAYS, max_size=60))
def test_reviews_and_reminders_are_on_business_days(
    day: date, cycle: Cycle, holidays: set[date]
) -> None:
    period = month_of(day)

    planned = plan_review(period, cycle, holidays)

    assert is_business_day(planned.review_on, holidays)
    assert is_business_day(planned.remind_on, holidays)
    assert month_of(planned.review_on) == month_of(period.ends_on)
    assert planned.remind_on <= planned.review_on
    assert (planned.remind_on == planned.review_on) is (cycle.reminder_business_days == 0)


@given(results(), results(), ACTIONS, st.randoms(use_true_random=False))
def test_an_agenda_names_each_subject_once_in_an_order_of_its_own(
    now: list[KpiResult[int]],
    before: list[KpiResult[int]],
    actions: list[OpenAction],
    random: Random,
) -> None:
    items = agenda(now, before, actions=actions, on=TODAY)

    for shuffled in (now, before, actions):
        random.shuffle(shuffled)
    assert agenda(now, before, actions=actions, on=TODAY) == items
    subjects = [item.action_id if item.result is None else item.result.node_id for item in items]
    assert len(subjects) == len(set(subjects))
    assert all(item.days_overdue is None or item.days_overdue > 0 for item in items)


@given(results())
def test_a_kpi_short_of_its_target_is_never_left_out(now: list[KpiResult[int]]) -> None:
    discussed = {item.result.node_id for item in agenda(now, on=TODAY) if item.result is not None}

    short = {each.node_id for each in now if each.own_score is not None and each.own_score < 100}
    silent = {each.node_id for each in now if each.reason == Reason.NO_DATA}
    assert short | silent <= discussed
    assert Decimal(100) not in {each.own_score for each in now if each.node_id in discussed}
