"""What may be written about objectives, and by whom."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from core.domain.refusals import Refusal
from core.tenancy import Actor
from kpis.domain.states import OBJECTIVE_TRANSITIONS, ObjectiveState
from kpis.models import KPI, Objective, Tree
from kpis.models.objectives import ObjectiveStatus
from kpis.policies.trees import why_not_edit_tree
from kpis.queries.objectives import KeyResultDraft, has_open_twin


def why_not_edit_objective(objective: Objective, actor: Actor) -> Refusal | None:
    """What was achieved or given up stays as it is."""
    if refusal := why_not_edit_tree(objective.tree, actor):
        return refusal
    if OBJECTIVE_TRANSITIONS.is_final(ObjectiveState(objective.status)):
        return Refusal("kpis.objective_closed", _("終了した目標は変更できません。"), 409)
    return None


def why_not_version(current: int, seen: int) -> Refusal | None:
    """The author must have seen the newest state."""
    if current == seen:
        return None
    return Refusal(
        "kpis.form_stale",
        _("表示中にほかの人が変更しました。最新の内容を確認してから、もう一度入力してください。"),
        409,
    )


def why_not_move(objective: Objective, status: ObjectiveStatus, actor: Actor) -> Refusal | None:
    """Only the moves that the life of an objective knows."""
    if refusal := why_not_edit_objective(objective, actor):
        return refusal
    if OBJECTIVE_TRANSITIONS.allows(ObjectiveState(objective.status), ObjectiveState(status)):
        return None
    return Refusal(
        "kpis.objective_status",
        _("いまの状態（%(status)s）からは「%(wanted)s」にできません。")
        % {"status": objective.get_status_display(), "wanted": status.label},
        409,
    )


def why_not_check_in(objective: Objective, actor: Actor) -> Refusal | None:
    """One checks in on what is alive."""
    if refusal := why_not_edit_objective(objective, actor):
        return refusal
    if objective.is_alive:
        return None
    return Refusal("kpis.objective_draft", _("先に目標を「進行中」にしてください。"), 409)


def why_not_check_in_on(on: date, today: date) -> Refusal | None:
    """Nobody knows today how sure one will be tomorrow."""
    if on <= today:
        return None
    return Refusal("kpis.future", _("今日までの日付を入力してください。"), 422)


def why_not_titled(
    tree: Tree, title: str, starts_on: date, ends_on: date, *, but: Objective | None = None
) -> Refusal | None:
    """A period has a length, and one tree has no two open objectives of one name."""
    if starts_on >= ends_on:
        return Refusal("kpis.period", _("終了日は開始日より後にしてください。"), 422)
    if has_open_twin(tree, title, but=but):
        return Refusal(
            "kpis.objective_twice",
            _("同じ名前の目標がすでにあります。そちらを編集するか、別の名前にしてください。"),
            409,
        )
    return None


def why_not_key_results(
    tree: Tree,
    key_results: Sequence[KeyResultDraft],
    kpis: Mapping[UUID, KPI],
    *,
    kept: frozenset[UUID] = frozenset(),
) -> Refusal | None:
    """Each points at another KPI of the tree and has a way to go.

    `kept` are the KPIs that the objective has already: they may have been deleted since.
    """
    if not key_results:
        return Refusal("kpis.no_key_result", _("主要な成果を少なくとも一つ入力してください。"), 422)
    for one in key_results:
        kpi = kpis.get(one.kpi_id) if one.kpi_id else None
        if kpi is None or kpi.tree_id != tree.pk:
            return _no_kpi()
        if kpi.deleted_at is not None and kpi.pk not in kept:
            return _no_kpi()
        if one.start_value == one.target_value:
            return Refusal(
                "kpis.no_distance",
                _(
                    "「%(name)s」の開始時の値と目標の値が同じです。"
                    "進み具合を計算できないため、違う値にしてください。"
                )
                % {"name": kpi.name},
                422,
            )
    if len({one.kpi_id for one in key_results}) < len(key_results):
        return Refusal("kpis.key_result_twice", _("一つの目標で、同じKPIは一度だけ使えます。"), 422)
    return None


def _no_kpi() -> Refusal:
    return Refusal(
        "kpis.key_result_without_kpi",
        _("主要な成果には、このツリーのKPIが必要です。まだないときは、先にKPIを追加してください。"),
        422,
    )
