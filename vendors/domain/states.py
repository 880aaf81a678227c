"""The life of an engagement: a proposal that both sides sign, then work, then its end."""

from enum import StrEnum

from core.domain.states import Transitions


class EngagementState(StrEnum):
    """Where an engagement stands; it is active once both sides have signed."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    ENDED = "ended"


ENGAGEMENT_TRANSITIONS = Transitions(
    {
        EngagementState.PROPOSED: {EngagementState.ACTIVE, EngagementState.ENDED},
        EngagementState.ACTIVE: {EngagementState.ENDED},
        EngagementState.ENDED: set(),
    }
)
