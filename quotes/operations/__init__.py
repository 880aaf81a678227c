"""Every write of requests and quotes, by subject."""

from quotes.operations.answers import decline, save_quote, submit_quote
from quotes.operations.decisions import decide
from quotes.operations.requests import create_rfq, save_rfq, send_rfq
from quotes.operations.rounds import cancel_rfq, open_round

__all__ = [
    "cancel_rfq",
    "create_rfq",
    "decide",
    "decline",
    "open_round",
    "save_quote",
    "save_rfq",
    "send_rfq",
    "submit_quote",
]
