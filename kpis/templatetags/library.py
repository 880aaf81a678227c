"""Figures of the KPI library in words, with their unit."""

from decimal import Decimal

from django import template
from django.utils.translation import gettext as _

from core.templatetags.numbers import UNITS, missing, written
from kpis.domain.scoring import Direction
from kpis.models import Benchmark, Definition
from kpis.models.library import in_language

register = template.Library()


@register.filter
def figure(benchmark: Benchmark) -> str:
    """Write a published figure: 6.64%, 70〜80%."""
    unit = UNITS[benchmark.unit]
    if benchmark.value is not None:
        return f"{written(benchmark.value)}{unit}"
    return _span(benchmark.low, benchmark.high, unit) or missing()


@register.filter
def years(benchmark: Benchmark) -> str:
    """Write when a figure was taken: 2025年, 2018〜2019年."""
    if benchmark.year == "undated":
        return _("時期の記載なし")
    return _("%(years)s年") % {"years": benchmark.year.replace("-", "〜")}


@register.filter
def suggestion(definition: Definition) -> str:
    """Write the usual target: 95%以上, 2回以下, 95〜105%."""
    target, unit = definition.suggested_target, UNITS[definition.unit]
    if not target:
        return missing()
    if target["value"] is None:
        return _span(_decimal(target["low"]), _decimal(target["high"]), unit) or missing()
    word = _("以下") if definition.direction == Direction.LOWER else _("以上")
    return f"{written(target['value'])}{unit}{word}"


@register.filter
def suggestion_reason(definition: Definition) -> str:
    """Say where the usual target comes from."""
    return in_language((definition.suggested_target or {}).get("reason"))


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _span(low: Decimal | None, high: Decimal | None, unit: str) -> str:
    if low is not None and high is not None:
        return f"{written(low)}〜{written(high)}{unit}"
    if low is not None:
        return f"{written(low)}{unit}{_('以上')}"
    return f"{written(high)}{unit}{_('以下')}" if high is not None else ""
