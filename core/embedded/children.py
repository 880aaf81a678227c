"""The process ids of the site, on disk, so that the next start finds what a killed one left."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

from core.embedded.passwords import write_private


@dataclass(frozen=True, slots=True)
class Ledger:
    """A file of process ids with the moments of their creation: a number alone is used again."""

    data: Path

    @property
    def path(self) -> Path:
        """Where the ids stand."""
        return self.data / "children.json"

    def write(self, pids: Iterable[int]) -> None:
        """Note our living children."""
        noted = {}
        for pid in pids:
            try:
                noted[pid] = psutil.Process(pid).create_time()
            except psutil.NoSuchProcess:
                continue
        write_private(self.path, json.dumps(noted))

    def living(self) -> list[psutil.Process]:
        """Return the noted processes that still run, and what they started."""
        if not self.path.exists():
            return []
        found = []
        for pid, created in json.loads(self.path.read_text()).items():
            try:
                process = psutil.Process(int(pid))
                if process.create_time() == created:
                    found += [process, *process.children(recursive=True)]
            except psutil.NoSuchProcess:
                continue
        return found

    def clear(self) -> None:
        """Forget them all."""
        self.path.unlink(missing_ok=True)
