"""The life of a KPI tree."""

from enum import StrEnum

from core.domain.states import Transitions


class TreeState(StrEnum):
    """Where a tree stands: designed, agreed on, in use, put away."""

    DRAFT = "draft"
    IN_AGREEMENT = "in_agreement"
    ACTIVE = "active"
    ARCHIVED = "archived"


TREE_TRANSITIONS = Transitions(
    {
        TreeState.DRAFT: {TreeState.IN_AGREEMENT, TreeState.ACTIVE, TreeState.ARCHIVED},
        TreeState.IN_AGREEMENT: {TreeState.DRAFT, TreeState.ACTIVE},
        TreeState.ACTIVE: {TreeState.ARCHIVED},
        TreeState.ARCHIVED: {TreeState.ACTIVE},
    }
)
