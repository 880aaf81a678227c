"""The embedded Valkey: append-only file on, nothing evicted, on a free port with a password."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

import redis

from core.embedded.failures import Unavailable
from core.embedded.network import LOOPBACK, free_port
from core.embedded.passwords import password
from core.embedded.place import Place
from core.embedded.processes import Child, end_all, living_in
from core.embedded.programs import valkey_program

START_SECONDS = 60
STOP_SECONDS = 20


@dataclass(slots=True)
class Valkey:
    """A Valkey of our own, on a free port of the loopback address."""

    place: Place
    folder: Path
    is_throw_away: bool = False
    port: int = field(default=0, init=False)
    child: Child | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """The address with its password."""
        return f"redis://:{password(self.place.data, 'valkey')}@{LOOPBACK}:{self.port}/0"

    def start(self) -> Child:
        """Start the server and wait for it; what a killed run left behind is ended first."""
        end_all(living_in(self.folder))
        try:
            return self._launch()
        except Unavailable:  # once more: another may have taken the free port meanwhile
            self.stop()
            return self._launch()

    def stop(self) -> None:
        """Stop the server; what it holds is on disk."""
        if self.child:
            self.child.stop(patience=STOP_SECONDS)

    def _launch(self) -> Child:
        self.port = free_port()
        self.child = Child(
            name="valkey",
            place=self.place,
            command=[valkey_program(self.place), self._configure()],
            folder=self.folder,
            environment={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            account=self.place.account,
        )
        self.child.start()
        self.child.wait_until(self._answers, seconds=START_SECONDS)
        return self.child

    def _configure(self) -> Path:
        """Write the settings to a private file: a password on a command line is seen by all."""
        lines = [
            f"bind {LOOPBACK}",
            f"port {self.port}",
            f"dir {json.dumps(str(self.folder), ensure_ascii=False)}",  # quoted: it may hold blanks
            f"requirepass {password(self.place.data, 'valkey')}",
            f"appendonly {'no' if self.is_throw_away else 'yes'}",
            "appendfsync everysec",
            "maxmemory-policy noeviction",
            'save ""',
        ]
        path = self.folder / "valkey.conf"
        path.touch(mode=0o600)
        path.write_text("\n".join(lines) + "\n")
        self.place.give(path)
        return path

    def _answers(self) -> bool:
        client = redis.Redis.from_url(self.url, socket_timeout=5)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()
