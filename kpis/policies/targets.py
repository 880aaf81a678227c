"""Who may set a target, and from which day on: the past is never rewritten."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from core.domain.refusals import Refusal
from core.tenancy import Actor
from kpis.models import KPI, Target
from kpis.models.choices import Direction
from kpis.policies.measurements import FIRST_YEAR
from kpis.policies.trees import why_not_edit_tree
from kpis.queries import targets as queries
from kpis.wording import author

LATEST_YEARS_AHEAD = 50


def why_not_set_target(kpi: KPI, actor: Actor) -> Refusal | None:
    """A KPI that is only watched, or that is deleted, gets no target."""
    if refusal := why_not_edit_tree(kpi.tree, actor):
        return refusal
    if kpi.deleted_at is not None:
        return Refusal("kpis.deleted", _("このKPIは削除されています。"), 409)
    if kpi.direction == Direction.MONITOR:
        return Refusal(
            "kpis.target_monitor_only",
            _("監視のみのKPIには目標を設定できません。先に方向を変えてください。"),
            409,
        )
    return None


def why_not_on(kpi: KPI, entries_seen: int | None) -> Refusal | None:
    """The author must have seen every target that was set so far; None skips the question."""
    if entries_seen is None or entries_seen == queries.count_of(kpi):
        return None
    newest = queries.newest_entry(kpi)
    return Refusal(
        "kpis.target_stale",
        _("この画面を開いたあとに、%(who)sが目標を設定しました。内容を確かめてください。")
        % {"who": author(newest.created_by if newest else None)},
        409,
    )


def why_not_from(kpi: KPI, valid_from: date, today: date) -> Refusal | None:
    """A month that is over and had a target keeps it; a target entered today may be corrected."""
    if not FIRST_YEAR <= valid_from.year <= today.year + LATEST_YEARS_AHEAD:
        return Refusal(
            "kpis.year",
            _("適用開始日の年（%(year)d年）をご確認ください。") % {"year": valid_from.year},
            422,
        )
    if refusal := _why_not_over_signed(kpi, valid_from):
        return refusal
    if valid_from >= today.replace(day=1):
        return None
    in_force = queries.current(queries.standing_of(kpi), valid_from)
    if in_force is None or _was_entered(in_force, today):
        return None
    return Refusal(
        "kpis.target_past",
        _("終わった月の評価は変えられません。適用開始日は%(day)s以降にしてください。")
        % {"day": f"{today.year}年{today.month}月1日"},
        409,
    )


def _why_not_over_signed(kpi: KPI, valid_from: date) -> Refusal | None:
    """What both sides signed is changed by a new agreement, never by one side."""
    standing = queries.standing_of(kpi)
    in_force = queries.current(standing, valid_from)
    is_signed = in_force is not None and in_force.agreed_at is not None
    if not is_signed and not any(one.agreed_at and one.valid_from > valid_from for one in standing):
        return None
    return Refusal(
        "kpis.target_signed",
        _(
            "双方が合意した目標があります。変更するときは、契約の画面で合意書の変更を提案してください。"
        ),
        409,
    )


def why_not_withdraw(target: Target, actor: Actor, today: date) -> Refusal | None:
    """Only a target that is unsigned, and by which no closed month was scored."""
    if refusal := why_not_edit_tree(target.kpi.tree, actor):
        return refusal
    if target.superseded_at is not None:
        return Refusal("kpis.target_gone", _("この目標はすでに置き換えられています。"), 409)
    if target.agreed_at is not None:
        return Refusal(
            "kpis.target_signed", _("双方が合意した目標は、一方だけで取り下げられません。"), 409
        )
    if target.valid_from < today.replace(day=1) and not _was_entered(target, today):
        return Refusal(
            "kpis.target_past", _("終わった月の評価に使われた目標は取り下げられません。"), 409
        )
    return None


def _was_entered(target: Target, today: date) -> bool:
    entered = timezone.localtime(target.created_at, target.kpi.tree.client.zone).date()
    return entered == today and target.agreed_at is None
