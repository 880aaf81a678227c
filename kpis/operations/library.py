"""Fill the standard library from its files, and keep an organization's own definitions."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit
from core.policies import require
from core.tenancy import Actor
from kpis.models import KPI, Benchmark, Definition, Tree
from kpis.models.library import TEXTS
from kpis.operations.tree_commands import add_kpi
from kpis.policies import library as policies
from kpis.queries import library as queries
from kpis.queries.library import SETTINGS

LISTS = ("types", "phases")


@transaction.atomic
def load_library(*, by: Actor, at: datetime) -> int:
    """Bring the standard library to what the files say; return how many definitions changed.

    A definition that differs becomes a new version; the same files again change nothing.
    """
    current = {
        one.code: one
        for one in Definition.objects.select_for_update().filter(organization=None, is_current=True)
    }
    changed = 0
    for position, content in enumerate(queries.standard_definitions()):
        fields = _fields_of(content) | {"position": position}
        known = current.pop(content["code"], None)
        if known is None or _differs(known, fields):
            _write(None, content["code"], known, fields, by=by, at=at)
            changed += 1
    gone = list(current.values())
    Definition.objects.filter(pk__in=[one.pk for one in gone], retired_at=None).update(
        retired_at=at
    )
    _load_benchmarks()
    if changed or gone:
        audit.record(
            event="kpis.library_loaded",
            target=Definition(),
            by=by,
            at=at,
            organization_id=None,
            summary=f"KPIライブラリを更新しました（{changed}件）。",
        )
    return changed


def _fields_of(content: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "texts": {name: content[name] for name in TEXTS if content.get(name)},
        "pair": content["pair"] or "",
        "suggested_target": content["suggested_target"],
        **{name: content[name] for name in (*SETTINGS, *LISTS)},
    }


def _differs(known: Definition, fields: Mapping[str, Any]) -> bool:
    return known.retired_at is not None or any(
        getattr(known, name) != value for name, value in fields.items()
    )


def _load_benchmarks() -> None:
    Benchmark.objects.all().delete()
    Benchmark.objects.bulk_create(
        Benchmark(
            position=position,
            code=one["kpi"],
            source_title=one["source"]["title"],
            source_url=one["source"]["url"],
            **{name: one[name] and Decimal(one[name]) for name in ("value", "low", "high")},
            **{
                name: one[name]
                for name in ("unit", "label", "year", "population", "is_japan", "note")
            },
        )
        for position, one in enumerate(queries.standard_benchmarks())
    )


@transaction.atomic
def define_kpi(*, fields: Mapping[str, Any], by: Actor, at: datetime) -> Definition:
    """Add a definition of the organization's own."""
    require(policies.why_not_define(by))
    definition = _write(
        by.organization_id, f"own_{secrets.token_hex(5)}", None, fields, by=by, at=at
    )
    _audit(definition, "kpis.definition_added", "を追加しました。", by=by, at=at)
    return definition


@transaction.atomic
def redefine_kpi(
    *, definition: Definition, version: int, fields: Mapping[str, Any], by: Actor, at: datetime
) -> Definition:
    """Write a new version; trees that use the earlier one keep what they took from it."""
    known = _newest(definition)
    require(policies.why_not_redefine(known, by))
    require(policies.why_not_version(known, version))
    if not _differs(known, fields):
        return known
    definition = _write(known.organization_id, known.code, known, fields, by=by, at=at)
    _audit(
        definition,
        "kpis.definition_changed",
        f"を第{definition.version}版に変更しました。",
        by=by,
        at=at,
    )
    return definition


@transaction.atomic
def retire_definition(*, definition: Definition, by: Actor, at: datetime) -> Definition:
    """Take a definition of one's own out of the library; its versions stay readable."""
    known = _newest(definition)
    require(policies.why_not_redefine(known, by))
    known.retired_at = at
    known.save(update_fields=["retired_at"])
    _audit(known, "kpis.definition_retired", "を取り下げました。", by=by, at=at)
    return known


@transaction.atomic
def use_definition(
    *, definition: Definition, tree: Tree, version: int, parent_id: UUID, by: Actor, at: datetime
) -> KPI:
    """Add a KPI to a tree as the library defines it; what is agreed later is changed in the tree."""
    return add_kpi(
        tree=tree,
        version=version,
        parent_id=parent_id,
        fields=queries.kpi_fields_of(definition),
        by=by,
        at=at,
    )


def _newest(definition: Definition) -> Definition:
    return Definition.objects.select_for_update(of=("self",)).get(
        organization=definition.organization_id, code=definition.code, is_current=True
    )


def _write(
    organization_id: UUID | None,
    code: str,
    known: Definition | None,
    fields: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
) -> Definition:
    if known is not None:
        Definition.objects.filter(pk=known.pk).update(is_current=False)
    return Definition.objects.create(
        organization_id=organization_id,
        code=code,
        version=known.version + 1 if known else 1,
        search_text=queries.search_text_of(code, fields["texts"]),
        created_at=at,
        created_by_id=by.user_id,
        **fields,
    )


def _audit(definition: Definition, event: str, what: str, *, by: Actor, at: datetime) -> None:
    audit.record(
        event=event,
        target=definition,
        by=by,
        at=at,
        organization_id=definition.organization_id,
        summary=f"KPI定義「{definition.name}」{what}",
        data={"code": definition.code, "version": definition.version},
    )
