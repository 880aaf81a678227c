"""Jobs of the KPI floor: those of the outbox, and what the scheduler does again and again."""

from collections.abc import Mapping
from typing import Any

import structlog
from billiard.exceptions import SoftTimeLimitExceeded
from celery import shared_task
from django.utils import timezone

from accounts.models import Organization
from accounts.queries import system_actor_of
from core import tenancy
from core.domain.organizations import OrganizationKind
from core.tenancy import Actor
from kpis.operations import plans, recompute
from kpis.queries.plans import trees_with_due

log = structlog.get_logger(__name__)


@shared_task
def apply_plans() -> None:
    """Apply the changes whose month has begun: one tree after the other, idempotent."""
    at = timezone.now()
    for client in Organization.objects.of_kind(OrganizationKind.CLIENT).order_by("id"):
        system = system_actor_of(client)
        with tenancy.acting(system):
            waiting = trees_with_due(client, at.astimezone(client.zone).date())
        for tree in waiting:
            try:
                with tenancy.acting(system):
                    plans.apply_due(tree=tree, by=system, at=at)
            except SoftTimeLimitExceeded:  # the next run goes on; what is done stays done
                raise
            except Exception:  # one tree's trouble must not keep the others waiting
                log.exception("kpis.plans_failed", tree_id=str(tree.pk))


def recompute_scorecards(payload: Mapping[str, Any], actor: Actor) -> None:
    """Recompute one tree; a failure is noted on the run and tried again by the outbox."""
    try:
        recompute.recompute_scorecards(run_id=payload["run"], by=actor, at=timezone.now())
    except Exception as error:
        with tenancy.acting(actor):
            recompute.fail_run(
                run_id=payload["run"], reason=type(error).__name__, by=actor, at=timezone.now()
            )
        raise
