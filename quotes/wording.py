"""Numbers and times as people read them, where a template's filters do not reach."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.domain.money import minor_units
from core.domain.rounding import RoundingRule, round_to
from kpis.models.choices import Unit

WEEKDAYS = "月火水木金土日"
SIGNS = {"JPY": "円", "USD": "米ドル", "EUR": "ユーロ"}


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Write a time with its weekday: 2026年5月1日(金) 17:00."""
    local = at.astimezone(zone)
    return f"{date_format(local, 'Y年n月j日')}({WEEKDAYS[local.weekday()]}) {local:%H:%M}"


def number(value: Decimal, places: int | None = None) -> str:
    """Write a number with separators; without places as exactly as it is, but no idle zeros."""
    if places is not None:
        return f"{round_to(value, RoundingRule.HALF_UP, places):,f}"
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def currency_sign(currency: str) -> str:
    """Write the unit of an amount."""
    return SIGNS.get(currency, currency)


def amount(value: Decimal, currency: str) -> str:
    """Write an amount in its currency: 1,234円."""
    exact_enough = -int(value.normalize().as_tuple().exponent)  # a unit price may be finer
    places = max(minor_units(currency), min(exact_enough, 4))
    return f"{number(value, places)}{currency_sign(currency)}"


def level(value: Decimal, unit: str) -> str:
    """Write the level of a KPI with its unit: 95.5%."""
    return f"{number(value)}{Unit(unit).label if unit else ''}"


def points(value: Decimal) -> str:
    """Write points as they are shown, to one place: 12.0点."""
    return _("%(points)s点") % {"points": number(value, 1)}
