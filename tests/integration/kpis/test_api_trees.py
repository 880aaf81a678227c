"""The API of trees and measurements: the same commands, versions and refusals as on the pages."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.domain.organizations import OrganizationKind
from core.tenancy import Actor
from kpis.models import KPI, Measurement, Tree
from kpis.operations import tree_commands
from tests.factories.accounts import NOW, make_actor, make_organization, user_of
from tests.factories.kpis import (
    RATE,
    compute_scorecards,
    make_kpi,
    make_measurement,
    make_target,
    make_tree,
)
from tests.integration.kpis.conftest import drawn, named

TREES = "/api/v1/trees/"


class Caller:
    """A signed-in program that speaks JSON."""

    def __init__(self, actor: Actor) -> None:
        self.client = Client()
        self.client.force_login(user_of(actor))

    def get(self, url: str, **query: str) -> Any:
        return self.client.get(url, query)

    def post(self, url: str, body: dict[str, Any]) -> Any:
        return self.client.post(url, body, content_type="application/json")

    def put(self, url: str, body: dict[str, Any]) -> Any:
        return self.client.put(url, body, content_type="application/json")


@pytest.fixture
def caller(owner: Actor) -> Caller:
    return Caller(owner)


def command(caller: Caller, tree: Tree, kind: str, **body: Any) -> Any:
    tree.refresh_from_db()
    return caller.post(
        f"{TREES}{tree.pk}/commands/", {"kind": kind, "version": tree.version, **body}
    )


def test_the_list_has_pages_and_only_ones_own_trees(
    tree: Tree, caller: Caller, stranger: Actor
) -> None:
    make_tree(by=stranger, name="よそのツリー")

    body = caller.get(TREES).json()

    assert body["count"] == 1
    assert [one["name"] for one in body["results"]] == [tree.name]
    assert body["results"][0]["client"]["name"] == "東京製作所"
    assert caller.get(TREES, q="ない名前").json()["results"] == []


def test_a_tree_comes_with_its_kpis_in_order_and_their_targets(
    tree: Tree, caller: Caller, owner: Actor
) -> None:
    make_target(kpi=named(tree, "商談"), by=owner, value=95, worst=50)

    body = caller.get(f"{TREES}{tree.pk}/").json()

    names = [one["name"] for one in body["kpis"]]
    assert names == ["新規顧客数", "集客", "クリック率", "獲得単価", "商談"]
    assert body["kpis"][0]["parent_id"] is None
    assert body["kpis"][4]["target"]["value"] == "95.000000"
    assert body["kpis"][1]["target"] is None


def test_commands_are_done_one_after_the_other(tree: Tree, caller: Caller) -> None:
    ads, sales = str(named(tree, "集客").pk), str(named(tree, "商談").pk)

    added = command(caller, tree, "add", parent_id=sales, settings={"name": "契約率"}).json()
    command(caller, tree, "update", kpi=sales, settings={"name": "商談化率", "weight": "2.5"})
    command(caller, tree, "shift", kpi=sales, shift="up")
    command(caller, tree, "move", kpi=added["kpi"], parent_id=ads, index=0)
    assert drawn(tree) == "新規顧客数(商談化率 集客(契約率 クリック率 獲得単価))"
    command(caller, tree, "reorder", kpis=[ads, sales])
    command(caller, tree, "delete", kpi=ads)
    command(caller, tree, "undo")
    assert drawn(tree) == "新規顧客数(集客(契約率 クリック率 獲得単価) 商談化率)"
    command(caller, tree, "undo")
    response = command(caller, tree, "redo")

    tree.refresh_from_db()
    answer = response.json()
    assert (answer["version"], answer["kpi"]) == (tree.version, None)
    assert [one["version"] for one in answer["commands"]] == [tree.version]
    assert str(named(tree, "商談化率").weight) == "2.500"


def test_a_stale_command_is_a_409_with_the_difference(
    tree: Tree, caller: Caller, colleague: Actor
) -> None:
    seen, kpi = tree.version, named(tree, "商談")
    tree_commands.update_kpi(
        kpi=named(tree, "集客"), version=seen, fields={"name": "広告"}, by=colleague, at=NOW
    )

    response = caller.post(
        f"{TREES}{tree.pk}/commands/", {"kind": "delete", "version": seen, "kpi": str(kpi.pk)}
    )

    body = response.json()
    assert response.status_code == 409
    assert body["code"] == "kpis.stale"
    assert body["version"] == seen + 1
    (change,) = body["changes"]
    assert change["summary"] == "「集客」の名称を「広告」に変更"
    assert change["by"] == str(user_of(colleague))
    assert drawn(tree) == "新規顧客数(広告(クリック率 獲得単価) 商談)"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "explode"},
        {"kind": "add", "settings": {"name": "x"}},
        {"kind": "add", "parent_id": "goal", "settings": {}},
        {"kind": "update", "kpi": "goal", "settings": {"importance": 9}},
        {"kind": "update", "kpi": "goal", "settings": {"weight": -1}},
        {"kind": "shift", "kpi": "goal", "shift": "sideways"},
        {"kind": "reorder", "kpis": []},
    ],
)
def test_a_malformed_command_is_a_400(
    tree: Tree, goal: KPI, caller: Caller, body: dict[str, Any]
) -> None:
    body = {key: str(goal.pk) if value == "goal" else value for key, value in body.items()}
    before = drawn(tree)

    response = caller.post(f"{TREES}{tree.pk}/commands/", {"version": tree.version, **body})

    assert response.status_code == 400, response.content
    assert drawn(tree) == before


def test_what_does_not_fit_is_refused_with_a_reason(tree: Tree, goal: KPI, caller: Caller) -> None:
    responses = [
        command(caller, tree, "delete", kpi=str(goal.pk)),
        command(caller, tree, "shift", kpi=str(goal.pk), shift="up"),
        command(
            caller,
            tree,
            "move",
            kpi=str(named(tree, "集客").pk),
            parent_id=str(named(tree, "クリック率").pk),
        ),
    ]

    assert [one.status_code for one in responses] == [409, 409, 409]
    assert all(one.json()["detail"] for one in responses)


def test_a_kpi_of_another_tree_is_not_found(tree: Tree, caller: Caller, owner: Actor) -> None:
    other = make_tree(by=owner, name="別のツリー")
    foreign = str(KPI.objects.get(tree=other, parent=None).pk)

    response = command(caller, tree, "update", kpi=foreign, settings={"name": "x"})

    assert response.status_code == 404


def test_only_editors_of_the_client_change_anything(
    tree: Tree, goal: KPI, viewer: Actor, stranger: Actor
) -> None:
    body = {"kpi": str(goal.pk), "settings": {"name": "x"}}
    vendor = make_actor(organization=make_organization(kind=OrganizationKind.VENDOR))

    assert command(Caller(viewer), tree, "update", **body).status_code == 403
    assert command(Caller(stranger), tree, "update", **body).status_code == 404
    assert command(Caller(vendor), tree, "update", **body).status_code == 404
    assert Caller(vendor).get(TREES).status_code == 404
    assert Client().get(TREES).status_code == 401
    assert drawn(tree).startswith("新規顧客数")


def test_a_measurement_is_recorded_corrected_and_repeated(
    tree: Tree, caller: Caller, owner: Actor
) -> None:
    kpi = make_kpi(tree=tree, by=owner, name="納期遵守率", **RATE)
    url = f"/api/v1/kpis/{kpi.pk}/measurements/"
    first = {"period_start": "2026-03-15", "numerator": "9", "denominator": "10"}
    second = {**first, "numerator": "8"}

    made = caller.post(url, first)
    same = caller.post(url, first)
    unexplained = caller.post(url, second)
    corrected = caller.post(url, {**second, "reason": "集計もれ", "revision": 1})

    assert (made.status_code, made.json()["period_start"]) == (200, "2026-03-01")
    assert same.json() == made.json()
    assert unexplained.status_code == 422
    assert corrected.json()["revision"] == 2
    sources = Measurement.objects.filter(kpi=kpi).values_list("source", flat=True)
    assert set(sources) == {"api"}


def test_a_scorecard_is_read_by_month(tree: Tree, caller: Caller, owner: Actor) -> None:
    kpi = named(tree, "商談")
    make_target(kpi=kpi, by=owner, value=100, worst=0)
    for month, value in ((2, 40), (3, 80)):
        make_measurement(kpi=kpi, by=owner, period_start=date(2026, month, 1), value=value)
    compute_scorecards(tree=tree, by=owner)
    url = f"{TREES}{tree.pk}/scorecards/"

    newest = caller.get(url).json()
    february = caller.get(url, month="2026-02").json()

    def score_of(card: Any) -> str:
        (row,) = [one for one in card["scores"] if one["kpi"] == str(kpi.pk)]
        return str(row["score"])

    assert (newest["month"], score_of(newest)) == ("2026-03", "80.000000000000")
    assert (february["month"], score_of(february)) == ("2026-02", "40.000000000000")
    assert caller.get(url, month="2020-01").status_code == 404
    assert caller.get(url, month="März").status_code == 400


def test_reading_a_tree_takes_the_same_number_of_queries_however_large(
    tree: Tree, caller: Caller, owner: Actor
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            caller.get(f"{TREES}{tree.pk}/")
        return len(captured)

    few = count()
    tree.refresh_from_db()
    many = [{"name": f"KPI {number}"} for number in range(40)]
    tree_commands.add_kpis(
        tree=tree,
        version=tree.version,
        parent_id=named(tree, "商談").pk,
        many=many,
        by=owner,
        at=NOW,
    )

    assert count() == few


def test_the_schema_describes_the_api_without_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "schema.json"

    call_command(
        "spectacular", fail_on_warn=True, validate=True, format="openapi-json", file=str(file)
    )

    schema = json.loads(file.read_text())
    assert set(schema["paths"]) >= {
        "/api/v1/trees/",
        "/api/v1/trees/{id}/",
        "/api/v1/trees/{id}/commands/",
        "/api/v1/trees/{id}/scorecards/",
        "/api/v1/kpis/{id}/measurements/",
    }
    operations = [
        (method, about)
        for methods in schema["paths"].values()
        for method, about in methods.items()
        if method in {"get", "post", "put", "patch", "delete"}
    ]
    assert set(schema["components"]["securitySchemes"]) == {"bearer", "cookieAuth"}
    subjects = {one["name"] for one in schema["tags"]}
    for method, about in operations:
        names = {one["name"] for one in about["parameters"]} if "parameters" in about else set()
        assert set(about["tags"]) <= subjects, about["operationId"]
        assert ("Idempotency-Key" in names) == (method != "get"), about["operationId"]
        assert {"bearer": []} in about["security"], about["operationId"]
        assert about["description"], about["operationId"]
        assert list(about["responses"]["401"]["content"]) == ["application/problem+json"]
