"""Whatever people do from a month on, the scorecards of closed months stay identical."""

from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from core.domain.periods import add_months
from core.domain.refusals import Denied
from core.tenancy import Actor
from kpis.domain.scoring import StatusBands
from kpis.models import KPI, Definition, PlannedChange, Tree
from kpis.models.choices import TreeStatus
from kpis.operations import phases, plans, tree_commands, trees
from tests.factories.accounts import NOW
from tests.factories.kpis import compute_scorecards, make_measurement, make_target
from tests.integration.kpis.conftest import named
from tests.integration.kpis.test_plans import Rows, card

FIRST = NOW.date().replace(day=1)
LEAVES = ("クリック率", "獲得単価", "商談")


class Life:
    """A tree in use, month after month, with people who do this and that."""

    def __init__(self, tree: Tree, by: Actor, random: Random) -> None:
        self.tree, self.by, self.random = tree, by, random
        self.at: datetime = NOW
        self.month = FIRST

    def fresh(self) -> Tree:
        self.tree.refresh_from_db()
        return self.tree

    def common(self, **more: Any) -> dict[str, Any]:
        month = add_months(self.month, self.random.randint(0, 2))
        return {
            "effective_month": month,
            "reason": "見直し",
            "by": self.by,
            "at": self.at,
            **more,
        }

    def a_kpi(self) -> KPI:
        kpis = KPI.objects.living().filter(tree=self.tree, parent__isnull=False)
        return self.random.choice(list(kpis.order_by("name", "pk")))

    def plan_weight(self) -> None:
        weight = Decimal(self.random.randint(0, 9))
        plans.plan_settings(kpi=self.a_kpi(), fields={"weight": weight}, **self.common())

    def plan_bands(self) -> None:
        bounds = sorted(self.random.sample(range(200), 3), reverse=True)
        bands = StatusBands(*(Decimal(one) for one in bounds))
        plans.plan_bands(tree=self.fresh(), bands=bands, **self.common())

    def switch(self) -> None:
        library = Definition.objects.filter(organization=None, types=["marketing"])
        phases.switch_phase(
            tree=self.fresh(),
            version=self.tree.version,
            outsourcing_type="marketing",
            phase=self.random.choice(["initial", "improvement", "growth"]),
            add=self.random.sample(list(library.order_by("code")), 1),
            retire=[self.a_kpi().pk],
            **self.common(),
        )

    def withdraw(self) -> None:
        waiting = list(PlannedChange.objects.pending().in_order())
        plan = self.random.choice(waiting) if waiting else None
        if plan is None:
            return
        is_phase = plan.kind == PlannedChange.Kind.PHASE
        act = phases.withdraw_switch if is_phase else plans.withdraw_plan
        act(plan=plan, by=self.by, at=self.at)

    def edit(self) -> None:
        tree_commands.update_kpi(
            kpi=self.a_kpi(),
            version=self.fresh().version,
            fields={"weight": Decimal(self.random.randint(0, 9))},
            by=self.by,
            at=self.at,
        )

    def undo(self) -> None:
        tree_commands.undo(tree=self.fresh(), version=self.tree.version, by=self.by, at=self.at)

    def measure(self) -> None:
        for kpi in KPI.objects.living().filter(tree=self.tree, name__in=LEAVES):
            make_measurement(
                kpi=kpi,
                by=self.by,
                period_start=self.month,
                value=self.random.randint(0, 120),
                reason="速報の更新",
                at=self.at,
            )

    def next_month(self) -> None:
        self.month = add_months(self.month, 1)
        self.at = self.at.replace(year=self.month.year, month=self.month.month)


@pytest.mark.parametrize("seed", range(6))
def test_closed_months_stay_identical_whatever_is_dated(
    tree: Tree, owner: Actor, seed: int
) -> None:
    life = Life(tree, owner, Random(seed))  # noqa: S311 - no secret
    for name in LEAVES:
        make_target(kpi=named(tree, name), by=owner, value=100, worst=0)
    tree.refresh_from_db()
    trees.change_status(tree=tree, version=tree.version, status=TreeStatus.ACTIVE, by=owner, at=NOW)
    deeds = [life.plan_weight, life.plan_bands, life.switch, life.withdraw, life.edit, life.undo]
    closed: dict[date, Rows] = {}
    done = 0
    for _month in range(4):
        life.measure()
        for _deed in range(4):
            try:
                life.random.choice(deeds)()
                done += 1
            except Denied:
                continue
        compute_scorecards(tree=tree, by=owner, at=life.at)
        closed[life.month] = card(tree, life.month)
        life.next_month()
        plans.apply_due(tree=tree, by=owner, at=life.at)
        compute_scorecards(tree=tree, by=owner, at=life.at)
        assert {month: card(tree, month) for month in closed} == closed
    assert done > 4, "most of what people try is possible"
    assert closed[FIRST]
