"""The lives of a KPI tree and of an objective."""

from enum import StrEnum

from core.domain.states import Transitions


class TreeState(StrEnum):
    """Where a tree stands: designed, in use, put away."""

    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


TREE_TRANSITIONS = Transitions(
    {
        TreeState.DRAFT: {TreeState.ACTIVE, TreeState.ARCHIVED},
        TreeState.ACTIVE: {TreeState.ARCHIVED},
        TreeState.ARCHIVED: {TreeState.ACTIVE},
    }
)


class ObjectiveState(StrEnum):
    """Where an objective stands; `continued` goes on beyond its period, for a stated reason."""

    DRAFT = "draft"
    ACTIVE = "active"
    CONTINUED = "continued"
    ACHIEVED = "achieved"
    DROPPED = "dropped"


OBJECTIVE_TRANSITIONS = Transitions(
    {
        ObjectiveState.DRAFT: {ObjectiveState.ACTIVE, ObjectiveState.DROPPED},
        ObjectiveState.ACTIVE: {
            ObjectiveState.ACHIEVED,
            ObjectiveState.CONTINUED,
            ObjectiveState.DROPPED,
        },
        ObjectiveState.CONTINUED: {ObjectiveState.ACHIEVED, ObjectiveState.DROPPED},
        ObjectiveState.ACHIEVED: set(),
        ObjectiveState.DROPPED: set(),
    }
)
LIVING_OBJECTIVES = frozenset({ObjectiveState.ACTIVE, ObjectiveState.CONTINUED})
