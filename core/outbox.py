"""The outbox: a row in the caller's transaction causes a mail or a job, the broker only wakes it up.

A mail leaves at least once: a second copy is possible only when a process dies between the mail
server's accept and our commit, and then both copies carry the same Message-ID. A job's effect and
its `done` mark share one transaction, so that it takes place exactly once: who comes too late,
because the lease ran out and another worker took over, finds the mark refused and leaves nothing.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.utils import translation
from kombu.exceptions import OperationalError

from core import tenancy
from core.domain.organizations import OrganizationKind, Role
from core.models import OutboxMessage
from core.tenancy import Actor

log = structlog.get_logger(__name__)
Handler = Callable[[Mapping[str, Any], Actor], None]


@dataclass(frozen=True, slots=True)
class _Registered:
    handler: Handler
    atomic: bool


class LeaseLost(Exception):
    """Raised in a job whose lease ran out: another worker does it, this one takes all back."""


class _Broker:
    """Remembers a broker that does not answer, so that a request with many mails waits only once."""

    PAUSE_SECONDS = 10

    def __init__(self) -> None:
        self.away_until = 0.0

    def is_away(self) -> bool:
        return monotonic() < self.away_until

    def went_away(self) -> None:
        self.away_until = monotonic() + self.PAUSE_SECONDS


_broker = _Broker()
_handlers: dict[str, _Registered] = {}


def register(name: str, handler: Handler, *, atomic: bool = True) -> None:
    """Name the function that does a job; apps call this when they are ready.

    A handler that is not atomic opens its own transactions (to show progress) and is idempotent.
    """
    _handlers[name] = _Registered(handler, atomic)


def mail(
    *,
    template: str,
    to: str,
    context: Mapping[str, Any],
    key: str,
    due_at: datetime,
    organization_id: UUID | None = None,
    language: str = "ja",
) -> bool:
    """Queue one mail to one person; False when the key says that it is queued already.

    The text is `templates/mail/<template>.txt`: the first line is the subject.
    """
    return _add(
        kind=OutboxMessage.Kind.MAIL,
        name=template,
        key=key,
        recipient=to,
        payload={"context": dict(context), "language": language},
        due_at=due_at,
        organization_id=organization_id,
        actor={},
    )


def job(
    *,
    name: str,
    payload: Mapping[str, Any],
    key: str,
    due_at: datetime,
    organization_id: UUID | None,
    by: Actor,
) -> bool:
    """Queue one job, done later in the rights of `by`; False when the key is queued already."""
    return _add(
        kind=OutboxMessage.Kind.JOB,
        name=name,
        key=key,
        recipient="",
        payload=dict(payload),
        due_at=due_at,
        organization_id=organization_id,
        actor=_to_json(by),
    )


def _add(*, key: str, **fields: Any) -> bool:
    message = OutboxMessage(key=key, created_at=Now(), **fields)
    # Not get_or_create: a second writer of the same key must wait for the first, not fail.
    OutboxMessage.objects.bulk_create([message], ignore_conflicts=True)
    if not OutboxMessage.objects.filter(pk=message.pk).exists():
        return False
    transaction.on_commit(lambda: wake(message.pk), robust=True)
    return True


def wake(message_id: UUID) -> None:
    """Ask a worker to deliver one message now; when the broker is away, the sweep will find it."""
    from core.tasks import deliver

    if _broker.is_away():
        return
    try:
        deliver.delay(message_id=str(message_id))
    except (OperationalError, OSError) as error:
        _broker.went_away()
        log.warning("outbox.broker_away", message_id=str(message_id), error=str(error))


def due(*, at: datetime, limit: int) -> list[UUID]:
    """Return the messages that somebody must deliver now, oldest first."""
    ready = OutboxMessage.objects.pending().filter(_ready(at)).order_by("due_at")
    return list(ready.values_list("pk", flat=True)[:limit])


def _ready(at: datetime) -> Q:
    return Q(due_at__lte=at) & (Q(lease_until__isnull=True) | Q(lease_until__lt=at))


def deliver_one(message_id: UUID, *, at: datetime) -> bool:
    """Claim one message and do what it says; False when it is not due or in other hands."""
    message = _claim(message_id, at=at)
    if message is None:
        return False
    try:
        _deliver(message, at=at)
    except LeaseLost:
        log.warning("outbox.lease_lost", message_id=str(message_id), name=message.name)
    except Exception as error:  # a poisoned message must not stop the others
        log.exception("outbox.failed", message_id=str(message_id), name=message.name)
        _postpone(message, error, at=at)
    return True


def _claim(message_id: UUID, *, at: datetime) -> OutboxMessage | None:
    """Lease a message that is due; the number of the attempt tells this lease from later ones."""
    with transaction.atomic():
        ready = OutboxMessage.objects.pending().filter(_ready(at), pk=message_id)
        message = ready.select_for_update(skip_locked=True).first()
        if message is not None and message.attempts >= settings.OUTBOX_MAX_ATTEMPTS:
            _give_up(message)
            return None
        if message is not None:
            message.attempts += 1
            message.lease_until = at + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
            message.save(update_fields=["attempts", "lease_until"])
    return message


def _give_up(message: OutboxMessage) -> None:
    """Stop trying what has killed its worker each time: nobody was left to note the failure."""
    message.state, message.lease_until = OutboxMessage.State.DEAD, None
    message.last_error = message.last_error or "the worker died each time"
    message.save(update_fields=["state", "lease_until", "last_error"])
    log.error("outbox.given_up", message_id=str(message.pk), name=message.name)


def _deliver(message: OutboxMessage, *, at: datetime) -> None:
    if message.kind == OutboxMessage.Kind.MAIL:
        _send(message)
        _close(message, at=at)
        return
    registered = _handlers[message.name]
    actor = _from_json(message.actor)
    if not registered.atomic:
        registered.handler(message.payload, actor)
        _close(message, at=at)
        return
    with tenancy.acting(actor):
        registered.handler(message.payload, actor)
        if not _close(message, at=at):
            raise LeaseLost


def _close(message: OutboxMessage, *, at: datetime) -> bool:
    """Mark as done; what a mail said is forgotten, for it may hold a link with a token."""
    kept = {} if message.kind == OutboxMessage.Kind.MAIL else message.payload
    return _change(
        message,
        state=OutboxMessage.State.DONE,
        done_at=at,
        lease_until=None,
        last_error="",
        payload=kept,
    )


def _postpone(message: OutboxMessage, error: Exception, *, at: datetime) -> None:
    """Try again later, each time twice as late; give up after OUTBOX_MAX_ATTEMPTS."""
    given_up = message.attempts >= settings.OUTBOX_MAX_ATTEMPTS
    if given_up:
        log.error("outbox.given_up", message_id=str(message.pk), name=message.name)
    _change(
        message,
        state=OutboxMessage.State.DEAD if given_up else OutboxMessage.State.QUEUED,
        lease_until=None,
        last_error=f"{type(error).__name__}: {error}"[:2000],
        due_at=at + timedelta(seconds=min(15 * 2**message.attempts, 3600)),
    )


def _change(message: OutboxMessage, **values: Any) -> bool:
    """Write to a message under this lease only; False when another worker has taken over."""
    mine = OutboxMessage.objects.pending().filter(pk=message.pk, attempts=message.attempts)
    return mine.update(**values) == 1


def message_id_header(message: OutboxMessage) -> str:
    """Return the Message-ID of a mail: the same for every copy of the same occasion."""
    digest = hashlib.sha256(message.key.encode()).hexdigest()[:32]
    return f"<{digest}@{urlsplit(settings.BASE_URL).hostname}>"


def _send(message: OutboxMessage) -> None:
    with translation.override(message.payload.get("language", "ja")):
        text = render_to_string(
            f"mail/{message.name}.txt",
            {**message.payload["context"], "base_url": settings.BASE_URL},
        )
    subject, _, body = text.strip().partition("\n")
    EmailMessage(
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        to=[message.recipient],
        headers={"Message-ID": message_id_header(message)},
    ).send()


def _to_json(actor: Actor) -> dict[str, Any]:
    return {
        "user_id": str(actor.user_id) if actor.user_id else None,
        "user_label": actor.user_label,
        "organization_id": str(actor.organization_id) if actor.organization_id else None,
        "organization_name": actor.organization_name,
        "kind": actor.kind,
        "role": actor.role,
        "client_ids": [str(one) for one in actor.client_ids],
        "is_system": actor.is_system,
    }


def _from_json(data: Mapping[str, Any]) -> Actor:
    return Actor(
        user_id=UUID(data["user_id"]) if data["user_id"] else None,
        user_label=data["user_label"],
        organization_id=UUID(data["organization_id"]) if data["organization_id"] else None,
        organization_name=data["organization_name"],
        kind=OrganizationKind(data["kind"]) if data["kind"] else None,
        role=Role(data["role"]) if data["role"] else None,
        client_ids=frozenset(UUID(one) for one in data["client_ids"]),
        is_system=data["is_system"],
    )
