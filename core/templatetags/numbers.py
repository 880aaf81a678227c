"""Numbers, money, dates and months as Japanese business writes them; missing is a dash with words."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()

SYMBOLS = {"JPY": "¥", "USD": "US$", "EUR": "€"}
MINOR_UNITS = {"JPY": 0}
UNITS = {
    "percent": "%",
    "yen": "円",
    "usd": "米ドル",
    "count": "件",
    "people": "人",
    "times": "回",
    "hours": "時間",
    "days": "日",
    "points": "点",
    "multiple": "倍",
    "seconds": "秒",
    "rank": "位",
    "page_views": "PV",
    "percentage_points": "ポイント",
}
DAYS = "月火水木金土日"
Number = Decimal | int | str | None


def missing() -> SafeString:
    """Return the dash that stands for no data, with the words for those who listen."""
    return format_html(
        '<span class="missing"><span aria-hidden="true">–</span><span class="visually-hidden">{}</span></span>',
        _("データなし"),
    )


def written(value: Number, decimals: int | None = None) -> str | None:
    """Write a number with thousands separators, rounded half up for display; None for no number.

    Without `decimals` as many places are shown as the number has, at most two.
    """
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    if decimals is None:
        shown = number.quantize(Decimal("0.01"), ROUND_HALF_UP).normalize()
        exponent = shown.as_tuple().exponent
        decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    rounded = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{rounded + 0:,.{decimals}f}"


@register.filter
def number(value: Number, decimals: int | None = None) -> str:
    """Write a bare number: 1,234.5."""
    return written(value, decimals) or missing()


@register.filter
def percent(value: Number, decimals: int = 1) -> str:
    """Write a number that is in percent already: 97.3%."""
    text = written(value, decimals)
    return missing() if text is None else f"{text}%"


@register.filter
def points(value: Number, decimals: int = 1) -> str:
    """Write a score: 83.5点."""
    text = written(value, decimals)
    return missing() if text is None else f"{text}点"


@register.filter
def money(value: Number, currency: str = "JPY") -> str:
    """Write an amount with its currency: ¥1,234 or US$3.50."""
    text = written(value, MINOR_UNITS.get(currency, 2))
    if text is None:
        return missing()
    sign, digits = ("−", text[1:]) if text.startswith("-") else ("", text)
    return f"{sign}{SYMBOLS.get(currency, currency + ' ')}{digits}"


@register.filter
def currency_name(code: str) -> str:
    """Write the name of a currency with its code: 日本円（JPY）."""
    known = {"JPY": _("日本円"), "USD": _("米ドル"), "EUR": _("ユーロ")}
    return f"{known[code]}（{code}）" if code in known else code


@register.filter
def currency_unit(code: str) -> str:
    """Write what stands behind an amount that is typed: 円, 米ドル."""
    return {"JPY": _("円"), "USD": _("米ドル"), "EUR": _("ユーロ")}.get(code, code)


@register.filter
def zone_name(zone: str) -> str:
    """Write the name of a time zone as people say it."""
    return _("日本時間") if zone == "Asia/Tokyo" else zone


@register.filter
def unit_value(value: Number, unit: str = "") -> str:
    """Write a KPI's value with its unit; the unit is a code of kpis.models.choices.Unit or a word."""
    text = written(value, {"percent": 1, "yen": 0}.get(unit))
    return missing() if text is None else f"{text}{UNITS.get(unit, unit)}"


@register.filter
def delta(value: Number, unit: str = "") -> str:
    """Write a change with its sign; a change of a rate is in points, not in percent."""
    text = written(value, 1 if unit in {"percent", "points"} else None)
    if text is None:
        return missing()
    sign = "" if text.startswith("-") else "±" if not text.strip("0.,") else "+"
    word = "ポイント" if unit == "percent" else UNITS.get(unit, unit)
    return f"{sign}{text.replace('-', '−')}{word}"


@register.filter
def month(value: date | None) -> str:
    """Write a month: 2015年4月."""
    if value is None:
        return missing()
    if get_language() == "en":
        return f"{value:%B %Y}"
    return f"{value.year}年{value.month}月"


@register.filter
def jdate(value: date | datetime | None) -> str:
    """Write a day: 2015年4月30日（木）."""
    if value is None:
        return missing()
    day = timezone.localtime(value).date() if isinstance(value, datetime) else value
    if get_language() == "en":
        return f"{day:%a, %d %b %Y}"
    return f"{day.year}年{day.month}月{day.day}日（{DAYS[day.weekday()]}）"


@register.filter
def until(first: date | None, last: date | None) -> SafeString:
    """Write days from one to the other: 2015年4月1日（水）〜2016年3月31日（木）; breaks between them."""
    return format_html(
        '<span class="nowrap">{}〜</span><wbr><span class="nowrap">{}</span>',
        jdate(first),
        jdate(last),
    )


@register.filter
def jdatetime(value: datetime | None) -> str:
    """Write a time in the local zone: 2015年4月30日（木）17:00."""
    if value is None:
        return missing()
    local = timezone.localtime(value)
    space = " " if get_language() == "en" else ""
    return f"{jdate(local.date())}{space}{local:%H:%M}"
