"""A whole draft of a request or of a quote, as the forms hand it to the operations."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.domain.fingerprint import canonical_json


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One line that vendors are asked to price."""

    name: str
    quantity: Decimal
    unit: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CriterionDraft:
    """One promise by which quotes are judged; with a KPI its unit and direction are the KPI's."""

    name: str
    weight: Decimal
    required_minimum: Decimal
    desired_level: Decimal
    kpi_id: UUID | None = None
    definition: str = ""
    unit: str = ""
    direction: str = "higher"


@dataclass(frozen=True, slots=True)
class RequestDraft:
    """A whole request before it is sent."""

    title: str
    branch_id: UUID
    scope: str
    starts_on: date
    ends_on: date
    deadline_at: datetime
    price_weight: Decimal
    deliverables: str = ""
    terms: str = ""
    currency: str = "JPY"
    ceiling: Decimal | None = None
    is_ceiling_shown: bool = False
    method: str = "additive"
    division_base: Decimal = Decimal(100)
    price_method: str = "lowest"
    few_vendors_reason: str = ""
    lines: Sequence[LineDraft] = field(default_factory=tuple)
    criteria: Sequence[CriterionDraft] = field(default_factory=tuple)
    vendor_ids: Sequence[UUID] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class PriceDraft:
    """The vendor's price for a requested line, or a line of its own."""

    unit_price: Decimal | None
    tax_rate: Decimal = Decimal(10)
    note: str = ""
    rfq_line_id: UUID | None = None
    name: str = ""
    quantity: Decimal = Decimal(1)
    unit: str = ""


@dataclass(frozen=True, slots=True)
class PromiseDraft:
    """The level that the vendor promises for one criterion."""

    criterion_id: UUID
    value: Decimal | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class QuoteDraft:
    """A whole quote before it is submitted: private to its vendor for ever."""

    discount: Decimal = Decimal(0)
    valid_until: date | None = None
    payment_terms: str = ""
    delivery_terms: str = ""
    assumptions: str = ""
    exclusions: str = ""
    lines: Sequence[PriceDraft] = field(default_factory=tuple)
    promises: Sequence[PromiseDraft] = field(default_factory=tuple)

    def packed(self) -> bytes:
        """Return the draft as canonical JSON in UTF-8."""
        return canonical_json(asdict(self)).encode()

    @classmethod
    def unpacked(cls, packed: bytes) -> "QuoteDraft":
        """Return the draft that was packed."""
        found: dict[str, Any] = json.loads(packed)
        day = found["valid_until"]
        return cls(
            **found
            | {
                "discount": Decimal(found["discount"]),
                "valid_until": date.fromisoformat(day) if day else None,
                "lines": [_price(one) for one in found["lines"]],
                "promises": [_promise(one) for one in found["promises"]],
            }
        )


def _price(found: dict[str, Any]) -> PriceDraft:
    return PriceDraft(
        **found
        | {
            "unit_price": _decimal(found["unit_price"]),
            "tax_rate": Decimal(found["tax_rate"]),
            "quantity": Decimal(found["quantity"]),
            "rfq_line_id": UUID(found["rfq_line_id"]) if found["rfq_line_id"] else None,
        }
    )


def _promise(found: dict[str, Any]) -> PromiseDraft:
    return PromiseDraft(
        **found | {"criterion_id": UUID(found["criterion_id"]), "value": _decimal(found["value"])}
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
