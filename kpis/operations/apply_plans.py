"""What a planned change does when its month has come: an ordinary, logged change of the tree.

Parts of the operations on plans, in their transaction.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from core.domain.refusals import Denied
from core.policies import require
from core.tenancy import Actor
from kpis import wording
from kpis.domain.bands import bands_from, bands_json
from kpis.domain.tree import TreeProblem
from kpis.models import PlannedChange, Tree, TreeCommand
from kpis.operations.scorecards import request_recompute
from kpis.operations.settings_log import log_settings
from kpis.operations.tree_commands import do, update_command
from kpis.policies import plans as policies
from kpis.policies.trees import does_not_fit
from kpis.queries import plans as queries
from kpis.queries import trees as tree_queries
from kpis.queries.fields import from_json
from kpis.queries.scorecards import bands_of

REFUSAL_LENGTH = 300


@transaction.atomic
def apply_pending(*, tree: Tree, by: Actor, at: datetime) -> int:
    """Apply what is due in its order; what no longer fits is set aside with the reason."""
    this_month = timezone.localtime(at, tree.client.zone).date().replace(day=1)
    due = PlannedChange.objects.pending().filter(tree=tree, effective_month__lte=this_month)
    count = 0
    for plan in due.in_order().select_related("kpi"):
        plan.tree = tree
        try:
            with transaction.atomic():
                _apply(plan, by=by, at=at)
                count += 1
        except Denied as denied:
            plan.refusal = str(denied.refusal.reason)[:REFUSAL_LENGTH]
            plan.withdrawn_at = at
            plan.applied_at = plan.before = plan.command = None
            plan.save()
            tree.refresh_from_db()
            request_recompute(tree=tree, by=by, at=at)
    return count


def _apply(plan: PlannedChange, *, by: Actor, at: datetime) -> None:
    kinds = PlannedChange.Kind
    apply = {kinds.SETTINGS: _settings, kinds.BANDS: _bands, kinds.PHASE: _phase}
    plan.before, plan.command = apply[kinds(plan.kind)](plan, by=by, at=at)
    plan.applied_at = at
    plan.save(update_fields=["before", "command", "applied_at"])


_Outcome = tuple[dict[str, object], TreeCommand | None]


def _settings(plan: PlannedChange, *, by: Actor, at: datetime) -> _Outcome:
    tree, kpi = plan.tree, plan.kpi
    shape = tree_queries.shape_of(tree)
    if kpi is None or str(kpi.pk) not in shape.nodes:
        raise does_not_fit(TreeProblem.UNKNOWN_NODE)
    kpi.tree = tree
    fields = from_json(plan.fields)
    require(policies.why_not_settings(kpi, fields))
    now = shape.node(str(kpi.pk)).fields
    before: dict[str, object] = {name: now[name] for name in plan.fields}
    command = update_command(tree, shape, kpi, fields, by)
    if command is None:
        return before, None
    summary = f"{_begun(plan)}{wording.command_summary(command, shape)}"
    do(tree=tree, before=shape, command=command, summary=summary, by=by, at=at)
    return before, TreeCommand.objects.get(tree=tree, version=tree.version)


def _bands(plan: PlannedChange, *, by: Actor, at: datetime) -> _Outcome:
    tree = plan.tree
    before: dict[str, object] = {**bands_json(bands_of(tree))}
    bands = bands_from(plan.fields)
    tree.band_met, tree.band_near, tree.band_improve = bands.met, bands.near, bands.improve
    summary = f"{_begun(plan)}{queries.told(plan)}"
    command = log_settings(
        tree=tree, kind="bands", after=plan.fields, before=before, summary=summary, by=by, at=at
    )
    request_recompute(tree=tree, by=by, at=at)
    return before, command


def _phase(plan: PlannedChange, *, by: Actor, at: datetime) -> _Outcome:
    tree = plan.tree
    before: dict[str, object] = {name: getattr(tree, name) for name in plan.fields}
    for name, value in plan.fields.items():
        setattr(tree, name, value)
    summary = f"{_begun(plan)}{queries.told(plan)}"
    command = log_settings(
        tree=tree, kind="phase", after=plan.fields, before=before, summary=summary, by=by, at=at
    )
    request_recompute(tree=tree, by=by, at=at)
    return before, command


def _begun(plan: PlannedChange) -> str:
    return f"{wording.month(plan.effective_month)}から"
