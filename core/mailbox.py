"""The mails that a trial without a mail server wrote into a folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

SHOWN = 50
SEPARATOR = b"-" * 79 + b"\n"  # Django's file backend writes it after each mail


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as a person reads it."""

    to: str
    subject: str
    date: str
    body: str


def is_open() -> bool:
    """Whether this site shows its mails: only a trial whose mails go to files."""
    return bool(settings.SITE_IS_DEMO) and settings.MODE == "development"


def mails() -> list[Mail]:
    """Return the newest mails first."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if folder is None:
        return []
    paths = sorted(Path(folder).glob("*.log"), key=lambda one: one.stat().st_mtime_ns, reverse=True)
    return [mail for path in paths[:SHOWN] for mail in _read(path)][:SHOWN]


def _read(path: Path) -> Iterator[Mail]:
    for part in path.read_bytes().split(SEPARATOR):
        message: EmailMessage = message_from_bytes(part.strip(), policy=policy.default)
        if message["To"]:
            yield Mail(
                to=str(message["To"]),
                subject=str(message["Subject"]),
                date=str(message["Date"]),
                body=str(message.get_content()),
            )
