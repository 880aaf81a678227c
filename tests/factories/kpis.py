"""Trees with targets and measurements for tests, made by the operations themselves."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.tenancy import Actor
from kpis.models import (
    KPI,
    Definition,
    GuidedStart,
    LintWaiver,
    Measurement,
    PlannedChange,
    ScorecardRun,
    Target,
    Tree,
)
from kpis.models.choices import RationaleKind
from kpis.operations import (
    guided,
    library,
    lint,
    measurements,
    plans,
    recompute,
    targets,
    tree_commands,
    trees,
)
from kpis.queries.lint import lint_report
from kpis.queries.templates import example_tree
from kpis.queries.trees import goal_of
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
    client = client_of(by)
    if example:
        return trees.create_from_template(
            template=example_tree(), client_id=client, by=by, at=at, name=name
        )
    fields = {"name": "新規顧客数", "unit": "count", **kgi}
    return trees.create_tree(client_id=client, name=name, kgi=fields, by=by, at=at)


def make_kpi(
    *, tree: Tree, by: Actor, parent: KPI | None = None, at: datetime = NOW, **fields: Any
) -> KPI:
    """Add a KPI below the parent, or below the goal."""
    tree.refresh_from_db()
    made = tree_commands.add_kpi(
        tree=tree,
        version=tree.version,
        parent_id=(parent or goal_of(tree)).pk,
        fields={"name": "リード獲得数", **fields},
        by=by,
        at=at,
    )
    tree.refresh_from_db()
    return made


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
    *,
    kpi: KPI,
    by: Actor,
    period_start: date,
    value: Decimal | int | None = None,
    numerator: Decimal | int | None = None,
    denominator: Decimal | int | None = None,
    reason: str = "",
    at: datetime = NOW,
) -> Measurement:
    """Record a value, or numerator and denominator; numbers may be ints."""
    return measurements.record_measurement(
        kpi=kpi,
        period_start=period_start,
        value=_decimal(value),
        numerator=_decimal(numerator),
        denominator=_decimal(denominator),
        reason=reason,
        by=by,
        at=at,
    )


def _decimal(number: Decimal | int | None) -> Decimal | None:
    return None if number is None else Decimal(number)


def compute_scorecards(*, tree: Tree, by: Actor, at: datetime = NOW) -> ScorecardRun:
    """Do what the worker does: the newest run of the tree."""
    run = ScorecardRun.objects.filter(tree=tree).latest("requested_at", "input_version")
    return recompute.recompute_scorecards(run_id=str(run.pk), by=by, at=at)


def make_definition(*, by: Actor, at: datetime = NOW, **fields: Any) -> Definition:
    """Add a definition of the organization's own to the library."""
    given = {
        "texts": {"name": {"ja": "記事の差し戻し率"}, "definition": {"ja": "差し戻した記事の割合"}},
        "unit": "percent",
        "decimals": 1,
        "direction": "lower",
        "frequency": "month",
        "aggregation": "ratio",
        "perspective": "process",
        "types": ["creative"],
        "phases": ["improvement"],
    }
    return library.define_kpi(fields={**given, **fields}, by=by, at=at)


def make_waiver(*, tree: Tree, by: Actor, at: datetime = NOW) -> LintWaiver:
    """Accept the first thing that the design check finds in the tree."""
    first = lint_report(tree, at.date()).active[0]
    return lint.waive_finding(
        tree=tree,
        code=first.code,
        kpi_id=first.kpi.pk if first.kpi else None,
        reason="次の四半期に決めるため",
        expires_on=at.date() + timedelta(days=60),
        by=by,
        at=at,
    )


def make_guided_start(*, by: Actor, kind: str = "customers", at: datetime = NOW) -> GuidedStart:
    """Begin the guided start for the actor's client."""
    return guided.begin_guided_start(client_id=client_of(by), kind=kind, by=by, at=at)


def make_plan(*, kpi: KPI, by: Actor, at: datetime = NOW) -> PlannedChange:
    """Plan another weight for a month far ahead."""
    return plans.plan_settings(
        kpi=kpi,
        fields={"weight": Decimal(2)},
        effective_month=date(at.year + 20, 1, 1),
        reason="見直しのため",
        by=by,
        at=at,
    )
