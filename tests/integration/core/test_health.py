"""Readiness is green only when each part answers, and says which one does not."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from core import health
from core.models import Heartbeat, OutboxMessage

pytestmark = pytest.mark.django_db


def ready() -> tuple[int, dict[str, Any]]:
    answer = Client().get("/readyz")
    return answer.status_code, answer.json()["probes"]


@pytest.fixture
def beating() -> None:
    Heartbeat.objects.create(name="worker", at=timezone.now())


def queue(*, late: timedelta) -> OutboxMessage:
    now = timezone.now()
    return OutboxMessage.objects.create(
        kind="mail", name="x", key=str(late), created_at=now - late, due_at=now - late
    )


def test_all_is_well(beating: None) -> None:
    status, probes = ready()

    assert status == 200
    assert {name for name, one in probes.items() if one["is_well"]} == {
        "database",
        "broker",
        "worker",
        "outbox",
    }


def test_a_worker_that_was_never_seen_or_is_silent() -> None:
    assert ready()[0] == 503
    Heartbeat.objects.create(name="worker", at=timezone.now() - timedelta(minutes=5))

    status, probes = ready()

    assert status == 503
    assert not probes["worker"]["is_well"]
    assert probes["outbox"]["is_well"]


def test_a_broker_that_does_not_answer(beating: None, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    status, probes = ready()

    assert status == 503
    assert not probes["broker"]["is_well"]


def test_mail_that_waits_too_long(beating: None) -> None:
    queue(late=timedelta(minutes=5))
    assert ready()[0] == 200
    queue(late=timedelta(minutes=15))

    status, probes = ready()

    assert status == 503
    assert not probes["outbox"]["is_well"]


def test_a_database_that_does_not_answer(beating: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(at: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(health, "_worker", broken)

    status, probes = ready()

    assert status == 503
    assert not probes["database"]["is_well"]


def test_the_process_answers_without_a_database(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert Client().get("/healthz").json() == {"status": "ok"}
