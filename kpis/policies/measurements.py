"""Who may enter a measurement, for which period, with which numbers."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.domain.periods import Period
from core.domain.refusals import Refusal
from core.tenancy import Actor
from kpis.models import KPI, Measurement
from kpis.models.choices import Aggregation, ValueSource
from kpis.policies.trees import why_not_edit_tree
from kpis.wording import author

# What files may say, too: a year before this one is a slip of the fingers.
FIRST_YEAR = 1900


def why_not_record(kpi: KPI, actor: Actor) -> Refusal | None:
    """A deleted KPI, and one that is the sum of others, takes no values."""
    if refusal := why_not_edit_tree(kpi.tree, actor):
        return refusal
    if kpi.deleted_at is not None:
        return Refusal("kpis.deleted", _("このKPIは削除されています。"), 409)
    if kpi.value_source == ValueSource.CHILDREN:
        return Refusal(
            "kpis.pooled", _("子のKPIから計算されるKPIのため、実績は入力できません。"), 409
        )
    if kpi.value_source == ValueSource.FORMULA:
        return Refusal(
            "kpis.computed", _("計算式から計算されるKPIのため、実績は入力できません。"), 409
        )
    return None


def why_not_day(day: date, today: date) -> Refusal | None:
    """A mistyped year names no period: too long ago, or further ahead than a period is long."""
    if day.year < FIRST_YEAR:
        return Refusal(
            "kpis.year",
            _("%(year)d年の実績は登録できません。年を西暦4桁で入力し直してください。")
            % {"year": day.year},
            422,
        )
    return _not_begun() if day.year > today.year + 1 else None


def why_not_period(period: Period, today: date) -> Refusal | None:
    """A period that has not begun has no actuals."""
    return _not_begun() if period.starts_on > today else None


def _not_begun() -> Refusal:
    return Refusal("kpis.future", _("まだ始まっていない期間の実績は登録できません。"), 422)


def why_not_numbers(
    kpi: KPI, value: Decimal | None, numerator: Decimal | None, denominator: Decimal | None
) -> Refusal | None:
    """A ratio needs both its parts, everything else one value."""
    if kpi.aggregation == Aggregation.RATIO:
        if value is not None or numerator is None or denominator is None:
            return Refusal("kpis.ratio_parts", _("分子と分母を入力してください。"), 422)
        if denominator < 0:
            return Refusal("kpis.denominator", _("分母は0以上の数値にしてください。"), 422)
        return None
    if value is None or numerator is not None or denominator is not None:
        return Refusal("kpis.value", _("実績値を入力してください。"), 422)
    return None


def why_not_revise(known: Measurement | None, revision: int | None) -> Refusal | None:
    """The author must have seen what is being corrected; None skips the question."""
    if revision is None or revision == (known.revision if known else 0):
        return None
    if known is not None and revision == 0:
        return Refusal(
            "kpis.measurement_exists",
            _("この期間の実績は登録済みです。一覧の「訂正」から変更してください。"),
            409,
        )
    return Refusal(
        "kpis.measurement_stale",
        _("この画面を開いたあとに、%(who)sがこの期間の実績を記録しました。内容を確かめてください。")
        % {"who": author(known.recorded_by if known else None)},
        409,
    )


def why_not_reason(known: Measurement | None, reason: str) -> Refusal | None:
    """A correction says why."""
    if known is not None and not reason.strip():
        return Refusal(
            "kpis.no_reason",
            _("この期間の実績は登録済みです。訂正の理由を入力してください。"),
            422,
        )
    return None
