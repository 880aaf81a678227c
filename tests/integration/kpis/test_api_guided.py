"""The guided start and the templates over the API: the same questions, the same tree."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.tenancy import Actor
from kpis.models import KPI, GuidedStart, Tree
from kpis.queries.lint import lint_report
from tests.factories.accounts import NOW, user_of
from tests.factories.kpis import client_of

pytestmark = pytest.mark.django_db
GOAL = {
    "name": ["問い合わせを増やす"],
    "goal_name": ["問い合わせの件数"],
    "definition": ["その月に受け付けた問い合わせの件数"],
    "unit": ["count"],
    "direction": ["higher"],
    "baseline": ["200"],
    "target": ["250"],
    "valid_from": ["2026-04-01"],
    "deadline_on": ["2099-03-31"],
    "rationale_kind": ["history"],
    "rationale": ["昨年度の月平均200件の25%増"],
}


def caller(actor: Actor) -> Client:
    client = Client()
    client.force_login(user_of(actor))
    return client


def begun(caller_: Client, **data: str) -> str:
    """Begin, and return the address of the start."""
    answer = caller_.post(reverse("kpis-api:guided-list"), data, "application/json")
    assert answer.status_code == 201, answer.content
    return reverse("kpis-api:guided-detail", args=[answer.json()["id"]])


def put(client: Client, start: str, step: int, **answers: list[str]) -> Any:
    return client.put(f"{start}steps/{step}/", {"answers": answers}, "application/json")


def missing(asked: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Answer what the library proposes nothing for: a number, and whom it was agreed with."""
    given = {"value": ["10"], "accept": ["10"], "reason": ["外注先との協議で合意"]}
    return {
        one["name"]: given[kind]
        for one in asked
        if not one["answer"] and (kind := one["name"].partition("_")[0]) in given
    }


def test_five_answers_make_a_tree_that_only_people_can_complete(owner: Actor) -> None:
    client = caller(owner)
    start = begun(client, kind="inquiries", client=str(client_of(owner)))

    assert put(client, start, 1, **GOAL).json()["is_answered"]
    # What is proposed is taken over where nothing is said.
    for step in (2, 3):
        answer = put(client, start, step)
        assert (answer.status_code, answer.json()["problems"]) == (200, []), answer.json()
    asked = client.get(f"{start}steps/4/").json()["inputs"]
    answer = put(client, start, 4, **missing(asked))
    assert answer.status_code == 200, answer.json()
    owners = put(client, start, 5, client_owner=["広報部"])
    assert owners.status_code == 200, owners.json()
    made = client.post(f"{start}finish/")

    assert made.status_code == 201
    tree = Tree.objects.get(pk=made.json()["id"])
    assert made["Location"].endswith(reverse("kpis-api:tree-detail", args=[tree.pk]))
    assert KPI.objects.filter(tree=tree).count() > 4
    assert lint_report(tree, NOW.date()).active == []
    again = client.post(f"{start}finish/")
    assert (again.status_code, again.json()["id"]) == (201, made.json()["id"])
    assert client.get(start).json()["tree"] == str(tree.pk)
    assert put(client, start, 1, name=["あとから"]).status_code == 409


def test_a_question_says_what_can_be_answered_and_what_is_wrong(owner: Actor) -> None:
    client = caller(owner)
    start = begun(client, kind="inquiries")

    asked = {one["name"]: one for one in client.get(f"{start}steps/1/").json()["inputs"]}
    refused = put(client, start, 1, **{**GOAL, "target": ["たくさん"]})

    assert {"value": "count", "label": "件"} in asked["unit"]["options"]
    assert asked["target"]["is_required"]
    assert not refused.json()["is_answered"]
    fields = {one["name"]: one for one in refused.json()["inputs"]}
    assert fields["target"]["problems"]
    assert fields["target"]["answer"] == ["たくさん"]  # what was sent is kept
    assert client.get(start).json()["step"] == 1
    assert put(client, start, 1, target=["300"]).json()["is_answered"]
    kept = {one["name"]: one["answer"] for one in client.get(f"{start}steps/1/").json()["inputs"]}
    assert (kept["target"], kept["goal_name"]) == (["300"], GOAL["goal_name"])


def test_questions_are_answered_in_their_order(owner: Actor) -> None:
    client = caller(owner)
    start = begun(client, kind="inquiries")

    for answer in (
        client.get(f"{start}steps/2/"),
        put(client, start, 5),
        client.post(f"{start}finish/"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "kpis.guided_earlier")
    assert client.get(f"{start}steps/6/").status_code == 404
    unknown = client.post(reverse("kpis-api:guided-list"), {"kind": "x"}, "application/json")
    assert unknown.status_code == 400


def test_a_start_is_its_authors_alone_and_can_be_thrown_away(
    owner: Actor, colleague: Actor, stranger: Actor
) -> None:
    client = caller(owner)
    start = begun(client, kind="inquiries")

    for other in (colleague, stranger):
        assert caller(other).get(start).status_code == 404
        assert put(caller(other), start, 1, **GOAL).status_code == 404
        assert caller(other).get(reverse("kpis-api:guided-list")).json()["results"] == []
    assert client.get(reverse("kpis-api:guided-list")).json()["count"] == 1
    assert client.delete(start).status_code == 204
    assert client.get(start).status_code == 404
    assert GuidedStart.objects.get().answers == {}


def test_a_template_is_planted(owner: Actor, viewer: Actor) -> None:
    address = reverse("kpis-api:template-plant", args=["support_initial"])

    made = caller(owner).post(address, {"name": "窓口"}, "application/json")

    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["name"], Tree.objects.get(pk=body["id"]).client_id) == ("窓口", client_of(owner))
    assert KPI.objects.filter(tree_id=body["id"], targets__isnull=False).exists()
    assert caller(viewer).post(address, {}, "application/json").status_code == 403
    nothing = reverse("kpis-api:template-plant", args=["nothing"])
    assert caller(owner).post(nothing, {}, "application/json").status_code == 404
