"""A state machine is a table: which state may follow which."""

from collections.abc import Mapping, Set
from enum import StrEnum
from typing import Generic, TypeVar

State = TypeVar("State", bound=StrEnum)


class InvalidTransition(Exception):
    """Raised when a state may not follow another one."""


class Transitions(Generic[State]):
    """The allowed moves of one state machine, as data."""

    def __init__(self, table: Mapping[State, Set[State]]) -> None:
        self.table = {state: frozenset(following) for state, following in table.items()}

    def allows(self, before: State, after: State) -> bool:
        """Tell whether `after` may follow `before`."""
        return after in self.table[before]

    def check(self, before: State, after: State) -> None:
        """Raise InvalidTransition unless `after` may follow `before`."""
        if not self.allows(before, after):
            raise InvalidTransition(f"{before.value} -> {after.value}")

    def is_final(self, state: State) -> bool:
        """Tell whether nothing follows `state`."""
        return not self.table[state]

    def mermaid(self) -> str:
        """Draw the machine as a Mermaid state diagram; the table's first state is where it begins."""
        first = next(iter(self.table))
        lines = ["stateDiagram-v2", f"    [*] --> {first.value}"]
        for before, following in self.table.items():
            lines += [f"    {before.value} --> {after.value}" for after in sorted(following)]
        lines += [f"    {state.value} --> [*]" for state in self.table if self.is_final(state)]
        return "\n".join(lines)
