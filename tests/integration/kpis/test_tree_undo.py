"""Undo and redo of one's own commands, also when others work on the same tree."""

from datetime import date
from decimal import Decimal

import pytest

from core.domain.refusals import Denied
from core.tenancy import Actor
from kpis.models import KPI, Measurement, Target, Tree, TreeCommand
from kpis.operations import tree_commands as commands
from kpis.operations.tree_commands import Shift
from kpis.policies.trees import Collision
from tests.factories.accounts import NOW
from tests.factories.kpis import make_kpi, make_measurement, make_target
from tests.integration.kpis.conftest import drawn, named

START = "新規顧客数(集客(クリック率 獲得単価) 商談)"


def version(tree: Tree) -> int:
    tree.refresh_from_db()
    return tree.version


def rename(tree: Tree, name: str, to: str, by: Actor) -> None:
    kpi = named(tree, name)
    commands.update_kpi(kpi=kpi, version=version(tree), fields={"name": to}, by=by, at=NOW)


def undo(tree: Tree, by: Actor) -> TreeCommand:
    return commands.undo(tree=tree, version=version(tree), by=by, at=NOW)


def redo(tree: Tree, by: Actor) -> TreeCommand:
    return commands.redo(tree=tree, version=version(tree), by=by, at=NOW)


def delete(tree: Tree, name: str, by: Actor) -> None:
    commands.delete_kpi(kpi=named(tree, name), version=version(tree), by=by, at=NOW)


def test_a_deleted_branch_comes_back_with_measurements_and_targets(
    tree: Tree, owner: Actor
) -> None:
    rate = named(tree, "クリック率")
    make_target(kpi=rate, by=owner, value=2, worst=1)
    make_measurement(kpi=rate, by=owner, period_start=date(2026, 3, 1), value=2)
    before = list(KPI.objects.living().filter(tree=tree).order_by("pk").values())

    delete(tree, "集客", owner)
    assert drawn(tree) == "新規顧客数(商談)"
    undo(tree, owner)

    assert drawn(tree) == START
    assert list(KPI.objects.living().filter(tree=tree).order_by("pk").values()) == before
    assert Measurement.objects.current().get(kpi=rate).value == 2
    assert Target.objects.standing().get(kpi=rate).value == 2


def test_what_was_deleted_before_stays_deleted_when_its_branch_comes_back(
    tree: Tree, owner: Actor
) -> None:
    delete(tree, "クリック率", owner)
    delete(tree, "集客", owner)

    undo(tree, owner)

    assert drawn(tree) == "新規顧客数(集客(獲得単価) 商談)"


def test_a_move_is_undone_to_the_very_place(tree: Tree, owner: Actor) -> None:
    commands.move_kpi(
        kpi=named(tree, "クリック率"),
        version=version(tree),
        parent_id=named(tree, "商談").pk,
        by=owner,
        at=NOW,
    )
    assert drawn(tree) == "新規顧客数(集客(獲得単価) 商談(クリック率))"

    undo(tree, owner)

    assert drawn(tree) == START


def test_everything_is_undone_and_redone_step_by_step(tree: Tree, owner: Actor) -> None:
    begin = TreeCommand.objects.filter(tree=tree).count()
    states = [drawn(tree)]
    rename(tree, "商談", "商談化率", owner)
    states.append(drawn(tree))
    commands.shift_kpi(
        kpi=named(tree, "商談化率"), version=version(tree), shift=Shift.IN, by=owner, at=NOW
    )
    states.append(drawn(tree))
    delete(tree, "獲得単価", owner)
    states.append(drawn(tree))

    for expected in reversed(states[:-1]):
        undo(tree, owner)
        assert drawn(tree) == expected
    for expected in states[1:]:
        redo(tree, owner)
        assert drawn(tree) == expected
    undo(tree, owner)

    assert drawn(tree) == states[-2]
    # Nothing is ever taken out of the log: 3 commands, 3 undos, 3 redos, 1 undo.
    assert TreeCommand.objects.filter(tree=tree).count() == begin + 10


def test_after_a_new_command_there_is_nothing_to_redo(tree: Tree, owner: Actor) -> None:
    rename(tree, "商談", "商談化率", owner)
    undo(tree, owner)
    rename(tree, "集客", "広告", owner)

    with pytest.raises(Denied, match="やり直せる操作"):
        redo(tree, owner)


def test_one_undoes_only_what_one_did(tree: Tree, owner: Actor, colleague: Actor) -> None:
    rename(tree, "商談", "商談化率", owner)
    rename(tree, "集客", "広告", colleague)

    undo(tree, owner)

    assert drawn(tree) == "新規顧客数(広告(クリック率 獲得単価) 商談)"
    undo(tree, colleague)
    with pytest.raises(Denied, match="元に戻せる操作"):
        undo(tree, colleague)


def test_a_later_change_of_the_same_field_by_others_stands_in_the_way(
    tree: Tree, owner: Actor, colleague: Actor
) -> None:
    rename(tree, "商談", "商談化率", owner)
    rename(tree, "商談化率", "商談の数", colleague)

    with pytest.raises(Collision) as collision:
        undo(tree, owner)

    (change,) = collision.value.changes.commands
    assert change.by_user_id == colleague.user_id
    assert "商談の数" in drawn(tree)


def test_when_the_others_took_theirs_back_the_way_is_free_again(
    tree: Tree, owner: Actor, colleague: Actor
) -> None:
    rename(tree, "商談", "商談化率", owner)
    rename(tree, "商談化率", "商談の数", colleague)
    undo(tree, colleague)

    undo(tree, owner)

    assert drawn(tree) == START


def test_a_change_of_another_field_by_others_survives_the_undo(
    tree: Tree, owner: Actor, colleague: Actor
) -> None:
    rename(tree, "商談", "商談化率", owner)
    commands.update_kpi(
        kpi=named(tree, "商談化率"),
        version=version(tree),
        fields={"weight": Decimal(7)},
        by=colleague,
        at=NOW,
    )

    undo(tree, owner)

    assert named(tree, "商談").weight == 7


def test_an_addition_is_not_taken_back_with_what_others_put_below_it(
    tree: Tree, owner: Actor, colleague: Actor
) -> None:
    mine = make_kpi(tree=tree, by=owner, name="紹介")
    make_kpi(tree=tree, by=colleague, name="紹介率", parent=mine)

    with pytest.raises(Collision):
        undo(tree, owner)

    assert "紹介(紹介率)" in drawn(tree)


def test_a_branch_cannot_come_back_below_what_is_gone(
    tree: Tree, owner: Actor, colleague: Actor
) -> None:
    delete(tree, "クリック率", owner)
    delete(tree, "集客", colleague)

    with pytest.raises(Denied) as denied:
        undo(tree, owner)

    assert denied.value.refusal.code == "kpis.unknown_parent"


def test_a_neighbour_that_is_gone_is_no_reason_to_refuse(
    tree: Tree, owner: Actor, colleague: Actor
) -> None:
    # So close together that the move has to renumber its siblings.
    KPI.objects.filter(tree=tree, name="クリック率").update(position=1)
    KPI.objects.filter(tree=tree, name="獲得単価").update(position=2)
    commands.move_kpi(
        kpi=named(tree, "商談"),
        version=version(tree),
        parent_id=named(tree, "集客").pk,
        index=1,
        by=owner,
        at=NOW,
    )
    assert drawn(tree) == "新規顧客数(集客(クリック率 商談 獲得単価))"
    delete(tree, "獲得単価", colleague)

    undo(tree, owner)

    assert drawn(tree) == "新規顧客数(集客(クリック率) 商談)"
