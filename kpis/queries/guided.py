"""What the guided start offers: goals and their drivers, KPIs with why, the past; and its plan."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from core.tenancy import Actor
from kpis.domain.guided import Driver, balanced_weights
from kpis.models import KPI, Benchmark, Definition, GuidedStart, Score
from kpis.models.choices import Aggregation, Direction, Phase, ResponsibleSide, Unit
from kpis.models.library import in_language
from kpis.queries.library import FOLDER, kpi_fields_of
from kpis.queries.planting import PlannedKPI
from kpis.queries.templates import standard_template

PERIODS = 24
# What the client moves itself; everything else is proposed for the vendor.
OF_THE_CLIENT = frozenset(
    {
        "payment_on_time_rate",
        "competitive_quote_rate",
        "opportunity_rate",
        "contract_rate",
        "new_customers",
    }
)
RISK = frozenset(
    {"change_response_days", "change_requests", "risk_review_rate", "security_incidents"}
)


@dataclass(frozen=True, slots=True)
class GoalKind:
    """A kind of goal with an example of it and how it breaks down."""

    code: str
    content: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What is to be reached."""
        return in_language(self.content["name"])

    @property
    def rule(self) -> str:
        """How the goal comes about, in words."""
        return in_language(self.content["rule"])

    @property
    def type(self) -> str:
        """The type of outsourced work that is proposed first."""
        return str(self.content["type"])

    @property
    def library_code(self) -> str:
        """The KPI of the library that is this goal, if one is."""
        return self.content["goal"]["kpi"] or ""

    @property
    def example(self) -> dict[str, str]:
        """A goal of this kind, to start from."""
        goal = self.content["goal"]
        words = {name: in_language(goal[name]) for name in ("name", "definition")}
        return {**words, "unit": goal["unit"], "direction": goal["direction"]}

    @property
    def drivers(self) -> list[Driver]:
        """What the goal depends on."""
        return [
            Driver(
                code=one["code"],
                name=in_language(one["name"]),
                definition=in_language(one["definition"]),
                perspectives=tuple(one["perspectives"]),
                kpis=tuple(one["kpis"]),
            )
            for one in self.content["drivers"]
        ]


@cache
def goal_kinds() -> tuple[GoalKind, ...]:
    """Read the kinds of goals once."""
    found = json.loads((FOLDER / "goals.json").read_text("utf-8"))
    return tuple(GoalKind(one["code"], one) for one in found)


def goal_kind(code: str) -> GoalKind:
    """Return the kind with this code; the last one is for any other goal."""
    return next((one for one in goal_kinds() if one.code == code), goal_kinds()[-1])


@dataclass(frozen=True, slots=True)
class Proposal:
    """A KPI that may be chosen, and why."""

    definition: Definition
    is_recommended: bool
    fits: bool
    reasons: Sequence[str]

    @property
    def words(self) -> str:
        """What a search looks into."""
        return self.definition.search_text


def proposals(
    actor: Actor, *, type_: str, phase: str, goal_code: str, chosen: Iterable[str] = ()
) -> list[Proposal]:
    """Return the KPIs for a type of work: the template's first, then those of the phase.

    What was chosen before stays in the list, whatever its type.
    """
    template = standard_template(type_, phase)
    codes = [one for one in template.codes if one != goal_code] if template else []
    places = {code: place for place, code in enumerate(codes)}
    visible = Definition.objects.visible_to(actor).current().exclude(code=goal_code)
    found = visible.filter(
        Q(types__overlap=[type_, "common"]) | Q(code__in=[*codes, *chosen])
    ).order_by("organization__name", "position", "code", "id")
    return sorted(
        (
            Proposal(
                definition=one,
                is_recommended=one.code in places,
                fits=phase in one.phases,
                reasons=_reasons(one, places, phase),
            )
            for one in found
        ),
        key=lambda one: (places.get(one.definition.code, len(places)), not one.fits),
    )


def _reasons(one: Definition, places: Mapping[str, int], phase: str) -> list[str]:
    found = []
    if one.organization_id is not None:
        found.append(_("自社の定義"))
    if one.code in places:
        found.append(_("この種類・フェーズの基本"))
    elif phase in one.phases:
        found.append(_("%(phase)sに向く") % {"phase": Phase(phase).label})
    if one.code in RISK:
        found.append(_("変更・リスクへの備え"))
    if one.pair in places and one.code not in places:
        found.append(_("基本のKPIと対で見る"))
    found.append(_("%(perspective)sの視点") % {"perspective": one.get_perspective_display()})
    return found


def unfinished_starts(actor: Actor, limit: int = 5) -> list[GuidedStart]:
    """Return the actor's own unfinished guided starts, the newest first."""
    found = GuidedStart.objects.visible_to(actor).unfinished().select_related("client")
    return list(found.order_by("-changed_at", "pk")[:limit])


def benchmarks_of(codes: Sequence[str]) -> dict[str, list[Benchmark]]:
    """Return the published figures of several definitions: one query."""
    found: dict[str, list[Benchmark]] = defaultdict(list)
    for one in Benchmark.objects.filter(code__in=codes):
        found[one.code].append(one)
    return found


@dataclass(frozen=True, slots=True)
class Past:
    """Values of the same KPI in another tree of the client, oldest first."""

    tree_name: str
    values: Sequence[Decimal]


def past_of(client_id: UUID, definitions: Sequence[Definition], today: date) -> dict[str, Past]:
    """Return, by code, the longest past of a KPI with the same name or key and unit: two queries."""
    names = {name: one for one in definitions for name in (one.texts.get("name") or {}).values()}
    keys = {one.code: one for one in definitions}
    same = KPI.objects.living().filter(
        Q(name__in=names) | Q(key__in=keys), tree__client_id=client_id
    )
    kpis = {one.pk: one for one in same.select_related("tree")}
    values: dict[UUID, list[Decimal]] = defaultdict(list)
    months = Score.objects.filter(
        kpi__in=kpis, value__isnull=False, scorecard__period_start__lt=today.replace(day=1)
    ).order_by("scorecard__period_start")
    for kpi_id, value in months.values_list("kpi_id", "value"):
        if value is not None:
            values[kpi_id].append(value)
    found: dict[str, Past] = {}
    for kpi_id, series in values.items():
        kpi = kpis[kpi_id]
        definition = names.get(kpi.name) or keys[kpi.key]
        known = found.get(definition.code)
        if kpi.unit == definition.unit and (known is None or len(series) > len(known.values)):
            found[definition.code] = Past(kpi.tree.name, series[-PERIODS:])
    return found


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen KPI with its driver, its target and who answers for it."""

    definition: Definition
    driver: str
    target: Mapping[str, Any] | None = None
    owner: Mapping[str, Any] = field(default_factory=dict)


def plan_of(
    goal: Mapping[str, Any],
    goal_target: Mapping[str, Any] | None,
    drivers: Sequence[Driver],
    choices: Sequence[Choice],
) -> list[PlannedKPI]:
    """Lay out the tree: the goal, the drivers that have KPIs, the KPIs below them."""
    weights = balanced_weights({one.definition.code: one.definition.perspective for one in choices})
    used = [one for one in drivers if any(kpi.driver == one.code for kpi in choices)]
    plan = [PlannedKPI(goal, None, goal_target)]
    for driver in used:
        weight = sum(
            (weights[one.definition.code] for one in choices if one.driver == driver.code),
            Decimal(0),
        )
        plan.append(PlannedKPI(_group(driver, weight, goal), 0))
    parents = {driver.code: number for number, driver in enumerate(used, start=1)}
    for one in choices:
        fields = {
            **kpi_fields_of(one.definition),
            "key": one.definition.code,
            "weight": weights[one.definition.code],
            **one.owner,
        }
        plan.append(PlannedKPI(fields, parents[one.driver], one.target))
    return plan


def goal_fields(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of the KGI: how it is aggregated follows from the unit."""
    ways = {
        Unit.PERCENT: Aggregation.RATIO,
        Unit.COUNT: Aggregation.SUM,
        Unit.YEN: Aggregation.SUM,
        Unit.PEOPLE: Aggregation.SUM,
    }
    same = ("name", "definition", "unit", "direction", "baseline", "deadline_on")
    return {
        **{name: typed[name] for name in same},
        "importance": 5,
        "aggregation": ways.get(Unit(typed["unit"]), Aggregation.MEAN).value,
        "responsible_side": ResponsibleSide.SHARED.value,
    }


def _group(driver: Driver, weight: Decimal, goal: Mapping[str, Any]) -> dict[str, Any]:
    explained = driver.definition or driver.name
    return {
        "name": driver.name,
        "definition": _("%(what)s（下のKPIをまとめて見ます）") % {"what": explained},
        "unit": Unit.POINTS.value,
        "direction": Direction.MONITOR.value,
        "aggregation": Aggregation.MEAN.value,
        "importance": 4,
        "weight": weight,
        "responsible_side": ResponsibleSide.SHARED.value,
        "client_owner": goal.get("client_owner", ""),
        "responsible_label": goal.get("responsible_label", ""),
        "responsible_organization": goal.get("responsible_organization"),
    }
