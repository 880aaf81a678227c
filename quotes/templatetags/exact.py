"""Numbers of quotes to their last digit; the site's own filters round for display."""

from decimal import Decimal

from django import template

from core.templatetags.numbers import missing
from quotes import wording

register = template.Library()


@register.filter
def exact(value: Decimal | None) -> str:
    """Write a number as exactly as it is: 1,234.5678."""
    return missing() if value is None else wording.number(value)


@register.filter
def exact_money(value: Decimal | None, currency: str) -> str:
    """Write an amount as exactly as it is: ¥8.75."""
    return missing() if value is None else wording.amount(value, currency)
