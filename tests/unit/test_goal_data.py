"""The kinds of goals: follow their schema, and leave no KPI of the library without a place."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from kpis.queries.guided import goal_kind, goal_kinds
from kpis.queries.library import standard_by_code

FOLDER = Path(__file__).resolve().parents[2] / "kpis" / "library"
JSONSCHEMA: Any = importlib.import_module("jsonschema")
each = pytest.mark.parametrize("kind", goal_kinds(), ids=lambda one: one.code)


def read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def test_the_file_follows_the_schema() -> None:
    validator = JSONSCHEMA.Draft202012Validator(read("goals.schema.json"))

    assert [one.message for one in validator.iter_errors(read("goals.json"))] == []
    assert not validator.is_valid([{"code": "sales"}])


@each
def test_the_drivers_take_every_perspective_and_name_known_kpis(kind: Any) -> None:
    perspectives = {one for driver in kind.drivers for one in driver.perspectives}
    named = {code for driver in kind.drivers for code in driver.kpis}

    assert perspectives == {"financial", "customer", "process", "learning"}
    assert named <= set(standard_by_code())
    assert len({one.code for one in kind.drivers}) == len(kind.drivers)


def test_an_unknown_kind_is_any_other_goal() -> None:
    assert goal_kind("nothing").code == "other"
