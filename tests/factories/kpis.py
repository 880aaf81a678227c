"""Trees with targets and measurements for tests, made by the operations themselves."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.tenancy import Actor
from kpis.models import KPI, Measurement, ScorecardRun, Target, Tree
from kpis.models.choices import RationaleKind
from kpis.operations import measurements, recompute, targets, trees
from kpis.queries.undo import goal_of
from tests.factories.accounts import NOW

RATE: Mapping[str, Any] = {"unit": "percent", "decimals": 1, "aggregation": "ratio"}


def client_of(by: Actor) -> UUID:
    """Return the one client that the actor acts for."""
    (client_id,) = by.client_ids
    return client_id


def make_tree(
    *,
    by: Actor,
    name: str = "新規顧客を増やす",
    example: bool = False,
    at: datetime = NOW,
    **kgi: Any,
) -> Tree:
    """Make a tree with its goal, or the example tree."""
    if example:
        return trees.create_from_example(client_id=client_of(by), by=by, at=at, name=name)
    fields = {"name": "新規顧客数", "unit": "count", **kgi}
    return trees.create_tree(client_id=client_of(by), name=name, kgi=fields, by=by, at=at)


def make_kpi(
    *, tree: Tree, by: Actor, parent: KPI | None = None, at: datetime = NOW, **fields: Any
) -> KPI:
    """Add a KPI below the parent, or below the goal."""
    tree.refresh_from_db()
    fields = {"name": "リード獲得数", **fields}
    command = trees.add_command(tree, (parent or goal_of(tree)).pk, fields)
    trees.change_tree(tree=tree, command=command, version=tree.version, by=by, at=at)
    tree.refresh_from_db()
    return KPI.objects.living().filter(tree=tree, name=fields["name"]).latest("position", "id")


def make_target(
    *,
    kpi: KPI,
    by: Actor,
    value: Decimal | int = 95,
    worst: Decimal | int | None = None,
    valid_from: date = date(2026, 1, 1),
    at: datetime = NOW,
) -> Target:
    """Give the KPI a target with a reason."""
    return targets.set_target(
        kpi=kpi,
        valid_from=valid_from,
        value=Decimal(value),
        worst=None if worst is None else Decimal(worst),
        rationale_kind=RationaleKind.HISTORY,
        rationale="昨年の実績の平均から",
        by=by,
        at=at,
    )


def make_measurement(
    *, kpi: KPI, by: Actor, period_start: date, at: datetime = NOW, **numbers: Any
) -> Measurement:
    """Record a value, or numerator and denominator; numbers may be ints."""
    return measurements.record_measurement(
        kpi=kpi,
        period_start=period_start,
        **{name: Decimal(value) for name, value in numbers.items() if name != "reason"},
        reason=numbers.get("reason", ""),
        by=by,
        at=at,
    )


def compute_scorecards(*, tree: Tree, by: Actor, at: datetime = NOW) -> ScorecardRun:
    """Do what the worker does: the newest run of the tree."""
    run = ScorecardRun.objects.filter(tree=tree).latest("requested_at", "input_version")
    return recompute.recompute_scorecards(run_id=str(run.pk), by=by, at=at)
