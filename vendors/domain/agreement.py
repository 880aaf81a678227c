"""The text of an agreement: what is frozen, hashed and signed, and how two versions differ."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

FORM = 1


@dataclass(frozen=True, slots=True)
class Party:
    """One side of the agreement, as it was named when the text was made."""

    id: str
    name: str
    registration_number: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One agreed KPI: what is measured, what is promised, and who does what."""

    kpi_id: str
    key: str
    name: str
    definition: str
    unit: str
    decimals: int
    direction: str
    frequency: str
    target: Decimal
    required_minimum: Decimal | None
    measured_by: str
    reported_by: str
    acted_by: str


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """One qualitative promise: a sentence beside the numbers, and whose it is."""

    promise_id: str
    text: str
    kpi_name: str
    responsible: str


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything that both sides sign."""

    engagement_id: str
    version: int
    title: str
    client: Party
    vendor: Party
    starts_on: date
    ends_on: date
    valid_from: date
    amount: Decimal | None
    currency: str
    reason: str
    lines: Sequence[Line]
    promises: Sequence[PromiseLine] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions; `line` is the KPI's name, or None for the whole."""

    line: str | None
    field: str
    before: Any
    after: Any


def content_of(terms: Terms) -> dict[str, Any]:
    """Write the terms as JSON values: this is what is stored, hashed and signed.

    Promises are named only where there are any: what was signed before they existed keeps its hash.
    """
    content: dict[str, Any] = {
        "form": FORM,
        "engagement": terms.engagement_id,
        "version": terms.version,
        "title": terms.title,
        "client": _party_json(terms.client),
        "vendor": _party_json(terms.vendor),
        "starts_on": terms.starts_on.isoformat(),
        "ends_on": terms.ends_on.isoformat(),
        "valid_from": terms.valid_from.isoformat(),
        "amount": _number(terms.amount),
        "currency": terms.currency,
        "reason": terms.reason,
        "kpis": [_line_json(line) for line in terms.lines],
    }
    if terms.promises:
        content["promises"] = [_promise_json(one) for one in terms.promises]
    return content


def terms_of(content: Mapping[str, Any]) -> Terms:
    """Read stored content; the inverse of `content_of`."""
    return Terms(
        engagement_id=content["engagement"],
        version=content["version"],
        title=content["title"],
        client=Party(**content["client"]),
        vendor=Party(**content["vendor"]),
        starts_on=date.fromisoformat(content["starts_on"]),
        ends_on=date.fromisoformat(content["ends_on"]),
        valid_from=date.fromisoformat(content["valid_from"]),
        amount=_decimal(content["amount"]),
        currency=content["currency"],
        reason=content["reason"],
        lines=[_line(one) for one in content["kpis"]],
        promises=tuple(PromiseLine(**one) for one in content.get("promises", ())),
    )


_WHOLE = ("title", "starts_on", "ends_on", "valid_from", "amount", "currency", "client", "vendor")
_LINE = (
    "name",
    "definition",
    "unit",
    "direction",
    "frequency",
    "target",
    "required_minimum",
    "measured_by",
    "reported_by",
    "acted_by",
)
_PROMISE = ("text", "kpi_name", "responsible")


def changes(before: Terms, after: Terms) -> list[Change]:
    """List what the later version says differently, in the order of the text."""
    return [
        *_field_changes(None, before, after, _WHOLE),
        *_line_changes(before, after),
        *_promise_changes(before, after),
    ]


def _line_changes(before: Terms, after: Terms) -> Iterator[Change]:
    earlier = {line.kpi_id: line for line in before.lines}
    later = {line.kpi_id for line in after.lines}
    for line in after.lines:
        if line.kpi_id in earlier:
            yield from _field_changes(line.name, earlier[line.kpi_id], line, _LINE)
        else:
            yield Change(line.name, "added", None, line.target)
    for line in before.lines:
        if line.kpi_id not in later:
            yield Change(line.name, "removed", line.target, None)


def _promise_changes(before: Terms, after: Terms) -> Iterator[Change]:
    earlier = {one.promise_id: one for one in before.promises}
    later = {one.promise_id for one in after.promises}
    for one in after.promises:
        if one.promise_id in earlier:
            yield from _field_changes(one.text, earlier[one.promise_id], one, _PROMISE)
        else:
            yield Change(one.text, "promise_added", None, one.text)
    for one in before.promises:
        if one.promise_id not in later:
            yield Change(one.text, "promise_removed", one.text, None)


def _field_changes(
    name: str | None, before: object, after: object, fields: Sequence[str]
) -> Iterator[Change]:
    for field in fields:
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            yield Change(name, field, old, new)


def _party_json(party: Party) -> dict[str, str]:
    return {
        "id": party.id,
        "name": party.name,
        "registration_number": party.registration_number,
    }


def _line_json(line: Line) -> dict[str, Any]:
    return {
        "kpi_id": line.kpi_id,
        "key": line.key,
        "name": line.name,
        "definition": line.definition,
        "unit": line.unit,
        "decimals": line.decimals,
        "direction": line.direction,
        "frequency": line.frequency,
        "target": _number(line.target),
        "required_minimum": _number(line.required_minimum),
        "measured_by": line.measured_by,
        "reported_by": line.reported_by,
        "acted_by": line.acted_by,
    }


def _promise_json(promise: PromiseLine) -> dict[str, str]:
    return {
        "promise_id": promise.promise_id,
        "text": promise.text,
        "kpi_name": promise.kpi_name,
        "responsible": promise.responsible,
    }


def _line(content: Mapping[str, Any]) -> Line:
    return Line(
        **{
            **content,
            "target": Decimal(content["target"]),
            "required_minimum": _decimal(content["required_minimum"]),
        }
    )


def _number(value: Decimal | None) -> str | None:
    """Write 95, 95.0 and 95.000000 alike, so that a trip through the database changes nothing."""
    if value is None:
        return None
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
