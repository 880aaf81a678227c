"""Signing up, in, and the ways around a lost password: through the mails that really go out."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core import outbox
from core.models import OutboxMessage
from tests.factories.accounts import PASSWORD, make_organization, make_user

pytestmark = pytest.mark.django_db
NEW = "new@example.jp"
STRONG = "correct-horse-battery-9"


def sign_up(browser: Client, email: str = NEW, **headers: Any) -> Any:
    data = {"email": email, "name": "佐藤 一郎", "password1": STRONG, "password2": STRONG}
    return browser.post(reverse("account_signup"), data, headers=headers)


def sign_in(browser: Client, email: str, password: str = PASSWORD) -> Any:
    return browser.post(reverse("account_login"), {"login": email, "password": password})


def mails_to(email: str) -> list[str]:
    found = OutboxMessage.objects.filter(recipient=email).order_by("created_at", "due_at")
    return [one.payload["context"]["body"] for one in found]


def link_in(body: str) -> str:
    found = re.search(r"https?://\S+", body)
    assert found, body
    return found[0]


def path_of(link: str) -> str:
    return re.sub(r"^https?://[^/]+", "", link)


def is_signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def test_the_link_of_the_mail_lets_a_new_person_in() -> None:
    browser = Client()

    answer = sign_up(browser)

    assert answer.status_code == 302
    assert not is_signed_in(browser)
    (body,) = mails_to(NEW)
    page = browser.get(path_of(link_in(body)))
    assert page.status_code == 200
    browser.post(path_of(link_in(body)))
    assert is_signed_in(browser)
    home = browser.get(reverse("dashboards:home"), follow=True)
    assert home.redirect_chain[-1][0] == reverse("accounts:organization-create")


def test_the_link_in_another_browser_confirms_but_lets_nobody_in() -> None:
    """Whoever is sent a stranger's link must not end up in the stranger's account."""
    sign_up(Client())
    other = Client()

    other.post(path_of(link_in(mails_to(NEW)[0])))

    assert not is_signed_in(other)
    sign_in(other, NEW, STRONG)
    assert is_signed_in(other)


def test_nobody_signs_in_before_the_address_is_confirmed() -> None:
    sign_up(Client())
    browser = Client()

    sign_in(browser, NEW, STRONG)

    assert not is_signed_in(browser)


def test_signing_up_does_not_tell_who_has_an_account() -> None:
    make_user(email="known@example.jp")

    known, new = sign_up(Client(), "known@example.jp"), sign_up(Client())

    assert (known.status_code, known["Location"]) == (new.status_code, new["Location"])
    assert User.objects.filter(email="known@example.jp").count() == 1
    (body,) = mails_to("known@example.jp")
    assert "/account/password/reset/" in body


def test_links_lead_to_the_site_itself_whatever_the_request_says(settings: Any) -> None:
    settings.BASE_URL = "https://aimitsu.example"
    settings.ALLOWED_HOSTS = ["*"]

    sign_up(Client(), host="evil.example")

    assert link_in(mails_to(NEW)[0]).startswith("https://aimitsu.example/account/confirm-email/")


def test_a_reset_changes_the_password_once_and_tells_by_mail() -> None:
    user = make_user(email="forgot@example.jp")
    browser = Client()
    browser.post(reverse("account_reset_password"), {"email": user.email})
    link = path_of(link_in(mails_to(user.email)[0]))

    form = browser.get(link, follow=True).redirect_chain[-1][0]
    browser.post(form, {"password1": STRONG, "password2": STRONG})

    user.refresh_from_db()
    assert user.check_password(STRONG)
    assert len(mails_to(user.email)) == 2
    used = Client().get(link, follow=True)
    assert "password1" not in used.content.decode()
    assert "すでに使われています" in used.content.decode()


def test_asking_to_reset_does_not_tell_who_has_an_account() -> None:
    make_user(email="known@example.jp")

    answers = [
        Client().post(reverse("account_reset_password"), {"email": email})
        for email in ("known@example.jp", "nobody@example.jp")
    ]

    assert {(one.status_code, one["Location"]) for one in answers} == {
        (302, reverse("account_reset_password_done"))
    }


def test_guessing_passwords_is_stopped_for_every_process(settings: Any) -> None:
    """The count stands in the database: another worker, or a restart, does not begin anew."""
    settings.ACCOUNT_RATE_LIMITS = {}
    user = make_user(email="target@example.jp")
    browser = Client()
    cache.clear()

    for _attempt in range(10):
        sign_in(browser, user.email, "wrong")
    sign_in(browser, user.email)

    assert not is_signed_in(browser)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_cache")
        assert cursor.fetchone()[0] > 0


def test_a_wrong_password_and_an_unknown_address_read_the_same() -> None:
    make_user(email="known@example.jp")

    pages = [
        sign_in(Client(), email, "wrong").content.decode()
        for email in ("known@example.jp", "nobody@example.jp")
    ]

    said = [re.sub(r'value="[^"]*"', "", page) for page in pages]  # the address, the CSRF token
    assert said[0] == said[1]
    assert "正しくありません" in said[0]


def test_after_signing_in_nobody_is_sent_elsewhere() -> None:
    owner = make_user(email="owner@example.jp")
    make_organization(owner=owner)
    answer = Client().post(
        reverse("account_login"),
        {"login": owner.email, "password": PASSWORD, "next": "https://evil.example/"},
    )
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]


@pytest.mark.parametrize(
    ("password", "says"),
    [("short", "8"), ("12345678901", "数字"), ("password123", "一般的"), ("", "")],
)
def test_weak_passwords_are_refused_at_the_field(password: str, says: str) -> None:
    answer = Client().post(
        reverse("account_signup"),
        {"email": NEW, "name": "佐藤", "password1": password, "password2": password},
    )
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not User.objects.filter(email=NEW).exists()
    assert not OutboxMessage.objects.exists()


def test_a_mail_of_the_sign_up_is_delivered_once(mailoutbox: list[Any]) -> None:
    sign_up(Client())
    message = OutboxMessage.objects.get(recipient=NEW)

    outbox.deliver_one(message.pk, at=message.due_at)
    outbox.deliver_one(message.pk, at=message.due_at)

    (mail,) = mailoutbox
    assert mail.to == [NEW]
    assert link_in(mail.body)
