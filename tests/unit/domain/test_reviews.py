"""When reviews take place, and what is on their agenda."""

from datetime import date
from decimal import Decimal

import pytest

from core.domain.periods import Period, month_of
from kpis.domain.aggregation import Measured
from kpis.domain.scorecard import Reason, ScorecardNode, scorecard
from kpis.domain.scoring import Direction, Status, TargetSpec, status_of
from reviews.domain.agenda import AgendaItem, AgendaKind, KpiResult, OpenAction, agenda
from reviews.domain.schedule import Cycle, plan_review

TODAY = date(2026, 5, 11)
GOLDEN_WEEK = {date(2026, 4, 29), date(2026, 5, 4), date(2026, 5, 5), date(2026, 5, 6)}


def result(
    node_id: str,
    points: int | None,
    attainment: int | None = None,
    weight: int = 1,
    reason: Reason | None = None,
) -> KpiResult[str]:
    """Make the result of a KPI."""
    own_score = None if points is None else Decimal(points)
    reached = own_score if attainment is None else Decimal(attainment)
    return KpiResult(
        node_id, reached, reached, own_score, status_of(own_score), Decimal(weight), reason
    )


def points_of(items: tuple[AgendaItem[str], ...]) -> list[tuple[str, str]]:
    """Return kinds and nodes."""
    return [(item.kind.value, item.result.node_id) for item in items if item.result is not None]


def shown(*values: object) -> tuple[object, ...]:
    """Put values side by side, so that one assertion compares them all."""
    return values


def test_a_review_is_on_a_business_day_after_the_month() -> None:
    planned = plan_review(month_of(date(2026, 4, 1)), Cycle(3, 2), GOLDEN_WEEK)

    assert planned.period == Period(date(2026, 4, 1), date(2026, 5, 1))
    assert planned.review_on == date(2026, 5, 8)
    assert planned.remind_on == date(2026, 5, 1)


def test_a_reminder_may_come_on_the_day() -> None:
    planned = plan_review(month_of(date(2026, 4, 1)), Cycle(1, 0), GOLDEN_WEEK)

    assert planned.remind_on == planned.review_on == date(2026, 5, 1)


def test_a_quarter_is_reviewed_in_the_month_after_it() -> None:
    quarter = Period(date(2026, 1, 1), date(2026, 4, 1))

    assert plan_review(quarter, Cycle()).review_on == date(2026, 4, 7)


def test_a_business_that_closes_on_wednesday_reviews_on_another_day() -> None:
    planned = plan_review(month_of(date(2026, 3, 1)), Cycle(1, 1), closing_weekdays={2})

    assert planned.review_on == date(2026, 4, 2)
    assert planned.remind_on == date(2026, 3, 31)


@pytest.mark.parametrize(("nth", "ahead"), [(0, 1), (-1, 1), (1, -1)])
def test_an_impossible_cycle_is_refused(nth: int, ahead: int) -> None:
    with pytest.raises(ValueError, match="review"):
        Cycle(nth, ahead)


def test_the_most_serious_comes_first() -> None:
    items = agenda(
        [
            result("silent", None, reason=Reason.NO_DATA),
            result("thin", 90),
            result("falling", 100, attainment=104),
            result("missed", 20),
            result("good", 100),
        ],
        [result("falling", 100, attainment=110), result("good", 100)],
        actions=[OpenAction("action", date(2026, 5, 10))],
        on=TODAY,
    )

    assert points_of(items) == [
        ("missed", "missed"),
        ("worsening", "falling"),
        ("at_risk", "thin"),
        ("missing_data", "silent"),
    ]
    assert items[-1] == AgendaItem(AgendaKind.OVERDUE_ACTION, action_id="action", days_overdue=1)


def test_a_heavy_kpi_comes_before_a_light_one() -> None:
    items = agenda(
        [result("light", 10), result("heavy", 40, weight=5), result("b", 40), result("a", 40)],
        on=TODAY,
    )

    assert [item.result.node_id for item in items if item.result] == ["heavy", "light", "a", "b"]


@pytest.mark.parametrize(
    ("points", "kind"),
    [(0, "missed"), (49, "missed"), (50, "missed"), (79, "missed"), (80, "at_risk"),
     (99, "at_risk")],
)  # fmt: skip
def test_short_of_the_target_is_on_the_agenda(points: int, kind: str) -> None:
    assert points_of(agenda([result("kpi", points)], on=TODAY)) == [(kind, "kpi")]


@pytest.mark.parametrize(("before", "kinds"), [(105, ["worsening"]), (104, []), (90, [])])
def test_five_points_down_is_worse(before: int, kinds: list[str]) -> None:
    items = agenda([result("kpi", 100)], [result("kpi", 100, attainment=before)], on=TODAY)

    assert [item.kind for item in items] == kinds


def test_the_change_stands_beside_both_results() -> None:
    now, before = result("kpi", 60), result("kpi", 85)

    item = agenda([now], [before], on=TODAY)[0]

    assert shown(item.result, item.previous, item.attainment_change) == (now, before, -25)


def test_nothing_is_worse_than_no_data() -> None:
    silent = result("kpi", None, reason=Reason.NO_DATA)

    items = agenda([result("kpi", 60)], [silent], on=TODAY)

    assert items[0].attainment_change is None
    assert agenda([silent], [result("kpi", 60)], on=TODAY)[0].attainment_change is None


@pytest.mark.parametrize(
    "reason",
    [Reason.ZERO_DENOMINATOR, Reason.NO_TARGET, Reason.MONITOR_ONLY, Reason.TARGET_NOT_SIGNED],
)
def test_what_cannot_be_late_is_not_missing(reason: Reason) -> None:
    assert agenda([result("kpi", None, reason=reason)], on=TODAY) == ()


def test_overdue_actions_come_oldest_first() -> None:
    actions = [
        OpenAction("b", date(2026, 5, 10)),
        OpenAction("a", date(2026, 5, 10)),
        OpenAction("old", date(2026, 4, 1)),
        OpenAction("today", TODAY),
    ]

    items: tuple[AgendaItem[str], ...] = agenda([], actions=actions, on=TODAY)

    assert [item.action_id for item in items] == ["old", "a", "b"]
    assert [item.days_overdue for item in items] == [40, 1, 1]


def test_an_agenda_is_made_from_a_scorecard() -> None:
    target = TargetSpec(Direction.HIGHER, Decimal(95), Decimal(80))
    rows = scorecard(
        [ScorecardNode("root", None), ScorecardNode("on_time", "root")],
        {"on_time": Measured(Decimal(86))},
        {"on_time": target},
    )

    items = agenda([KpiResult.of(row) for row in rows], on=TODAY)

    assert points_of(items) == [("missed", "on_time")]
    assert items[0].result is not None
    assert items[0].result.own_score == 40
    assert items[0].result.status is Status.MISSED
