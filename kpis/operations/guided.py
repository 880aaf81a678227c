"""The guided start: begin, keep what was typed, throw away, and make the tree at the end."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.domain.refusals import Denied, Refusal
from core.policies import require
from core.tenancy import Actor
from kpis.models import GuidedStart, Tree
from kpis.models.guided import STEPS
from kpis.operations.trees import create_planned_tree
from kpis.policies.trees import why_not_work_for
from kpis.queries.planting import Plan

Typed = Mapping[str, Sequence[str]]


@transaction.atomic
def begin_guided_start(*, client_id: UUID, kind: str, by: Actor, at: datetime) -> GuidedStart:
    """Begin the five questions for a client, with the kind of goal."""
    require(why_not_work_for(client_id, by))
    if by.user_id is None:
        raise Denied(Refusal("kpis.nobody", _("質問に答えるには、ログインが必要です。")))
    start = GuidedStart.objects.create(
        client_id=client_id, author_id=by.user_id, kind=kind, created_at=at, changed_at=at
    )
    _audit(start, "kpis.guided_begun", "質問形式のツリー作成を始めました。", by=by, at=at)
    return start


@transaction.atomic
def answer_step(
    *, start: GuidedStart, step: int, typed: Typed, resume_at: int, by: Actor, at: datetime
) -> GuidedStart:
    """Keep what was typed at a step, also when it is not right yet, and where to go on."""
    start = _open(start, by)
    start.answers = {**start.answers, str(step): {name: list(typed[name]) for name in typed}}
    start.step = min(max(resume_at, 1), STEPS)
    start.changed_at = at
    start.save(update_fields=["answers", "step", "changed_at"])
    _audit(start, "kpis.guided_answered", f"質問{step}の答えを保存しました。", by=by, at=at)
    return start


@transaction.atomic
def discard_guided_start(*, start: GuidedStart, by: Actor, at: datetime) -> GuidedStart:
    """Throw the answers away; no tree was made of them."""
    start = _open(start, by)
    start.discarded_at = at
    start.answers = {}
    start.save(update_fields=["discarded_at", "answers"])
    _audit(start, "kpis.guided_discarded", "質問形式のツリー作成を破棄しました。", by=by, at=at)
    return start


@transaction.atomic
def finish_guided_start(
    *, start: GuidedStart, name: str, plan: Plan, by: Actor, at: datetime
) -> Tree:
    """Make the tree; the same start makes one tree only."""
    known = GuidedStart.objects.select_for_update(of=("self",)).get(pk=start.pk)
    if known.tree is not None:
        return known.tree
    start = _open(start, by)
    tree = create_planned_tree(client_id=start.client_id, name=name, plan=plan, by=by, at=at)
    start.tree = tree
    start.finished_at = start.changed_at = at
    start.save(update_fields=["tree", "finished_at", "changed_at"])
    return tree


def _open(start: GuidedStart, by: Actor) -> GuidedStart:
    """Hold the row; only its author goes on, and only until it is finished or thrown away."""
    start = GuidedStart.objects.select_for_update(of=("self",)).get(pk=start.pk)
    require(why_not_work_for(start.client_id, by))
    if start.author_id != by.user_id:
        raise Denied(Refusal("kpis.not_yours", _("ほかの人が始めた質問には答えられません。")))
    if start.tree_id is not None or start.discarded_at is not None:
        reason = _("この質問は、すでに終わっているか破棄されています。")
        raise Denied(Refusal("kpis.guided_over", reason, 409))
    return start


def _audit(start: GuidedStart, event: str, summary: str, *, by: Actor, at: datetime) -> None:
    audit.record(
        event=event,
        target=start,
        by=by,
        at=at,
        organization_id=start.client_id,
        summary=summary,
    )
