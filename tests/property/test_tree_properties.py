"""What always holds for trees and their commands."""

from hypothesis import given
from hypothesis import strategies as st

from kpis.domain.commands import (
    Command,
    add_node,
    apply,
    delete_node,
    inverse,
    move_node,
    reorder_children,
    update_node,
)
from kpis.domain.tree import InvalidChange, Tree, TreeNode


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Draw a tree of up to 10 nodes, often without gaps between positions."""
    size = draw(st.integers(1, 10))
    positions = st.integers(0, 5) | st.integers(0, 5000)
    nodes = [
        TreeNode(
            f"n{number}",
            None if number == 0 else f"n{draw(st.integers(0, number - 1))}",
            draw(positions),
            {"name": f"KPI {number}"},
        )
        for number in range(size)
    ]
    return Tree.of(nodes)


@st.composite
def commands(draw: st.DrawFn, tree: Tree) -> Command:
    """Draw a command that an editor could send for this tree."""
    ids = st.sampled_from(sorted(tree.nodes))
    index = draw(st.none() | st.integers(-1, 5))
    kind = draw(st.sampled_from(["add", "update", "move", "delete", "reorder"]))
    if kind == "add":
        return add_node(tree, f"new{len(tree.nodes)}", draw(ids), {"name": "new"}, index)
    if kind == "update":
        return update_node(draw(ids), {"name": draw(st.text(max_size=5))})
    if kind == "move":
        return move_node(tree, draw(ids), draw(ids), index)
    if kind == "delete":
        return delete_node(draw(ids))
    siblings = [node.id for node in tree.children(draw(ids))]
    return reorder_children(tree, draw(st.permutations(siblings)))


@given(trees(), st.data())
def test_a_moved_node_never_makes_a_cycle(tree: Tree, data: st.DataObject) -> None:
    ids = st.sampled_from(sorted(tree.nodes))
    node_id, parent_id = data.draw(ids), data.draw(ids)

    command = move_node(tree, node_id, parent_id)

    if tree.can_move(node_id, parent_id):
        moved = apply(command, tree)
        assert Tree.of(moved.nodes.values()) == moved
        assert set(moved.nodes) == set(tree.nodes)
        assert moved.node(node_id).parent_id == parent_id
    else:
        is_inside = parent_id in {node.id for node in tree.subtree(node_id)}
        assert is_inside or tree.node(node_id).parent_id is None


@given(trees(), st.data())
def test_undoing_everything_leads_back_to_the_start(tree: Tree, data: st.DataObject) -> None:
    undo = []
    now = tree
    for _ in range(data.draw(st.integers(1, 6))):
        if not now.nodes:
            break
        command = data.draw(commands(now))
        try:
            after = apply(command, now)
        except InvalidChange:
            continue
        undo.append(inverse(command, now))
        assert Tree.of(after.nodes.values()) == after
        now = after

    for command in reversed(undo):
        now = apply(command, now)

    assert now == tree


@given(trees(), st.data())
def test_a_node_comes_to_the_place_that_was_asked_for(tree: Tree, data: st.DataObject) -> None:
    parent_id = data.draw(st.sampled_from(sorted(tree.nodes)))
    siblings = [node.id for node in tree.children(parent_id)]
    index = data.draw(st.integers(0, len(siblings)))

    after = apply(add_node(tree, "new", parent_id, {}, index), tree)

    siblings.insert(index, "new")
    assert [node.id for node in after.children(parent_id)] == siblings
    assert after.node("new").position > 0


@given(trees())
def test_the_outline_holds_every_node_once_below_its_parent(tree: Tree) -> None:
    outline = list(tree.preorder())

    assert sorted(node.id for node, _ in outline) == sorted(tree.nodes)
    for node, depth in outline:
        assert len(tree.ancestors(node.id)) == depth
