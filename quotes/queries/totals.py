"""The totals of a draft, by the vendor's own rounding rule."""

from collections.abc import Collection

from core.domain.rounding import RoundingRule
from quotes.domain import totals as domain
from quotes.models import LineItem, Quote


def totals_of(quote: Quote, lines: Collection[LineItem]) -> domain.Totals:
    """Add up the priced lines of a draft; InvalidTotals when the discount does not fit."""
    return domain.totals(
        [
            domain.LineItem(line.quantity, line.unit_price, line.tax_rate)
            for line in lines
            if line.unit_price is not None
        ],
        discount=quote.discount,
        rounding=RoundingRule(quote.vendor.tax_rounding),
        currency=quote.rfq.currency,
    )
