"""Every error below /api/ is a problem of RFC 9457, whoever answers."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.domain.problems import PROBLEM_TYPES
from core.tenancy import Actor
from tests.factories.accounts import make_actor, make_organization, user_of
from tests.factories.kpis import make_tree

TREES = "/api/v1/trees/"


@pytest.fixture
def owner(db: None) -> Actor:
    return make_actor(organization=make_organization())


@pytest.fixture
def caller(owner: Actor) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user_of(owner))
    return client


def problem(answer: Any) -> dict[str, Any]:
    """Check what all problems have in common, and return the body."""
    assert answer["Content-Type"] == "application/problem+json", answer.content
    assert answer.get("Content-Length") in {None, str(len(answer.content))}
    body: dict[str, Any] = answer.json()
    assert body["status"] == answer.status_code
    name = body["type"].rstrip("/").rsplit("/", 1)[1]
    assert body["title"] == PROBLEM_TYPES[name].title
    assert body["detail"]
    assert body["code"]
    return body


def test_errors_of_every_kind_are_problems(caller: Client, monkeypatch: Any) -> None:
    answers = {
        401: Client().get(TREES),
        404: caller.get("/api/v1/nothing/here/"),
        405: caller.delete(TREES),
        406: caller.get(TREES, headers={"Accept": "text/csv"}),
        415: caller.post(TREES, "x", content_type="text/plain"),
    }

    assert {status: problem(one)["status"] for status, one in answers.items()} == {
        status: status for status in answers
    }
    assert set(answers[405]["Allow"].split(", ")) == {"GET", "POST", "OPTIONS"}
    assert (
        problem(caller.post(TREES, "{", content_type="application/json"))["code"] == "api.malformed"
    )
    assert problem(caller.get(f"{TREES}?q=%00"))["status"] == 400
    assert problem(caller.get(f"{TREES}?page=99"))["status"] == 404
    monkeypatch.setattr("kpis.queries.trees.tree_list", None)
    failed = problem(caller.get(TREES))
    assert (failed["status"], failed["code"]) == (500, "api.server_error")


def test_a_wrong_field_is_named_by_its_pointer(caller: Client) -> None:
    body = {"name": "", "goal": {"name": "新規顧客数", "importance": 9, "unit": "bananas"}}

    answer = problem(caller.post(TREES, body, content_type="application/json"))

    errors = {one["pointer"]: one for one in answer["errors"]}
    assert set(errors) == {"/name", "/goal/importance", "/goal/unit"}
    assert errors["/goal/importance"]["code"] == "max_value"
    assert "5" in errors["/goal/importance"]["detail"]


def test_a_refusal_keeps_its_code_and_reason(caller: Client, owner: Actor) -> None:
    tree = make_tree(by=owner)

    def archive(version: int) -> Any:
        url = f"{TREES}{tree.pk}/archive/"
        return caller.post(url, {"version": version}, content_type="application/json")

    archive(tree.version)
    answer = problem(archive(tree.version + 1))

    assert (answer["status"], answer["code"]) == (409, "kpis.tree_status")


@pytest.mark.parametrize("name", sorted(PROBLEM_TYPES))
def test_the_type_of_a_problem_leads_to_a_page(db: None, name: str) -> None:
    page = Client().get(reverse("api-problem", args=[name]))

    assert page.status_code == 200
    assert PROBLEM_TYPES[name].remedy in page.content.decode()


def test_the_page_of_the_api_names_every_operation(caller: Client) -> None:
    page = caller.get(reverse("api-docs")).content.decode()

    for path in ("/api/v1/trees/{id}/commands/", "/api/v1/library/{id}/use/"):
        assert path in page
    assert "Idempotency-Key" in page
    assert "<script" not in page.split("<main")[1].split("</main>")[0]
