"""Tables of quote rounds. Every one has a forced row-level policy (see migrations)."""

from quotes.models.quotes import OpenedQuote, Quote, QuoteRevision
from quotes.models.rfqs import RFQ, Criterion, Decision, RFQInvitation, RFQLine, RoundKey

__all__ = [
    "RFQ",
    "Criterion",
    "Decision",
    "OpenedQuote",
    "Quote",
    "QuoteRevision",
    "RFQInvitation",
    "RFQLine",
    "RoundKey",
]
