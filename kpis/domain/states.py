"""The life of a KPI tree."""

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
