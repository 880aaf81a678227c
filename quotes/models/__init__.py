"""Tables of quote rounds. Every one has a forced row-level policy (see migrations)."""

from quotes.models.quotes import Commitment, LineItem, Quote, QuoteRevision
from quotes.models.rfqs import RFQ, Criterion, Decision, RFQInvitation, RFQLine

__all__ = [
    "RFQ",
    "Commitment",
    "Criterion",
    "Decision",
    "LineItem",
    "Quote",
    "QuoteRevision",
    "RFQInvitation",
    "RFQLine",
]
