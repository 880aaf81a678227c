"""The life of a request for quotation and of a quote, and what is sealed when."""

from datetime import datetime
from enum import StrEnum

from core.domain.states import Transitions


class RfqState(StrEnum):
    """Where a request for quotation stands."""

    DRAFT = "draft"
    OPEN = "open"
    OPENED = "opened"
    DECIDED = "decided"
    CANCELLED = "cancelled"


class QuoteState(StrEnum):
    """Where a vendor's quote stands; an accepted or declined one stays as it is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    NOT_SELECTED = "not_selected"


RFQ_TRANSITIONS = Transitions(
    {
        RfqState.DRAFT: {RfqState.OPEN, RfqState.CANCELLED},
        RfqState.OPEN: {RfqState.OPENED, RfqState.CANCELLED},
        RfqState.OPENED: {RfqState.DECIDED, RfqState.CANCELLED},
        RfqState.DECIDED: set(),
        RfqState.CANCELLED: set(),
    }
)

QUOTE_TRANSITIONS = Transitions(
    {
        QuoteState.DRAFT: {QuoteState.SUBMITTED, QuoteState.WITHDRAWN},
        QuoteState.SUBMITTED: {
            QuoteState.WITHDRAWN,
            QuoteState.ACCEPTED,
            QuoteState.NOT_SELECTED,
        },
        QuoteState.WITHDRAWN: {QuoteState.DRAFT},
        QuoteState.ACCEPTED: set(),
        QuoteState.NOT_SELECTED: set(),
    }
)


def takes_quotes(state: RfqState, deadline: datetime, at: datetime) -> bool:
    """Tell whether quotes are accepted: the request is open and its deadline has not come."""
    return state is RfqState.OPEN and at < deadline


def is_closed(state: RfqState, deadline: datetime, at: datetime) -> bool:
    """Tell whether the deadline of an open request has come and nobody has opened it yet."""
    return state is RfqState.OPEN and at >= deadline


def is_sealed(state: RfqState) -> bool:
    """Tell whether a quote is readable by its author only; cancelling opens nothing."""
    return state not in (RfqState.OPENED, RfqState.DECIDED)
