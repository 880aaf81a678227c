"""Which command is undone next, and when others stand in the way."""

from kpis.domain.commands import (
    Command,
    CommandKind,
    add_node,
    apply,
    delete_node,
    inverse,
    move_node,
    reorder_children,
    update_node,
)
from kpis.domain.history import Entry, changes_scores, colliding, effective, fitted, stacks
from kpis.domain.tree import Tree, TreeNode


def tree() -> Tree:
    """The goal with two branches; the first has two leaves."""
    fields = {"name": "x", "weight": "1", "notes": ""}
    places = [("goal", None), ("ads", "goal"), ("sales", "goal"), ("ctr", "ads"), ("cpa", "ads")]
    return Tree.of(
        TreeNode(key, parent, 1024 * place, dict(fields))
        for place, (key, parent) in enumerate(places)
    )


def test_commands_are_undone_last_first() -> None:
    found = stacks([(1, None), (2, None)])

    assert list(found.undo) == [1, 2]
    assert list(found.redo) == []


def test_an_undone_command_can_be_redone_and_undone_again() -> None:
    undone = stacks([(1, None), (2, None), (3, 2)])
    redone = stacks([(1, None), (2, None), (3, 2), (4, 3)])
    again = stacks([(1, None), (2, None), (3, 2), (4, 3), (5, 4)])

    assert (list(undone.undo), list(undone.redo)) == ([1], [3])
    assert (list(redone.undo), list(redone.redo)) == ([1, 4], [])
    assert (list(again.undo), list(again.redo)) == ([1], [5])


def test_several_undos_are_redone_in_the_opposite_order() -> None:
    found = stacks([(1, None), (2, None), (3, 2), (4, 1)])

    assert (list(found.undo), list(found.redo)) == ([], [3, 4])


def test_a_new_command_makes_what_was_undone_unreachable() -> None:
    found = stacks([(1, None), (2, 1), (3, None)])

    assert (list(found.undo), list(found.redo)) == ([3], [])


def test_an_undo_of_something_before_the_window_is_left_out() -> None:
    found = stacks([(9, 1), (10, None)])

    assert (list(found.undo), list(found.redo)) == ([10], [])


def entry(key: int, command: Command, undoes: int | None = None) -> Entry[int]:
    return Entry(key, undoes, command)


def test_what_was_taken_back_has_no_effect() -> None:
    command = update_node("ctr", {"name": "a"})
    log = [entry(1, command), entry(2, command, undoes=1), entry(3, command)]

    assert [one.id for one in effective(log)] == [3]
    assert [one.id for one in effective([*log, entry(4, command, undoes=2)])] == [1, 3]


def test_an_undo_of_an_older_command_is_an_effect_of_its_own() -> None:
    assert [one.id for one in effective([entry(5, delete_node("ctr"), undoes=1)])] == [5]


def collides(mine: Command, other: Command) -> bool:
    return bool(colliding(mine, [entry(1, other)], tree()))


def test_the_same_field_collides_and_another_one_does_not() -> None:
    mine = update_node("ctr", {"name": "old"})

    assert collides(mine, update_node("ctr", {"name": "theirs"}))
    assert not collides(mine, update_node("ctr", {"notes": "theirs"}))
    assert not collides(mine, update_node("cpa", {"name": "theirs"}))


def test_moving_and_naming_do_not_collide() -> None:
    move = move_node(tree(), "ctr", "sales")

    assert not collides(move, update_node("ctr", {"name": "theirs"}))
    assert not collides(update_node("ctr", {"name": "mine"}), move)
    assert collides(move, move_node(tree(), "ctr", "goal"))
    assert collides(move, reorder_children(tree(), ["cpa", "ctr"]))


def test_taking_back_an_addition_collides_with_what_others_put_below() -> None:
    grown = apply(add_node(tree(), "theirs", "ctr", {"name": "theirs"}), tree())
    theirs = add_node(tree(), "theirs", "ctr", {"name": "theirs"})

    assert colliding(delete_node("ctr"), [entry(1, theirs)], grown)
    assert collides(delete_node("ads"), update_node("ctr", {"notes": "theirs"}))
    assert not collides(delete_node("sales"), update_node("ctr", {"notes": "theirs"}))


def test_what_is_gone_already_collides_with_nothing() -> None:
    assert not collides(delete_node("unknown"), update_node("ctr", {"name": "theirs"}))
    assert not collides(Command(CommandKind.DELETE, {}), update_node("ctr", {"name": "theirs"}))


def test_positions_of_siblings_that_are_gone_are_dropped() -> None:
    command = Command(
        CommandKind.MOVE,
        {"id": "ctr", "parent_id": "goal", "position": 1, "positions": {"ads": 5, "gone": 6}},
    )
    reorder = Command(CommandKind.REORDER, {"positions": {"gone": 1}})

    assert fitted(command, tree()).payload["positions"] == {"ads": 5}
    assert fitted(reorder, tree()) == reorder
    assert fitted(update_node("ctr", {"name": "x"}), tree()).payload["fields"] == {"name": "x"}


def test_scores_change_with_weight_and_place_but_not_with_names_and_order() -> None:
    before = tree()

    def after(command: Command) -> Tree:
        return apply(command, before)

    assert changes_scores(before, after(update_node("ctr", {"weight": "2"})))
    assert changes_scores(before, after(move_node(before, "ctr", "sales")))
    assert changes_scores(before, after(delete_node("ctr")))
    assert not changes_scores(before, after(update_node("ctr", {"name": "y", "notes": "z"})))
    assert not changes_scores(before, after(reorder_children(before, ["cpa", "ctr"])))


def test_a_malformed_update_names_no_field() -> None:
    broken = Command(CommandKind.UPDATE, {"id": "ctr", "fields": None})

    assert not collides(broken, update_node("ctr", {"name": "x"}))


def test_the_inverse_of_a_deletion_collides_with_nothing_while_it_is_gone() -> None:
    before = tree()
    command = delete_node("ads")
    back = inverse(command, before)

    assert not colliding(
        back, [entry(1, update_node("sales", {"name": "theirs"}))], apply(command, before)
    )
