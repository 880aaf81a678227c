"""Numbers and times as people read them, to the last digit that counts.

The site's filters round for display; here a promise of 79.9999% must not read as 80%.
"""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from core.domain.money import minor_units
from core.domain.rounding import RoundingRule, round_to
from core.templatetags.numbers import DAYS, SYMBOLS
from kpis.models.choices import Unit


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Write a time with its weekday: 2026年5月1日（金）17:00."""
    local = at.astimezone(zone)
    return f"{local.year}年{local.month}月{local.day}日（{DAYS[local.weekday()]}）{local:%H:%M}"


def number(value: Decimal, places: int | None = None) -> str:
    """Write a number with separators; without places as exactly as it is."""
    if places is not None:
        return f"{round_to(value, RoundingRule.HALF_UP, places):,f}"
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def figures(value: Decimal, currency: str) -> str:
    """Write the figures of an amount: 1,234 or 3.50; a unit price may be finer than the currency."""
    exponent = value.normalize().as_tuple().exponent
    finer = -exponent if isinstance(exponent, int) else 0
    return number(value, max(minor_units(currency), min(finer, 4)))


def amount(value: Decimal, currency: str) -> str:
    """Write an amount with its currency: ¥1,234."""
    sign = "−" if value < 0 else ""
    return f"{sign}{SYMBOLS.get(currency, currency + ' ')}{figures(abs(value), currency)}"


def level(value: Decimal, unit: str) -> str:
    """Write the level of a KPI with its unit: 95.5%."""
    return f"{number(value)}{Unit(unit).label if unit else ''}"
