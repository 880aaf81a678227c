"""Database and broker for a command: those of the environment, or embedded ones."""

import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from core.embedded.environment import read
from core.embedded.passwords import password, write_private
from core.embedded.place import Place, find_place, is_locked, only_one
from core.embedded.postgres import Postgres
from core.embedded.processes import Child, end_all, living_in
from core.embedded.roles import (
    APPLICATION_RIGHTS,
    OWNER_RIGHTS,
    DatabaseAddress,
    connect,
    ensure_application_role,
    ensure_database,
    ensure_role,
)
from core.embedded.valkey import Valkey

DATABASE = "aimitsu"
OWNER = "aimitsu_owner"
APPLICATION = "aimitsu_app"
Kind = Literal["run", "test"]


@dataclass(frozen=True, slots=True)
class Services:
    """The addresses of the database, for the application and for its owner, and of the broker."""

    database_url: str
    database_owner_url: str
    redis_url: str
    children: tuple[Child, ...] = field(default=(), repr=False, compare=False)
    """Those that were started here."""

    def addresses(self) -> dict[str, str]:
        """Return the variables by which the settings find these services."""
        return {
            "DATABASE_URL": self.database_url,
            "DATABASE_OWNER_URL": self.database_owner_url,
            "REDIS_URL": self.redis_url,
        }


@contextmanager
def services(kind: Kind = "run") -> Iterator[Services]:
    """Have database and broker up: for `run` those with the data, for `test` throw-away ones.

    Call it from the main thread: the servers end with the thread that started them.
    """
    place = find_place()
    with ExitStack() as stack:
        if kind == "run":
            stack.enter_context(only_one(place.data))
            found = stack.enter_context(_started(place, place.services, is_throw_away=False))
            note = place.data / "running.json"
            write_private(note, json.dumps(found.addresses()))
            stack.callback(note.unlink, missing_ok=True)
        else:
            folder = stack.enter_context(_throw_away_folder(place))
            found = stack.enter_context(_started(place, folder, is_throw_away=True))
        yield found


@contextmanager
def attached() -> Iterator[Services]:
    """Use the services that a `make run` of this clone has up, or have them up for this long."""
    place = find_place()
    note = place.data / "running.json"
    if is_locked(place.data) and note.exists():
        known = {name.lower(): url for name, url in json.loads(note.read_text()).items()}
        yield Services(**known)
    else:
        with services("run") as found:
            yield found


@contextmanager
def _started(place: Place, folder: Path, *, is_throw_away: bool) -> Iterator[Services]:
    children: list[Child] = []
    with ExitStack() as stack:
        redis_url = read("REDIS_URL")
        if redis_url is None:
            valkey = Valkey(place, place.make_folder(folder / "valkey"), is_throw_away)
            stack.callback(valkey.stop)
            children.append(valkey.start())
            redis_url = valkey.url
        if given := read("DATABASE_URL"):
            application, owner = _given_addresses(place, given)
        else:
            postgres = Postgres(place, place.make_folder(folder / "postgres"), is_throw_away)
            stack.callback(postgres.stop)
            children.append(postgres.start())
            application, owner = _own_addresses(place, postgres)
        yield Services(application.url, owner.url, redis_url, tuple(children))


def _given_addresses(place: Place, given: str) -> tuple[DatabaseAddress, DatabaseAddress]:
    """Return the application's and the owner's address in a server of the user's."""
    first = DatabaseAddress.parse(given)
    if owner_url := read("DATABASE_OWNER_URL"):
        return first, DatabaseAddress.parse(owner_url)
    name = f"{first.database}_app"
    application = replace(first, user=name, password=password(place.data, f"{first.host}/{name}"))
    ensure_application_role(first, application)
    return application, first


def _own_addresses(place: Place, postgres: Postgres) -> tuple[DatabaseAddress, DatabaseAddress]:
    """Return the application's and the owner's address in our own server, made if need be."""
    base = replace(postgres.superuser, database=DATABASE)
    owner = replace(base, user=OWNER, password=password(place.data, OWNER))
    application = replace(base, user=APPLICATION, password=password(place.data, APPLICATION))
    connection = connect(postgres.superuser)
    try:
        ensure_role(connection, owner.user, owner.password, OWNER_RIGHTS)
        ensure_role(connection, application.user, application.password, APPLICATION_RIGHTS)
        ensure_database(connection, DATABASE, OWNER)
    finally:
        connection.close()
    return application, owner


@contextmanager
def _throw_away_folder(place: Place) -> Iterator[Path]:
    """Make a folder for one test run, and remove it and those that killed runs left behind."""
    for left in place.services.glob("test-*"):
        if not is_locked(left):
            _drop(left)
    unlocked = place.make_folder(place.services / f"new-{secrets.token_hex(4)}")
    with only_one(unlocked):
        folder = unlocked.rename(unlocked.with_name(unlocked.name.replace("new-", "test-")))
        try:
            yield folder
        finally:
            _drop(folder)


def _drop(folder: Path) -> None:
    end_all([process for part in folder.iterdir() for process in living_in(part)])
    shutil.rmtree(folder, ignore_errors=True)
