"""Changes to a tree as data, and their inverses."""

from collections.abc import Mapping

import pytest

from kpis.domain.commands import (
    Command,
    CommandKind,
    add_node,
    apply,
    delete_node,
    inverse,
    move_node,
    reorder_children,
    touched,
    update_node,
)
from kpis.domain.tree import InvalidChange, Json, Tree, TreeNode, TreeProblem


def sample(step: int = 1024) -> Tree:
    """Make root -> a (a1, a2), b."""
    parents = {"root": None, "a": "root", "b": "root", "a1": "a", "a2": "a"}
    return Tree.of(
        TreeNode(node_id, parent_id, (index + 1) * step, {"name": node_id, "weight": "1"})
        for index, (node_id, parent_id) in enumerate(parents.items())
    )


def order(tree: Tree, parent_id: str) -> list[str]:
    """Return the ids of the children in order."""
    return [node.id for node in tree.children(parent_id)]


def test_a_node_is_added_last_or_at_a_place() -> None:
    tree = sample()

    assert order(apply(add_node(tree, "c", "root", {"name": "c"}), tree), "root") == ["a", "b", "c"]
    assert order(apply(add_node(tree, "c", "root", {}, index=1), tree), "root") == ["a", "c", "b"]


def test_the_first_node_is_the_root() -> None:
    empty = Tree.of([])

    tree = apply(add_node(empty, "root", None, {"name": "goal"}), empty)

    assert tree.node("root").fields == {"name": "goal"}


def test_fields_get_new_values() -> None:
    tree = apply(update_node("a", {"name": "広告"}), sample())

    assert tree.node("a").fields == {"name": "広告", "weight": "1"}


def test_a_node_moves_with_its_subtree() -> None:
    before = sample()

    tree = apply(move_node(before, "a", "b"), before)

    assert order(tree, "root") == ["b"]
    assert [node.id for node in tree.subtree("b")] == ["b", "a", "a1", "a2"]


def test_a_node_moves_among_its_siblings() -> None:
    before = sample()

    assert order(apply(move_node(before, "a", "root", index=1), before), "root") == ["b", "a"]
    assert order(apply(move_node(before, "b", "root", index=0), before), "root") == ["b", "a"]


def test_a_node_goes_with_its_subtree() -> None:
    assert set(apply(delete_node("a"), sample()).nodes) == {"root", "b"}


def test_siblings_change_their_order() -> None:
    before = sample()

    tree = apply(reorder_children(before, ["a2", "a1"]), before)

    assert order(tree, "a") == ["a2", "a1"]
    assert {node.position for node in tree.children("a")} == {
        node.position for node in before.children("a")
    }


@pytest.mark.parametrize("step", [1024, 1])
@pytest.mark.parametrize(
    "make",
    [
        lambda tree: add_node(tree, "c", "root", {"name": "c"}, index=1),
        lambda tree: update_node("a", {"name": "x", "weight": "2"}),
        lambda tree: move_node(tree, "a1", "root", index=1),
        lambda tree: move_node(tree, "a", "b"),
        lambda tree: delete_node("a"),
        lambda tree: reorder_children(tree, ["b", "a"]),
    ],
)
def test_a_command_and_its_inverse_change_nothing(make: object, step: int) -> None:
    before = sample(step)
    assert callable(make)
    command = make(before)

    back = apply(inverse(command, before), apply(command, before))

    assert back == before


def test_redo_is_the_inverse_of_undo() -> None:
    before = sample()
    command = delete_node("a")
    after = apply(command, before)

    undo = inverse(command, before)
    redo = inverse(undo, after)

    assert apply(redo, apply(undo, after)) == after


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (add_node(sample(), "c", "root", {}), {"c"}),
        (update_node("a", {}), {"a"}),
        (delete_node("a"), {"a"}),
        (reorder_children(sample(), ["a2", "a1"]), {"a1", "a2"}),
        (move_node(sample(), "a", "b"), {"a"}),
    ],
)
def test_a_command_tells_which_nodes_it_touches(command: Command, expected: set[str]) -> None:
    assert touched(command) == expected


NODE: dict[str, Json] = {"id": "c", "parent_id": "a", "position": 1, "fields": {}}


@pytest.mark.parametrize(
    ("kind", "payload", "problem"),
    [
        ("add", {}, TreeProblem.NO_NODES),
        ("add", {"nodes": []}, TreeProblem.NO_NODES),
        ("add", {"nodes": ["c"]}, TreeProblem.MALFORMED),
        ("add", {"nodes": [{**NODE, "id": 1}]}, TreeProblem.MALFORMED),
        ("add", {"nodes": [{**NODE, "parent_id": 1}]}, TreeProblem.MALFORMED),
        ("add", {"nodes": [{**NODE, "position": True}]}, TreeProblem.MALFORMED),
        ("add", {"nodes": [{**NODE, "fields": []}]}, TreeProblem.MALFORMED),
        ("add", {"nodes": [{**NODE, "id": "a"}]}, TreeProblem.DUPLICATE_NODE),
        ("add", {"nodes": [{**NODE, "parent_id": "x"}]}, TreeProblem.UNKNOWN_PARENT),
        ("add", {"nodes": [{**NODE, "parent_id": None}]}, TreeProblem.ROOT_STAYS_ROOT),
        ("add", {"nodes": [NODE], "positions": {"x": 1}}, TreeProblem.UNKNOWN_NODE),
        ("add", {"nodes": [NODE], "positions": {"a": "1"}}, TreeProblem.MALFORMED),
        ("update", {"id": "x", "fields": {}}, TreeProblem.UNKNOWN_NODE),
        ("update", {"id": "a", "fields": {"colour": 1}}, TreeProblem.NO_SUCH_FIELD),
        ("update", {"fields": {}}, TreeProblem.MALFORMED),
        ("move", {"id": "a", "parent_id": "a1", "position": 1}, TreeProblem.INTO_OWN_SUBTREE),
        ("move", {"id": "a", "parent_id": None, "position": 1}, TreeProblem.ROOT_STAYS_ROOT),
        ("move", {"id": "a", "parent_id": 1, "position": 1}, TreeProblem.MALFORMED),
        ("move", {"id": "a", "parent_id": "b"}, TreeProblem.MALFORMED),
        ("delete", {"id": "x"}, TreeProblem.UNKNOWN_NODE),
        ("reorder", {"positions": {"x": 1}}, TreeProblem.UNKNOWN_NODE),
        ("reorder", {"positions": []}, TreeProblem.MALFORMED),
    ],
)
def test_a_command_that_does_not_fit_is_refused(
    kind: str, payload: Mapping[str, Json], problem: TreeProblem
) -> None:
    before = sample()

    with pytest.raises(InvalidChange) as refused:
        apply(Command(CommandKind(kind), payload), before)

    assert refused.value.problem is problem


def test_a_second_root_below_the_first_is_refused() -> None:
    nodes: list[Json] = [
        {**NODE, "id": "root", "parent_id": None},
        {**NODE, "id": "other", "parent_id": None},
    ]

    with pytest.raises(InvalidChange) as refused:
        apply(Command(CommandKind.ADD, {"nodes": nodes}), Tree.of([]))
    assert refused.value.problem is TreeProblem.ROOT_STAYS_ROOT


def test_an_unknown_field_has_no_inverse() -> None:
    with pytest.raises(InvalidChange) as refused:
        inverse(update_node("a", {"colour": "red"}), sample())
    assert refused.value.problem is TreeProblem.NO_SUCH_FIELD
