"""What the workers do for the ground floor; the database, not the broker, knows what is due."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from core import idempotency, outbox
from core.models import Heartbeat

SWEEP_LIMIT = 500


@shared_task
def deliver(*, message_id: str) -> None:
    """Deliver one message of the outbox, if it is still due."""
    outbox.deliver_one(UUID(message_id), at=timezone.now())


@shared_task
def sweep() -> None:
    """Wake up what is due and in nobody's hands: lost wake-ups, retries, expired leases."""
    for message_id in outbox.due(at=timezone.now(), limit=SWEEP_LIMIT):
        outbox.wake(message_id)


@shared_task
def heartbeat() -> None:
    """Show that scheduler, broker, worker and database work together."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})


@shared_task
def purge_answers() -> None:
    """Forget the answers to Idempotency-Keys that are older than a day."""
    idempotency.purge(at=timezone.now())
