"""Where the services of one clone keep their files, and the account that they run as."""

import fcntl
import os
import pwd
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from core.embedded.failures import Unavailable

PROJECT = Path(__file__).resolve().parents[2]
ROOTS_PLACE = Path("/var/lib/aimitsu")
PRIVATE = 0o700
LARGEST_LOG = 10_000_000


@dataclass(frozen=True, slots=True)
class Account:
    """The unprivileged account of the services; PostgreSQL refuses to run as root."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of one clone."""

    data: Path
    """The project's own folder: logs, passwords, mail."""
    services: Path
    """The folder of PostgreSQL and Valkey; elsewhere than `data` when root starts them."""
    account: Account | None
    """The account of the services, or None for that of the caller."""

    def make_folder(self, folder: Path) -> Path:
        """Return a private folder of the services, made if it is not there."""
        folder.mkdir(mode=PRIVATE, exist_ok=True)
        self.give(folder)
        return folder

    def give(self, path: Path) -> None:
        """Hand one file or folder to the account of the services."""
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)

    def log_path(self, name: str) -> Path:
        """Return where the log called `name` stands."""
        return self.data / "logs" / f"{name}.log"

    def open_log(self, name: str) -> IO[bytes]:
        """Open a log for appending; one that has grown past 10 MB begins anew."""
        path = self.log_path(name)
        path.parent.mkdir(mode=PRIVATE, exist_ok=True)
        path.touch(mode=0o600)
        is_large = path.stat().st_size > LARGEST_LOG
        return path.open("wb" if is_large else "ab")


def data_folder() -> Path:
    """Return the project's data folder: AIMITSU_DATA_DIR, or .data in the project."""
    return Path(os.environ.get("AIMITSU_DATA_DIR") or PROJECT / ".data").absolute()


def find_place() -> Place:
    """Return the folders of this clone, made if they are not there."""
    data = data_folder()
    data.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    if os.geteuid() != 0:
        services, account = data / "services", None
        services.mkdir(mode=PRIVATE, exist_ok=True)
    else:
        nobody = pwd.getpwnam("nobody")
        account = Account(uid=nobody.pw_uid, gid=nobody.pw_gid)
        services = _roots_place(data, account)
    return Place(data=data, services=services, account=account)


def _roots_place(data: Path, account: Account) -> Path:
    """Return a folder that the services' account can reach, whatever the way to `data` allows.

    `data` remembers it. Folders that a deleted clone at the same path left behind are removed.
    """
    pointer = data / "place"
    if pointer.exists() and (known := Path(pointer.read_text().strip())).is_dir():
        return known
    ROOTS_PLACE.mkdir(mode=0o755, parents=True, exist_ok=True)
    for origin in ROOTS_PLACE.glob("*/origin"):
        if origin.read_text().strip() == str(data):
            shutil.rmtree(origin.parent)
    place = ROOTS_PLACE / f"{data.parent.name}-{secrets.token_hex(4)}"
    place.mkdir(mode=PRIVATE)
    (place / "origin").write_text(f"{data}\n")
    os.chown(place, account.uid, account.gid)
    pointer.write_text(f"{place}\n")
    return place


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder; it goes with the process, however that ends."""
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unavailable(
                "The services of this clone are running already: use them, or stop the other"
                " `make run` first."
            ) from None
        yield


def is_locked(folder: Path) -> bool:
    """Tell whether a living process holds the lock of a folder."""
    try:
        with only_one(folder):
            return False
    except (Unavailable, FileNotFoundError):
        return folder.exists()
