"""Lines beside the tree, and several commands as one: applied, undone, colliding."""

import pytest

from kpis.domain.commands import (
    Command,
    CommandKind,
    add_node,
    add_nodes,
    apply,
    batch,
    delete_node,
    inverse,
    link_nodes,
    move_node,
    parts,
    touched,
    unlink_nodes,
    update_node,
)
from kpis.domain.history import Entry, colliding, fitted
from kpis.domain.tree import InvalidChange, Json, Link, LinkKind, Tree, TreeNode, TreeProblem


def sample() -> Tree:
    """Make root -> a (a1, a2), b."""
    parents = {"root": None, "a": "root", "b": "root", "a1": "a", "a2": "a"}
    return Tree.of(
        TreeNode(node_id, parent_id, (index + 1) * 1024, {"name": node_id})
        for index, (node_id, parent_id) in enumerate(parents.items())
    )


def reference(node_id: str, target_id: str, link_id: str = "L") -> Link:
    return Link(link_id, node_id, target_id, LinkKind.REFERENCE)


def influence(node_id: str, target_id: str, link_id: str = "I") -> Link:
    return Link(link_id, node_id, target_id, LinkKind.INFLUENCE, "r = 0.6")


def problem_of(link: Link, tree: Tree) -> TreeProblem:
    with pytest.raises(InvalidChange) as caught:
        apply(link_nodes(link), tree)
    return caught.value.problem


def test_a_line_is_drawn_and_taken_away_without_moving_a_node() -> None:
    before = sample()
    command = link_nodes(reference("a1", "b"))

    after = apply(command, before)

    assert after.nodes == before.nodes
    assert after.links == {"L": reference("a1", "b")}
    assert apply(inverse(command, before), after) == before
    back = unlink_nodes(reference("a1", "b"))
    assert apply(inverse(back, after), apply(back, after)) == after


def test_a_line_that_says_nothing_new_is_refused() -> None:
    tree = apply(link_nodes(influence("a1", "b")), sample())

    assert problem_of(influence("a1", "b", "J"), tree) is TreeProblem.LINK_TWICE
    assert problem_of(reference("a1", "b"), tree) is TreeProblem.LINK_TWICE
    assert problem_of(reference("a1", "a"), tree) is TreeProblem.LINK_TWICE
    assert problem_of(influence("a1", "a1"), tree) is TreeProblem.LINK_TO_ITSELF
    assert problem_of(influence("gone", "a1"), tree) is TreeProblem.UNKNOWN_NODE
    assert problem_of(influence("a1", "gone"), tree) is TreeProblem.UNKNOWN_NODE


def test_a_reference_never_stands_in_itself_but_an_influence_may_turn_back() -> None:
    tree = sample()

    assert problem_of(reference("a", "a1"), tree) is TreeProblem.INTO_OWN_SUBTREE
    assert apply(link_nodes(influence("a", "a1")), tree).links["I"].target_id == "a1"


def test_a_line_that_is_gone_cannot_be_taken_away() -> None:
    with pytest.raises(InvalidChange) as caught:
        apply(unlink_nodes(reference("a1", "b")), sample())
    assert caught.value.problem is TreeProblem.UNKNOWN_LINK


def test_deleting_a_branch_takes_its_lines_and_undo_brings_them_back() -> None:
    before = apply(link_nodes(influence("b", "a")), sample())
    before = apply(link_nodes(reference("a1", "b")), before)
    command = delete_node("a")

    after = apply(command, before)

    assert after.links == {}
    assert apply(inverse(command, before), after) == before


def test_a_line_comes_back_only_when_both_ends_are_there() -> None:
    before = apply(link_nodes(reference("a1", "b")), sample())
    undo = inverse(delete_node("a"), before)
    meanwhile = apply(delete_node("b"), apply(delete_node("a"), before))

    back = apply(fitted(undo, meanwhile), meanwhile)

    assert sorted(back.nodes) == ["a", "a1", "a2", "root"]
    assert back.links == {}
    kept = apply(delete_node("a"), before)
    assert apply(fitted(undo, kept), kept) == before


def test_several_commands_are_one_step_to_undo() -> None:
    before = sample()
    command = batch(
        [
            add_node(before, "c", "root", {"name": "c"}),
            update_node("a", {"name": "広告"}),
            move_node(before, "a1", "b"),
        ]
    )

    after = apply(command, before)

    assert command.kind is CommandKind.BATCH
    assert after.node("a").fields == {"name": "広告"}
    assert after.node("a1").parent_id == "b"
    assert apply(inverse(command, before), after) == before


def test_one_command_needs_no_batch() -> None:
    assert batch([delete_node("a")]) == delete_node("a")


def test_parts_are_found_at_any_depth() -> None:
    one, two, three = (delete_node(name) for name in "abc")

    assert parts(batch([batch([one, two]), three])) == [one, two, three]
    assert touched(batch([one, link_nodes(influence("b", "a1"))])) == {"a", "b", "a1"}


def test_a_branch_is_added_at_once() -> None:
    nodes = [TreeNode("c", "b", 5, {}), TreeNode("d", "c", 1, {})]

    after = apply(add_nodes(nodes, {"a": 7000}), sample())

    assert [one.id for one in after.subtree("b")] == ["b", "c", "d"]
    assert after.node("a").position == 7000


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("batch", {}),
        ("batch", {"commands": ["delete"]}),
        ("batch", {"commands": [{"kind": "explode", "payload": {}}]}),
        ("batch", {"commands": [{"kind": "delete"}]}),
        ("link", {"link": None}),
        ("link", {"link": {"id": "x", "node_id": "a", "target_id": "b", "kind": "magic"}}),
        ("unlink", {}),
        (
            "add",
            {
                "nodes": [{"id": "z", "parent_id": "a", "position": 1, "fields": {}}],
                "links": "no list",
            },
        ),
    ],
)
def test_a_malformed_command_is_refused(kind: str, payload: dict[str, Json]) -> None:
    with pytest.raises(InvalidChange) as caught:
        apply(Command(CommandKind(kind), payload), sample())
    assert caught.value.problem is TreeProblem.MALFORMED


def test_a_note_that_is_no_text_is_left_out() -> None:
    link: Json = {"id": "x", "node_id": "a", "target_id": "b", "kind": "influence", "note": 3}

    after = apply(Command(CommandKind.LINK, {"link": link}), sample())

    assert after.links["x"].note == ""


def collides(mine: Command, theirs: Command, tree: Tree) -> bool:
    return bool(colliding(mine, [Entry("1", None, theirs)], tree))


def test_a_batch_collides_where_one_of_its_parts_does() -> None:
    tree = sample()
    mine = batch([update_node("a", {"name": "x"}), update_node("b", {"name": "y"})])

    assert collides(mine, update_node("b", {"name": "theirs"}), tree)
    assert not collides(mine, update_node("a1", {"name": "theirs"}), tree)


def test_a_line_collides_with_itself_and_with_a_deletion_only() -> None:
    tree = sample()
    mine = unlink_nodes(reference("a1", "b"))

    assert collides(mine, unlink_nodes(reference("a1", "b")), tree)
    assert collides(mine, delete_node("a1"), tree)
    assert not collides(mine, link_nodes(influence("a1", "b")), tree)
    assert not collides(mine, update_node("a1", {"name": "theirs"}), tree)


def test_a_batch_is_fitted_part_by_part() -> None:
    tree = sample()
    gone = Command(CommandKind.DELETE, {"id": "a", "positions": {"nobody": 1, "b": 9}})

    found = fitted(batch([gone, update_node("b", {"name": "y"})]), tree)

    assert parts(found)[0].payload["positions"] == {"b": 9}


def test_links_that_are_no_list_are_dropped_when_fitted() -> None:
    node: Json = {"id": "z", "parent_id": "a", "position": 1, "fields": {}}
    odd = Command(CommandKind.ADD, {"nodes": [node], "positions": {}, "links": "odd"})

    assert fitted(odd, sample()).payload["links"] == []
