"""What is frozen, as plain content with one canonical form: a sent request, a submitted quote."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.domain.fingerprint import canonical_json
from core.domain.rounding import RoundingRule
from quotes.domain.drafts import PriceDraft, QuoteDraft
from quotes.domain.totals import LineItem as PricedLine
from quotes.domain.totals import Totals, line_amount, totals
from quotes.models import RFQ, Criterion, Quote, RFQLine
from quotes.queries.sealed import draft_of

Content = dict[str, Any]


def plain(content: Content) -> Content:
    """Return the content as JSON holds it, so that what is stored has the hash of what was meant."""
    result: Content = json.loads(canonical_json(content))
    return result


def request_content(rfq: RFQ) -> Content:
    """Return everything that the sending freezes."""
    content: Content = {
        "schema": 3,
        "request": rfq.pk,
        "client": rfq.client_id,
        "title": rfq.title,
        "scope": rfq.scope,
        "deliverables": rfq.deliverables,
        "terms": rfq.terms,
        "deadline_at": rfq.deadline_at,
        "starts_on": rfq.starts_on,
        "ends_on": rfq.ends_on,
        "currency": rfq.currency,
        "ceiling": rfq.ceiling,
        "is_ceiling_shown": rfq.is_ceiling_shown,
        "method": rfq.method,
        "division_base": rfq.division_base,
        "price_method": rfq.price_method,
        "lines": [
            {"name": one.name, "quantity": one.quantity, "unit": one.unit, "note": one.note}
            for one in rfq.lines.order_by("position", "id")
        ],
        "criteria": [
            {
                "kind": one.kind,
                "name": one.name,
                "weight": one.weight,
                "kpi": one.kpi_id,
                "definition": one.definition,
                "unit": one.unit,
                "direction": one.direction,
                "required_minimum": one.required_minimum,
                "desired_level": one.desired_level,
            }
            for one in rfq.criteria.order_by("position", "id")
        ],
    }
    return plain(content)


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line as it stands in a quote: the request's words, or the vendor's own."""

    rfq_line_id: UUID | None
    name: str
    quantity: Decimal
    unit: str
    unit_price: Decimal | None
    tax_rate: Decimal
    note: str


def written_lines(asked: Iterable[RFQLine], draft: QuoteDraft) -> list[WrittenLine]:
    """Return every requested line in its order, priced or not, and then the vendor's own."""
    prices = {one.rfq_line_id: one for one in draft.lines if one.rfq_line_id is not None}
    silent = PriceDraft(unit_price=None)
    lines = [
        WrittenLine(
            rfq_line_id=one.pk,
            name=one.name,
            quantity=one.quantity,
            unit=one.unit,
            unit_price=prices.get(one.pk, silent).unit_price,
            tax_rate=prices.get(one.pk, silent).tax_rate,
            note=prices.get(one.pk, silent).note,
        )
        for one in asked
    ]
    return lines + [
        WrittenLine(
            rfq_line_id=None,
            name=one.name,
            quantity=one.quantity,
            unit=one.unit,
            unit_price=one.unit_price,
            tax_rate=one.tax_rate,
            note=one.note,
        )
        for one in draft.lines
        if one.rfq_line_id is None
    ]


def totals_of(
    discount: Decimal, lines: Iterable[WrittenLine], *, rounding: RoundingRule, currency: str
) -> Totals:
    """Add up the priced lines; InvalidTotals when the discount does not fit."""
    priced = [
        PricedLine(one.quantity, one.unit_price, one.tax_rate)
        for one in lines
        if one.unit_price is not None
    ]
    return totals(priced, discount=discount, rounding=rounding, currency=currency)


def quote_content(quote: Quote, *, number: int) -> Content:
    """Return what a vendor submits: lines, totals, terms and promises, in one canonical form."""
    draft = draft_of(quote)
    lines = written_lines(quote.rfq.lines.order_by("position", "id"), draft)
    rounding, currency = RoundingRule(quote.vendor.tax_rounding), quote.rfq.currency
    sums = totals_of(draft.discount, lines, rounding=rounding, currency=currency)
    content: Content = {
        "schema": 1,
        "request": quote.rfq_id,
        "vendor": quote.vendor_id,
        "number": number,
        "currency": currency,
        "lines": [_line(one, rounding, currency) for one in lines],
        "discount": draft.discount,
        "rounding": rounding,
        "totals": {
            "lines_sum": sums.lines_sum,
            "subtotal": sums.subtotal,
            "tax": sums.tax,
            "total": sums.total,
            "by_rate": [
                {"tax_rate": one.tax_rate, "net": one.net, "tax": one.tax} for one in sums.by_rate
            ],
        },
        "valid_until": draft.valid_until,
        "payment_terms": draft.payment_terms,
        "delivery_terms": draft.delivery_terms,
        "assumptions": draft.assumptions,
        "exclusions": draft.exclusions,
        "commitments": _commitments(quote.rfq, draft),
    }
    return plain(content)


def _line(line: WrittenLine, rounding: RoundingRule, currency: str) -> Content:
    amount = None
    if line.unit_price is not None:
        priced = PricedLine(line.quantity, line.unit_price, line.tax_rate)
        amount = line_amount(priced, rounding, currency)
    return {
        "rfq_line": line.rfq_line_id,
        "name": line.name,
        "quantity": line.quantity,
        "unit": line.unit,
        "unit_price": line.unit_price,
        "tax_rate": line.tax_rate,
        "amount": amount,
        "note": line.note,
    }


def _commitments(rfq: RFQ, draft: QuoteDraft) -> list[Content]:
    """The promises in the request's order; a criterion of another request is no criterion."""
    promised = {one.criterion_id: one for one in draft.promises}
    criteria = rfq.criteria.filter(kind=Criterion.Kind.COMMITMENT, pk__in=promised)
    return [
        {
            "criterion": one.pk,
            "name": one.name,
            "unit": one.unit,
            "value": promised[one.pk].value,
            "note": promised[one.pk].note,
        }
        for one in criteria.order_by("position", "id")
    ]
