"""What the past says about a target, in words."""

from decimal import Decimal

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.templatetags.numbers import UNITS, missing, written
from kpis.domain.calibration import Calibration, Verdict
from kpis.models import Definition

register = template.Library()
KINDS = {Verdict.EASY: "warning", Verdict.REASON: "warning", Verdict.FITTING: "success"}


@register.filter
def of_definition(value: Decimal | None, definition: Definition) -> str | SafeString:
    """Write a value in the unit of a definition, with one decimal more than its targets have."""
    text = written(value, definition.decimals + 1)
    return missing() if text is None else f"{text}{UNITS[definition.unit]}"


@register.filter
def percentile(value: Decimal) -> str:
    """Write where in the past values a target lies: 25%."""
    return f"{written(value, 0)}%"


@register.filter
def verdict_kind(calibration: Calibration) -> str:
    """Return the kind of the notice."""
    return KINDS.get(calibration.verdict, "info")


@register.filter
def verdict_word(calibration: Calibration) -> str:
    """Say in a word what the past says."""
    words = {
        Verdict.EASY: _("甘い目標です"),
        Verdict.FITTING: _("無理のない目標です"),
        Verdict.REASON: _("根拠が必要な目標です"),
    }
    return words.get(calibration.verdict, _("過去の実績"))


@register.filter
def verdict_text(calibration: Calibration) -> str:
    """Say what to do."""
    texts = {
        Verdict.EASY: _("過去の平均より緩い水準です。達成しても改善になりません。"),
        Verdict.FITTING: _(
            "過去の平均と同じか、それより良い水準で、自然なばらつきの範囲にあります。"
        ),
        Verdict.REASON: _(
            "過去の自然なばらつきを超えています。何を変えて届かせるのかを、根拠に書いてください。"
        ),
    }
    if calibration.mean is None:
        return _("比べるには、3期以上の実績が必要です。")
    return texts.get(calibration.verdict, _("目標値を入力すると、位置が分かります。"))
