"""Planned changes, bands and phases over the API: the same rules as on the pages."""

from typing import Any

import pytest
from django.utils import timezone

from core.domain.periods import add_months
from core.tenancy import Actor
from kpis.models import PlannedChange, Tree
from tests.integration.kpis.conftest import named
from tests.integration.kpis.test_api_trees import TREES, Caller


@pytest.fixture
def caller(owner: Actor) -> Caller:
    return Caller(owner)


def month() -> str:
    return f"{add_months(timezone.localdate().replace(day=1), 1):%Y-%m}"


def plan(caller: Caller, tree: Tree, **more: Any) -> Any:
    body = {"effective_month": month(), "reason": "定例で合意", **more}
    return caller.post(f"{TREES}{tree.pk}/plans/", body)


def test_settings_are_planned_listed_and_withdrawn(caller: Caller, tree: Tree) -> None:
    kpi = str(named(tree, "商談").pk)

    made = plan(caller, tree, kpi=kpi, settings={"weight": "3"})
    assert made.status_code == 201
    assert made.json()["fields_after"] == {"weight": "3"}
    assert made.json()["effective_month"] == month()
    listed = caller.get(f"{TREES}{tree.pk}/plans/").json()
    assert [one["id"] for one in listed["results"]] == [made.json()["id"]]

    address = f"/api/v1/plans/{made.json()['id']}/withdraw/"
    assert caller.post(address, {}).json()["withdrawn_at"]
    assert caller.post(address, {}).status_code == 409
    assert caller.get(f"{TREES}{tree.pk}/plans/").json()["count"] == 0


def test_a_plan_is_changed_before_its_month(caller: Caller, tree: Tree) -> None:
    kpi = str(named(tree, "商談").pk)
    made = plan(caller, tree, kpi=kpi, settings={"weight": "3"}).json()
    address = f"/api/v1/plans/{made['id']}/"
    other = {"effective_month": month(), "reason": "話し合いのあと", "settings": {"weight": "4"}}

    changed = caller.put(address, other)

    assert changed.status_code == 200, changed.content
    assert caller.get(address).json()["fields_after"] == {"weight": "4"}
    assert caller.get(address).json()["reason"] == "話し合いのあと"
    bands = {"bands": {"met": "95", "near": "70", "improve": "40"}}
    bare = {name: other[name] for name in ("effective_month", "reason")}
    wrongs: list[dict[str, Any]] = [bands, {"settings": {"weight": "-1"}}, {}, {"settings": {}}]
    for wrong in wrongs:
        refused = caller.put(address, {**bare, **wrong})
        assert refused.status_code == 400, refused.content
    assert caller.put(address, {**other, "settings": {"importance": 9}}).status_code == 400
    assert caller.get(address).json()["fields_after"] == {"weight": "4"}
    caller.post(f"{address}withdraw/", {})
    assert caller.put(address, other).status_code == 409


def test_bands_are_read_with_what_is_planned(caller: Caller, tree: Tree) -> None:
    bands = {"met": "95", "near": "70", "improve": "40"}
    assert plan(caller, tree, bands=bands).status_code == 201

    found = caller.get(f"{TREES}{tree.pk}/bands/").json()

    assert (found["met"], found["near"], found["improve"]) == ("100.000", "80.000", "50.000")
    assert [one["fields_after"] for one in found["planned"]] == [bands]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({}, 400),
        ({"settings": {"weight": "3"}}, 400),
        ({"bands": {"met": "1", "near": "2", "improve": "3"}}, 422),
        ({"bands": {"met": "95", "near": "70", "improve": "4"}, "effective_month": "soon"}, 400),
        ({"bands": {"met": "95", "near": "70", "improve": "4"}, "effective_month": "2020-01"}, 422),
        ({"bands": {"met": "95", "near": "70", "improve": "4"}, "version": 1}, 409),
    ],
)
def test_what_cannot_be_planned_is_refused(
    caller: Caller, tree: Tree, wrong: dict[str, Any], status: int
) -> None:
    assert plan(caller, tree, **wrong).status_code == status
    assert not PlannedChange.objects.exists()


def test_a_phase_is_proposed_switched_and_withdrawn(caller: Caller, tree: Tree) -> None:
    address = f"{TREES}{tree.pk}/phase/"
    assert caller.get(address).json()["coming"] == []
    assert caller.get(address, phase="x").status_code == 422
    found = caller.get(address, outsourcing_type="marketing", phase="growth").json()
    body = {
        "version": tree.version,
        "outsourcing_type": "marketing",
        "phase": "growth",
        "effective_month": month(),
        "reason": "拡大に入るため",
        "add": [found["coming"][0]["definition"]["id"]],
        "retire": [str(named(tree, "商談").pk)],
    }

    unknown = {**body, "add": [str(tree.pk)]}
    assert caller.post(address, unknown).status_code == 400
    made = caller.post(address, body).json()
    detail = caller.get(f"{TREES}{tree.pk}/").json()
    ends = {one["name"]: one["retired_from"] for one in detail["kpis"]}
    assert ends["商談"] == f"{month()}-01"
    assert (len(made["added"]), detail["phase"]) == (1, "")
    assert caller.post(address, body).status_code == 409

    assert caller.post(f"/api/v1/plans/{made['id']}/withdraw/", {}).status_code == 200
    assert named(tree, "商談").retired_from is None
