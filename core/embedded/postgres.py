"""The embedded PostgreSQL: made at the first start, found again at the next."""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2

from core.embedded.failures import Unavailable
from core.embedded.network import LOOPBACK, free_port
from core.embedded.passwords import password
from core.embedded.place import Place
from core.embedded.processes import Child, end_all, living_in
from core.embedded.programs import postgres_program
from core.embedded.roles import DatabaseAddress

SUPERUSER = "postgres"
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "1000",
}
THROW_AWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
RECOVERY_SECONDS = 120
STOP_SECONDS = 20


@dataclass(slots=True)
class Postgres:
    """A PostgreSQL of our own, on a free port of the loopback address."""

    place: Place
    folder: Path
    is_throw_away: bool = False
    port: int = field(default=0, init=False)
    child: Child | None = field(default=None, init=False)

    @property
    def superuser(self) -> DatabaseAddress:
        """The address of the superuser, for the set-up of roles only."""
        secret = password(self.place.data, SUPERUSER)
        return DatabaseAddress(SUPERUSER, secret, LOOPBACK, str(self.port), "postgres")

    def start(self) -> Child:
        """Start the server on its data folder, which is made first if need be, and wait for it."""
        if not (self.folder / "PG_VERSION").exists():
            self._initialize()
        self._check_version()
        self._clear_leftovers()
        try:
            return self._launch()
        except Unavailable:  # once more: another may have taken the free port meanwhile
            self.stop()
            return self._launch()

    def stop(self) -> None:
        """Stop the server; open connections are closed, data are safe."""
        if self.child:
            self.child.stop(patience=STOP_SECONDS)

    def _initialize(self) -> None:
        """Make the data folder beside its place, so that a cut-off attempt leaves nothing there."""
        unfinished = self.folder.with_name(f"{self.folder.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        secret = self.place.make_folder(unfinished) / "password"
        secret.touch(mode=0o600)
        self.place.give(secret)
        secret.write_text(password(self.place.data, SUPERUSER))
        cluster = unfinished / "cluster"
        program = postgres_program(self.place, "initdb")
        command: list[str | Path] = [program, "-D", cluster, "--username", SUPERUSER]
        command += ["--pwfile", secret, "--auth=scram-sha-256", "--encoding=UTF8"]
        command += ["--locale-provider=builtin", "--locale=C", "--builtin-locale=C.UTF-8"]
        command += ["--no-sync"] if self.is_throw_away else []
        account = self.place.account
        made = subprocess.run(
            command,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            cwd=unfinished,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            reason = made.stderr.strip().splitlines()[-1:]
            raise Unavailable(f"PostgreSQL could not make its data folder: {' '.join(reason)}")
        cluster.rename(self.folder)
        shutil.rmtree(unfinished)

    def _check_version(self) -> None:
        written = (self.folder / "PG_VERSION").read_text().strip()
        program = postgres_program(self.place, "postgres")
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
        ours = said.stdout.split()[-1].partition(".")[0]
        if written != ours:
            raise Unavailable(
                f"The data are of PostgreSQL {written} and the installed one is {ours}: dump them"
                " with the old version, or drop them by `make reset`."
            )

    def _clear_leftovers(self) -> None:
        """End what a killed run left behind; only then is its note of a running server stale."""
        end_all(living_in(self.folder))
        (self.folder / "postmaster.pid").unlink(missing_ok=True)

    def _launch(self) -> Child:
        self.port = free_port()
        settings = SETTINGS | {"port": str(self.port)}
        if self.is_throw_away:
            settings |= THROW_AWAY_SETTINGS
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.child = Child(
            name="postgres",
            place=self.place,
            command=[postgres_program(self.place, "postgres"), "-D", self.folder, *options],
            folder=self.folder,
            environment=self._environment(),
            account=self.place.account,
            stop_signal=signal.SIGINT,
        )
        self.child.start()
        self.child.wait_until(self._answers, seconds=RECOVERY_SECONDS)
        return self.child

    def _answers(self) -> bool:
        try:
            psycopg2.connect(self.superuser.url, connect_timeout=5).close()
        except psycopg2.OperationalError as error:
            if "password authentication failed" in str(error):
                raise Unavailable(
                    f"{self.folder} was made with another password than the one in"
                    f" {self.place.data}: drop it by `make reset`."
                ) from None
            time.sleep(0.05)
            return False
        return True

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
