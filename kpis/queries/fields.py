"""The fields of a KPI as the JSON values that commands hold, and back."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.domain.rounding import decimal_text
from kpis.domain.tree import Json, TreeNode
from kpis.models import KPI


def _same(value: Any) -> Any:
    return value


_Codec = tuple[Callable[[Any], Json], Callable[[Any], Any]]
_PLAIN: _Codec = (_same, _same)
_NUMBER: _Codec = (decimal_text, Decimal)
_DAY: _Codec = (date.isoformat, date.fromisoformat)
_ID: _Codec = (str, UUID)

# Name in commands and forms -> how it is written; foreign keys are named without `_id`.
CODECS: Mapping[str, _Codec] = {
    "key": _PLAIN,
    "name": _PLAIN,
    "definition": _PLAIN,
    "unit": _PLAIN,
    "unit_per": _PLAIN,
    "decimals": _PLAIN,
    "direction": _PLAIN,
    "frequency": _PLAIN,
    "aggregation": _PLAIN,
    "value_source": _PLAIN,
    "formula": _PLAIN,
    "data_source": _PLAIN,
    "perspective": _PLAIN,
    "importance": _PLAIN,
    "weight": _NUMBER,
    "responsible_side": _PLAIN,
    "responsible_organization": _ID,
    "responsible_label": _PLAIN,
    "client_owner": _PLAIN,
    "baseline": _NUMBER,
    "deadline_on": _DAY,
    "notes": _PLAIN,
    "library_code": _PLAIN,
    "counts_from": _DAY,
    "retired_from": _DAY,
}
# What people may change: the key is given once, and a month begins or ends by a switch of phase.
GIVEN = {"key", "library_code", "counts_from", "retired_from"}
EDITABLE = tuple(name for name in CODECS if name not in GIVEN)
# What a new KPI takes over from the one above it.
INHERITED = (
    "frequency",
    "responsible_side",
    "responsible_organization",
    "responsible_label",
    "client_owner",
)


def attribute(name: str) -> str:
    """Return the model's attribute for a field."""
    return "responsible_organization_id" if name == "responsible_organization" else name


def to_json(values: Mapping[str, Any]) -> dict[str, Json]:
    """Write Python values as a command holds them; KeyError for an unknown field."""
    return {
        name: None if value is None else CODECS[name][0](value) for name, value in values.items()
    }


def from_json(fields: Mapping[str, Json]) -> dict[str, Any]:
    """Return the values by model attribute."""
    return {
        attribute(name): None if value is None else CODECS[name][1](value)
        for name, value in fields.items()
    }


def fields_of(kpi: KPI) -> dict[str, Json]:
    """Return all fields of a KPI."""
    return to_json({name: getattr(kpi, attribute(name)) for name in CODECS})


def node_of(kpi: KPI) -> TreeNode:
    """Return the KPI as a node of the domain."""
    parent = None if kpi.parent_id is None else str(kpi.parent_id)
    return TreeNode(str(kpi.pk), parent, kpi.position, fields_of(kpi))
