"""API tokens: shown once, kept as a hash, stopped at once, and never in a log."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import operations
from accounts.models import ApiToken, Membership, Organization
from accounts.models import Role as AccountRole
from core.domain.organizations import Role
from core.domain.refusals import Denied
from core.models import AuditEvent
from core.tenancy import Actor
from tests.factories.accounts import make_actor, make_organization, make_token, user_of
from tests.factories.kpis import make_tree

TREES = "/api/v1/trees/"


@pytest.fixture
def company(db: None) -> Organization:
    return make_organization(name="東京製作所")


@pytest.fixture
def owner(company: Organization) -> Actor:
    return make_actor(organization=company)


@pytest.fixture
def editor(company: Organization) -> Actor:
    return make_actor(organization=company, role=Role.EDITOR)


def browser_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(user_of(actor))
    return client


def get(secret: str, url: str = TREES) -> Any:
    return Client().get(url, headers={"Authorization": f"Bearer {secret}"})


def membership_of(actor: Actor) -> Membership:
    return Membership.objects.get(
        user_id=str(actor.user_id), organization_id=str(actor.organization_id)
    )


def test_a_token_is_shown_once_and_kept_as_a_hash(editor: Actor) -> None:
    browser = browser_of(editor)

    page = browser.post(
        reverse("accounts:token-create"), {"name": "取り込み", "scope": "write", "days": "90"}
    )

    token = ApiToken.objects.get()
    secret = page.context["secret"]
    assert page.status_code == 201
    assert secret in page.content.decode()
    assert secret not in [str(value) for value in vars(token).values()]
    assert token.expires_at - token.created_at == timedelta(days=90)
    listed = browser.get(reverse("accounts:token-list")).content.decode()
    assert token.prefix in listed
    assert secret not in listed
    assert get(secret).status_code == 200
    token.refresh_from_db()
    assert token.last_used_on == timezone.localdate()
    event = AuditEvent.objects.get(event="accounts.token_created")
    assert secret not in f"{event.summary}{event.data}"


def test_whatever_is_wrong_with_a_token_the_answer_is_the_same(owner: Actor, editor: Actor) -> None:
    expired, expired_secret = make_token(by=editor)
    ApiToken.objects.filter(pk=expired.pk).update(
        created_at=timezone.now() - timedelta(days=2),
        expires_at=timezone.now() - timedelta(seconds=1),
    )
    revoked, revoked_secret = make_token(by=editor)
    operations.revoke_token(token=revoked, by=owner, at=timezone.now())
    good, secret = make_token(by=editor)
    forged = secret[:-1] + ("a" if secret[-1] != "a" else "b")
    answers = [
        get(one)
        for one in (expired_secret, revoked_secret, forged, f"aimitsu_{good.prefix}_x", "", "x")
    ]
    basic = Client().get(TREES, headers={"Authorization": "Basic eDp5"})

    assert {one.status_code for one in [*answers, basic]} == {401}
    assert len({one.content for one in [*answers, basic]}) == 1
    assert {one["WWW-Authenticate"] for one in answers} == {'Bearer realm="aimitsu"'}
    assert answers[0]["Content-Type"] == "application/problem+json"
    assert get(secret).status_code == 200


def test_a_token_counts_and_not_the_session_beside_it(editor: Actor) -> None:
    browser = browser_of(editor)

    assert browser.get(TREES).status_code == 200
    assert browser.get(TREES, headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_a_removed_member_takes_the_tokens_along(owner: Actor, editor: Actor) -> None:
    token, secret = make_token(by=editor)
    assert get(secret).status_code == 200

    operations.remove_member(membership=membership_of(editor), by=owner, at=timezone.now())

    assert get(secret).status_code == 401
    token.refresh_from_db()
    assert token.revoked_at is not None
    user = user_of(editor)
    organization = Organization.objects.get(pk=str(editor.organization_id))
    make_actor(organization=organization, role=Role.EDITOR, user=user)
    assert get(secret).status_code == 401, "coming back revives no token"


def test_a_token_loses_what_its_member_loses(owner: Actor, editor: Actor) -> None:
    tree = make_tree(by=owner)
    _token, secret = make_token(by=editor)
    operations.change_role(
        membership=membership_of(editor), role=AccountRole.VIEWER, by=owner, at=timezone.now()
    )

    answer = Client().patch(
        f"{TREES}{tree.pk}/",
        {"name": "x", "version": tree.version},
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "kpis.viewer")


def test_a_token_stays_in_its_organization(owner: Actor) -> None:
    make_tree(by=owner, name="こちら")
    other = make_actor(organization=make_organization(owner=user_of(owner), name="別の会社"))
    make_tree(by=other, name="あちら")
    _token, secret = make_token(by=other)

    assert [one["name"] for one in get(secret).json()["results"]] == ["あちら"]


def test_a_reading_token_changes_nothing(owner: Actor) -> None:
    _token, secret = make_token(by=owner, scope=ApiToken.Scope.READ)

    answer = Client().post(
        TREES, {}, content_type="application/json", headers={"Authorization": f"Bearer {secret}"}
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "accounts.token_reads")


def test_an_owner_sees_and_stops_all_a_member_only_the_own(owner: Actor, editor: Actor) -> None:
    theirs, secret = make_token(by=editor)
    own, _secret = make_token(by=owner)

    assert set(ApiToken.objects.visible_to(owner)) == {own, theirs}
    assert list(ApiToken.objects.visible_to(editor)) == [theirs]
    hidden = browser_of(editor).post(reverse("accounts:token-revoke", args=[own.pk]))
    stopped = browser_of(owner).post(reverse("accounts:token-revoke", args=[theirs.pk]))

    assert (hidden.status_code, stopped.status_code) == (404, 302)
    assert get(secret).status_code == 401
    assert AuditEvent.objects.filter(event="accounts.token_revoked").count() == 1


@pytest.mark.parametrize(
    ("role", "scope", "days", "code"),
    [
        (Role.VIEWER, "write", 90, "accounts.token_scope"),
        (Role.EDITOR, "read", 366, "accounts.token_days"),
        (Role.EDITOR, "read", 0, "accounts.token_days"),
    ],
)
def test_a_token_is_refused_with_a_reason(
    company: Organization, role: Role, scope: str, days: int, code: str
) -> None:
    actor = make_actor(organization=company, role=role)

    with pytest.raises(Denied) as denied:
        operations.create_token(
            name="x", scope=ApiToken.Scope(scope), days=days, by=actor, at=timezone.now()
        )

    assert denied.value.refusal.code == code


def test_a_viewer_is_offered_reading_only(company: Organization) -> None:
    browser = browser_of(make_actor(organization=company, role=Role.VIEWER))
    data = {"name": "x", "scope": "write", "days": "90"}

    assert browser.post(reverse("accounts:token-create"), data).status_code == 422
    assert (
        browser.post(reverse("accounts:token-create"), data | {"scope": "read"}).status_code == 201
    )


def test_no_log_line_holds_a_token(editor: Actor, caplog: pytest.LogCaptureFixture) -> None:
    _token, secret = make_token(by=editor)

    with caplog.at_level(logging.DEBUG):
        get(secret)
        get(secret, f"{TREES}none/")
        get(f"{secret}x")

    assert caplog.records
    assert secret not in caplog.text


def test_too_many_requests_are_told_when_to_come_back(editor: Actor, settings: Any) -> None:
    settings.API_REQUESTS_A_MINUTE = 2
    _token, secret = make_token(by=editor)
    _other, other = make_token(by=editor)

    answers = [get(secret) for _number in range(4)]

    refused = answers[-1]
    assert answers[0].status_code == 200
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused.json()["code"] == "api.too_many_requests"
    assert get(other).status_code == 200, "each token is counted by itself"
