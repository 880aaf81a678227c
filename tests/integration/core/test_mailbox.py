"""The mailbox of a trial: what Django wrote into files can be read, and only on a trial."""

from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage, get_connection
from django.test import Client


@pytest.fixture
def trial(settings: Any, tmp_path: Path) -> Path:
    settings.SITE_IS_DEMO, settings.MODE = True, "development"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    backend = get_connection(
        "django.core.mail.backends.filebased.EmailBackend", file_path=str(tmp_path)
    )
    for number in range(2):
        backend.send_messages(
            [EmailMessage(f"件名 {number}", "本文です。", "a@example.jp", ["b@example.jp"])]
        )
    return tmp_path


@pytest.mark.django_db
def test_mails_of_a_trial_are_listed_and_read(trial: Path) -> None:
    page = Client().get("/dev/mail/")
    assert page.status_code == 200
    (newest, _older) = page.context["mails"]

    mail = Client().get(f"/dev/mail/{newest.name}/").content.decode()

    assert "件名 1" in mail
    assert "本文です。" in mail


@pytest.mark.django_db
@pytest.mark.parametrize(("demo", "mode"), [(False, "development"), (True, "production")])
def test_a_site_that_is_used_shows_no_mail(
    trial: Path, settings: Any, demo: bool, mode: str
) -> None:
    settings.SITE_IS_DEMO, settings.MODE = demo, mode

    assert Client().get("/dev/mail/").status_code == 404
    assert Client().get("/dev/mail/anything/").status_code == 404
