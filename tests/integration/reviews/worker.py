"""A real Celery worker with its scheduler as child processes, and a slow mail server."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.browser.stack import free_port
from tests.databases import ROOT

HOST = "127.0.0.1"


@dataclass
class SlowMailServer:
    """Takes mails into a list, says so only after a while, and can hold them before the text."""

    delay: float
    accepted: list[EmailMessage] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    is_holding: threading.Event = field(default_factory=threading.Event)
    is_asked: threading.Event = field(default_factory=threading.Event)

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Take the address; while holding, let the sender wait before it may send the text."""
        self.is_asked.set()
        while self.is_holding.is_set():
            await asyncio.sleep(0.02)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - named by aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Accept the mail for good, and only later tell the sender."""
        content = envelope.content
        assert isinstance(content, bytes)
        with self.changed:
            self.accepted.append(message_from_bytes(content, policy=policy.default))
            self.changed.notify_all()
        await asyncio.sleep(self.delay)
        return "250 OK"

    def wait_for(self, count: int, seconds: float) -> None:
        """Return at the very moment at which so many mails were accepted."""
        with self.changed:
            is_there = self.changed.wait_for(lambda: len(self.accepted) >= count, seconds)
        assert is_there, f"{len(self.accepted)} of {count} mails after {seconds} s"


@contextmanager
def mail_server(*, delay: float = 0.25) -> Iterator[tuple[SlowMailServer, str]]:
    """Run the mail server on loopback; yields it with its address."""
    sink, port = SlowMailServer(delay), free_port()
    controller = Controller(sink, hostname=HOST, port=port)
    controller.start()
    try:
        yield sink, f"smtp://{HOST}:{port}"
    finally:
        sink.is_holding.clear()
        controller.stop()


@dataclass
class Worker:
    """Starts workers one after the other and kills them; at most one lives."""

    env: Mapping[str, str]
    folder: Path
    starts: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start a worker with one pool process and an embedded scheduler."""
        self.starts += 1
        command = [
            *(str(Path(sys.executable).parent / "celery"), "-A", "aimitsu", "worker", "--beat"),
            *("--pool", "prefork", "--concurrency", "1", "--loglevel", "INFO"),
            *("--schedule", str(self.folder / f"schedule-{self.starts}")),
            *("--without-gossip", "--without-mingle"),
        ]
        with (self.folder / f"worker-{self.starts}.log").open("wb") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=dict(self.env),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """Take the worker, its pool process and its scheduler away without a word."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=10)

    def restart(self) -> None:
        """Kill and start anew."""
        self.kill()
        self.start()

    def log(self) -> str:
        """Return what the workers wrote last, for a failing test."""
        paths = sorted(self.folder.glob("worker-*.log"))
        return "\n".join(path.read_text(errors="replace")[-1500:] for path in paths)


@contextmanager
def worker(
    env: Mapping[str, str], folder: Path, mail_url: str, *, valkey_database: int
) -> Iterator[Worker]:
    """Yield a worker that is not started yet; whatever lives at the end is killed.

    Tests that may run side by side take different databases of Valkey.
    """
    redis = urlsplit(env["REDIS_URL"])
    controlled = Worker(
        env={
            **env,
            "REDIS_URL": urlunsplit(redis._replace(path=f"/{valkey_database}")),
            "AIMITSU_EMAIL_URL": mail_url,
            "AIMITSU_OUTBOX_LEASE_SECONDS": "2",
            "AIMITSU_SWEEP_SECONDS": "1",
            "AIMITSU_DAILY_SECONDS": "1",
            "AIMITSU_DATA_DIR": str(folder),
        },
        folder=folder,
    )
    try:
        yield controlled
    finally:
        controlled.kill()
