"""`make run`: the whole site on this machine, until Ctrl-C."""

import os
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field

from core.embedded.children import Ledger
from core.embedded.environment import for_development
from core.embedded.failures import Unavailable, as_program
from core.embedded.network import LOOPBACK, reserved_port
from core.embedded.place import PROJECT, Place, find_place
from core.embedded.processes import Child, end_all, in_foreground
from core.embedded.services import services

WEB_SECONDS = 60
STOP_SECONDS = 15
LONGEST_PAUSE = 60.0
STEADY_SECONDS = 60.0
PYTHON = sys.executable


@dataclass(slots=True)
class Supervised:
    """A child that is started again when it dies, after a pause that doubles each time."""

    child: Child
    deaths: int = 0
    started_at: float = 0.0
    restart_at: float | None = None

    def start(self) -> None:
        """Start the child now."""
        self.child.stop(patience=0)  # what the dead one left behind
        self.restart_at = None
        self.started_at = time.monotonic()
        self.child.start()

    def look_after(self) -> bool:
        """Restart the child if it is due; return whether it was started just now."""
        now = time.monotonic()
        if self.child.is_running:
            if now - self.started_at > STEADY_SECONDS:
                self.deaths = 0
            return False
        if self.restart_at is None:
            self.deaths += 1
            pause = min(LONGEST_PAUSE, 2.0 ** (self.deaths - 1))
            self.restart_at = now + pause
            print(f"The {self.child.name} ended; it starts again in {pause:.0f} s.", flush=True)
        if now < self.restart_at:
            return False
        self.start()
        return True


@dataclass(slots=True)
class Site:
    """The three processes of the site: web, worker and scheduler."""

    place: Place
    environment: dict[str, str]
    port: int
    servers: tuple[Child, ...]
    members: list[Supervised] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where a browser finds the site."""
        return f"http://{LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Start the three, and wait until the site answers."""
        granian = [PYTHON, "-m", "granian", "--interface", "wsgi", "--no-ws", "--workers", "2"]
        granian += ["--host", LOOPBACK, "--port", str(self.port), "aimitsu.wsgi:application"]
        celery = [PYTHON, "-m", "celery", "-A", "aimitsu"]
        worker = [*celery, "worker", "--loglevel", "INFO", "--concurrency", "2"]
        schedule = str(self.place.data / "beat-schedule")
        beat = [*celery, "beat", "--loglevel", "INFO", "--schedule", schedule, "--pidfile="]
        web = self._add("web", granian)
        self._add("worker", worker)
        self._add("scheduler", beat)
        web.wait_until(self._answers, seconds=WEB_SECONDS)

    def stay(self) -> None:
        """Look after the three until one that the site cannot be without is gone."""
        web, *others = self.members
        while True:
            time.sleep(0.5)
            for vital in (web.child, *self.servers):
                vital.require()
            restarted = [member.look_after() for member in others]
            if any(restarted):
                self._note()

    def stop(self) -> None:
        """Stop the three side by side, each in its own polite way."""
        for member in self.members:
            member.child.ask_to_stop()
        end = time.monotonic() + STOP_SECONDS
        for member in self.members:
            member.child.stop(patience=max(0.1, end - time.monotonic()))
        Ledger(self.place.data).clear()

    def _add(self, name: str, command: list[str]) -> Child:
        child = Child(name, self.place, command, PROJECT, self.environment)
        self.members.append(Supervised(child))
        self.members[-1].start()
        self._note()
        return child

    def _note(self) -> None:
        processes = [member.child.process for member in self.members]
        Ledger(self.place.data).write([process.pid for process in processes if process])

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=5) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def manage(place: Place, environment: dict[str, str], *words: str, shown: bool = False) -> None:
    """Run one of Django's commands, with its output in a log or shown."""
    command = [PYTHON, str(PROJECT / "manage.py"), *words]
    with place.open_log("manage") as log:
        if in_foreground(command, environment, output=None if shown else log):
            path = place.log_path("manage")
            raise Unavailable(f"`manage.py {' '.join(words)}` failed; the end of {path} says why.")


def main() -> int:
    """Bring everything up, say where it is, and stay until Ctrl-C."""
    place = find_place()
    with reserved_port(os.environ.get("PORT")) as port, services("run") as found:
        end_all(Ledger(place.data).living())
        environment = for_development(found.addresses(), port=port)
        print("Preparing the database …", flush=True)
        manage(place, environment, "migrate", "--database=owner", "--no-input")
        manage(place, environment, "load_library")
        manage(place, environment, "load_demo", "--if-empty")
        site = Site(place, environment, port, found.children)
        try:
            site.start()
            print(f"\n  {site.address}\n", flush=True)
            manage(place, environment, "demo_logins", shown=True)
            print(f"\nLogs are in {place.data / 'logs'}. Ctrl-C stops everything.", flush=True)
            with suppress(KeyboardInterrupt):  # the usual end
                site.stay()
        finally:
            print("\nStopping …", flush=True)
            site.stop()
    return 0


if __name__ == "__main__":
    as_program(main)
