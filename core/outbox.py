"""The outbox: a row in the caller's transaction causes a mail or a job, the broker only wakes it up.

A mail leaves at least once: a second copy is possible only when a process dies between the mail
server's accept and our commit, and then both copies carry the same Message-ID. A job's effect and
its `done` mark share one transaction, so that it takes place exactly once.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
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


def _add(*, key: str, due_at: datetime, **fields: Any) -> bool:
    before = OutboxMessage.objects.filter(key=key).exists()
    if before:
        return False
    message = OutboxMessage(key=key, due_at=due_at, created_at=due_at, **fields)
    written = OutboxMessage.objects.bulk_create([message], ignore_conflicts=True)
    transaction.on_commit(lambda: wake(written[0].pk), robust=True)
    return True


def wake(message_id: UUID) -> None:
    """Ask a worker to deliver one message now; when the broker is away, the sweep will find it."""
    from core.tasks import deliver

    try:
        deliver.delay(message_id=str(message_id))
    except (OperationalError, OSError) as error:
        log.warning("outbox.broker_away", message_id=str(message_id), error=str(error))


def due(*, at: datetime, limit: int) -> list[UUID]:
    """Return the messages that somebody must deliver now, oldest first."""
    ready = OutboxMessage.objects.pending().filter(_ready(at)).order_by("due_at")
    return list(ready.values_list("pk", flat=True)[:limit])


def _ready(at: datetime) -> Q:
    return Q(due_at__lte=at) & (Q(lease_until__isnull=True) | Q(lease_until__lt=at))


def deliver_one(message_id: UUID, *, at: datetime) -> bool:
    """Claim one message and do what it says; False when it is not due or in other hands."""
    lease = at + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
    claimed = (
        OutboxMessage.objects.pending()
        .filter(_ready(at), pk=message_id)
        .update(lease_until=lease, attempts=F("attempts") + 1)
    )
    if not claimed:
        return False
    message = OutboxMessage.objects.get(pk=message_id)
    try:
        _deliver(message, at=at)
    except Exception as error:  # a poisoned message must not stop the others
        log.exception("outbox.failed", message_id=str(message_id), name=message.name)
        _postpone(message, error, at=at)
    return True


def _deliver(message: OutboxMessage, *, at: datetime) -> None:
    if message.kind == OutboxMessage.Kind.MAIL:
        _send(message)
        _mark_done(message, at=at)
        return
    registered = _handlers[message.name]
    actor = _from_json(message.actor)
    if not registered.atomic:
        registered.handler(message.payload, actor)
        _mark_done(message, at=at)
        return
    with tenancy.acting(actor):
        registered.handler(message.payload, actor)
        _mark_done(message, at=at)


def _mark_done(message: OutboxMessage, *, at: datetime) -> None:
    """Close the message; what a mail said is forgotten, for it may hold a link with a token."""
    kept = {} if message.kind == OutboxMessage.Kind.MAIL else message.payload
    OutboxMessage.objects.filter(pk=message.pk).update(
        state=OutboxMessage.State.DONE, done_at=at, lease_until=None, last_error="", payload=kept
    )


def _postpone(message: OutboxMessage, error: Exception, *, at: datetime) -> None:
    """Try again later, each time twice as late; give up after OUTBOX_MAX_ATTEMPTS."""
    given_up = message.attempts >= settings.OUTBOX_MAX_ATTEMPTS
    OutboxMessage.objects.filter(pk=message.pk).update(
        state=OutboxMessage.State.DEAD if given_up else OutboxMessage.State.QUEUED,
        lease_until=None,
        last_error=f"{type(error).__name__}: {error}"[:2000],
        due_at=at + timedelta(seconds=min(15 * 2**message.attempts, 3600)),
    )


def message_id_header(message: OutboxMessage) -> str:
    """Return the Message-ID of a mail: the same for every copy of the same occasion."""
    digest = hashlib.sha256(message.key.encode()).hexdigest()[:32]
    return f"<{digest}@{settings.BASE_URL.split('//')[-1].split(':')[0]}>"


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
