"""The life of a request for quotation, and when it takes quotes."""

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


RFQ_TRANSITIONS = Transitions(
    {
        RfqState.DRAFT: {RfqState.OPEN, RfqState.CANCELLED},
        RfqState.OPEN: {RfqState.OPENED, RfqState.CANCELLED},
        RfqState.OPENED: {RfqState.DECIDED, RfqState.CANCELLED},
        RfqState.DECIDED: set(),
        RfqState.CANCELLED: set(),
    }
)


def takes_quotes(state: RfqState, deadline: datetime, at: datetime) -> bool:
    """Tell whether quotes are accepted: the request is open and its deadline has not come."""
    return state == RfqState.OPEN and at < deadline


def is_closed(state: RfqState, deadline: datetime, at: datetime) -> bool:
    """Tell whether the deadline of an open request has come and nobody has opened it yet."""
    return state == RfqState.OPEN and at >= deadline
