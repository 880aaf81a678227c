"""What every test stands on: real PostgreSQL as the application role, and the cast."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pytest_django import DjangoDbBlocker

from tests import databases

WORKER = f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to run without services, in one sentence."""
    if "DATABASE_OWNER_URL" not in os.environ or "REDIS_URL" not in os.environ:
        pytest.exit(
            "Run the tests with `make test`: it starts PostgreSQL and Valkey.", returncode=2
        )


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give each worker its own clone of the migrated template."""
    with django_db_blocker.unblock():
        databases.ensure_template()
        with databases.cloned(f"test_{WORKER}") as name:
            databases.point_at(name)
            yield


@pytest.fixture
def committed_db(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, str]]:
    """Work on a database of one's own, with real commits; yields the environment for subprocesses.

    For tests with threads, worker processes or a browser; not together with `db`.
    """
    name = f"test_{WORKER}_own"
    with django_db_blocker.unblock(), databases.cloned(name):
        databases.point_at(name)
        yield {
            **os.environ,
            "DATABASE_URL": databases.at_database(os.environ["DATABASE_URL"], name),
            "DATABASE_OWNER_URL": databases.at_database(databases.owner_url(), name),
        }
        databases.point_at(f"test_{WORKER}")


@pytest.fixture
def now() -> datetime:
    """A fixed business day for operations that need a time: Wednesday 2026-04-15, noon in Tokyo."""
    return datetime(2026, 4, 15, 3, 0, tzinfo=UTC)
