"""A KPI tree in memory."""

import pytest

from kpis.domain.tree import (
    STEP,
    InvalidChange,
    Tree,
    TreeNode,
    TreeProblem,
    position_at,
    renumbered,
)


def tree_of(*edges: str) -> Tree:
    """Make a tree of `child<parent` edges, in order."""
    nodes = []
    for index, edge in enumerate(edges):
        node_id, _, parent_id = edge.partition("<")
        nodes.append(TreeNode(node_id, parent_id or None, (index + 1) * STEP, {"name": node_id}))
    return Tree.of(nodes)


SAMPLE = tree_of("root", "a<root", "b<root", "a1<a", "a2<a", "a11<a1")


def test_children_come_in_their_order() -> None:
    assert [node.id for node in SAMPLE.children("root")] == ["a", "b"]
    assert [node.id for node in SAMPLE.children(None)] == ["root"]


def test_equal_positions_are_ordered_by_id() -> None:
    tree = Tree.of([TreeNode("r", None, 0), TreeNode("y", "r", 5), TreeNode("x", "r", 5)])

    assert [node.id for node in tree.children("r")] == ["x", "y"]
    assert [node.id for node, _ in tree.preorder()] == ["r", "x", "y"]


def test_the_outline_goes_from_the_top_down() -> None:
    outline = [(node.id, depth) for node, depth in SAMPLE.preorder()]

    assert outline == [("root", 0), ("a", 1), ("a1", 2), ("a11", 3), ("a2", 2), ("b", 1)]


def test_a_subtree_starts_at_its_top() -> None:
    assert [node.id for node in SAMPLE.subtree("a")] == ["a", "a1", "a11", "a2"]
    assert [node.id for node in SAMPLE.descendants("a")] == ["a1", "a11", "a2"]


def test_ancestors_come_nearest_first() -> None:
    assert [node.id for node in SAMPLE.ancestors("a11")] == ["a1", "a", "root"]
    assert SAMPLE.ancestors("root") == []


@pytest.mark.parametrize(
    ("node_id", "parent_id", "problem"),
    [
        ("a1", "b", None),
        ("a1", "a", None),
        ("a", "a11", TreeProblem.INTO_OWN_SUBTREE),
        ("a", "a", TreeProblem.INTO_OWN_SUBTREE),
        ("root", "a", TreeProblem.ROOT_STAYS_ROOT),
        ("a", None, TreeProblem.ROOT_STAYS_ROOT),
        ("a", "nowhere", TreeProblem.UNKNOWN_PARENT),
        ("nobody", "a", TreeProblem.UNKNOWN_NODE),
    ],
)
def test_a_move_never_makes_a_cycle(
    node_id: str, parent_id: str | None, problem: TreeProblem | None
) -> None:
    assert SAMPLE.why_not_move(node_id, parent_id) is problem
    assert SAMPLE.can_move(node_id, parent_id) is (problem is None)


@pytest.mark.parametrize(
    ("nodes", "problem"),
    [
        ([TreeNode("a", None, 0), TreeNode("a", None, 0)], TreeProblem.DUPLICATE_NODE),
        ([TreeNode("a", "nowhere", 0)], TreeProblem.UNKNOWN_PARENT),
        ([TreeNode("a", None, 0), TreeNode("b", None, 0)], TreeProblem.ROOT_STAYS_ROOT),
        ([TreeNode("a", "b", 0), TreeNode("b", "a", 0)], TreeProblem.ROOT_STAYS_ROOT),
        (
            [TreeNode("r", None, 0), TreeNode("a", "b", 0), TreeNode("b", "a", 0)],
            TreeProblem.INTO_OWN_SUBTREE,
        ),
    ],
)
def test_what_is_no_tree_is_refused(nodes: list[TreeNode], problem: TreeProblem) -> None:
    with pytest.raises(InvalidChange) as refused:
        Tree.of(nodes)
    assert refused.value.problem is problem


def test_an_empty_tree_is_a_tree() -> None:
    assert list(Tree.of([]).preorder()) == []


def test_an_unknown_node_is_named_as_such() -> None:
    with pytest.raises(InvalidChange) as refused:
        SAMPLE.subtree("nobody")
    assert refused.value.problem is TreeProblem.UNKNOWN_NODE


@pytest.mark.parametrize(
    ("positions", "index", "expected"),
    [
        ([], 0, (STEP, {})),
        ([STEP], 1, (2 * STEP, {})),
        ([STEP], 99, (2 * STEP, {})),
        ([STEP], -1, (STEP // 2, {})),
        ([STEP, 2 * STEP], 1, (STEP + STEP // 2, {})),
        ([2], 0, (1, {})),
        ([7, 9], 1, (8, {})),
        ([1], 0, (STEP, {"n0": 2 * STEP})),
        ([0], 0, (STEP, {"n0": 2 * STEP})),
        ([7, 8], 1, (2 * STEP, {"n0": STEP, "n1": 3 * STEP})),
        ([7, 7], 1, (2 * STEP, {"n0": STEP, "n1": 3 * STEP})),
    ],
)
def test_a_place_among_siblings_is_found(
    positions: list[int], index: int, expected: tuple[int, dict[str, int]]
) -> None:
    siblings = [TreeNode(f"n{order}", "r", place) for order, place in enumerate(positions)]

    assert position_at(siblings, index) == expected


def test_siblings_are_renumbered_in_steps() -> None:
    siblings = [TreeNode("x", "r", 3), TreeNode("y", "r", 4)]

    assert renumbered(siblings) == {"x": STEP, "y": 2 * STEP}
