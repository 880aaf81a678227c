"""Pointers into a body lead to exactly the messages that stand there."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.domain.problems import WHOLE, field_errors

LETTERS = "ab~/01"
NAMES = st.text(LETTERS, min_size=1, max_size=4).filter(lambda name: name != WHOLE)
MESSAGES = st.lists(st.text(LETTERS, max_size=4), min_size=1, max_size=3)
ERRORS = st.recursive(
    MESSAGES, lambda below: st.dictionaries(NAMES, below, max_size=3), max_leaves=8
)


def followed(errors: Any, pointer: str) -> Any:
    """Follow a JSON pointer as RFC 6901 says."""
    for step in pointer.split("/")[1:]:
        errors = errors[step.replace("~1", "/").replace("~0", "~")]
    return errors


def messages_in(errors: Any) -> int:
    return sum(map(messages_in, errors.values())) if isinstance(errors, dict) else len(errors)


@given(ERRORS)
def test_every_message_stands_where_its_pointer_leads(errors: Any) -> None:
    found = list(field_errors(errors))

    assert len(found) == messages_in(errors)
    assert all(one.detail in followed(errors, one.pointer) for one in found)
