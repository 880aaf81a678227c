"""State machines are tables without dead ends by accident."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

import pytest

from core.domain.states import InvalidTransition, Transitions
from kpis.domain.states import OBJECTIVE_TRANSITIONS, TREE_TRANSITIONS, ObjectiveState, TreeState
from quotes.domain.states import RFQ_TRANSITIONS, RfqState, is_closed, takes_quotes
from reviews.domain.states import ACTION_TRANSITIONS, REVIEW_TRANSITIONS, ActionState, ReviewState
from vendors.domain.states import ENGAGEMENT_TRANSITIONS, EngagementState

DEADLINE = datetime(2026, 4, 30, 8, 0, tzinfo=UTC)
MACHINES = [
    (TREE_TRANSITIONS, TreeState, set()),
    (OBJECTIVE_TRANSITIONS, ObjectiveState, {"achieved", "dropped"}),
    (RFQ_TRANSITIONS, RfqState, {"decided", "cancelled"}),
    (ENGAGEMENT_TRANSITIONS, EngagementState, {"ended"}),
    (REVIEW_TRANSITIONS, ReviewState, {"closed"}),
    (ACTION_TRANSITIONS, ActionState, {"done", "dropped"}),
]


@pytest.mark.parametrize(("machine", "states", "final"), MACHINES)
def test_every_state_is_in_the_table_and_can_be_reached(
    machine: Transitions[StrEnum], states: type[StrEnum], final: set[str]
) -> None:
    reached = set().union(*machine.table.values())

    assert set(machine.table) == set(states)
    assert set(states) - reached <= {next(iter(states))}
    assert {state.value for state in states if machine.is_final(state)} == final


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (RfqState.DRAFT, RfqState.OPENED),
        (RfqState.OPEN, RfqState.DECIDED),
        (RfqState.OPENED, RfqState.OPEN),
        (RfqState.DECIDED, RfqState.CANCELLED),
    ],
)
def test_a_request_skips_no_step_and_never_goes_back(before: RfqState, after: RfqState) -> None:
    with pytest.raises(InvalidTransition):
        RFQ_TRANSITIONS.check(before, after)


def test_a_request_walks_from_draft_to_decision() -> None:
    path = [RfqState.DRAFT, RfqState.OPEN, RfqState.OPENED, RfqState.DECIDED]

    for before, after in pairwise(path):
        RFQ_TRANSITIONS.check(before, after)


def test_a_stored_state_is_understood() -> None:
    assert RFQ_TRANSITIONS.allows(RfqState("draft"), RfqState.OPEN)


@pytest.mark.parametrize(
    ("state", "seconds", "is_taking", "has_closed"),
    [
        (RfqState.OPEN, -1, True, False),
        (RfqState.OPEN, 0, False, True),
        (RfqState.OPEN, 1, False, True),
        (RfqState.DRAFT, -1, False, False),
        (RfqState.OPENED, 1, False, False),
        (RfqState.CANCELLED, 1, False, False),
    ],
)
def test_quotes_are_taken_until_the_deadline(
    state: RfqState, seconds: int, is_taking: bool, has_closed: bool
) -> None:
    at = DEADLINE + timedelta(seconds=seconds)

    assert takes_quotes(state, DEADLINE, at) is is_taking
    assert is_closed(state, DEADLINE, at) is has_closed


def test_a_machine_can_be_drawn() -> None:
    assert ACTION_TRANSITIONS.mermaid() == (
        "stateDiagram-v2\n    [*] --> open\n    open --> done\n    open --> dropped"
        "\n    done --> [*]\n    dropped --> [*]"
    )
