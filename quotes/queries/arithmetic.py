"""The arithmetic of a score as a sentence with its numbers: 40 × (1 − 3.50 ÷ 5.00) = 12.0点."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.domain.rounding import RoundingRule, round_to
from kpis.domain.scoring import Direction
from quotes.domain.comparison import Comparison, Contribution, Formula, TieBreak
from quotes.domain.criteria import CriterionKind, ExclusionCode, ExclusionReason
from quotes.domain.methods import PER, Method
from quotes.models import Criterion
from quotes.wording import amount, figures, level, number

FULL = 100
FINE = 3


def points(value: Decimal, places: int = 1) -> str:
    """Write points with so many places."""
    return _("%(points)s点") % {"points": number(value, places)}


def places_for(totals: Iterable[Decimal]) -> int:
    """Return how many places it takes so that different totals look different."""
    known = set(totals)
    for places in (1, 2, 3, 4):
        if len({round_to(one, RoundingRule.HALF_UP, places) for one in known}) == len(known):
            return places
    return 6


def total_text(value: Decimal, method: Method, places: int = 1) -> str:
    """Write what a quote is ranked by: points, or a value of its method."""
    if method == Method.ADDITIVE:
        return points(value, places)
    return number(value, max(places, FINE))


def total_label(result: Comparison[Any], currency: str) -> str:
    """Name what quotes are ranked by."""
    if result.rule.method == Method.DIVISION:
        return _("評価値（%(per)sあたりの点数）") % {"per": amount(Decimal(PER), currency)}
    if result.rule.method == Method.TOPSIS:
        return _("近さ（0〜1）")
    return _("合計点（%(full)s満点）") % {"full": points(result.full_points, 0)}


def arithmetic(part: Contribution, criterion: Criterion, currency: str, places: int = 1) -> str:
    """Write how the numbers make the points."""
    weight = number(part.weight)
    end = f" = {points(part.points, places)}"
    if part.kind == CriterionKind.PRICE:
        money = {key: figures(value, currency) for key, value in part.numbers.items()}
        if part.formula == Formula.CEILING:
            return f"{weight} × (1 − {money['price']} ÷ {money['ceiling']}){end}"
        return f"{weight} × {money['lowest']} ÷ {money['price']}{end}"
    shown = {key: number(value) for key, value in part.numbers.items()}
    if part.formula == Formula.NO_ANSWER:
        return _("回答なし%(end)s") % {"end": end}
    if part.score >= FULL:
        return _("%(weight)s × 100%%（望ましい水準 %(desired)s に到達）%(end)s") % {
            "weight": weight,
            "desired": level(criterion.desired_level or Decimal(0), criterion.unit),
            "end": end,
        }
    if criterion.direction == Direction.LOWER:
        top = f"({shown['minimum']} − {shown['value']})"
        return f"{weight} × {top} ÷ ({shown['minimum']} − {shown['desired']}){end}"
    top = f"({shown['value']} − {shown['minimum']})"
    return f"{weight} × {top} ÷ ({shown['desired']} − {shown['minimum']}){end}"


def exclusion(reason: ExclusionReason, criterion: Criterion | None, currency: str) -> str:
    """Write why a quote is not scored."""
    name = criterion.name if criterion else _("価格")
    unit = criterion.unit if criterion else ""
    if reason.code == ExclusionCode.FREE:
        return _("見積金額が0のため、除算方式では計算できません。")
    if reason.code == ExclusionCode.NO_PRICE:
        return _("見積金額がありません。")
    if reason.value is None or reason.limit is None:
        return _("「%(name)s」の約束がありません。") % {"name": name}
    if reason.code == ExclusionCode.ABOVE_CEILING:
        return _("見積金額 %(value)s が予定価格 %(limit)s を超えています。") % {
            "value": amount(reason.value, currency),
            "limit": amount(reason.limit, currency),
        }
    return _("「%(name)s」の約束 %(value)s が、最低水準 %(limit)s に届いていません。") % {
        "name": name,
        "value": level(reason.value, unit),
        "limit": level(reason.limit, unit),
    }


def tie_break(why: TieBreak | None) -> str:
    """Write what decided between this vendor and the next one at equal points."""
    words = {
        TieBreak.QUALITY: _("次の順位と同点。価格以外の点数が高いため上位"),
        TieBreak.PRICE: _("次の順位と同点。価格が低いため上位"),
        TieBreak.VENDOR: _("次の順位とすべて同点（並びは便宜上のもの）"),
    }
    return words[why] if why else ""
