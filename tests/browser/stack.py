"""The live stack for browser tests: web, worker and scheduler as processes of their own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests import databases

ROOT = databases.ROOT
START_SECONDS = 60
# Of Valkey's 16, counted from the last: one for each process of the tests, lest a worker take
# another stack's messages. Tests with a worker of their own count from 9 upwards.
LAST_VALKEY_DATABASE = 15


@dataclass(frozen=True)
class Stack:
    """Where the running site answers, and where its mails are."""

    url: str
    mail_dir: Path
    env: dict[str, str]

    def mails(self, to: str) -> list[EmailMessage]:
        """Return the mails that went out to one person, oldest first."""
        found = []
        for path in sorted(self.mail_dir.glob("*.log"), key=lambda one: one.stat().st_mtime_ns):
            for text in path.read_bytes().split(b"-" * 79 + b"\n"):
                message: EmailMessage = message_from_bytes(text.strip(), policy=policy.default)
                if message["To"] == to:
                    found.append(message)
        return found

    def wait_for_mail(self, to: str, *, containing: str, seconds: float = 20) -> str:
        """Wait for a mail to this person that contains a text; return its body."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for message in reversed(self.mails(to)):
                body = message.get_content()
                if containing in body or containing in str(message["Subject"]):
                    return str(body)
            time.sleep(0.2)
        raise AssertionError(f"no mail to {to} contains {containing!r}")

    def link_in_mail(self, to: str, *, containing: str) -> str:
        """Return the first address of this site in a mail to this person."""
        body = self.wait_for_mail(to, containing=containing)
        match = re.search(rf"{re.escape(self.url)}\S+", body)
        assert match, body
        return match.group(0)


def free_port() -> int:
    """Return a port of the loopback address that nobody uses right now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _commands(port: int, data_dir: Path) -> list[list[str]]:
    binaries = Path(sys.executable).parent
    celery = [str(binaries / "celery"), "-A", "aimitsu"]
    return [
        [
            str(binaries / "granian"),
            *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
            *("--workers", "1", "--blocking-threads", "2"),
            "aimitsu.wsgi:application",
        ],
        [*celery, "worker", "--concurrency", "1", "--loglevel", "INFO"],
        [*celery, "beat", "--schedule", str(data_dir / "beat"), "--loglevel", "INFO"],
    ]


def _valkey_database() -> int:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return LAST_VALKEY_DATABASE - int(worker) % 4


@contextmanager
def running_stack(database: str, data_dir: Path) -> Iterator[Stack]:
    """Run the whole site on this database until the block ends; logs lie in the data folder."""
    port = free_port()
    redis = urlsplit(os.environ["REDIS_URL"])
    mail_dir = data_dir / "mail"
    mail_dir.mkdir()
    env = {
        **os.environ,
        "AIMITSU_MODE": "development",
        "AIMITSU_DEMO": "1",
        "AIMITSU_DATA_DIR": str(data_dir),
        "AIMITSU_BASE_URL": f"http://127.0.0.1:{port}",
        "AIMITSU_EMAIL_URL": f"file://{mail_dir}",
        "AIMITSU_SWEEP_SECONDS": "2",
        "AIMITSU_DAILY_SECONDS": "3",
        "AIMITSU_HEARTBEAT_SECONDS": "2",
        "AIMITSU_RATE_LIMITS": "0",
        "AIMITSU_WORKER_SHUTDOWN_SECONDS": "1",
        "DATABASE_URL": databases.at_database(os.environ["DATABASE_URL"], database),
        "DATABASE_OWNER_URL": databases.at_database(databases.owner_url(), database),
        "REDIS_URL": urlunsplit(redis._replace(path=f"/{_valkey_database()}")),
    }
    stack = Stack(url=env["AIMITSU_BASE_URL"], mail_dir=mail_dir, env=env)
    processes = []
    try:
        for index, command in enumerate(_commands(port, data_dir)):
            with (data_dir / f"{index}.log").open("wb") as log:
                processes.append(
                    subprocess.Popen(
                        command,
                        cwd=ROOT,
                        env=env,
                        stdout=log,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,
                    )
                )
        _wait_until_ready(stack, processes, data_dir)
        yield stack
    finally:
        for process in processes:
            _stop(process)


def _wait_until_ready(
    stack: Stack, processes: list[subprocess.Popen[bytes]], data_dir: Path
) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        for index, process in enumerate(processes):
            if process.poll() is not None:
                raise AssertionError((data_dir / f"{index}.log").read_text()[-3000:])
        try:
            with urllib.request.urlopen(f"{stack.url}/readyz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    logs = "\n".join(path.read_text()[-2000:] for path in sorted(data_dir.glob("*.log")))
    raise AssertionError(f"the stack was not ready in {START_SECONDS} s\n{logs}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End one process with its children: politely, then by force."""
    for how, seconds in ((signal.SIGTERM, 8), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, how)
            process.wait(timeout=seconds)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
        else:
            return
