"""The mails that a trial without a mail server wrote into a folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

SHOWN = 50
SEPARATOR = b"-" * 79 + b"\n"  # Django's file backend writes it after each mail


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as a person reads it."""

    name: str
    to: str
    subject: str
    date: datetime | None
    body: str


def is_open() -> bool:
    """Whether this site shows its mails: only a trial whose mails go to files.

    Anybody could read a link that resets a password here; so never on a site that is used.
    """
    is_trial = bool(settings.SITE_IS_DEMO) and settings.MODE == "development"
    return is_trial and bool(_folder())


def _folder() -> str:
    return str(getattr(settings, "EMAIL_FILE_PATH", None) or "")


def mails() -> list[Mail]:
    """Return the newest mails first."""
    paths = Path(_folder()).glob("*.log")
    newest = sorted(paths, key=lambda one: one.stat().st_mtime_ns, reverse=True)
    found = [mail for path in newest[:SHOWN] for mail in reversed(list(_read(path)))]
    return found[:SHOWN]


def mail_named(name: str) -> Mail | None:
    """Return one of the newest mails."""
    return next((mail for mail in mails() if mail.name == name), None)


def _read(path: Path) -> Iterator[Mail]:
    for number, part in enumerate(path.read_bytes().split(SEPARATOR)):
        message: EmailMessage = message_from_bytes(part.strip(), policy=policy.default)
        if message["To"]:
            yield Mail(
                name=f"{path.stem}-{number}",
                to=str(message["To"]),
                subject=str(message["Subject"]),
                date=_aware(message["Date"].datetime) if message["Date"] else None,
                body=str(message.get_content()),
            )


def _aware(at: datetime) -> datetime:
    """Mails write UTC as -0000, which reads as no zone at all."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)
