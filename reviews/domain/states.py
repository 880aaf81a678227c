"""The life of a review and of an action item."""

from enum import StrEnum

from core.domain.states import Transitions


class ReviewState(StrEnum):
    """Where a review stands."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"


class ActionState(StrEnum):
    """Where an action item stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


REVIEW_TRANSITIONS = Transitions(
    {
        ReviewState.SCHEDULED: {ReviewState.OPEN},
        ReviewState.OPEN: {ReviewState.CLOSED},
        ReviewState.CLOSED: set(),
    }
)

ACTION_TRANSITIONS = Transitions(
    {
        ActionState.OPEN: {ActionState.DONE, ActionState.DROPPED},
        ActionState.DONE: set(),
        ActionState.DROPPED: set(),
    }
)
