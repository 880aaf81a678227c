"""What every answer has: a request id, private headers, refusals with reasons, no secrets in logs."""

import logging
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.domain.organizations import OrganizationKind, Role
from kpis.models import Tree
from tests.factories.accounts import make_actor, make_organization, make_user, user_of

SEARCHES = [
    "kpis:tree-list",
    "kpis-api:tree-list",
    "quotes:rfq-list",
    "vendors:vendor-list",
    "vendors:engagement-list",
    "dashboards:dashboard-list",
    "reviews:review-list",
    "core:audit-log",
    "accounts:organization-detail",
]


@pytest.fixture
def browser(db: None) -> Client:
    owner = make_actor(organization=make_organization(kind=OrganizationKind.CLIENT))
    browser = Client()
    browser.force_login(user_of(owner))
    return browser


@pytest.mark.parametrize("name", SEARCHES)
@pytest.mark.parametrize("query", ["q=%00", "status=%00", "page=1%00"])
def test_a_nul_in_an_address_is_no_question(browser: Client, name: str, query: str) -> None:
    assert browser.get(f"{reverse(name)}?{query}").status_code == 400


@pytest.mark.parametrize("name", SEARCHES)
@pytest.mark.parametrize(
    "query",
    ["page=0", "page=abc", "page=99999999999999999999", "q=%E3%81%82%F0%9F%98%80", "q=%25_"],
)
def test_odd_questions_get_a_page(browser: Client, name: str, query: str) -> None:
    assert browser.get(f"{reverse(name)}?{query}").status_code in {200, 404}


def test_pages_are_private_and_framed_by_nobody(browser: Client) -> None:
    answer = browser.get(reverse("dashboards:home"))

    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Frame-Options"] == "DENY"
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    assert len(answer["X-Request-ID"]) == 12


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", ["accounts:invitation-enter", "dashboards:share-enter"])
def test_the_log_names_the_route_and_never_the_token(
    db: None, caplog: pytest.LogCaptureFixture, name: str, method: str
) -> None:
    """Neither our line nor Django's own about what it did not find or allow."""
    secret = "a-token-that-nobody-may-read"
    browser = Client(enforce_csrf_checks=True)
    with caplog.at_level(logging.INFO):
        getattr(browser, method)(reverse(name, args=[secret]))

    assert len(caplog.records) == 2
    assert secret not in caplog.text
    assert caplog.text.count("<str:token>/") == 2


def test_a_refusal_is_a_page_with_its_reason(db: None) -> None:
    company = make_organization()
    viewer = make_actor(organization=company, role=Role.VIEWER)
    browser = Client()
    browser.force_login(user_of(viewer))
    address = reverse("accounts:organization-edit")

    page = browser.get(address)
    fragment = browser.get(address, headers={"HX-Request": "true"})

    assert page.status_code == fragment.status_code == 403
    assert "<html" in page.content.decode()
    assert "<html" not in fragment.content.decode()
    for answer in (page, fragment):
        assert "管理者" in answer.content.decode()


def test_a_fragment_of_somebody_signed_out_takes_the_whole_page_to_the_sign_in(db: None) -> None:
    answer = Client().get(
        reverse("kpis:tree-list"),
        headers={"HX-Request": "true", "HX-Current-URL": "https://evil.example/kpis/?q=1"},
    )

    assert answer["HX-Redirect"] == f"{reverse('account_login')}?next=%2Fkpis%2F%3Fq%3D1"


def current_settings() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('app.user_id', true), ''),"
            " coalesce(current_setting('app.organization_ids', true), '')"
        )
        user, organizations = cursor.fetchone()
    return user, organizations


def test_a_connection_forgets_the_request_before(committed_db: dict[str, str]) -> None:
    """Connections are kept between requests; whose rows they show must not be."""
    owner = make_actor(organization=make_organization())
    browser = Client()
    browser.force_login(user_of(owner))

    assert browser.get(reverse("dashboards:home")).status_code == 200
    assert current_settings() == ("", "")

    browser.get(reverse("kpis:tree-detail", args=["00000000-0000-0000-0000-000000000000"]))
    assert current_settings() == ("", "")


def test_who_was_taken_out_is_told_and_changes_nothing_elsewhere(db: None) -> None:
    """A form left open must not write into another organization of the same person."""
    user = make_user()
    own = make_organization(owner=user, name="甲社")
    lost = make_organization(name="乙社")
    make_actor(organization=lost, role=Role.EDITOR, user=user)
    browser = Client()
    browser.force_login(user)
    browser.post(reverse("accounts:organization-switch"), {"organization": str(lost.pk)})
    lost.memberships.filter(user=user).delete()

    answer: Any = browser.post(reverse("kpis:tree-create"), {"start": "example"}, follow=True)

    assert not Tree.objects.filter(client=own).exists()
    assert "乙社" not in [one.name for one in answer.context["organizations"]]
    assert "メンバーではなくなった" in answer.content.decode()
    assert browser.get(reverse("kpis:tree-list")).status_code == 200


def test_a_page_from_before_the_sign_in_is_told_in_words(db: None) -> None:
    browser = Client(enforce_csrf_checks=True)

    answer = browser.post(reverse("account_login"), {"login": "a@example.jp", "password": "x"})

    text = answer.content.decode()
    assert answer.status_code == 403
    assert "操作は行われていません" in text
    assert "DEBUG" not in text
    assert reverse("dashboards:home") in text


def test_after_signing_in_again_one_is_back_on_the_page_of_the_form(db: None) -> None:
    """The address of a form cannot be opened, the page that held it can."""
    answer = Client().post(
        reverse("accounts:invitation-create"),
        {"email": "a@example.jp"},
        headers={"Referer": "https://evil.example/organization/?page=2"},
    )

    assert answer["Location"] == f"{reverse('account_login')}?next=%2Forganization%2F%3Fpage%3D2"


def test_an_address_that_only_takes_forms_has_a_page(browser: Client) -> None:
    answer = browser.get(reverse("accounts:organization-switch"))

    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "直接開けません" in answer.content.decode()


@pytest.mark.parametrize("language", ["en-US,en", "ja", ""])
def test_the_site_speaks_one_language_at_a_time(db: None, language: str) -> None:
    text = Client().get("/account/login/", headers={"Accept-Language": language}).content.decode()

    assert '<html lang="ja">' in text
    assert "メールアドレス" in text
    assert "Forgot" not in text
