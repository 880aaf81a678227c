"""What the editor asks of the server: copies, many fields at once, lines, and what others did."""

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core.domain.organizations import OrganizationKind
from core.domain.refusals import Denied
from core.tenancy import Actor
from kpis.domain.tree import LinkKind
from kpis.models import KPI, Link, Tree, TreeCommand
from kpis.operations import tree_commands
from kpis.operations.branches import copy_branch, update_kpis
from kpis.operations.links import link_kpis, unlink_kpis
from kpis.queries.trees import goal_of
from tests.factories.accounts import NOW, make_organization, user_of
from tests.factories.kpis import make_kpi, make_tree
from tests.integration.kpis.conftest import drawn, named


def browser(actor: Actor) -> Client:
    """Return a signed-in browser."""
    client = Client()
    client.force_login(user_of(actor))
    return client


def code_of(caught: pytest.ExceptionInfo[Denied]) -> str:
    return caught.value.refusal.code


def fresh(tree: Tree) -> Tree:
    tree.refresh_from_db()
    return tree


def post(client: Client, tree: Tree, kind: str, **data: Any) -> Any:
    """Send a command on the newest version."""
    body = {"kind": kind, "version": fresh(tree).version, **data}
    address = reverse("kpis-api:tree-command", args=[tree.pk])
    return client.post(address, json.dumps(body), content_type="application/json")


def test_a_branch_is_copied_with_new_keys_and_undone_in_one_step(tree: Tree, owner: Actor) -> None:
    before = drawn(tree)
    ads = named(tree, "集客")

    copy = copy_branch(
        tree=tree, version=fresh(tree).version, source=ads, parent_id=ads.pk, by=owner, at=NOW
    )

    assert drawn(tree) == "新規顧客数(集客(クリック率 獲得単価 集客(クリック率 獲得単価)) 商談)"
    keys = list(KPI.objects.living().filter(tree=tree).values_list("key", flat=True))
    assert len(keys) == len(set(keys)) == 8
    assert copy.key != ads.key
    tree_commands.undo(tree=tree, version=fresh(tree).version, by=owner, at=NOW)
    assert drawn(tree) == before


def test_a_copied_formula_names_the_copies(tree: Tree, owner: Actor) -> None:
    ads, rate = named(tree, "集客"), named(tree, "クリック率")
    outside = named(tree, "商談")
    tree_commands.update_kpi(
        kpi=ads,
        version=fresh(tree).version,
        fields={"value_source": "formula", "formula": f"{rate.key} * 2 + {outside.key}"},
        by=owner,
        at=NOW,
    )

    copy = copy_branch(
        tree=tree,
        version=fresh(tree).version,
        source=ads,
        parent_id=goal_of(tree).pk,
        by=owner,
        at=NOW,
    )

    twin = KPI.objects.living().get(parent=copy, name="クリック率")
    assert copy.formula == f"{twin.key} * 2 + {outside.key}"
    assert twin.key != rate.key


def test_a_copy_in_another_tree_leaves_behind_what_is_not_there(tree: Tree, owner: Actor) -> None:
    ads, outside = named(tree, "集客"), named(tree, "商談")
    tree_commands.update_kpi(
        kpi=ads,
        version=fresh(tree).version,
        fields={"value_source": "formula", "formula": f"{outside.key} * 2"},
        by=owner,
        at=NOW,
    )
    other = make_tree(by=owner, name="別のツリー")

    copy = copy_branch(
        tree=other,
        version=other.version,
        source=named(tree, "集客"),
        parent_id=goal_of(other).pk,
        by=owner,
        at=NOW,
    )

    assert drawn(other) == "新規顧客数(集客(クリック率 獲得単価))"
    assert (copy.formula, copy.value_source) == ("", "measured")
    assert drawn(tree) == "新規顧客数(集客(クリック率 獲得単価) 商談)"


def test_nothing_is_copied_out_of_a_tree_that_one_may_not_see(
    tree: Tree, owner: Actor, stranger: Actor
) -> None:
    theirs = make_tree(by=stranger, name="別の会社のツリー")
    foreign = goal_of(theirs)

    answer = post(
        browser(owner), tree, "copy", kpi=str(foreign.pk), parent_id=str(goal_of(tree).pk)
    )

    assert answer.status_code == 404
    assert drawn(tree) == "新規顧客数(集客(クリック率 獲得単価) 商談)"


def test_an_editor_may_choose_ids_but_none_that_is_in_use(tree: Tree, owner: Actor) -> None:
    client, goal, chosen = browser(owner), str(goal_of(tree).pk), str(uuid4())
    other = goal_of(make_tree(by=owner, name="別のツリー"))

    made = post(client, tree, "add", parent_id=goal, id=chosen, settings={"name": "広告"})
    twice = post(client, tree, "add", parent_id=goal, id=chosen, settings={"name": "広告"})
    taken = post(client, tree, "add", parent_id=goal, id=str(other.pk), settings={"name": "広告"})
    copied = post(
        client,
        tree,
        "copy",
        kpi=chosen,
        parent_id=goal,
        ids={chosen: str(other.pk)},
    )

    assert made.json()["kpi"] == chosen
    assert [one.status_code for one in (twice, taken, copied)] == [409, 409, 409]
    other.refresh_from_db()
    assert other.tree_id != tree.pk
    assert drawn(tree) == "新規顧客数(集客(クリック率 獲得単価) 商談 広告)"


def test_ids_that_are_none_or_used_twice_are_refused(tree: Tree, owner: Actor) -> None:
    client, goal = browser(owner), str(goal_of(tree).pk)
    ads, one = str(named(tree, "集客").pk), str(uuid4())
    rate = str(named(tree, "クリック率").pk)

    for ids in ({"集客": one}, {ads: one, rate: one}):
        answer = post(client, tree, "copy", kpi=ads, parent_id=goal, ids=ids)
        assert answer.status_code == 400, ids


def test_fields_of_many_change_in_one_step(tree: Tree, owner: Actor) -> None:
    ads, sales = named(tree, "集客"), named(tree, "商談")
    version = fresh(tree).version

    changed = update_kpis(
        tree=tree,
        version=version,
        changes=[(ads.pk, {"importance": 5}), (sales.pk, {"importance": 5, "weight": 2})],
        by=owner,
        at=NOW,
    )

    assert changed == 2
    assert fresh(tree).version == version + 1
    assert "ほか1件" in TreeCommand.objects.get(tree=tree, version=tree.version).summary
    tree_commands.undo(tree=tree, version=tree.version, by=owner, at=NOW)
    assert {named(tree, "集客").importance, named(tree, "商談").importance} == {3}


def test_when_one_of_many_is_refused_none_changes_and_its_name_is_said(
    tree: Tree, owner: Actor
) -> None:
    ads, sales = named(tree, "集客"), named(tree, "商談")
    answer = post(
        browser(owner),
        tree,
        "bulk",
        updates=[
            {"kpi": str(ads.pk), "settings": {"importance": 5}},
            {"kpi": str(sales.pk), "settings": {"value_source": "children", "aggregation": "last"}},
        ],
    )

    assert answer.status_code == 422
    assert "「商談」" in answer.json()["detail"]
    assert named(tree, "集客").importance == 3


def test_many_that_stay_as_they_are_make_no_version(tree: Tree, owner: Actor) -> None:
    version = fresh(tree).version

    changed = update_kpis(
        tree=tree,
        version=version,
        changes=[(named(tree, "集客").pk, {"importance": 3})],
        by=owner,
        at=NOW,
    )

    assert (changed, fresh(tree).version) == (0, version)
    with pytest.raises(Denied) as caught:
        update_kpis(tree=tree, version=version, changes=[(uuid4(), {})], by=owner, at=NOW)
    assert code_of(caught) == "kpis.unknown_node"


def test_lines_are_drawn_told_in_the_log_and_undone(tree: Tree, owner: Actor) -> None:
    rate, sales = named(tree, "クリック率"), named(tree, "商談")

    link = link_kpis(
        tree=tree,
        version=fresh(tree).version,
        node_id=rate.pk,
        target_id=sales.pk,
        kind=LinkKind.REFERENCE,
        note="両方に効く",
        by=owner,
        at=NOW,
    )

    stored = Link.objects.get(tree=tree)
    assert (str(stored.pk), stored.node_id, stored.target_id) == (link.id, rate.pk, sales.pk)
    last = TreeCommand.objects.filter(tree=tree).latest("version")
    assert last.summary == "「クリック率」から「商談」の下への参照を追加"
    tree_commands.undo(tree=tree, version=fresh(tree).version, by=owner, at=NOW)
    assert not Link.objects.filter(tree=tree).exists()
    tree_commands.redo(tree=tree, version=fresh(tree).version, by=owner, at=NOW)
    unlink_kpis(
        tree=tree,
        version=fresh(tree).version,
        link_id=Link.objects.get(tree=tree).pk,
        by=owner,
        at=NOW,
    )
    assert not Link.objects.filter(tree=tree).exists()
    with pytest.raises(Denied) as caught:
        unlink_kpis(tree=tree, version=fresh(tree).version, link_id=uuid4(), by=owner, at=NOW)
    assert code_of(caught) == "kpis.unknown_link"


def test_a_line_changes_no_score(tree: Tree, owner: Actor) -> None:
    rate, sales = named(tree, "クリック率"), named(tree, "商談")
    before = fresh(tree).input_version

    answer = post(
        browser(owner), tree, "link", kpi=str(rate.pk), target=str(sales.pk), line="reference"
    )

    assert answer.status_code == 200
    assert fresh(tree).input_version == before


def test_a_line_across_trees_or_below_itself_is_refused(tree: Tree, owner: Actor) -> None:
    client, ads = browser(owner), named(tree, "集客")
    other = goal_of(make_tree(by=owner, name="別のツリー"))

    across = post(client, tree, "link", kpi=str(ads.pk), target=str(other.pk), line="influence")
    inside = post(
        client,
        tree,
        "link",
        kpi=str(ads.pk),
        target=str(named(tree, "クリック率").pk),
        line="reference",
    )

    assert [across.status_code, inside.status_code] == [409, 409]
    assert not Link.objects.exists()


def test_deleting_a_kpi_takes_its_lines_and_undo_brings_both_back(tree: Tree, owner: Actor) -> None:
    client, rate, sales = browser(owner), named(tree, "クリック率"), named(tree, "商談")
    post(client, tree, "link", kpi=str(rate.pk), target=str(sales.pk), line="influence", note="r")

    post(client, tree, "delete", kpi=str(named(tree, "集客").pk))
    assert not Link.objects.filter(tree=tree).exists()
    post(client, tree, "undo")

    assert drawn(tree) == "新規顧客数(集客(クリック率 獲得単価) 商談)"
    assert Link.objects.get(tree=tree).note == "r"


def test_an_editor_that_was_away_reads_what_others_did(
    tree: Tree, owner: Actor, colleague: Actor
) -> None:
    client, seen = browser(owner), fresh(tree).version
    ads = named(tree, "集客")
    tree_commands.update_kpi(kpi=ads, version=seen, fields={"name": "広告"}, by=colleague, at=NOW)
    address = reverse("kpis-api:tree-changes", args=[tree.pk])

    log = client.get(address, {"after": seen}).json()

    (one,) = log["commands"]
    assert (log["version"], one["version"], one["kind"]) == (seen + 1, seen + 1, "update")
    assert one["payload"] == {"id": str(ads.pk), "fields": {"name": "広告"}}
    assert not one["is_own"]
    assert client.get(address, {"after": "x"}).status_code == 400
    assert client.get(address, {"after": seen + 1}).json()["commands"] == []


def test_the_state_holds_all_that_the_views_show(tree: Tree, owner: Actor) -> None:
    make_kpi(tree=tree, by=owner, name="</script><script>alert(1)</script>")
    client = browser(owner)

    state = client.get(reverse("kpis:tree-state", args=[tree.pk])).json()
    page = client.get(reverse("kpis:tree-detail", args=[tree.pk])).content.decode()

    assert state["version"] == fresh(tree).version
    names = [one["fields"]["name"] for one in state["nodes"]]
    assert names[:3] == ["新規顧客数", "集客", "クリック率"]
    around = state["kpis"][str(named(tree, "集客").pk)]
    assert (around["operator"], around["status"], around["actual"]) == ("〜", "none", None)
    findings = [one for kpi in state["kpis"].values() for one in kpi["findings"]]
    assert findings
    assert all(one["message"] and one["severity"] for one in findings)
    assert ["percent", "%"] in state["choices"]["unit"]
    assert "<script>alert" not in page


def test_the_panel_shows_the_formula_with_numbers_and_the_lines(tree: Tree, owner: Actor) -> None:
    client, ads, rate = browser(owner), named(tree, "集客"), named(tree, "クリック率")
    tree_commands.update_kpi(
        kpi=ads,
        version=fresh(tree).version,
        fields={"value_source": "formula", "formula": f"{rate.key} * 2"},
        by=owner,
        at=NOW,
    )
    post(
        client, tree, "link", kpi=str(ads.pk), target=str(named(tree, "商談").pk), line="influence"
    )

    panel = client.get(reverse("kpis:kpi-panel", args=[ads.pk])).content.decode()

    assert "[クリック率] × 2" in panel
    assert "データなし × 2" in panel
    assert "影響先：" in panel
    assert "商談" in panel


def test_a_big_tree_leaves_the_plain_page_to_those_who_ask(tree: Tree, owner: Actor) -> None:
    client, address = browser(owner), reverse("kpis:tree-detail", args=[tree.pk])

    usual = client.get(address).content.decode()
    plain = client.get(address, {"plain": "1"}).content.decode()

    assert "<noscript>" in usual
    assert "<kpi-tree" in usual
    assert "<kpi-tree" not in plain
    assert "kpi-tree.js" not in plain
    assert "獲得単価" in plain


def test_an_advisor_takes_no_vendor_of_one_client_over_to_another(
    tree: Tree, owner: Actor, stranger: Actor
) -> None:
    vendor = make_organization(name="東京製作所の外注先", kind=OrganizationKind.VENDOR)
    KPI.objects.filter(pk=named(tree, "集客").pk).update(responsible_organization=vendor)
    theirs = make_tree(by=stranger, name="別の会社のツリー")
    advisor = replace(owner, client_ids=owner.client_ids | stranger.client_ids)

    copy = copy_branch(
        tree=theirs,
        version=theirs.version,
        source=named(tree, "集客"),
        parent_id=goal_of(theirs).pk,
        by=advisor,
        at=NOW,
    )

    assert copy.responsible_organization_id is None
    assert named(tree, "集客").responsible_organization_id == vendor.pk
