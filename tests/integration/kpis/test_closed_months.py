"""Closed months of a tree in use stay as they were scored; while it is designed nothing is closed."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.models import AuditEvent
from core.tenancy import Actor
from kpis.domain.monthly import MonthlyScorecards
from kpis.models import KPI, Score, Scorecard, ScorecardRun, Tree, TreeSettings
from kpis.models.choices import TreeStatus
from kpis.operations import recompute, tree_commands, trees
from kpis.queries.scorecards import in_tree_order
from tests.factories.accounts import NOW
from tests.factories.kpis import (
    compute_scorecards,
    make_kpi,
    make_measurement,
    make_target,
)
from tests.integration.kpis.conftest import named

JANUARY = date(2026, 1, 1)
Rows = dict[str, tuple[Any, ...]]


def scores_of(tree: Tree, month: date = JANUARY) -> Rows:
    """Return everything that a month says of each KPI."""
    scores = Score.objects.filter(scorecard__tree=tree, scorecard__period_start=month)
    fields = ("value", "target", "attainment", "score", "status", "weight", "coverage")
    return {
        one.kpi.name: tuple(getattr(one, name) for name in fields)
        for one in scores.select_related("kpi")
    }


def activate(tree: Tree, by: Actor) -> None:
    tree.refresh_from_db()
    trees.change_status(tree=tree, version=tree.version, status=TreeStatus.ACTIVE, by=by, at=NOW)
    tree.refresh_from_db()


def update(tree: Tree, name: str, by: Actor, **fields: Any) -> None:
    tree.refresh_from_db()
    tree_commands.update_kpi(
        kpi=named(tree, name), version=tree.version, fields=fields, by=by, at=NOW
    )


def delete(tree: Tree, name: str, by: Actor) -> None:
    tree.refresh_from_db()
    tree_commands.delete_kpi(kpi=named(tree, name), version=tree.version, by=by, at=NOW)


def add(tree: Tree, by: Actor) -> None:
    kpi = make_kpi(tree=tree, by=by, parent=named(tree, "集客"), name="新しいKPI")
    make_target(kpi=kpi, by=by, value=100, worst=0, valid_from=JANUARY)
    make_measurement(kpi=kpi, by=by, period_start=JANUARY, value=0)


@pytest.fixture
def scored(tree: Tree, owner: Actor) -> Tree:
    """A tree whose January is scored: 100 and 50 points for two children of equal weight."""
    for name, value in (("クリック率", 100), ("獲得単価", 50)):
        make_target(kpi=named(tree, name), by=owner, value=100, worst=0, valid_from=JANUARY)
        make_measurement(kpi=named(tree, name), by=owner, period_start=JANUARY, value=value)
    compute_scorecards(tree=tree, by=owner)
    assert scores_of(tree)["集客"][3] == 75
    return tree


CHANGES: list[Callable[[Tree, Actor], None]] = [
    lambda tree, by: update(tree, "クリック率", by, weight=Decimal(9)),
    lambda tree, by: update(tree, "獲得単価", by, baseline=Decimal(10)),
    lambda tree, by: update(tree, "獲得単価", by, aggregation="last"),
    lambda tree, by: delete(tree, "獲得単価", by),
    add,
]


@pytest.mark.parametrize("change", CHANGES)
def test_changing_everything_today_leaves_last_quarter_identical(
    scored: Tree, owner: Actor, change: Callable[[Tree, Actor], None]
) -> None:
    activate(scored, owner)
    compute_scorecards(tree=scored, by=owner)
    before = scores_of(scored)

    change(scored, owner)
    compute_scorecards(tree=scored, by=owner)

    assert scores_of(scored) == before


def test_while_a_tree_is_designed_the_past_is_computed_anew(scored: Tree, owner: Actor) -> None:
    """History that is loaded while the tree grows counts with the tree as it will be."""
    update(scored, "クリック率", owner, weight=Decimal(9))
    compute_scorecards(tree=scored, by=owner)

    assert scores_of(scored)["集客"][3] == 95


def test_the_running_month_follows_the_tree(scored: Tree, owner: Actor) -> None:
    april = NOW.date().replace(day=1)
    for name, value in (("クリック率", 100), ("獲得単価", 50)):
        make_measurement(kpi=named(scored, name), by=owner, period_start=april, value=value)
    activate(scored, owner)
    compute_scorecards(tree=scored, by=owner)

    update(scored, "クリック率", owner, weight=Decimal(9))
    compute_scorecards(tree=scored, by=owner)

    assert scores_of(scored, april)["集客"][3] == 95
    assert scores_of(scored)["集客"][3] == 75


def test_a_correction_counts_with_the_settings_of_its_month(scored: Tree, owner: Actor) -> None:
    activate(scored, owner)
    compute_scorecards(tree=scored, by=owner)
    update(scored, "クリック率", owner, weight=Decimal(9))

    make_measurement(
        kpi=named(scored, "獲得単価"), by=owner, period_start=JANUARY, value=70, reason="訂正"
    )
    compute_scorecards(tree=scored, by=owner)

    assert scores_of(scored)["集客"][3] == 85


def test_a_deleted_kpi_stays_on_the_page_of_its_months(scored: Tree, owner: Actor) -> None:
    activate(scored, owner)
    compute_scorecards(tree=scored, by=owner)
    delete(scored, "獲得単価", owner)
    compute_scorecards(tree=scored, by=owner)
    scores = {one.kpi_id: one for one in Score.objects.filter(scorecard__period_start=JANUARY)}

    assert "獲得単価" in {row.kpi.name for row in in_tree_order(scored, scores)}
    assert "獲得単価" not in {row.kpi.name for row in in_tree_order(scored, {})}


def test_a_slow_run_does_not_bring_back_what_a_later_one_dropped(
    tree: Tree, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_measurement(kpi=named(tree, "クリック率"), by=owner, period_start=JANUARY, value=1)
    make_measurement(kpi=named(tree, "商談"), by=owner, period_start=date(2026, 3, 1), value=1)
    slow = ScorecardRun.objects.filter(tree=tree).latest("input_version")
    real = MonthlyScorecards

    def meanwhile(nodes: Any, **bands: Any) -> Any:
        monkeypatch.setattr(recompute, "MonthlyScorecards", real)
        delete(tree, "クリック率", owner)
        compute_scorecards(tree=tree, by=owner)
        return real(nodes, **bands)

    monkeypatch.setattr(recompute, "MonthlyScorecards", meanwhile)
    recompute.recompute_scorecards(run_id=str(slow.pk), by=owner, at=NOW)

    months = Scorecard.objects.filter(tree=tree).values_list("period_start", flat=True)
    assert list(months) == [date(2026, 3, 1)]


def test_a_run_tells_the_truth(tree: Tree, owner: Actor) -> None:
    kpi = named(tree, "商談")
    make_measurement(kpi=kpi, by=owner, period_start=date(2026, 3, 1), value=1)
    first = ScorecardRun.objects.filter(tree=tree).latest("input_version")
    make_measurement(kpi=kpi, by=owner, period_start=date(2026, 2, 1), value=1)
    second = ScorecardRun.objects.filter(tree=tree).latest("input_version")
    recompute.fail_run(run_id=str(second.pk), reason="OperationalError", by=owner, at=NOW)

    later = recompute.recompute_scorecards(
        run_id=str(second.pk), by=owner, at=NOW + timedelta(minutes=1)
    )
    recompute.recompute_scorecards(run_id=str(first.pk), by=owner, at=NOW)

    assert (later.status, later.error) == ("done", "")
    said = AuditEvent.objects.filter(event="kpis.scorecards_recomputed")
    assert [one.data["months"] for one in said] == [2], "a run that was not needed says nothing"


@pytest.mark.parametrize("frequency", ["month", "day"])
def test_large_amounts_are_scored(tree: Tree, owner: Actor, frequency: str) -> None:
    kpi = make_kpi(tree=tree, by=owner, name="売上", unit="yen", frequency=frequency)
    make_target(kpi=kpi, by=owner, value=1, valid_from=JANUARY)
    days = [JANUARY] if frequency == "month" else [JANUARY, date(2026, 1, 2)]
    for day in days:
        make_measurement(kpi=kpi, by=owner, period_start=day, value=60_000_000_000_000)

    compute_scorecards(tree=tree, by=owner)

    assert scores_of(tree)["売上"][0] == 60_000_000_000_000 * len(days)


def test_a_mistyped_year_costs_one_scorecard(tree: Tree, owner: Actor) -> None:
    for year in (1926, 2026):
        make_measurement(kpi=named(tree, "商談"), by=owner, period_start=date(year, 3, 1), value=1)
    compute_scorecards(tree=tree, by=owner)

    assert Scorecard.objects.filter(tree=tree).count() == 2
    assert KPI.objects.filter(tree=tree).exists()


def test_settings_that_no_month_was_scored_with_are_dropped(scored: Tree, owner: Actor) -> None:
    for weight in (2, 3, 4):
        update(scored, "クリック率", owner, weight=Decimal(weight))
        compute_scorecards(tree=scored, by=owner)
    assert TreeSettings.objects.filter(tree=scored).count() == 1

    activate(scored, owner)
    update(scored, "クリック率", owner, weight=Decimal(5))
    make_measurement(
        kpi=named(scored, "クリック率"), by=owner, period_start=date(2026, 4, 1), value=1
    )
    compute_scorecards(tree=scored, by=owner)

    assert TreeSettings.objects.filter(tree=scored).count() == 2
