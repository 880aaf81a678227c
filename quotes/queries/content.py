"""What is frozen, as plain content with one canonical form: a sent request, a submitted quote."""

import json
from collections.abc import Sequence
from typing import Any

from core.domain.fingerprint import canonical_json
from core.domain.rounding import RoundingRule
from quotes.domain.totals import LineItem as PricedLine
from quotes.domain.totals import line_amount
from quotes.models import RFQ, LineItem, Quote
from quotes.queries.totals import totals_of

Content = dict[str, Any]


def plain(content: Content) -> Content:
    """Return the content as JSON holds it, so that what is stored has the hash of what was meant."""
    result: Content = json.loads(canonical_json(content))
    return result


def request_content(rfq: RFQ) -> Content:
    """Return everything that the sending freezes."""
    content: Content = {
        "schema": 2,
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


def quote_content(quote: Quote, *, number: int) -> Content:
    """Return what a vendor submits: lines, totals, terms and promises, in one canonical form."""
    lines = list(quote.line_items.order_by("position", "id"))
    totals = totals_of(quote, lines)
    content: Content = {
        "schema": 1,
        "request": quote.rfq_id,
        "vendor": quote.vendor_id,
        "number": number,
        "currency": quote.rfq.currency,
        "lines": [_line(quote, one) for one in lines],
        "discount": quote.discount,
        "rounding": quote.vendor.tax_rounding,
        "totals": {
            "lines_sum": totals.lines_sum,
            "subtotal": totals.subtotal,
            "tax": totals.tax,
            "total": totals.total,
            "by_rate": [
                {"tax_rate": one.tax_rate, "net": one.net, "tax": one.tax} for one in totals.by_rate
            ],
        },
        "valid_until": quote.valid_until,
        "payment_terms": quote.payment_terms,
        "delivery_terms": quote.delivery_terms,
        "assumptions": quote.assumptions,
        "exclusions": quote.exclusions,
        "commitments": _commitments(quote),
    }
    return plain(content)


def _line(quote: Quote, line: LineItem) -> Content:
    amount = None
    if line.unit_price is not None:
        priced = PricedLine(line.quantity, line.unit_price, line.tax_rate)
        rounding = RoundingRule(quote.vendor.tax_rounding)
        amount = line_amount(priced, rounding, quote.rfq.currency)
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


def _commitments(quote: Quote) -> Sequence[Content]:
    promised = quote.commitments.select_related("criterion").order_by("criterion__position", "id")
    return [
        {
            "criterion": one.criterion_id,
            "name": one.criterion.name,
            "unit": one.criterion.unit,
            "value": one.value,
            "note": one.note,
        }
        for one in promised
    ]
