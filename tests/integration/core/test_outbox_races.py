"""The outbox when several reach for one message, and when the broker is away."""

import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connections, transaction
from kombu.exceptions import OperationalError

from core import outbox, tasks
from core.models import Heartbeat, OutboxMessage
from core.tenancy import Actor
from tests.factories.accounts import make_actor, make_organization

NOW = datetime(2026, 4, 15, 3, 0, tzinfo=UTC)
JOB = "tests.race"
WORKERS = 6


@pytest.fixture(autouse=True)
def job() -> Iterator[None]:
    def effect(payload: Mapping[str, Any], actor: Actor) -> None:
        Heartbeat.objects.create(name=f"{threading.get_ident()}", at=NOW)

    outbox.register(JOB, effect)
    yield
    outbox._handlers.pop(JOB)


@pytest.fixture(autouse=True)
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Count wake-ups instead of sending them; each test begins with a broker that answers."""
    woken: list[str] = []
    monkeypatch.setattr(tasks.deliver, "delay", lambda *, message_id: woken.append(message_id))
    outbox._broker.away_until = 0.0
    yield woken
    outbox._broker.away_until = 0.0


def queue(by: Actor, key: str = "once") -> bool:
    return outbox.job(
        name=JOB, payload={}, key=key, due_at=NOW, organization_id=by.organization_id, by=by
    )


def in_threads(work: Any) -> list[Any]:
    """Let all workers begin at the same moment; return what each got."""
    start, results = threading.Barrier(WORKERS), []

    def run() -> None:
        try:
            start.wait(timeout=10)
            results.append(work())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def test_many_workers_do_a_job_once(committed_db: dict[str, str]) -> None:
    queue(make_actor(organization=make_organization()))
    message = OutboxMessage.objects.get(key="once")

    results = in_threads(lambda: outbox.deliver_one(message.pk, at=NOW))

    assert sorted(results) == [False] * (WORKERS - 1) + [True]
    assert Heartbeat.objects.count() == 1
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("done", 1)


def test_many_writers_of_one_occasion_queue_it_once(committed_db: dict[str, str]) -> None:
    by = make_actor(organization=make_organization())

    results = in_threads(lambda: queue(by))

    assert sorted(results) == [False] * (WORKERS - 1) + [True]
    assert OutboxMessage.objects.filter(key="once").count() == 1


def test_what_is_rolled_back_causes_nothing(
    committed_db: dict[str, str], broker: list[str]
) -> None:
    by = make_actor(organization=make_organization())
    broker.clear()

    with transaction.atomic():
        queue(by)
        transaction.set_rollback(True)

    assert broker == []
    assert not OutboxMessage.objects.filter(key="once").exists()


def test_a_broker_that_is_away_delays_but_loses_nothing(
    committed_db: dict[str, str], broker: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    by = make_actor(organization=make_organization())
    broker.clear()
    asked = []

    def away(*, message_id: str) -> None:
        asked.append(message_id)
        raise OperationalError("no broker")

    with monkeypatch.context() as patch:
        patch.setattr(tasks.deliver, "delay", away)
        assert queue(by, "one")
        assert queue(by, "two")
    assert len(asked) == 1, "a request with many mails waits for the broker only once"

    outbox._broker.away_until = 0.0
    waiting = outbox.due(at=NOW, limit=10)
    tasks.sweep()

    assert {str(one) for one in waiting} <= set(broker)
    assert len(waiting) == 2
