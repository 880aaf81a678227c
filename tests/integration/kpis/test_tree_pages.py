"""The pages of trees: what they show, that they work without scripts, and what a stale edit sees."""

import re
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.domain.organizations import OrganizationKind
from core.tenancy import Actor
from kpis.models import KPI, Tree
from kpis.models.choices import TreeStatus
from kpis.operations import tree_commands as commands
from kpis.operations import trees
from kpis.queries.trees import goal_of
from tests.factories.accounts import NOW, make_actor, make_organization, user_of
from tests.factories.kpis import make_kpi, make_tree
from tests.integration.kpis.conftest import drawn, named


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(user_of(actor))
    return client


def send(client: Client, route: str, tree: Tree, data: dict[str, Any], **more: Any) -> Any:
    """Post a command on the version that the tree has now."""
    tree.refresh_from_db()
    kwargs = more.pop("kwargs", {"pk": tree.pk})
    url = reverse(f"kpis:{route}", kwargs=kwargs)
    return client.post(url, {"version": tree.version, **data}, **more)


def page_of(tree: Tree) -> str:
    return reverse("kpis:tree-detail", kwargs={"pk": tree.pk})


def grow(tree: Tree, by: Actor, count: int) -> None:
    """Add KPIs below the goal and below each other."""
    parent = goal_of(tree)
    while count > 0:
        tree.refresh_from_db()
        names = [{"name": f"KPI {count}-{place}"} for place in range(min(20, count))]
        made = commands.add_kpis(
            tree=tree, version=tree.version, parent_id=parent.pk, many=names, by=by, at=NOW
        )
        parent, count = made[-1], count - len(made)


def test_the_list_shows_goals_and_can_be_searched(tree: Tree, owner: Actor) -> None:
    other = trees.create_tree(
        client_id=tree.client_id,
        name="コストを下げる",
        kgi={"name": "外注コスト"},
        by=owner,
        at=NOW,
    )
    client = browser(owner)
    address = reverse("kpis:tree-list")

    both = client.get(address).content.decode()
    by_kpi = client.get(address, {"q": "クリック率"}).content.decode()
    nothing = client.get(address, {"q": "ない名前"}).content.decode()

    assert tree.name in both
    assert other.name in both
    assert tree.name in by_kpi
    assert other.name not in by_kpi
    assert "該当するツリーはありません" in nothing


def test_archived_trees_are_listed_only_when_asked_for(tree: Tree, owner: Actor) -> None:
    trees.change_status(
        tree=tree, version=tree.version, status=TreeStatus.ARCHIVED, by=owner, at=NOW
    )
    client = browser(owner)
    address = reverse("kpis:tree-list")

    assert "まだありません" in client.get(address).content.decode()
    assert tree.name in client.get(address, {"status": "archived"}).content.decode()


def test_a_vendor_has_no_list_of_trees(db: None) -> None:
    vendor = make_actor(organization=make_organization(kind=OrganizationKind.VENDOR))

    assert browser(vendor).get(reverse("kpis:tree-list")).status_code == 404


def test_a_tree_of_another_company_does_not_exist(tree: Tree, stranger: Actor) -> None:
    client, kpi = browser(stranger), named(tree, "商談")

    assert client.get(page_of(tree)).status_code == 404
    assert client.get(reverse("kpis:kpi-detail", kwargs={"pk": kpi.pk})).status_code == 404
    for route in ("kpi-rename", "kpi-shift", "kpi-move", "kpi-delete", "kpi-edit"):
        response = send(client, route, tree, {"name": "x"}, kwargs={"pk": kpi.pk})
        assert response.status_code == 404, route


def test_a_tree_is_made_from_the_example_and_from_a_goal(owner: Actor) -> None:
    client = browser(owner)
    (client_id,) = owner.client_ids
    goal = {
        "client": client_id,
        "name": "品質を上げる",
        "goal_name": "不具合の件数",
        "unit": "count",
        "direction": "lower",
        "baseline": "１０",
        "target": "5",
        "valid_from": "2026-04-01",
        "deadline_on": "2027-03-31",
        "rationale_kind": "history",
        "rationale": "昨年度の半分",
    }

    client.post(
        reverse("kpis:template-detail", args=["example"]),
        {"client": client_id, "name": "顧客を増やす", "targets_from": "2026-04-01"},
    )
    client.post(reverse("kpis:tree-create"), goal)

    assert Tree.objects.get(name="顧客を増やす").kpis.count() == 14
    kgi = goal_of(Tree.objects.get(name="品質を上げる"))
    target = kgi.targets.get()
    assert (kgi.name, kgi.baseline, target.value, target.worst) == ("不具合の件数", 10, 5, 10)


def test_a_goal_without_a_reason_is_not_made(owner: Actor) -> None:
    (client_id,) = owner.client_ids
    data = {"client": client_id, "name": "x", "goal_name": "y", "target": "５００円"}

    response = browser(owner).post(reverse("kpis:tree-create"), data)

    text = response.content.decode()
    assert response.status_code == 422
    assert "目標の根拠を入力してください。" in text
    assert "数値を入力してください" in text
    assert not Tree.objects.filter(name="x").exists()


def test_the_outline_is_nested_lists_with_forms(tree: Tree, owner: Actor) -> None:
    kpi = named(tree, "集客")

    text = browser(owner).get(page_of(tree), {"selected": str(kpi.pk)}).content.decode()

    items = re.findall(r"<ul\b|</ul>|<li\b|</li>", text[text.index("data-plain") :])
    depth = 0
    for item in items:
        depth += -1 if item.startswith("</") else 1
        assert depth >= 0
    assert depth == 0
    assert text.count('data-level="3"') == 2
    for route in ("kpi-rename", "kpi-shift", "kpi-delete"):
        assert reverse(f"kpis:{route}", kwargs={"pk": kpi.pk}) in text


def test_commands_work_by_plain_forms(tree: Tree, owner: Actor) -> None:
    client = browser(owner)
    ads, sales = named(tree, "集客"), named(tree, "商談")

    def on(kpi: KPI, route: str, **data: str) -> None:
        response = send(client, route, tree, data, kwargs={"pk": kpi.pk})
        assert response.status_code == 302, response.content.decode()[:500]

    send(
        client,
        "kpi-add",
        tree,
        {"name": "転換率", "beside": ads.pk, "place": "after"},
        kwargs={"tree_pk": tree.pk},
    )
    send(
        client,
        "kpi-add",
        tree,
        {"name": "契約率", "beside": sales.pk, "place": "child"},
        kwargs={"tree_pk": tree.pk},
    )
    assert drawn(tree) == "新規顧客数(集客(クリック率 獲得単価) 転換率 商談(契約率))"
    on(sales, "kpi-rename", name="商談の数")
    on(sales, "kpi-shift", shift="up")
    on(named(tree, "クリック率"), "kpi-move", parent=str(sales.pk))
    on(ads, "kpi-delete")
    assert drawn(tree) == "新規顧客数(商談の数(契約率 クリック率) 転換率)"
    for _ in range(6):
        send(client, "tree-undo", tree, {})
    assert drawn(tree) == "新規顧客数(集客(クリック率 獲得単価) 商談)"
    send(client, "tree-redo", tree, {})
    assert "転換率" in drawn(tree)


def test_a_stale_command_is_answered_with_what_changed_and_keeps_the_input(
    tree: Tree, owner: Actor, colleague: Actor
) -> None:
    kpi, seen = named(tree, "商談"), tree.version
    send(
        browser(colleague),
        "kpi-rename",
        tree,
        {"name": "集客力"},
        kwargs={"pk": named(tree, "集客").pk},
    )
    tree.refresh_from_db()
    address = reverse("kpis:kpi-rename", kwargs={"pk": kpi.pk})

    response = browser(owner).post(address, {"version": seen, "name": "商談化率"})

    text = response.content.decode()
    assert response.status_code == 409
    assert "「集客」の名称を「集客力」に変更" in text
    assert str(user_of(colleague)) in text
    assert 'name="name" value="商談化率"' in text
    assert f'name="version" value="{tree.version}"' in text
    assert drawn(tree).endswith(" 商談)")
    again = browser(owner).post(address, {"version": tree.version, "name": "商談化率"})
    assert again.status_code == 302
    assert drawn(tree).endswith(" 商談化率)")


def test_a_command_on_what_others_deleted_is_stale_not_missing(
    tree: Tree, owner: Actor, colleague: Actor
) -> None:
    kpi, seen = named(tree, "商談"), tree.version
    send(browser(colleague), "kpi-delete", tree, {}, kwargs={"pk": kpi.pk})
    address = reverse("kpis:kpi-rename", kwargs={"pk": kpi.pk})

    response = browser(owner).post(address, {"version": seen, "name": "商談化率"})

    assert response.status_code == 409
    assert "「商談」を削除" in response.content.decode()


def edited(kpi: KPI, **changes: str) -> dict[str, str]:
    """Return the form of a KPI as a browser sends it, with these changes."""
    names = (
        "name definition unit decimals direction frequency aggregation value_source data_source "
        "perspective importance weight responsible_side responsible_label notes"
    )
    data = {name: str(getattr(kpi, name)) for name in names.split()}
    return {**data, "version": str(kpi.tree.version), **changes}


def test_the_form_of_all_fields_saves_them(tree: Tree, owner: Actor) -> None:
    kpi = named(tree, "商談")
    data = edited(kpi, weight="２．５", unit="percent", baseline="12.5", deadline_on="2027-03-31")

    response = browser(owner).post(reverse("kpis:kpi-edit", kwargs={"pk": kpi.pk}), data)

    kpi = named(tree, "商談")
    assert response.status_code == 302
    assert (kpi.weight, kpi.unit, kpi.baseline) == (2.5, "percent", 12.5)


def test_a_stale_form_comes_back_with_both_sides(
    tree: Tree, owner: Actor, colleague: Actor
) -> None:
    kpi = named(tree, "商談")
    data = edited(kpi, weight="5", definition="私の定義")
    tree.refresh_from_db()
    commands.update_kpi(
        kpi=kpi,
        version=tree.version,
        fields={"name": "商談化率", "importance": 5},
        by=colleague,
        at=NOW,
    )
    address = reverse("kpis:kpi-edit", kwargs={"pk": kpi.pk})

    response = browser(owner).post(address, data)

    text = response.content.decode()
    assert response.status_code == 409
    assert "私の定義" in text
    rows = dict(re.findall(r'<th scope="row">(.+?)</th><td[^>]*>(.+?)</td>', text))
    assert rows == {"名称": "商談", "定義": "私の定義", "重要度": "3（ふつう）", "重み": "5"}
    kpi = named(tree, "商談化率")
    assert (kpi.weight, kpi.definition) == (1, "")


def test_a_form_with_errors_says_what_to_do(tree: Tree, owner: Actor) -> None:
    kpi = named(tree, "商談")
    address = reverse("kpis:kpi-edit", kwargs={"pk": kpi.pk})

    response = browser(owner).post(address, edited(kpi, name="", weight="たくさん"))

    text = response.content.decode()
    assert response.status_code == 422
    assert "名称を入力してください。" in text
    assert "数値を入力してください" in text


def test_a_viewer_sees_disabled_forms_with_the_reason(tree: Tree, viewer: Actor) -> None:
    kpi = named(tree, "商談")
    client = browser(viewer)

    text = client.get(page_of(tree), {"selected": str(kpi.pk)}).content.decode()
    detail = client.get(reverse("kpis:kpi-detail", kwargs={"pk": kpi.pk})).content.decode()

    assert '<fieldset class="node-panel__forms" disabled>' in text
    assert "いまの役割は閲覧者です" in text
    assert detail.count("いまの役割は閲覧者です") == 3
    assert send(client, "kpi-delete", tree, {}, kwargs={"pk": kpi.pk}).status_code == 403
    assert drawn(tree).endswith(" 商談)")


def test_an_archived_tree_is_read_only_for_its_owner(tree: Tree, owner: Actor) -> None:
    client = browser(owner)
    send(client, "tree-archive", tree, {})

    text = client.get(page_of(tree)).content.decode()
    refused = send(client, "tree-undo", tree, {})

    assert "保管したツリーは変更できません" in text
    assert refused.status_code == 409
    send(client, "tree-restore", tree, {})
    assert "保管したツリーは変更できません" not in client.get(page_of(tree)).content.decode()


def test_the_tree_is_renamed_on_the_version_that_was_seen(tree: Tree, owner: Actor) -> None:
    client = browser(owner)
    send(client, "tree-rename", tree, {"name": "顧客を増やす"})
    address = reverse("kpis:tree-rename", kwargs={"pk": tree.pk})

    stale = client.post(address, {"version": 1, "name": "古い名前"})

    assert stale.status_code == 409
    assert 'value="古い名前"' in stale.content.decode()
    tree.refresh_from_db()
    assert tree.name == "顧客を増やす"
    history = client.get(reverse("kpis:tree-history", kwargs={"pk": tree.pk})).content.decode()
    assert "ツリー名を「新規顧客を増やす」から「顧客を増やす」に変更" in history


def test_the_places_for_a_move_are_searched_by_path(tree: Tree, owner: Actor) -> None:
    address = reverse("kpis:kpi-move", kwargs={"pk": named(tree, "集客").pk})
    client = browser(owner)

    everywhere = client.get(address).content.decode()
    found = client.get(address, {"q": "商談"}, HTTP_HX_TARGET="places").content.decode()

    assert "新規顧客数 › 商談" in everywhere
    assert "クリック率" not in everywhere  # nothing goes into what is below itself
    assert found.count('type="radio"') == 1


def test_names_are_text_not_markup(tree: Tree, owner: Actor) -> None:
    kpi = make_kpi(tree=tree, by=owner, name="<script>alert(1)</script>")
    client = browser(owner)

    for address in (
        page_of(tree) + f"?selected={kpi.pk}",
        reverse("kpis:kpi-detail", kwargs={"pk": kpi.pk}),
        reverse("kpis:tree-history", kwargs={"pk": tree.pk}),
    ):
        assert "<script>alert" not in client.get(address).content.decode()


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_list_asks_the_same_number_of_queries_however_long(owner: Actor) -> None:
    client, address = browser(owner), reverse("kpis:tree-list")
    make_tree(by=owner)
    few = queries_of(client, address)
    for number in range(12):
        grow(make_tree(by=owner, name=f"ツリー{number}"), owner, 3)

    assert queries_of(client, address) == few == 17


def test_a_tree_of_500_kpis_takes_as_many_queries_as_a_small_one(tree: Tree, owner: Actor) -> None:
    client = browser(owner)
    address = f"{page_of(tree)}?selected={goal_of(tree).pk}"
    few = queries_of(client, address)
    grow(tree, owner, 495)
    assert tree.kpis.count() == 500

    assert queries_of(client, address) == few == 26
