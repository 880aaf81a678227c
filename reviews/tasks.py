"""What the scheduler does for reviews: idempotent, one client after the other."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

import structlog
from billiard.exceptions import SoftTimeLimitExceeded
from celery import shared_task
from django.utils import timezone

from accounts.models import Organization
from accounts.queries import system_actor_of
from core import tenancy
from core.domain.organizations import OrganizationKind
from reviews import operations
from reviews.operations.scheduling import open_review
from reviews.queries import due

log = structlog.get_logger(__name__)
Subject = TypeVar("Subject")


@shared_task
def daily() -> None:
    """Make reviews and agendas that are due, open reviews on their day, remind people."""
    at = timezone.now()
    for client in Organization.objects.of_kind(OrganizationKind.CLIENT).order_by("id"):
        try:
            work_for(client, at=at)
        except SoftTimeLimitExceeded:  # the next run goes on; what is done stays done
            raise
        except Exception:  # one client's trouble must not keep the others waiting
            log.exception("reviews.daily_failed", client_id=str(client.pk))


def work_for(client: Organization, *, at: datetime) -> None:
    """Do everything that is due for one client, each piece in a transaction of its own."""
    system = system_actor_of(client)
    today = at.astimezone(client.zone).date()

    def each(subjects: Iterable[Subject], act: Callable[[Subject], object]) -> None:
        for subject in subjects:
            try:
                with tenancy.acting(system):
                    act(subject)
            except SoftTimeLimitExceeded:
                raise
            except Exception:  # nor one piece's trouble the next piece
                log.exception("reviews.daily_failed", client_id=str(client.pk))

    each([client], lambda one: operations.schedule_reviews(client=one, by=system, at=at))
    with tenancy.acting(system):
        preparing = due.without_agenda(client, today=today)
        starting = due.to_open(client, today=today)
    each(preparing, lambda one: operations.make_agenda(review=one, by=system, at=at))
    each(starting, lambda one: open_review(review=one, by=system, at=at))
    with tenancy.acting(system):
        occasions = due.occasions(client, today=today)
    each(
        occasions,
        lambda one: operations.send_reminders(client=client, occasion=one, by=system, at=at),
    )
