"""Writing has one shape: keyword-only, `by` and `at`, one transaction, and a docstring."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = sorted([*ROOT.glob("*/operations.py"), *ROOT.glob("*/operations/*.py")])
# Pieces that operations share; each runs inside the transaction of the one that calls it.
PIECES = {
    "kpis/operations/new_kpis.py": {"add_delivery_kpis"},
    "kpis/operations/target_rows.py": {"new_target"},
    "kpis/operations/tree_commands.py": {"new_key", "add_command", "update_command"},
    "kpis/operations/tree_log.py": {"locked"},
    "quotes/operations/letters.py": {
        "tell_invited",
        "tell_received",
        "tell_chosen",
        "tell_not_chosen",
        "tell_cancelled",
    },
    "reviews/operations/reminders.py": {"text_of"},
}
# Shows its progress while it works: it opens one transaction after the other.
STEPWISE = {"recompute_scorecards"}


def public_functions(path: Path) -> list[ast.FunctionDef]:
    """Return the public functions of a module."""
    tree = ast.parse(path.read_text())
    functions = [one for one in tree.body if isinstance(one, ast.FunctionDef)]
    return [one for one in functions if not one.name.startswith("_")]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


OPERATIONS = [
    pytest.param(one, id=f"{name_of(path)}:{one.name}")
    for path in FILES
    for one in public_functions(path)
    if one.name not in PIECES.get(name_of(path), set())
]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_has_its_shape(operation: ast.FunctionDef) -> None:
    arguments = operation.args
    names = {one.arg for one in arguments.kwonlyargs}
    decorators = {ast.unparse(one) for one in operation.decorator_list}

    assert not arguments.args, "arguments are named by the caller"
    assert not arguments.posonlyargs
    assert {"by", "at"} <= names
    assert ast.get_docstring(operation)
    assert operation.name in STEPWISE or "transaction.atomic" in decorators


def test_no_piece_is_only_remembered() -> None:
    known = {name_of(path): {one.name for one in public_functions(path)} for path in FILES}

    assert {name: pieces - known[name] for name, pieces in PIECES.items()} == {
        name: set() for name in PIECES
    }
