"""Template trees: data files in `library/templates`, made of the definitions of the library."""

import json
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from kpis.models import Definition
from kpis.models.choices import LibraryType, Phase, RationaleKind, TemplateKind, Unit
from kpis.models.library import in_language
from kpis.queries.library import FOLDER, SETTINGS, kpi_fields_of, standard_by_code
from kpis.queries.planting import PlannedKPI, suggested_target

YEAR = timedelta(days=365)
_TEXTS = ("name", "definition", "data_source", "notes")
_NUMBERS = ("value", "worst", "accept_low", "accept_high")
Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TemplateNode:
    """A KPI of a template: one of the library, or one of its own, with what differs."""

    definition: Definition | None
    content: Mapping[str, Any]
    children: Sequence["TemplateNode"]

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return str(self.fields["name"])

    @property
    def unit_label(self) -> str:
        """The unit in words."""
        return str(Unit(self.fields["unit"]).label)

    @property
    def responsible(self) -> str:
        """Who moves the number, in words."""
        return in_language(self.content.get("responsible"))

    @property
    def party(self) -> str:
        """Which of several parties that is: marketing, creative, sales."""
        return str(self.content.get("party", ""))

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the KPI, texts in the reader's language."""
        given = self.content
        texts = {name: in_language(given[name]) for name in _TEXTS if name in given}
        return {
            **(kpi_fields_of(self.definition) if self.definition else {}),
            **texts,
            **{name: given[name] for name in SETTINGS if name in given},
            "key": given["key"],
            "importance": given["importance"],
            "weight": Decimal(given["weight"]),
            "responsible_side": given["side"],
            "responsible_label": self.responsible,
            "client_owner": in_language(given.get("client_owner")),
        }

    @property
    def target(self) -> dict[str, Any] | None:
        """The template's own target, or the library's usual one, with its reason."""
        own = self.content.get("target")
        if own is None:
            return suggested_target(self.definition) if self.definition else None
        return {
            **{name: Decimal(own[name]) for name in _NUMBERS if name in own},
            "rationale_kind": RationaleKind(own["rationale_kind"]),
            "rationale": in_language(own["rationale"]),
        }


@dataclass(frozen=True, slots=True)
class Template:
    """A tree to start from."""

    code: str
    kind: TemplateKind
    type: str
    phase: str
    texts: Mapping[str, Text]
    goal: TemplateNode

    @property
    def name(self) -> str:
        """What it is for, in a few words."""
        return in_language(self.texts["name"])

    @property
    def summary(self) -> str:
        """When to take it."""
        return in_language(self.texts["summary"])

    @property
    def kind_label(self) -> str:
        """Template, example or success case."""
        return str(self.kind.label)

    @property
    def type_label(self) -> str:
        """The type of outsourced work."""
        return str(LibraryType(self.type).label) if self.type else ""

    @property
    def phase_label(self) -> str:
        """The phase of the work."""
        return str(Phase(self.phase).label) if self.phase else ""

    def nodes(self) -> Iterator[tuple[TemplateNode, int | None]]:
        """Yield every node, parents first, with the number of its parent."""
        waiting: deque[tuple[TemplateNode, int | None]] = deque([(self.goal, None)])
        number = 0
        while waiting:
            node, parent = waiting.popleft()
            yield node, parent
            waiting.extend((child, number) for child in node.children)
            number += 1

    @property
    def size(self) -> int:
        """How many KPIs it has with the goal."""
        return sum(1 for _node in self.nodes())

    @property
    def codes(self) -> list[str]:
        """The KPIs of the library that it is made of, without the goal."""
        return [
            one.definition.code
            for one, parent in self.nodes()
            if one.definition and parent is not None
        ]


@cache
def templates() -> tuple[Template, ...]:
    """Read all templates once: the example first, by type and phase, success cases last."""
    found = [json.loads(one.read_text("utf-8")) for one in (FOLDER / "templates").glob("*.json")]
    return tuple(sorted((_template(one) for one in found), key=_place))


def _place(template: Template) -> tuple[int, int, int, str]:
    kinds = [TemplateKind.EXAMPLE, TemplateKind.STANDARD, TemplateKind.CASE]
    types, phases = ["", *LibraryType.values], ["", *Phase.values]
    return (
        kinds.index(template.kind),
        types.index(template.type),
        phases.index(template.phase),
        template.code,
    )


def matching(*, type_: str = "", phase: str = "") -> list[Template]:
    """Return the templates for a type of work and a phase; empty means any."""
    return [
        one
        for one in templates()
        if (not type_ or one.type == type_) and (not phase or one.phase == phase)
    ]


def template_of(code: str) -> Template | None:
    """Return the template with this code."""
    return next((one for one in templates() if one.code == code), None)


def example_tree() -> Template:
    """Return the article's example: two vendors and the sales department win new customers."""
    return next(one for one in templates() if one.kind == TemplateKind.EXAMPLE)


def standard_template(type_: str, phase: str) -> Template | None:
    """Return the one template for a type of work and a phase."""
    fitting = matching(type_=type_, phase=phase)
    return next((one for one in fitting if one.kind == TemplateKind.STANDARD), None)


def plan_of(
    template: Template,
    *,
    targets_from: date | None = None,
    organizations: Mapping[str, UUID] | None = None,
) -> list[PlannedKPI]:
    """Return what the template plants; with `targets_from` also targets and the goal's deadline."""
    parties = organizations or {}
    plan = []
    for node, parent in template.nodes():
        fields = node.fields
        if node.party in parties:
            fields["responsible_organization"] = parties[node.party]
        target = node.target if targets_from else None
        if targets_from and parent is None:
            fields["deadline_on"] = targets_from + YEAR
        plan.append(PlannedKPI(fields, parent, target and {**target, "valid_from": targets_from}))
    return plan


def _template(data: Mapping[str, Any]) -> Template:
    return Template(
        code=data["code"],
        kind=TemplateKind(data["kind"]),
        type=data["type"] or "",
        phase=data["phase"] or "",
        texts={"name": data["name"], "summary": data["summary"]},
        goal=_node(data["goal"]),
    )


def _node(data: Mapping[str, Any]) -> TemplateNode:
    definition = standard_by_code()[data["kpi"]] if "kpi" in data else None
    return TemplateNode(definition, data, tuple(_node(one) for one in data.get("children", ())))
