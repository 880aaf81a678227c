"""Commands on a tree: what they change, who may give them, and what a stale one is told."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Organization
from core.domain.organizations import OrganizationKind
from core.domain.refusals import Denied
from core.models import AuditEvent
from core.tenancy import Actor
from kpis.models import KPI, Measurement, ScorecardRun, Tree, TreeCommand
from kpis.models.choices import TreeStatus
from kpis.operations import tree_commands as commands
from kpis.operations import trees
from kpis.operations.tree_commands import Shift
from kpis.policies.trees import StaleEdit
from tests.factories.accounts import NOW, make_organization
from tests.factories.kpis import RATE, make_kpi, make_measurement, make_target, make_tree
from tests.factories.vendors import make_vendor
from tests.integration.kpis.conftest import drawn, named

START = "新規顧客数(集客(クリック率 獲得単価) 商談)"


def update(tree: Tree, name: str, by: Actor, /, **fields: Any) -> KPI:
    tree.refresh_from_db()
    kpi = named(tree, name)
    return commands.update_kpi(kpi=kpi, version=tree.version, fields=fields, by=by, at=NOW)


def shift(tree: Tree, name: str, to: Shift, by: Actor) -> None:
    tree.refresh_from_db()
    commands.shift_kpi(kpi=named(tree, name), version=tree.version, shift=to, by=by, at=NOW)


def test_the_tree_starts_as_drawn(tree: Tree) -> None:
    assert drawn(tree) == START


def test_a_new_kpi_stands_where_it_was_put_and_knows_who_is_responsible(
    tree: Tree, owner: Actor
) -> None:
    update(tree, "集客", owner, responsible_side="vendor", responsible_label="広告代理店")
    tree.refresh_from_db()

    kpi = commands.add_kpi(
        tree=tree,
        version=tree.version,
        parent_id=named(tree, "集客").pk,
        index=1,
        fields={"name": "転換率"},
        by=owner,
        at=NOW,
    )

    assert drawn(tree) == "新規顧客数(集客(クリック率 転換率 獲得単価) 商談)"
    assert (kpi.responsible_side, kpi.responsible_label) == ("vendor", "広告代理店")


def test_every_command_is_the_next_version_with_one_audit_event(tree: Tree, owner: Actor) -> None:
    before = AuditEvent.objects.filter(event="kpis.tree_changed").count()
    version = tree.version

    update(tree, "商談", owner, name="商談化率")

    tree.refresh_from_db()
    assert tree.version == version + 1
    assert TreeCommand.objects.get(tree=tree, version=tree.version).by_user_id == owner.user_id
    assert AuditEvent.objects.filter(event="kpis.tree_changed").count() == before + 1


def test_an_update_says_what_it_changed_and_touches_nothing_else(tree: Tree, owner: Actor) -> None:
    update(tree, "商談", owner, weight=Decimal(2), importance=5, notes="四半期で見る")

    summary = TreeCommand.objects.latest("version").summary
    kpi = named(tree, "商談")
    assert "重み" in summary
    assert "「1」から「2」" in summary
    assert (kpi.weight, kpi.importance, kpi.notes) == (2, 5, "四半期で見る")
    assert named(tree, "集客").weight == 1


def test_an_update_to_the_same_values_is_no_command(tree: Tree, owner: Actor) -> None:
    version = tree.version

    update(tree, "商談", owner, name="商談", weight=Decimal("1.000"))

    tree.refresh_from_db()
    assert tree.version == version


@pytest.mark.parametrize(
    ("name", "to", "expected"),
    [
        ("獲得単価", Shift.UP, "新規顧客数(集客(獲得単価 クリック率) 商談)"),
        ("クリック率", Shift.DOWN, "新規顧客数(集客(獲得単価 クリック率) 商談)"),
        ("クリック率", Shift.OUT, "新規顧客数(集客(獲得単価) クリック率 商談)"),
        ("商談", Shift.IN, "新規顧客数(集客(クリック率 獲得単価 商談))"),
    ],
)
def test_a_shift_moves_by_one_place(
    tree: Tree, owner: Actor, name: str, to: Shift, expected: str
) -> None:
    shift(tree, name, to, owner)

    assert drawn(tree) == expected


@pytest.mark.parametrize(
    ("name", "to"),
    [
        ("新規顧客数", Shift.UP),
        ("クリック率", Shift.UP),
        ("クリック率", Shift.IN),
        ("商談", Shift.DOWN),
        ("集客", Shift.OUT),
    ],
)
def test_a_shift_over_the_edge_is_refused(tree: Tree, owner: Actor, name: str, to: Shift) -> None:
    with pytest.raises(Denied) as denied:
        shift(tree, name, to, owner)

    assert denied.value.refusal.code == "kpis.no_place"
    assert drawn(tree) == START


def test_a_kpi_moves_with_all_below_it_but_never_into_itself(tree: Tree, owner: Actor) -> None:
    version = tree.version
    commands.move_kpi(
        kpi=named(tree, "集客"),
        version=version,
        parent_id=named(tree, "商談").pk,
        by=owner,
        at=NOW,
    )

    assert drawn(tree) == "新規顧客数(商談(集客(クリック率 獲得単価)))"
    with pytest.raises(Denied, match="下のKPI"):
        commands.move_kpi(
            kpi=named(tree, "商談"),
            version=version + 1,
            parent_id=named(tree, "クリック率").pk,
            by=owner,
            at=NOW,
        )


def test_siblings_are_put_into_an_order_only_all_together(tree: Tree, owner: Actor) -> None:
    ids = [named(tree, name).pk for name in ("獲得単価", "クリック率")]

    with pytest.raises(Denied, match="すべて"):
        commands.reorder_kpis(
            tree=tree, version=tree.version, ordered_ids=ids[:1], by=owner, at=NOW
        )
    commands.reorder_kpis(tree=tree, version=tree.version, ordered_ids=ids, by=owner, at=NOW)

    assert drawn(tree) == "新規顧客数(集客(獲得単価 クリック率) 商談)"


def test_a_deletion_takes_what_is_below_and_keeps_the_measurements(
    tree: Tree, owner: Actor
) -> None:
    rate = make_kpi(tree=tree, by=owner, parent=named(tree, "集客"), name="納期遵守率", **RATE)
    make_measurement(
        kpi=rate, by=owner, period_start=NOW.date().replace(day=1), numerator=9, denominator=10
    )

    gone = commands.delete_kpi(kpi=named(tree, "集客"), version=tree.version, by=owner, at=NOW)

    assert gone == 4
    assert drawn(tree) == "新規顧客数(商談)"
    assert Measurement.objects.current().filter(kpi=rate).count() == 1


def test_the_goal_cannot_be_deleted(tree: Tree, owner: Actor, goal: KPI) -> None:
    goal.tree = tree
    with pytest.raises(Denied, match="KGI"):
        commands.delete_kpi(kpi=goal, version=tree.version, by=owner, at=NOW)


def test_a_stale_command_changes_nothing_and_is_told_what_changed(
    tree: Tree, owner: Actor, colleague: Actor
) -> None:
    seen = tree.version
    update(tree, "商談", colleague, name="商談化率")

    with pytest.raises(StaleEdit) as stale:
        commands.update_kpi(
            kpi=named(tree, "集客"), version=seen, fields={"name": "広告"}, by=owner, at=NOW
        )

    assert stale.value.refusal.status == 409
    (change,) = stale.value.changes.commands
    assert change.by_user_id == colleague.user_id
    assert "「商談」の名称を「商談化率」に変更" in change.summary
    assert drawn(tree) == "新規顧客数(集客(クリック率 獲得単価) 商談化率)"


@pytest.mark.parametrize("who", ["viewer", "stranger"])
def test_others_change_nothing(tree: Tree, who: str, request: pytest.FixtureRequest) -> None:
    actor: Actor = request.getfixturevalue(who)

    with pytest.raises(Denied) as denied:
        update(tree, "商談", actor, name="別の名前")

    assert denied.value.refusal.status == 403
    assert drawn(tree) == START


def test_an_archived_tree_stays_as_it_is_until_it_is_restored(tree: Tree, owner: Actor) -> None:
    trees.change_status(
        tree=tree, version=tree.version, status=TreeStatus.ARCHIVED, by=owner, at=NOW
    )
    tree.refresh_from_db()

    with pytest.raises(Denied, match="保管"):
        update(tree, "商談", owner, name="別の名前")

    trees.change_status(tree=tree, version=tree.version, status=TreeStatus.ACTIVE, by=owner, at=NOW)
    update(tree, "商談", owner, name="別の名前")
    assert "別の名前" in drawn(tree)


def test_a_draft_that_is_active_does_not_become_a_draft_again(tree: Tree, owner: Actor) -> None:
    trees.change_status(tree=tree, version=tree.version, status=TreeStatus.ACTIVE, by=owner, at=NOW)
    tree.refresh_from_db()

    with pytest.raises(Denied):
        trees.change_status(
            tree=tree, version=tree.version, status=TreeStatus.DRAFT, by=owner, at=NOW
        )


def test_a_command_asks_for_scores_only_where_they_may_change(tree: Tree, owner: Actor) -> None:
    runs = ScorecardRun.objects.filter(tree=tree)
    before = runs.count()

    update(tree, "商談", owner, name="商談化率", notes="x", importance=1)
    shift(tree, "クリック率", Shift.DOWN, owner)
    assert runs.count() == before

    update(tree, "商談化率", owner, weight=Decimal(3))
    shift(tree, "商談化率", Shift.IN, owner)
    assert runs.count() == before + 2
    tree.refresh_from_db()
    assert runs.latest("input_version").input_version == tree.input_version


def test_only_vendors_of_the_clients_own_directory_can_be_responsible(
    tree: Tree, owner: Actor, company: Organization
) -> None:
    ours = make_organization(kind=OrganizationKind.VENDOR, name="取引のある外注先")
    theirs = make_organization(kind=OrganizationKind.VENDOR, name="よその外注先")
    make_vendor(client=company, by=owner, organization=ours)

    update(tree, "集客", owner, responsible_organization=ours.pk)
    for foreign in (theirs.pk, uuid4()):
        with pytest.raises(Denied, match="外注先の一覧"):
            update(tree, "商談", owner, responsible_organization=foreign)

    assert named(tree, "集客").responsible_organization == ours
    assert named(tree, "商談").responsible_organization is None


def test_a_direction_that_does_not_fit_the_targets_is_refused(tree: Tree, owner: Actor) -> None:
    make_target(kpi=named(tree, "商談"), by=owner, value=95, worst=50)

    with pytest.raises(Denied, match="方向"):
        update(tree, "商談", owner, direction="lower")

    assert named(tree, "商談").direction == "higher"


def test_children_are_pooled_only_by_what_can_be_pooled(tree: Tree, owner: Actor) -> None:
    with pytest.raises(Denied, match="合算"):
        update(tree, "集客", owner, value_source="children", aggregation="last")


def test_fields_that_do_not_exist_are_refused(tree: Tree, owner: Actor) -> None:
    with pytest.raises(Denied, match="tree_id"):
        update(tree, "集客", owner, tree_id=uuid4())


def test_a_kpi_of_another_tree_is_no_parent(tree: Tree, owner: Actor) -> None:
    other = make_tree(by=owner, name="別のツリー")
    foreign = KPI.objects.get(tree=other, parent=None)

    with pytest.raises(Denied, match="置き場所"):
        commands.move_kpi(
            kpi=named(tree, "商談"),
            version=tree.version,
            parent_id=foreign.pk,
            by=owner,
            at=NOW,
        )


def test_a_rename_of_the_tree_is_logged_but_is_no_edit_to_undo(tree: Tree, owner: Actor) -> None:
    update(tree, "商談", owner, name="商談化率")
    tree.refresh_from_db()
    trees.rename_tree(
        tree=tree, version=tree.version, name="顧客を増やす", by=owner, at=NOW + timedelta(hours=1)
    )
    tree.refresh_from_db()

    commands.undo(tree=tree, version=tree.version, by=owner, at=NOW)

    tree.refresh_from_db()
    assert tree.name == "顧客を増やす"
    assert drawn(tree) == START
