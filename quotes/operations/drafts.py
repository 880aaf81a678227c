"""What the forms hand to the operations: a whole draft of a request or of a quote."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID


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
    """A whole quote before it is submitted."""

    discount: Decimal = Decimal(0)
    valid_until: date | None = None
    payment_terms: str = ""
    delivery_terms: str = ""
    assumptions: str = ""
    exclusions: str = ""
    lines: Sequence[PriceDraft] = field(default_factory=tuple)
    promises: Sequence[PromiseDraft] = field(default_factory=tuple)
