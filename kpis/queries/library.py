"""Reads of the KPI library: what is on its pages, and the data files behind the standard part."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core.tenancy import Actor
from kpis.models import Benchmark, Definition
from kpis.models.choices import ValueSource
from kpis.models.library import TEXTS, DefinitionQuerySet

# What a KPI takes from its definition as it is.
SETTINGS = ("unit", "decimals", "direction", "frequency", "aggregation", "perspective")
FOLDER = Path(__file__).resolve().parent.parent / "library"
# How a definition is measured; a KPI takes these over.
SETTINGS = ("unit", "decimals", "direction", "frequency", "aggregation", "perspective")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; empty means everything."""

    search: str = ""
    type: str = ""
    phase: str = ""
    perspective: str = ""
    is_own: bool = False

    @property
    def is_any(self) -> bool:
        """Whether nothing in particular is looked for."""
        return self == Wanted()


def library(actor: Actor, wanted: Wanted) -> DefinitionQuerySet:
    """Return the definitions of the library that fit, own ones first, then in its order."""
    found = Definition.objects.visible_to(actor).current().matching(wanted.search)
    if wanted.type:
        found = found.filter(types__contains=[wanted.type])
    if wanted.phase:
        found = found.filter(phases__contains=[wanted.phase])
    if wanted.perspective:
        found = found.filter(perspective=wanted.perspective)
    if wanted.is_own:
        found = found.exclude(organization=None)
    return found.select_related("organization").order_by(
        "organization__name", "position", "code", "id"
    )


def benchmarks_of(definition: Definition) -> list[Benchmark]:
    """Return the published figures of a definition of the standard library."""
    if definition.organization_id is not None:
        return []
    return list(Benchmark.objects.filter(code=definition.code))


def partner_of(definition: Definition, actor: Actor) -> Definition | None:
    """Return the definition that must stand beside this one, so that neither is gamed."""
    if not definition.pair:
        return None
    visible = Definition.objects.visible_to(actor).current()
    return visible.filter(code=definition.pair, organization=definition.organization).first()


def versions_of(definition: Definition) -> list[Definition]:
    """Return all versions, the newest first."""
    same = Definition.objects.filter(
        organization=definition.organization_id, code=definition.code
    ).select_related("created_by")
    return list(same.order_by("-version"))


def kpi_fields_of(definition: Definition) -> dict[str, Any]:
    """Return the fields of a KPI that is made as the definition says."""
    parts = [definition.definition, definition.formula and f"計算式：{definition.formula}"]
    return {
        "name": definition.name,
        "definition": "\n".join(one for one in parts if one),
        "notes": definition.pitfalls,
        "data_source": definition.data_source[:200],
        "value_source": ValueSource.MEASURED.value,
        "library_code": definition.code,
        **{name: getattr(definition, name) for name in SETTINGS},
    }


def standard_definitions() -> list[dict[str, Any]]:
    """Return the standard library as the data files say."""
    found: list[dict[str, Any]] = json.loads((FOLDER / "definitions.json").read_text())
    return found


def standard_benchmarks() -> list[dict[str, Any]]:
    """Return the published figures as the data files say."""
    found: list[dict[str, Any]] = json.loads((FOLDER / "benchmarks.json").read_text())
    return found


@cache
def standard_by_code() -> dict[str, Definition]:
    """Return the standard library by code as its files say, without a row in the database."""
    return {
        one["code"]: Definition(
            code=one["code"],
            texts={name: one[name] for name in TEXTS if one.get(name)},
            pair=one["pair"] or "",
            suggested_target=one["suggested_target"],
            **{name: one[name] for name in (*SETTINGS, "types", "phases")},
        )
        for one in standard_definitions()
    }


BENCHMARKED = frozenset(one["kpi"] for one in standard_benchmarks())


def search_text_of(code: str, texts: dict[str, Any]) -> str:
    """Return what a search looks into: all texts in both languages, without case."""
    words: Iterable[str] = (
        word for name in TEXTS for word in (texts.get(name) or {}).values() if word
    )
    return " ".join([code, *words]).casefold()
