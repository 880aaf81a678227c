"""What pages can do, the API can: trees, versions by ETag, history, targets, lint, library."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from core.tenancy import Actor
from kpis.models import Definition, Tree
from kpis.operations import tree_commands
from kpis.queries.trees import goal_of
from tests.factories.accounts import NOW, make_token
from tests.factories.kpis import (
    compute_scorecards,
    make_definition,
    make_kpi,
    make_measurement,
    make_target,
)
from tests.integration.kpis.conftest import drawn, named

V1 = "/api/v1/"
GOAL = {"name": "新規顧客数", "unit": "count", "direction": "higher"}


class Program:
    """A program with a token that may write."""

    def __init__(self, actor: Actor) -> None:
        self.headers = {"Authorization": f"Bearer {make_token(by=actor)[1]}"}

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"content_type": "application/json"} if body is not None else {}
        client = Client()
        call = getattr(client, method)
        return call(f"{V1}{path}", body, **sent, headers={**self.headers, **more})


@pytest.fixture
def program(owner: Actor) -> Program:
    return Program(owner)


def test_a_tree_is_made_named_used_archived_and_restored(program: Program) -> None:
    target = {
        "valid_from": "2026-04-01",
        "value": "120",
        "rationale_kind": "negotiation",
        "rationale": "会議で合意",
    }
    made = program.call("post", "trees/", {"name": "集客", "goal": GOAL, "target": target})
    path = made["Location"].split(V1)[1]

    assert made.status_code == 201
    assert made.json()["kpis"][0]["importance"] == 5
    assert made.json()["kpis"][0]["target"]["value"] == "120.000000"
    renamed = program.call("patch", path, {"name": "新規集客"}, If_Match=made["ETag"])
    assert renamed.json()["name"] == "新規集客"
    early = program.call("post", f"{path}restore/", {}, If_Match=renamed["ETag"])
    assert (early.status_code, early.json()["code"]) == (409, "kpis.tree_status")
    used = program.call("post", f"{path}activate/", {}, If_Match=renamed["ETag"])
    assert used.json()["status"] == "active"
    stored = program.call("post", f"{path}archive/", {"version": used.json()["version"]})
    assert stored.json()["status"] == "archived"
    assert program.call("get", "trees/").json()["count"] == 0
    assert program.call("get", "trees/?status=archived").json()["count"] == 1
    assert program.call("get", "trees/?status=lost").status_code == 400
    again = program.call("post", f"{path}activate/", {}, If_Match=stored["ETag"])
    assert (again.status_code, again.json()["code"]) == (409, "kpis.tree_status")
    restored = program.call("post", f"{path}restore/", {}, If_Match=stored["ETag"])
    assert restored.json()["status"] == "active"
    entries = program.call("get", f"{path}history/?page_size=2").json()
    assert entries["count"] == 4
    assert [one["kind"] for one in entries["results"]] == ["status", "status"]
    assert "page=2" in entries["next"]


def test_a_tag_tells_whether_anything_changed(program: Program, tree: Tree, owner: Actor) -> None:
    path = f"trees/{tree.pk}/"
    first = program.call("get", path)

    same = program.call("get", path, If_None_Match=f'"x", {first["ETag"]}')
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])
    make_target(kpi=named(tree, "商談"), by=owner)
    changed = program.call("get", path, If_None_Match=first["ETag"])

    tree.refresh_from_db()
    assert changed.status_code == 200, "a target is no new version, but another answer"
    assert changed["ETag"].startswith(f'"v{tree.version}.')


def test_if_match_stands_for_the_version(program: Program, tree: Tree, colleague: Actor) -> None:
    path, kpi = f"trees/{tree.pk}/commands/", named(tree, "商談")
    tag = program.call("get", f"trees/{tree.pk}/")["ETag"]
    body = {"kind": "update", "kpi": str(kpi.pk), "settings": {"name": "契約"}}
    tree_commands.update_kpi(
        kpi=named(tree, "集客"), version=tree.version, fields={"name": "広告"}, by=colleague, at=NOW
    )

    stale = program.call("post", path, body, If_Match=tag)

    assert stale.status_code == 412
    assert stale.json()["code"] == "kpis.stale"
    assert [one["summary"] for one in stale.json()["changes"]] == ["「集客」の名称を「広告」に変更"]
    assert program.call("post", path, body, If_Match="latest").status_code == 400
    both = {**body, "version": tree.version}
    assert program.call("post", path, both, If_Match='"v999"').status_code == 400
    assert program.call("post", path, body).status_code == 400
    tag = program.call("get", f"trees/{tree.pk}/")["ETag"]
    done = program.call("post", path, body, If_Match=tag)
    assert done.status_code == 200
    again = {**body, "settings": {"name": "受注"}}
    assert program.call("post", path, again, If_Match=done["ETag"]).status_code == 200


def test_several_commands_are_done_all_or_none(program: Program, tree: Tree) -> None:
    path, goal = f"trees/{tree.pk}/commands/", str(goal_of(tree).pk)
    add = {"kind": "add", "parent_id": goal, "settings": {"name": "紹介"}}
    rename = {"kind": "update", "kpi": str(named(tree, "商談").pk), "settings": {"name": "契約"}}
    before = drawn(tree)

    refused = program.call(
        "post", path, {"version": tree.version, "commands": [add, {"kind": "delete", "kpi": goal}]}
    )
    wrong = program.call("post", path, {"version": tree.version, "commands": [add, {"kind": "x"}]})
    assert (refused.status_code, refused.json()["index"]) == (409, 1)
    assert [one["pointer"] for one in wrong.json()["errors"]] == ["/commands/1/kind"]
    assert drawn(tree) == before
    done = program.call("post", path, {"version": tree.version, "commands": [add, rename]}).json()

    assert drawn(tree) == "新規顧客数(集客(クリック率 獲得単価) 契約 紹介)"
    assert done["version"] == tree.version + 2
    assert done["results"][0]["kpi"] == str(named(tree, "紹介").pk)
    stale = program.call("post", path, {"version": tree.version, "commands": [rename]})
    assert (stale.status_code, stale.json()["index"]) == (409, 0)


def test_a_kpi_its_targets_and_measurements(program: Program, tree: Tree, owner: Actor) -> None:
    kpi = make_kpi(tree=tree, by=owner, name="受注")
    path = f"kpis/{kpi.pk}/"
    draft: dict[str, Any] = {"valid_from": "2030-04-01", "value": "95", "worst": "50"}
    reason = {"rationale_kind": "benchmark", "rationale": "公表値"}

    bare = program.call("post", f"{path}targets/", draft)
    assert {one["pointer"] for one in bare.json()["errors"]} == {"/rationale_kind", "/rationale"}
    draft = {**draft, **reason, "entries_seen": 0}
    made = program.call("post", f"{path}targets/", draft)
    stale = program.call("post", f"{path}targets/", draft)
    assert (made.status_code, stale.json()["code"]) == (201, "kpis.target_stale")
    program.call("delete", f"targets/{made.json()['id']}/")
    (entry,) = program.call("get", f"{path}targets/").json()["results"]
    assert entry["superseded_at"] is not None
    assert program.call("delete", f"targets/{entry['id']}/").status_code == 409
    read = program.call("get", path).json()
    assert (read["name"], read["target"], read["tree"]) == ("受注", None, str(tree.pk))

    for month, value in ((1, 10), (2, 20), (3, 30)):
        make_measurement(kpi=kpi, by=owner, period_start=date(2026, month, 1), value=value)
    correction = {"period_start": "2026-03-01", "value": "33", "reason": "訂正", "revision": 1}
    program.call("post", f"{path}measurements/", correction)
    rows = program.call("get", f"{path}measurements/?since=2026-02-01&page_size=1").json()
    assert rows["count"] == 2
    assert rows["results"][0]["value"] == "33.000000"
    assert [one["value"] for one in rows["results"][0]["earlier"]] == ["30.000000"]
    assert program.call("get", f"{path}measurements/?until=soon").status_code == 400


def test_the_months_with_scorecards_are_listed(program: Program, tree: Tree, owner: Actor) -> None:
    kpi = named(tree, "商談")
    make_target(kpi=kpi, by=owner, value=100, worst=0)
    for month in (2, 3):
        make_measurement(kpi=kpi, by=owner, period_start=date(2026, month, 1), value=50)
    compute_scorecards(tree=tree, by=owner)

    months = program.call("get", f"trees/{tree.pk}/scorecards/months/").json()

    assert [one["month"] for one in months["results"]][:2] == ["2026-03", "2026-02"]


def test_a_finding_is_mended_waived_and_counts_again(
    program: Program, tree: Tree, owner: Actor
) -> None:
    make_kpi(tree=tree, by=owner, name="納期遵守率", unit="percent", aggregation="mean")
    path = f"trees/{tree.pk}/lint/"
    report = program.call("get", path).json()
    fixable = next(one for one in report["active"] if one["fix"] and one["node_id"])
    which = {"code": fixable["code"], "kpi": fixable["node_id"]}

    stale = program.call("post", f"{path}fix/", which, If_Match='"v0"')
    assert stale.status_code == 412
    fixed = program.call("post", f"{path}fix/", {**which, "version": report["version"]})
    assert fixed.json() == {"version": report["version"] + 1, "kpi": which["kpi"]}
    left = program.call("get", path).json()["active"]
    assert which not in [{"code": one["code"], "kpi": one["node_id"]} for one in left]
    other = {"code": left[0]["code"], "kpi": left[0]["node_id"]}
    waived = program.call(
        "post", f"{path}waivers/", {**other, "reason": "合意済み", "expires_on": "2027-01-31"}
    )
    assert waived.status_code == 201
    (shown,) = program.call("get", path).json()["waived"]
    assert shown["waiver"]["id"] == waived.json()["id"]
    program.call("delete", f"waivers/{waived.json()['id']}/")
    assert program.call("get", path).json()["waived"] == []


def test_a_definition_is_added_changed_used_and_retired(program: Program, tree: Tree) -> None:
    body = {
        "name": "再訪率",
        "definition": "再訪した人÷訪れた人",
        "unit": "percent",
        "decimals": 1,
        "direction": "higher",
        "frequency": "month",
        "aggregation": "ratio",
        "perspective": "customer",
        "types": ["marketing"],
        "phases": ["growth"],
    }
    wrong = program.call("post", "library/", body)
    assert {one["pointer"] for one in wrong.json()["errors"]} == {"/numerator", "/denominator"}
    body |= {"numerator": "再訪した人", "denominator": "訪れた人"}
    made = program.call("post", "library/", body).json()
    path = f"library/{made['id']}/"
    changed = program.call("put", path, {**body, "name": "再訪問率", "version": 1}).json()
    assert (changed["version"], changed["texts"]["name"]["ja"]) == (2, "再訪問率")
    assert program.call("put", path, {**body, "version": 1}).status_code == 409
    versions = program.call("get", f"{path}versions/").json()["results"]
    assert [one["version"] for one in versions] == [2, 1]
    used = program.call(
        "post", f"library/{changed['id']}/use/", {"tree": str(tree.pk), "version": tree.version}
    )
    assert used.status_code == 201
    assert str(named(tree, "再訪問率").pk) == used.json()["kpi"]
    again = {"tree": str(tree.pk), "version": tree.version}
    assert program.call("post", f"library/{changed['id']}/use/", again).status_code == 409
    assert program.call("delete", f"library/{changed['id']}/").status_code == 200
    assert Definition.objects.get(pk=changed["id"]).retired_at is not None


def test_pages_have_a_size_with_a_limit(program: Program, owner: Actor) -> None:
    make_definition(by=owner)

    assert len(program.call("get", "library/?page_size=3").json()["results"]) == 3
    assert len(program.call("get", "library/?page_size=1000").json()["results"]) <= 200
    first = program.call("get", "library/?page_size=20").json()
    second = program.call("get", "library/?page_size=20&page=2").json()
    ids = [one["id"] for one in first["results"] + second["results"]]
    assert len(ids) == len(set(ids)) == 40
