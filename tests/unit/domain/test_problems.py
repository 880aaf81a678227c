"""Kinds of errors, and the places that errors name."""

import pytest

from core.domain.problems import PROBLEM_TYPES, FieldError, field_errors, type_of_status


class Coded(str):
    """A message that knows its code, as the framework's do."""

    code = "required"


def test_nested_errors_become_pointers() -> None:
    errors = {
        "name": [Coded("必須です。")],
        "goal": {"unit": ["違います。"], "non_field_errors": ["合いません。"]},
        "commands": {"3": {"kind": ["不明です。"]}},
        "kpis": [{}, {"id": ["違います。"]}],
        "a/b~c": ["x"],
    }

    assert list(field_errors(errors)) == [
        FieldError("/name", "必須です。", "required"),
        FieldError("/goal/unit", "違います。", "invalid"),
        FieldError("/goal", "合いません。", "invalid"),
        FieldError("/commands/3/kind", "不明です。", "invalid"),
        FieldError("/kpis/1/id", "違います。", "invalid"),
        FieldError("/a~1b~0c", "x", "invalid"),
    ]
    assert list(field_errors(["全体"])) == [FieldError("", "全体", "invalid")]


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "malformed"),
        (401, "unauthenticated"),
        (403, "refused"),
        (404, "not-found"),
        (409, "refused"),
        (418, "refused"),
        (429, "too-many-requests"),
        (500, "server-error"),
        (503, "server-error"),
    ],
)
def test_a_bare_status_has_a_kind(status: int, name: str) -> None:
    assert type_of_status(status) is PROBLEM_TYPES[name]
