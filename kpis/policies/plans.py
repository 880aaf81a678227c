"""What may be planned for a month to come, and what may not."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core.domain.refusals import Refusal
from core.tenancy import Actor
from kpis import wording
from kpis.domain.bands import InvalidBands, check_bands
from kpis.domain.scoring import StatusBands
from kpis.models import KPI, PlannedChange
from kpis.models.choices import ValueSource
from kpis.policies.targets import LATEST_YEARS_AHEAD
from kpis.policies.trees import why_not_edit_tree, why_not_redefine, why_not_these_fields
from kpis.queries.spans import Stakes

# The settings of a KPI that may change in a month to come.
PLANNABLE = ("weight", "importance", "formula")
BAND_PROBLEMS = {
    "out_of_range": _lazy("基準点は0点から200点までで入力してください。"),
    "not_falling": _lazy("基準点は、達成・もう少し・要改善の順に小さくしてください。"),
}


def why_not_month(month: date, today: date) -> Refusal | None:
    """A change takes effect in the running month or later: what is over stays as it was."""
    if month < today.replace(day=1):
        return Refusal(
            "kpis.plan_past",
            _("終わった月の評価は変えられません。適用開始月は%(month)s以降にしてください。")
            % {"month": f"{today.year}年{today.month}月"},
            422,
        )
    if month.day != 1 or month.year > today.year + LATEST_YEARS_AHEAD:
        return Refusal("kpis.plan_month", _("適用開始月をご確認ください。"), 422)
    return None


def why_not_reason(reason: str) -> Refusal | None:
    """Whoever reads the history later wants to know why."""
    if not reason.strip():
        return Refusal("kpis.plan_reason", _("変更の理由を入力してください。"), 422)
    return None


def why_not_settings(kpi: KPI, fields: Mapping[str, Any]) -> Refusal | None:
    """The KPI must be there, and be able to live with the values."""
    if kpi.deleted_at is not None:
        return Refusal("kpis.deleted", _("このKPIは削除されています。"), 409)
    unknown = [name for name in fields if name not in PLANNABLE]
    if unknown:
        return Refusal(
            "kpis.not_plannable",
            _("「%(name)s」は予定できません。重み・重要度・計算式を予定できます。")
            % {"name": unknown[0]},
            422,
        )
    if "formula" in fields and kpi.value_source != ValueSource.FORMULA:
        return Refusal(
            "kpis.plan_formula",
            _("計算式を予定できるのは、値の出どころが「計算式で計算」のKPIだけです。"),
            422,
        )
    if refusal := why_not_redefine(kpi, fields):
        return refusal
    return _why_not_values(kpi, fields)


def _why_not_values(kpi: KPI, fields: Mapping[str, Any]) -> Refusal | None:
    tree = kpi.tree
    wanted = KPI.objects.get(pk=kpi.pk)
    wanted.tree = tree
    for name, value in fields.items():
        setattr(wanted, name, value)
    try:
        wanted.check_settings()
    except ValidationError as error:
        return Refusal("kpis.plan_value", " ".join(error.messages), 422)
    return why_not_these_fields(wanted)


def why_not_bands(bands: StatusBands) -> Refusal | None:
    """The bounds fall, and lie between 0 and 200."""
    try:
        check_bands(bands)
    except InvalidBands as error:
        return Refusal(f"kpis.bands_{error.code}", str(BAND_PROBLEMS[error.code]), 422)
    return None


def why_not_change_plan(plan: PlannedChange, actor: Actor) -> Refusal | None:
    """Only what still lies ahead can be changed or withdrawn."""
    if refusal := why_not_edit_tree(plan.tree, actor):
        return refusal
    if plan.applied_at is not None:
        return Refusal(
            "kpis.plan_applied",
            _("すでに適用されています。戻すときは、新しい変更を登録してください。"),
            409,
        )
    if plan.withdrawn_at is not None:
        return Refusal("kpis.plan_withdrawn", _("この予定はすでに取り下げられています。"), 409)
    return None


def why_not_edit_plan(plan: PlannedChange, actor: Actor) -> Refusal | None:
    """A switch of the phase is withdrawn and planned anew: KPIs hang from it."""
    if refusal := why_not_change_plan(plan, actor):
        return refusal
    if plan.kind == PlannedChange.Kind.PHASE:
        return Refusal(
            "kpis.plan_phase",
            _("フェーズの切り替えは、取り下げてから登録し直してください。"),
            409,
        )
    return None


def why_not_retire(
    kpi: KPI, below: Collection[KPI], retiring: Collection[UUID], stakes: Stakes
) -> Refusal | None:
    """Neither the goal, nor what both sides signed, nor what a formula still needs.

    `below` is the KPI with all below it, `retiring` everything that ends at the same time.
    """
    if kpi.is_kgi:
        return Refusal("kpis.goal_stays", _("KGIは終了できません。"), 409)
    if kpi.retired_from is not None:
        return Refusal("kpis.retired", _("終了月がすでに決まっています。"), 409)
    ids = {one.pk for one in below}
    if ids & stakes.signed:
        return Refusal(
            "kpis.retire_signed",
            _("双方が合意した目標があるため、一方だけで終了することはできません。"),
            409,
        )
    keys = {one.key for one in below}
    for one, needed in stakes.needs:
        if keys & needed and one.pk not in ids and one.pk not in retiring:
            return Refusal(
                "kpis.retire_needed",
                _("%(name)sの計算式で使われています。") % {"name": wording.short(one.name)},
                409,
            )
    return None
