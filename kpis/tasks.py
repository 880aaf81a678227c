"""Jobs of the KPI floor, called by the outbox."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from core import tenancy
from core.tenancy import Actor
from kpis.operations import recompute


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
