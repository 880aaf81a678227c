"""Ask for scorecards to be computed anew, in the transaction of the change that makes it necessary."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from core import outbox
from core.tenancy import Actor
from kpis.models import ScorecardRun, Tree

JOB = "kpis.recompute"


@transaction.atomic
def request_recompute(*, tree: Tree, by: Actor, at: datetime) -> ScorecardRun:
    """Raise the tree's input version and queue one run for it.

    Every operation that changes a measurement, a target, a weight or the structure calls this;
    the audit event is the calling operation's.
    """
    Tree.objects.filter(pk=tree.pk).update(input_version=F("input_version") + 1)
    tree.refresh_from_db(fields=["input_version"])
    run = ScorecardRun.objects.create(tree=tree, input_version=tree.input_version, requested_at=at)
    outbox.job(
        name=JOB,
        payload={"run": str(run.pk)},
        key=f"{JOB}:{run.pk}",
        due_at=at,
        organization_id=tree.client_id,
        by=by,
    )
    return run
