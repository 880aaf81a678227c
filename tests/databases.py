"""Test databases: one migrated template, cloned for each worker and each test that must commit.

Tests connect as the application role, so that row-level security binds them as it binds the site.
"""

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg2 import sql

ROOT = Path(__file__).resolve().parent.parent
LOCK = 4_711


def owner_url() -> str:
    """Return the owner's address, which `make test` puts into the environment."""
    return os.environ["DATABASE_OWNER_URL"]


def at_database(url: str, name: str) -> str:
    """Return the same address with another database name."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


@contextmanager
def _as_owner() -> Iterator[psycopg2.extensions.cursor]:
    with closing(psycopg2.connect(owner_url())) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            yield cursor


@cache
def template_name() -> str:
    """Name the template after everything that decides its shape."""
    digest = hashlib.sha256()
    sources = [
        *ROOT.glob("*/migrations/*.py"),
        *ROOT.glob("*/models.py"),
        *ROOT.glob("*/models/*.py"),
    ]
    sources += [ROOT / "core/database_roles.py", *ROOT.glob("kpis/library/*.json")]
    for path in sorted(sources):
        digest.update(path.read_bytes())
    return f"test_template_{digest.hexdigest()[:16]}"


def ensure_template() -> str:
    """Make and migrate the template, unless a run before left the same one."""
    name = template_name()
    with _as_owner() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            building = f"{name}_new"
            identifier = sql.Identifier(building)
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(identifier))
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(identifier))
            point_at(building)
            call_command("migrate", database="owner", verbosity=0)
            call_command("load_library", verbosity=0)
            connections.close_all()
            cursor.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(identifier, sql.Identifier(name))
            )
    return name


def point_at(name: str) -> None:
    """Let both Django connections speak to this database from now on."""
    connections.close_all()
    for alias in ("default", "owner"):
        settings.DATABASES[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


@contextmanager
def cloned(name: str) -> Iterator[str]:
    """Clone the template under this name for the time of the block."""
    drop(name)
    with _as_owner() as cursor:
        cursor.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template_name())
            )
        )
    try:
        yield name
    finally:
        connections.close_all()
        drop(name)


def drop(name: str) -> None:
    """Drop a database, waiting for connections that a thread or a process is just giving up.

    The owner may not end the application role's connections; after ten seconds the database
    stays, and goes with the throw-away cluster.
    """
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    for _attempt in range(100):
        try:
            with _as_owner() as cursor:
                cursor.execute(statement)
        except (psycopg2.errors.InsufficientPrivilege, psycopg2.errors.ObjectInUse):
            time.sleep(0.1)
        else:
            return
