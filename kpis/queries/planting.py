"""KPI trees before they are made: what a template or the guided start would plant, and its lint."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kpis.domain.aggregation import Aggregation
from kpis.domain.lint.engine import lint
from kpis.domain.lint.model import LintNode, LintTarget, LintTree
from kpis.domain.lint.rule import Finding
from kpis.domain.scoring import Direction
from kpis.models import KPI, Definition
from kpis.models.choices import RationaleKind
from kpis.models.library import in_language
from kpis.queries.fields import attribute
from kpis.queries.library import BENCHMARKED

_LINTED = (
    *("key", "name", "definition", "unit", "frequency", "value_source", "data_source"),
    *("perspective", "importance", "weight", "responsible_side", "responsible_label"),
    *("client_owner", "baseline", "deadline_on"),
)


@dataclass(frozen=True, slots=True)
class PlannedKPI:
    """A KPI to be made: its fields, the number of its parent in the plan, and its target."""

    fields: Mapping[str, Any]
    parent: int | None = None
    target: Mapping[str, Any] | None = None


Plan = Sequence[PlannedKPI]


def numbered(plan: Plan) -> Iterator[tuple[PlannedKPI, int]]:
    """Yield each planned KPI with its place among its siblings, from 1."""
    places: dict[int | None, int] = {}
    for one in plan:
        places[one.parent] = places.get(one.parent, 0) + 1
        yield one, places[one.parent]


def suggested_target(definition: Definition) -> dict[str, Any] | None:
    """Return the library's usual target as a draft, with where it comes from; None without one."""
    usual = definition.suggested_target
    if not usual:
        return None
    names = {"value": "value", "low": "accept_low", "high": "accept_high"}
    known = definition.code in BENCHMARKED
    return {
        **{ours: Decimal(usual[theirs]) for theirs, ours in names.items() if usual[theirs]},
        "rationale_kind": RationaleKind.BENCHMARK if known else RationaleKind.NEGOTIATION,
        "rationale": in_language(usual["reason"]),
    }


def findings_of(plan: Plan, today: date, *, phase: str = "") -> list[Finding]:
    """Check the design of a tree that is not made yet."""
    return list(lint(LintTree(tuple(_nodes(plan)), today=today, phase=phase)))


def _nodes(plan: Plan) -> Iterator[LintNode]:
    for number, one in enumerate(plan):
        kpi = KPI(**{attribute(name): value for name, value in one.fields.items()})
        organization = kpi.responsible_organization_id
        yield LintNode(
            id=str(number),
            parent_id=None if one.parent is None else str(one.parent),
            direction=Direction(kpi.direction),
            aggregation=Aggregation(kpi.aggregation),
            responsible_organization=str(organization) if organization else None,
            target=_target(one.target),
            has_parts=kpi.aggregation == Aggregation.RATIO,
            **{name: getattr(kpi, name) for name in _LINTED},
        )


def _target(draft: Mapping[str, Any] | None) -> LintTarget | None:
    if draft is None:
        return None
    return LintTarget(
        value=draft.get("value"),
        low=draft.get("accept_low"),
        high=draft.get("accept_high"),
        rationale_kind=draft["rationale_kind"],
        rationale=draft["rationale"],
        valid_from=draft.get("valid_from"),
    )
