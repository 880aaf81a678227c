"""Values and targets of a KPI, in its unit and with its decimals."""

from decimal import Decimal

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.domain.rounding import decimal_text
from core.templatetags.numbers import missing, written
from kpis.domain.scoring import Direction
from kpis.models import KPI, Measurement, Target

register = template.Library()
HUNDRED = Decimal(100)


@register.filter
def of_kpi(value: Decimal | None, kpi: KPI) -> str | SafeString:
    """Write a measured value, rounded for display to the KPI's decimals: 97.3%."""
    text = written(value, kpi.decimals)
    return missing() if text is None else f"{text}{kpi.unit_text}"


@register.filter
def exactly(value: Decimal | None, kpi: KPI) -> str | SafeString:
    """Write a value as it was agreed, never rounded: 1.25%."""
    return missing() if value is None else f"{_digits(value)}{kpi.unit_text}"


@register.filter
def target_of(target: Target | None, kpi: KPI) -> str | SafeString:
    """Write a target: 95%以上, 8,000円以下, 1〜2%."""
    if target is None:
        return missing()
    unit = kpi.unit_text
    if target.accept_low is not None and target.accept_high is not None:
        return f"{_digits(target.accept_low)}〜{_digits(target.accept_high)}{unit}"
    if target.value is None:
        return missing()
    word = _("以下") if kpi.direction == Direction.LOWER else _("以上")
    return f"{_digits(target.value)}{unit}{word}"


@register.filter
def zero_line(target: Target, kpi: KPI) -> str | SafeString:
    """Write where the score is 0: one value, or both ends of a band."""
    if target.worst_low is not None and target.worst_high is not None:
        unit = kpi.unit_text
        return _("%(low)s以下・%(high)s以上") % {
            "low": f"{_digits(target.worst_low)}{unit}",
            "high": f"{_digits(target.worst_high)}{unit}",
        }
    return exactly(target.worst, kpi)


@register.filter
def tenfold(elasticity: Decimal) -> str:
    """Write what 10 % more of a KPI does to the goal, from its elasticity: +4.2%."""
    text = written(abs(elasticity) * 10, 1) or "0"
    sign = "±" if not text.strip("0.") else "−" if elasticity < 0 else "+"
    return f"{sign}{text}%"


@register.filter
def measured(measurement: Measurement | None, kpi: KPI) -> str | SafeString:
    """Write a measurement: its value, or the ratio with its parts."""
    if measurement is None:
        return missing()
    if measurement.denominator is None or measurement.numerator is None:
        return of_kpi(measurement.value, kpi)
    parts = f"{_digits(measurement.numerator)}/{_digits(measurement.denominator)}"
    if measurement.denominator == 0:
        return parts
    scale = HUNDRED if kpi.unit == "percent" else Decimal(1)
    rate = written(measurement.numerator * scale / measurement.denominator, kpi.decimals)
    return f"{rate}{kpi.unit_text}（{parts}）"


def _digits(number: Decimal) -> str:
    return f"{Decimal(decimal_text(number)):,}"
