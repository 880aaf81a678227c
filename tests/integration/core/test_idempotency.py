"""Idempotency-Key: one write for each key, one answer, and nothing kept of what failed."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, Organization
from accounts.models import Role as AccountRole
from accounts.operations import change_role
from core import idempotency
from core.domain.organizations import Role
from core.models import IdempotentAnswer
from core.tenancy import Actor
from kpis.models import Tree, TreeCommand
from kpis.queries.trees import goal_of
from tests.factories.accounts import make_actor, make_organization, make_token, user_of
from tests.factories.kpis import make_tree


class Program:
    """A program with a token."""

    def __init__(self, actor: Actor) -> None:
        self.secret = make_token(by=actor)[1]

    def post(self, url: str, body: Any, key: str | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self.secret}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        client = Client(raise_request_exception=False)
        return client.post(url, body, content_type="application/json", headers=headers)


def add(tree: Tree, name: str = "新しいKPI") -> tuple[str, dict[str, Any]]:
    body = {
        "kind": "add",
        "version": tree.version,
        "parent_id": str(goal_of(tree).pk),
        "settings": {"name": name},
    }
    return f"/api/v1/trees/{tree.pk}/commands/", body


@pytest.fixture
def owner(db: None) -> Actor:
    return make_actor(organization=make_organization())


@pytest.fixture
def tree(owner: Actor) -> Tree:
    return make_tree(by=owner)


def test_the_same_request_again_gets_the_same_answer(owner: Actor, tree: Tree) -> None:
    program, (url, body) = Program(owner), add(tree)

    first = program.post(url, body, "one")
    again = program.post(url, body, '"one"')

    assert first.status_code == again.status_code == 200
    assert again.content == first.content
    assert again["ETag"] == first["ETag"]
    assert "Idempotent-Replay" not in first
    assert again["Idempotent-Replay"] == "true"
    assert TreeCommand.objects.filter(tree=tree).count() == 1


def test_another_request_with_the_same_key_is_refused(owner: Actor, tree: Tree) -> None:
    program, (url, body) = Program(owner), add(tree)
    program.post(url, body, "one")

    other = program.post(url, add(tree, "別のKPI")[1], "one")
    elsewhere = program.post("/api/v1/trees/", body, "one")

    for answer in (other, elsewhere):
        assert (answer.status_code, answer.json()["code"]) == (422, "core.idempotency_reused")
    assert TreeCommand.objects.filter(tree=tree).count() == 1


def test_a_refusal_is_repeated_too_and_leaves_nothing_done(owner: Actor, tree: Tree) -> None:
    program, (url, body) = Program(owner), add(tree)
    body["version"] = 99

    first, again = program.post(url, body, "one"), program.post(url, body, "one")

    assert first.status_code == again.status_code == 409
    assert again["Content-Type"] == "application/problem+json"
    assert again.json() == first.json()


def test_who_lost_rights_is_not_given_the_answer_again(owner: Actor, tree: Tree) -> None:
    company = Organization.objects.get(pk=str(owner.organization_id))
    editor = make_actor(organization=company, role=Role.EDITOR)
    program, (url, body) = Program(editor), add(tree)
    program.post(url, body, "one")
    membership = Membership.objects.get(organization=company, user_id=str(editor.user_id))
    change_role(membership=membership, role=AccountRole.VIEWER, by=owner, at=timezone.now())

    again = program.post(url, body, "one")

    assert (again.status_code, again.json()["code"]) == (422, "core.idempotency_reused")


def test_who_waits_too_long_is_told_so(
    committed_db: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "WAIT", "300ms")
    owner = make_actor(organization=make_organization())
    tree = make_tree(by=owner)
    program, (url, body) = Program(owner), add(tree)
    answers: list[Any] = []

    def send() -> None:
        try:
            answers.append(program.post(url, body, "one"))
        finally:
            connection.close()

    with transaction.atomic():
        IdempotentAnswer.objects.create(
            user_id=owner.user_id,
            organization_id=owner.organization_id,
            key="one",
            fingerprint="",
            created_at=timezone.now(),
        )
        waiting = threading.Thread(target=send)
        waiting.start()
        waiting.join(20)
        transaction.set_rollback(True)

    (answer,) = answers
    assert (answer.status_code, answer.json()["code"]) == (409, "core.idempotency_busy")
    assert program.post(url, body, "one").status_code == 200


def test_keys_of_others_do_not_count(owner: Actor, tree: Tree) -> None:
    url, body = add(tree)
    stranger = make_actor(organization=make_organization())
    Program(owner).post(url, body, "one")

    answer = Program(stranger).post(url, body, "one")

    assert answer.status_code == 404
    assert "Idempotent-Replay" not in answer


def test_a_failure_frees_the_key(owner: Actor, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    program, (url, body) = Program(owner), add(tree)
    with monkeypatch.context() as broken:
        broken.setattr("kpis.operations.tree_commands.conclude", None)
        failed = program.post(url, body, "one")

    again = program.post(url, body, "one")

    assert (failed.status_code, failed["Content-Type"]) == (500, "application/problem+json")
    assert again.status_code == 200
    assert "Idempotent-Replay" not in again
    assert TreeCommand.objects.filter(tree=tree).count() == 1


@pytest.mark.parametrize("key", ["", "a b", "あ", "x" * 201])
def test_a_key_that_is_none_is_a_400(owner: Actor, tree: Tree, key: str) -> None:
    url, body = add(tree)

    assert Program(owner).post(url, body, key).status_code == 400
    assert IdempotentAnswer.objects.count() == 0


def test_answers_are_forgotten_after_a_day(owner: Actor, tree: Tree) -> None:
    program, (url, body) = Program(owner), add(tree)
    program.post(url, body, "one")
    program.post(url, body, "two")
    at = timezone.now()
    IdempotentAnswer.objects.filter(key="one").update(created_at=at - timedelta(hours=24))

    late = program.post(url, body, "one")
    assert late.status_code == 409, "a new request on an old version"
    IdempotentAnswer.objects.filter(key="one").update(created_at=at - timedelta(hours=24))
    assert idempotency.purge(at=at) == 1
    assert [one.key for one in IdempotentAnswer.objects.all()] == ["two"]


def test_requests_at_the_same_moment_write_once(committed_db: dict[str, str]) -> None:
    owner = make_actor(organization=make_organization())
    tree = make_tree(by=owner)
    program, (url, body) = Program(owner), add(tree)
    start = threading.Barrier(4)
    answers: list[Any] = []

    def send() -> None:
        try:
            start.wait(10)
            answers.append(program.post(url, body, "one"))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert [one.status_code for one in answers] == [200] * 4
    assert len({one.content for one in answers}) == 1
    assert sum("Idempotent-Replay" in one for one in answers) == 3
    assert TreeCommand.objects.filter(tree=tree).count() == 1


def test_a_session_needs_its_csrf_token_also_for_a_repeat(owner: Actor, tree: Tree) -> None:
    url, body = add(tree)
    Program(owner).post(url, body, "one")
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user_of(owner))

    answer = browser.post(
        url, body, content_type="application/json", headers={"Idempotency-Key": "one"}
    )

    assert answer.status_code == 403
