"""What is planned for a month takes effect in it, never earlier; what is over stays as it was."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.domain.refusals import Denied
from core.models import AuditEvent
from core.tenancy import Actor
from kpis.domain.scoring import StatusBands
from kpis.models import PlannedChange, Score, Tree, TreeCommand
from kpis.models.choices import TreeStatus
from kpis.operations import plans, tree_commands, trees
from kpis.queries.plans import told
from tests.factories.accounts import NOW
from tests.factories.kpis import compute_scorecards, make_measurement, make_target
from tests.integration.kpis.conftest import named

MARCH, APRIL, MAY, JUNE = (date(2026, month, 1) for month in (3, 4, 5, 6))
IN_MAY = NOW + timedelta(days=31)
IN_JUNE = NOW + timedelta(days=62)
Rows = dict[str, tuple[Any, ...]]
FIELDS = ("value", "target", "attainment", "own_score", "rolled_score", "score", "status", "weight")


def card(tree: Tree, month: date) -> Rows:
    """Return everything that a month says of each KPI."""
    scores = Score.objects.filter(scorecard__tree=tree, scorecard__period_start=month)
    return {
        one.kpi.name: tuple(getattr(one, name) for name in (*FIELDS, "coverage", "low", "high"))
        for one in scores.select_related("kpi")
    }


def root_score(tree: Tree, month: date) -> Decimal:
    return card(tree, month)["集客"][5]  # type: ignore[no-any-return]


def measure(tree: Tree, by: Actor, month: date, at: datetime = NOW) -> None:
    """100 and 50 points for two children of one parent."""
    for name, value in (("クリック率", 100), ("獲得単価", 50)):
        make_measurement(kpi=named(tree, name), by=by, period_start=month, value=value, at=at)


@pytest.fixture
def scored(tree: Tree, owner: Actor) -> Tree:
    """A tree in use whose March and April are scored with 75 points."""
    for name in ("クリック率", "獲得単価"):
        make_target(kpi=named(tree, name), by=owner, value=100, worst=0)
    for month in (MARCH, APRIL):
        measure(tree, owner, month)
    tree.refresh_from_db()
    trees.change_status(tree=tree, version=tree.version, status=TreeStatus.ACTIVE, by=owner, at=NOW)
    compute_scorecards(tree=tree, by=owner)
    assert root_score(tree, APRIL) == 75
    return tree


def plan_weight(
    tree: Tree, by: Actor, weight: int, month: date = MAY, at: datetime = NOW
) -> PlannedChange:
    return plans.plan_settings(
        kpi=named(tree, "クリック率"),
        fields={"weight": Decimal(weight)},
        effective_month=month,
        reason="広告を重く見るため",
        by=by,
        at=at,
    )


def plan_bands(tree: Tree, by: Actor, *bounds: int, month: date = MAY) -> PlannedChange:
    bands = StatusBands(*(Decimal(one) for one in bounds))
    return plans.plan_bands(
        tree=tree, bands=bands, effective_month=month, reason="厳しく見るため", by=by, at=NOW
    )


def test_a_weight_planned_for_next_month_leaves_this_one_identical(
    scored: Tree, owner: Actor
) -> None:
    before = card(scored, MARCH), card(scored, APRIL)

    plan_weight(scored, owner, 9)
    compute_scorecards(tree=scored, by=owner)

    assert (card(scored, MARCH), card(scored, APRIL)) == before
    assert named(scored, "クリック率").weight == 1


def test_next_months_card_uses_it_even_before_anybody_applied_it(
    scored: Tree, owner: Actor
) -> None:
    plan_weight(scored, owner, 9)
    measure(scored, owner, MAY, IN_MAY)
    compute_scorecards(tree=scored, by=owner, at=IN_MAY)

    assert root_score(scored, MAY) == 95
    assert root_score(scored, APRIL) == 75


def test_when_the_month_has_come_it_becomes_a_logged_change_once(
    scored: Tree, owner: Actor
) -> None:
    plan = plan_weight(scored, owner, 9)
    assert plans.apply_due(tree=scored, by=owner, at=NOW) == 0

    assert plans.apply_due(tree=scored, by=owner, at=IN_MAY) == 1
    assert plans.apply_due(tree=scored, by=owner, at=IN_MAY) == 0

    plan.refresh_from_db()
    assert plan.before == {"weight": "1"}
    assert plan.command == TreeCommand.objects.filter(tree=scored).latest("version")
    assert named(scored, "クリック率").weight == 9


def test_a_month_whose_numbers_come_late_keeps_what_was_in_force_then(
    scored: Tree, owner: Actor
) -> None:
    """May is measured in June only, when the weight of June is already in the tree."""
    plan_weight(scored, owner, 9, JUNE)
    plans.apply_due(tree=scored, by=owner, at=IN_JUNE)
    measure(scored, owner, MAY, IN_JUNE)
    measure(scored, owner, JUNE, IN_JUNE)
    compute_scorecards(tree=scored, by=owner, at=IN_JUNE)

    assert root_score(scored, MAY) == 75
    assert root_score(scored, JUNE) == 95


def test_two_changes_of_one_month_count_in_their_order(scored: Tree, owner: Actor) -> None:
    plan_weight(scored, owner, 9)
    plan_weight(scored, owner, 3, at=NOW + timedelta(minutes=1))
    measure(scored, owner, MAY, IN_MAY)
    compute_scorecards(tree=scored, by=owner, at=IN_MAY)
    assert root_score(scored, MAY) == Decimal("87.5")

    plans.apply_due(tree=scored, by=owner, at=IN_MAY)
    compute_scorecards(tree=scored, by=owner, at=IN_MAY)

    assert root_score(scored, MAY) == Decimal("87.5")
    assert root_score(scored, APRIL) == 75


def test_a_changed_plan_comes_after_what_was_planned_since(scored: Tree, owner: Actor) -> None:
    first = plan_weight(scored, owner, 9)
    plan_weight(scored, owner, 3, at=NOW + timedelta(minutes=1))
    plans.change_plan(
        plan=first,
        fields={"weight": Decimal(4)},
        effective_month=MAY,
        reason="見直し",
        by=owner,
        at=NOW + timedelta(minutes=2),
    )
    plans.apply_due(tree=scored, by=owner, at=IN_MAY)

    assert named(scored, "クリック率").weight == 4


def test_what_is_withdrawn_never_takes_effect(scored: Tree, owner: Actor) -> None:
    plan = plans.withdraw_plan(plan=plan_weight(scored, owner, 9), by=owner, at=NOW)
    plans.apply_due(tree=scored, by=owner, at=IN_MAY)
    measure(scored, owner, MAY, IN_MAY)
    compute_scorecards(tree=scored, by=owner, at=IN_MAY)

    assert root_score(scored, MAY) == 75
    with pytest.raises(Denied, match="取り下げ"):
        plans.withdraw_plan(plan=plan, by=owner, at=IN_MAY)


def test_what_was_applied_cannot_be_withdrawn(scored: Tree, owner: Actor) -> None:
    plan = plan_weight(scored, owner, 9)
    plans.apply_due(tree=scored, by=owner, at=IN_MAY)

    with pytest.raises(Denied, match="すでに適用"):
        plans.withdraw_plan(plan=plan, by=owner, at=IN_MAY)


def test_a_change_for_this_month_is_made_at_once_and_can_be_undone(
    scored: Tree, owner: Actor
) -> None:
    plan_weight(scored, owner, 9, APRIL)
    compute_scorecards(tree=scored, by=owner)
    assert (root_score(scored, MARCH), root_score(scored, APRIL)) == (75, 95)

    scored.refresh_from_db()
    tree_commands.undo(tree=scored, version=scored.version, by=owner, at=NOW)
    compute_scorecards(tree=scored, by=owner)

    assert (root_score(scored, MARCH), root_score(scored, APRIL)) == (75, 75)


def test_also_while_a_tree_is_designed_a_month_before_keeps_the_old_weight(
    tree: Tree, owner: Actor
) -> None:
    for name in ("クリック率", "獲得単価"):
        make_target(kpi=named(tree, name), by=owner, value=100, worst=0)
    for month in (MARCH, APRIL):
        measure(tree, owner, month)
    plan_weight(tree, owner, 9, APRIL)
    compute_scorecards(tree=tree, by=owner)

    assert (root_score(tree, MARCH), root_score(tree, APRIL)) == (75, 95)


def test_a_formula_changes_with_its_month(scored: Tree, owner: Actor) -> None:
    clicks, cost = (named(scored, name) for name in ("クリック率", "獲得単価"))
    scored.refresh_from_db()
    tree_commands.update_kpi(
        kpi=named(scored, "商談"),
        version=scored.version,
        fields={"value_source": "formula", "formula": f"{clicks.key} + {cost.key}"},
        by=owner,
        at=NOW,
    )
    compute_scorecards(tree=scored, by=owner)
    plans.plan_settings(
        kpi=named(scored, "商談"),
        fields={"formula": f"{clicks.key} - {cost.key}"},
        effective_month=MAY,
        reason="数え方の見直し",
        by=owner,
        at=NOW,
    )
    measure(scored, owner, MAY, IN_MAY)
    for apply in (False, True):
        if apply:
            plans.apply_due(tree=scored, by=owner, at=IN_MAY)
        compute_scorecards(tree=scored, by=owner, at=IN_MAY)
        assert card(scored, APRIL)["商談"][0] == 150
        assert card(scored, MAY)["商談"][0] == 50


def test_bands_change_with_their_month(scored: Tree, owner: Actor) -> None:
    plan_bands(scored, owner, 75, 60, 40)
    measure(scored, owner, MAY, IN_MAY)
    for apply in (False, True):
        if apply:
            plans.apply_due(tree=scored, by=owner, at=IN_MAY)
        compute_scorecards(tree=scored, by=owner, at=IN_MAY)
        assert card(scored, APRIL)["集客"][6] == "improve"
        assert card(scored, MAY)["集客"][6] == "met", "exactly on a bound is the better band"


@pytest.mark.parametrize(
    ("bounds", "code"),
    [
        ((100, 100, 50), "kpis.bands_not_falling"),
        ((100, 50, 80), "kpis.bands_not_falling"),
        ((201, 80, 50), "kpis.bands_out_of_range"),
        ((100, 80, -1), "kpis.bands_out_of_range"),
        ((100, 80, 50), "kpis.plan_same"),
    ],
)
def test_bands_that_are_none_are_refused(
    scored: Tree, owner: Actor, bounds: tuple[int, ...], code: str
) -> None:
    with pytest.raises(Denied) as denied:
        plan_bands(scored, owner, *bounds)

    assert denied.value.refusal.code == code


def _past(tree: Tree, by: Actor) -> None:
    plan_weight(tree, by, 9, MARCH)


def _same(tree: Tree, by: Actor) -> None:
    plan_weight(tree, by, 1)


def _negative(tree: Tree, by: Actor) -> None:
    plan_weight(tree, by, -1)


def _no_reason(tree: Tree, by: Actor) -> None:
    plans.plan_settings(
        kpi=named(tree, "クリック率"),
        fields={"weight": Decimal(2)},
        effective_month=MAY,
        reason=" ",
        by=by,
        at=NOW,
    )


def _other_field(tree: Tree, by: Actor) -> None:
    plans.plan_settings(
        kpi=named(tree, "クリック率"),
        fields={"name": "別の名前"},
        effective_month=MAY,
        reason="理由",
        by=by,
        at=NOW,
    )


def _formula_of_measured(tree: Tree, by: Actor) -> None:
    plans.plan_settings(
        kpi=named(tree, "クリック率"),
        fields={"formula": "1 + 1"},
        effective_month=MAY,
        reason="理由",
        by=by,
        at=NOW,
    )


@pytest.mark.parametrize(
    ("attempt", "code"),
    [
        (_past, "kpis.plan_past"),
        (_same, "kpis.plan_same"),
        (_negative, "kpis.plan_value"),
        (_no_reason, "kpis.plan_reason"),
        (_other_field, "kpis.not_plannable"),
        (_formula_of_measured, "kpis.plan_formula"),
    ],
)
def test_what_cannot_be_planned_is_refused_and_leaves_nothing(
    scored: Tree, owner: Actor, attempt: Callable[[Tree, Actor], None], code: str
) -> None:
    with pytest.raises(Denied) as denied:
        attempt(scored, owner)

    assert denied.value.refusal.code == code
    assert not PlannedChange.objects.exists()


def test_a_viewer_plans_nothing(scored: Tree, viewer: Actor) -> None:
    with pytest.raises(Denied):
        plan_weight(scored, viewer, 9)


def test_what_no_longer_fits_is_set_aside_with_the_reason(scored: Tree, owner: Actor) -> None:
    plan = plan_weight(scored, owner, 9)
    other = plan_bands(scored, owner, 90, 60, 40)
    scored.refresh_from_db()
    tree_commands.delete_kpi(
        kpi=named(scored, "クリック率"), version=scored.version, by=owner, at=NOW
    )

    assert plans.apply_due(tree=scored, by=owner, at=IN_MAY) == 1

    plan.refresh_from_db()
    other.refresh_from_db()
    assert plan.refusal == "このKPIはすでに削除されています。"
    assert plan.withdrawn_at is not None
    assert other.applied_at is not None


def test_an_archived_tree_waits(scored: Tree, owner: Actor) -> None:
    plan_weight(scored, owner, 9)
    scored.refresh_from_db()
    trees.change_status(
        tree=scored, version=scored.version, status=TreeStatus.ARCHIVED, by=owner, at=NOW
    )
    assert plans.apply_due(tree=scored, by=owner, at=IN_MAY) == 0

    scored.refresh_from_db()
    trees.change_status(
        tree=scored, version=scored.version, status=TreeStatus.ACTIVE, by=owner, at=IN_MAY
    )
    assert plans.apply_due(tree=scored, by=owner, at=IN_MAY) == 1


def test_planning_stands_in_the_audit_trail(scored: Tree, owner: Actor) -> None:
    plans.withdraw_plan(plan=plan_weight(scored, owner, 9), by=owner, at=NOW)

    told = list(
        AuditEvent.objects.filter(event__startswith="kpis.plan").values_list("summary", flat=True)
    )
    name = "KPIツリー「新規顧客を増やす」：2026年5月からの予定を"
    assert set(told) == {
        f"{name}登録しました（「クリック率」の重みを「1」から「9」に変更）。",
        f"{name}取り下げました（「クリック率」の重みを「9」に変更）。",
    }


def test_a_formula_that_was_signed_meanwhile_stays(scored: Tree, owner: Actor) -> None:
    clicks = named(scored, "クリック率")
    scored.refresh_from_db()
    tree_commands.update_kpi(
        kpi=named(scored, "商談"),
        version=scored.version,
        fields={"value_source": "formula", "formula": f"{clicks.key} * 2"},
        by=owner,
        at=NOW,
    )
    plan = plans.plan_settings(
        kpi=named(scored, "商談"),
        fields={"formula": f"{clicks.key} * 3"},
        effective_month=MAY,
        reason="数え方の見直し",
        by=owner,
        at=NOW,
    )
    make_target(kpi=named(scored, "商談"), by=owner, value=100, worst=0)
    named(scored, "商談").targets.update(agreed_at=NOW)

    plans.apply_due(tree=scored, by=owner, at=IN_MAY)

    plan.refresh_from_db()
    assert "双方が合意した" in plan.refusal
    assert named(scored, "商談").formula == f"{clicks.key} * 2"


def test_two_plans_of_a_field_are_told_with_their_own_old_values(
    scored: Tree, owner: Actor
) -> None:
    """The second one starts from what the first one will have made of it."""
    plan_weight(scored, owner, 9)
    later = plan_weight(scored, owner, 3, JUNE)

    assert told(later) == "「クリック率」の重みを「9」から「3」に変更"
