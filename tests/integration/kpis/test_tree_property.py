"""Whatever commands are given: undoing all of them brings the tree back, redoing all does them again."""

import random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.refusals import Denied
from core.tenancy import Actor
from kpis.models import KPI, Tree
from kpis.operations import tree_commands as commands
from kpis.operations.tree_commands import Shift
from tests.factories.accounts import NOW, make_actor, make_organization
from tests.factories.kpis import make_kpi, make_tree


def rows(tree: Tree) -> list[dict[str, Any]]:
    """Return every living KPI with all its fields, in the order of the outline."""
    kpis = KPI.objects.living().filter(tree=tree).order_by("parent_id", "position", "pk")
    return [
        {name: value for name, value in one.items() if name not in {"position", "deleted_at"}}
        for one in kpis.values()
    ]


def give(tree: Tree, by: Actor, dice: random.Random) -> bool:
    """Give one command drawn by the dice; False when the tree refused it."""
    tree.refresh_from_db()
    common: dict[str, Any] = {"version": tree.version, "by": by, "at": NOW}
    kpis = list(KPI.objects.living().filter(tree=tree).select_related("tree").order_by("key"))
    kpi, other = dice.choice(kpis), dice.choice(kpis)
    index = dice.choice([None, 0, 1, 5])
    kind = dice.choice(["add", "update", "move", "shift", "delete", "reorder"])
    try:
        if kind == "add":
            new = {"name": f"KPI {dice.randrange(1000)}"}
            commands.add_kpi(tree=tree, parent_id=kpi.pk, index=index, fields=new, **common)
        elif kind == "update":
            fields: dict[str, Any] = {
                "name": f"名前 {dice.randrange(1000)}",
                "importance": dice.randint(1, 5),
            }
            commands.update_kpi(kpi=kpi, fields=fields, **common)
        elif kind == "move":
            commands.move_kpi(kpi=kpi, parent_id=other.pk, index=index, **common)
        elif kind == "shift":
            commands.shift_kpi(kpi=kpi, shift=dice.choice(list(Shift)), **common)
        elif kind == "delete":
            commands.delete_kpi(kpi=kpi, **common)
        else:
            ids = [one.pk for one in kpis if one.parent_id == kpi.pk]
            dice.shuffle(ids)
            commands.reorder_kpis(tree=tree, ordered_ids=ids, **common)
    except Denied:
        return False
    tree.refresh_from_db()
    return bool(tree.version > common["version"])


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10**9), length=st.integers(1, 12))
def test_undoing_everything_brings_the_tree_back(seed: int, length: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - no secret
    with transaction.atomic():
        owner = make_actor(organization=make_organization())
        tree = make_tree(by=owner)
        ads = make_kpi(tree=tree, by=owner, name="集客")
        make_kpi(tree=tree, by=owner, name="クリック率", parent=ads)
        start = rows(tree)
        count = sum(give(tree, owner, dice) for _ in range(length))
        after = rows(tree)

        for _ in range(count):
            tree.refresh_from_db()
            commands.undo(tree=tree, version=tree.version, by=owner, at=NOW)
        undone = rows(tree)
        for _ in range(count):
            tree.refresh_from_db()
            commands.redo(tree=tree, version=tree.version, by=owner, at=NOW)
        redone = rows(tree)
        transaction.set_rollback(True)

    assert undone == start
    assert redone == after
