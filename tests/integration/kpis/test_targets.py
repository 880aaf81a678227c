"""Targets: a new row each time, the past stays, and a reason is asked for."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.domain.refusals import Denied
from core.models import AuditEvent
from core.tenancy import Actor
from kpis.models import KPI, Score, Target, Tree
from kpis.models.choices import Direction, RationaleKind
from kpis.operations import targets, tree_commands
from kpis.queries.targets import current, history_of, in_force
from tests.factories.accounts import NOW
from tests.factories.kpis import compute_scorecards, make_measurement
from tests.integration.kpis.conftest import named

APRIL = date(2026, 4, 1)


@pytest.fixture
def kpi(tree: Tree) -> KPI:
    return named(tree, "クリック率")


def put(
    kpi: KPI,
    by: Actor,
    number: int,
    valid_from: date = APRIL,
    /,
    at: datetime = NOW,
    **more: Any,
) -> Target:
    fields: dict[str, Any] = {
        "value": Decimal(number),
        "worst": Decimal(0),
        "rationale_kind": RationaleKind.HISTORY,
        "rationale": "昨年の平均",
        **more,
    }
    return targets.set_target(kpi=kpi, valid_from=valid_from, by=by, at=at, **fields)


def values(kpi: KPI) -> list[Decimal | None]:
    standing = Target.objects.standing().filter(kpi=kpi).order_by("valid_from")
    return [one.value for one in standing]


def test_a_target_for_the_same_day_replaces_and_keeps_the_earlier_one(
    kpi: KPI, owner: Actor
) -> None:
    first = put(kpi, owner, 90)

    put(kpi, owner, 95)

    first.refresh_from_db()
    assert first.superseded_at == NOW
    assert values(kpi) == [95]
    assert len(history_of(kpi)) == 2


def test_the_latest_day_that_has_come_is_in_force(kpi: KPI, owner: Actor) -> None:
    put(kpi, owner, 90)
    put(kpi, owner, 99, date(2026, 7, 1))

    history = history_of(kpi)

    for day, expected in [
        (date(2026, 3, 31), None),
        (date(2026, 6, 30), 90),
        (date(2026, 7, 1), 99),
    ]:
        found = current(history, day)
        assert (found.value if found else None) == expected
        assert in_force(kpi.tree, day).get(kpi.pk) == found


def test_a_target_keeps_the_line_that_it_was_set_with(kpi: KPI, tree: Tree, owner: Actor) -> None:
    target = put(kpi, owner, 100, worst=None)
    tree.refresh_from_db()
    assert target.worst == 0

    tree_commands.update_kpi(
        kpi=kpi, version=tree.version, fields={"baseline": Decimal(80)}, by=owner, at=NOW
    )

    target.refresh_from_db()
    assert target.worst == 0


def test_a_month_that_is_over_keeps_its_target_and_its_score(
    kpi: KPI, tree: Tree, owner: Actor
) -> None:
    put(kpi, owner, 100)
    for month in (4, 5):
        make_measurement(
            kpi=kpi, by=owner, period_start=date(2026, month, 1), value=50, at=datetime_in(6)
        )
    compute_scorecards(tree=tree, by=owner)
    april = Score.objects.get(kpi=kpi, scorecard__period_start=APRIL)

    june = datetime_in(6)
    with pytest.raises(Denied, match="2026年6月1日以降"):
        put(kpi, owner, 50, date(2026, 5, 1), at=june)
    put(kpi, owner, 50, date(2026, 6, 1), at=june)
    compute_scorecards(tree=tree, by=owner)

    again = Score.objects.get(kpi=kpi, scorecard__period_start=APRIL)
    assert (again.target, again.score) == (april.target, april.score) == (100, 50)


def datetime_in(month: int) -> datetime:
    return NOW.replace(month=month)


def test_months_without_a_target_may_get_one_later(kpi: KPI, owner: Actor) -> None:
    put(kpi, owner, 90)

    put(kpi, owner, 80, date(2025, 1, 1), at=datetime_in(6))

    assert values(kpi) == [80, 90]


def test_what_was_entered_today_may_be_put_right_today(kpi: KPI, owner: Actor) -> None:
    put(kpi, owner, 900, date(2025, 1, 1))

    put(kpi, owner, 90, date(2025, 1, 1), at=NOW + timedelta(hours=1))

    assert values(kpi) == [90]
    with pytest.raises(Denied, match="終わった月"):
        put(kpi, owner, 80, date(2025, 1, 1), at=NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"worst": Decimal(90)}, "違う値"),
        ({"worst": Decimal(95)}, "悪い側"),
        ({"value": None}, "目標値を入力"),
        ({"rationale": "  "}, "根拠を入力"),
    ],
)
def test_a_target_that_cannot_be_scored_is_refused(
    kpi: KPI, owner: Actor, fields: dict[str, Any], words: str
) -> None:
    with pytest.raises(Denied, match=words) as denied:
        put(kpi, owner, 90, **fields)

    assert denied.value.refusal.status == 422
    assert values(kpi) == []


def turn(kpi: KPI, direction: Direction, by: Actor) -> KPI:
    kpi.tree.refresh_from_db()
    return tree_commands.update_kpi(
        kpi=kpi, version=kpi.tree.version, fields={"direction": direction.value}, by=by, at=NOW
    )


def test_a_band_has_limits_and_gets_its_zero_points(kpi: KPI, owner: Actor) -> None:
    kpi = turn(kpi, Direction.BAND, owner)
    limits = {"accept_low": Decimal(1), "accept_high": Decimal(2)}
    band: dict[str, Any] = {"value": None, "worst": None, **limits}

    target = put(kpi, owner, 0, **band)

    assert (target.worst_low, target.worst_high) == (0, 3)
    with pytest.raises(Denied, match="上限以下"):
        put(kpi, owner, 0, **{**band, "accept_low": Decimal(3)})


def test_a_kpi_that_is_only_watched_has_no_target(kpi: KPI, owner: Actor) -> None:
    kpi = turn(kpi, Direction.MONITOR, owner)

    with pytest.raises(Denied, match="監視のみ"):
        put(kpi, owner, 90)


def test_somebody_elses_target_in_between_is_not_overlooked(
    kpi: KPI, owner: Actor, colleague: Actor
) -> None:
    put(kpi, colleague, 90, entries_seen=0)

    with pytest.raises(Denied, match="目標を設定しました") as denied:
        put(kpi, owner, 80, entries_seen=0)

    assert denied.value.refusal.status == 409
    assert values(kpi) == [90]
    put(kpi, owner, 80, entries_seen=1)
    assert values(kpi) == [80]


def test_a_signed_target_is_marked_and_not_taken_back_by_one_side(kpi: KPI, owner: Actor) -> None:
    signed = targets.agree_target(
        kpi=kpi,
        value=Decimal(95),
        worst=Decimal(70),
        valid_from=APRIL,
        rationale="合意書 第1版",
        by=owner,
        at=NOW,
    )

    assert signed.agreed_at == NOW
    with pytest.raises(Denied, match="一方だけ"):
        targets.withdraw_target(target=signed, by=owner, at=NOW)


def test_a_withdrawn_target_leaves_the_one_before_in_force(kpi: KPI, owner: Actor) -> None:
    put(kpi, owner, 90)
    second = put(kpi, owner, 95, date(2026, 5, 1))

    targets.withdraw_target(target=second, by=owner, at=NOW)

    assert values(kpi) == [90]
    with pytest.raises(Denied, match="置き換えられ"):
        targets.withdraw_target(target=second, by=owner, at=NOW)


def test_what_a_closed_month_was_scored_by_is_not_withdrawn(kpi: KPI, owner: Actor) -> None:
    target = put(kpi, owner, 90)

    with pytest.raises(Denied, match="評価に使われた"):
        targets.withdraw_target(target=target, by=owner, at=datetime_in(6))


@pytest.mark.parametrize("who", ["viewer", "stranger"])
def test_others_set_no_target(kpi: KPI, who: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(Denied) as denied:
        put(kpi, request.getfixturevalue(who), 90)

    assert denied.value.refusal.status == 403


def test_setting_a_target_is_one_event_and_raises_the_input_version(
    kpi: KPI, tree: Tree, owner: Actor
) -> None:
    events = AuditEvent.objects.count()
    tree.refresh_from_db()
    before = (tree.version, tree.input_version)

    put(kpi, owner, 90)

    tree.refresh_from_db()
    assert AuditEvent.objects.count() == events + 1
    assert (tree.version, tree.input_version) == (before[0], before[1] + 1)
