"""The outbox: one row per occasion, one effect per job, and nothing lost when somebody dies."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.db import DatabaseError, connection, transaction

from core import audit, outbox
from core.domain.organizations import OrganizationKind
from core.models import AuditEvent, Heartbeat, OutboxMessage
from core.tenancy import Actor
from tests.factories.accounts import make_actor, make_organization

NOW = datetime(2026, 4, 15, 3, 0, tzinfo=UTC)
JOB = "tests.job"


@pytest.fixture
def by(db: None) -> Actor:
    return make_actor(organization=make_organization(kind=OrganizationKind.CLIENT))


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture(autouse=True)
def job(done: list[str]) -> Iterator[None]:
    def effect(payload: Mapping[str, Any], actor: Actor) -> None:
        Heartbeat.objects.create(name=payload["name"], at=NOW)
        if payload.get("fails"):
            raise RuntimeError("poison")
        done.append(payload["name"])

    outbox.register(JOB, effect)
    yield
    outbox._handlers.pop(JOB)


def queue(by: Actor, *, key: str = "once", **payload: Any) -> OutboxMessage:
    outbox.job(
        name=JOB,
        payload={"name": key, **payload},
        key=key,
        due_at=NOW,
        organization_id=by.organization_id,
        by=by,
    )
    return OutboxMessage.objects.get(key=key)


def test_one_key_is_one_message(by: Actor) -> None:
    first = queue(by)

    is_new = outbox.job(name=JOB, payload={}, key="once", due_at=NOW, organization_id=None, by=by)

    assert not is_new
    assert OutboxMessage.objects.filter(key="once").get().pk == first.pk


def test_a_job_is_done_once(by: Actor, done: list[str]) -> None:
    message = queue(by)

    assert outbox.deliver_one(message.pk, at=NOW)
    assert not outbox.deliver_one(message.pk, at=NOW)

    assert done == ["once"]
    message.refresh_from_db()
    assert message.state == OutboxMessage.State.DONE


def test_a_job_that_fails_leaves_nothing_and_comes_again_later(by: Actor) -> None:
    message = queue(by, fails=True)

    outbox.deliver_one(message.pk, at=NOW)

    message.refresh_from_db()
    assert not Heartbeat.objects.exists()
    assert message.state == OutboxMessage.State.QUEUED
    assert message.due_at > NOW
    assert "poison" in message.last_error
    assert outbox.due(at=NOW, limit=10) == []
    assert outbox.due(at=NOW + timedelta(hours=1), limit=10) == [message.pk]


def test_a_message_that_always_fails_is_given_up(by: Actor, settings: Any) -> None:
    settings.OUTBOX_MAX_ATTEMPTS = 2
    message = queue(by, fails=True)

    for hours in (0, 1):
        outbox.deliver_one(message.pk, at=NOW + timedelta(hours=hours))

    message.refresh_from_db()
    assert message.state == OutboxMessage.State.DEAD
    assert outbox.due(at=NOW + timedelta(days=9), limit=10) == []


def test_a_leased_message_is_in_one_pair_of_hands_until_the_lease_ends(
    by: Actor, done: list[str]
) -> None:
    message = queue(by)
    OutboxMessage.objects.filter(pk=message.pk).update(
        lease_until=NOW + timedelta(minutes=5), attempts=1
    )

    assert not outbox.deliver_one(message.pk, at=NOW)
    assert outbox.deliver_one(message.pk, at=NOW + timedelta(minutes=6))

    assert done == ["once"]


def test_who_lost_its_lease_takes_everything_back(by: Actor) -> None:
    """Another worker took over while this one was slow: its effect must not stay."""
    message = queue(by)

    def overtaken(payload: Mapping[str, Any], actor: Actor) -> None:
        Heartbeat.objects.create(name="slow", at=NOW)
        OutboxMessage.objects.filter(pk=message.pk).update(attempts=7)

    outbox.register(JOB, overtaken)

    outbox.deliver_one(message.pk, at=NOW)

    assert not Heartbeat.objects.exists()
    message.refresh_from_db()
    assert message.state == OutboxMessage.State.QUEUED


def test_a_mail_goes_out_with_an_id_of_its_occasion_and_is_forgotten(by: Actor) -> None:
    outbox.mail(
        template="account/rendered",
        to="someone@example.jp",
        context={"subject": "件名\r\nBcc: x@example.jp", "body": "https://example.jp/token-123"},
        key="mail-once",
        due_at=NOW,
    )
    message = OutboxMessage.objects.get(key="mail-once")

    outbox.deliver_one(message.pk, at=NOW)

    (sent,) = django_mail.outbox
    assert sent.extra_headers["Message-ID"] == outbox.message_id_header(message)
    assert "token-123" in sent.body
    assert "\n" not in sent.subject
    message.refresh_from_db()
    assert "token-123" not in str(message.payload)


def test_the_past_cannot_be_rewritten(by: Actor) -> None:
    event = audit.record(
        event="tests.done",
        target=OutboxMessage(),
        by=by,
        at=NOW,
        organization_id=by.organization_id,
        summary="確認",
    )

    for statement in ("UPDATE core_auditevent SET summary = ''", "DELETE FROM core_auditevent"):
        refused = pytest.raises(DatabaseError, match="permission denied")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert AuditEvent.objects.get(pk=event.pk).summary == "確認"


def test_what_kills_its_worker_each_time_is_given_up(by: Actor, settings: Any) -> None:
    """Nobody is left to note the failure: the attempts themselves are counted."""
    message, at = queue(by), NOW
    for _attempt in range(settings.OUTBOX_MAX_ATTEMPTS + 1):
        outbox._claim(message.pk, at=at)  # and here the worker is killed
        at += timedelta(seconds=settings.OUTBOX_LEASE_SECONDS + 1)

    message.refresh_from_db()
    assert (message.state, message.attempts) == ("dead", settings.OUTBOX_MAX_ATTEMPTS)
    assert "died" in message.last_error
    assert outbox.due(at=at, limit=10) == []
