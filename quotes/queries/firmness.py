"""How firm the first place is, in ready words: the verdict, each vendor's chances, the methods."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from core.charts import Chart
from core.domain.rounding import to_decimal
from quotes import charts
from quotes.domain.methods import Method
from quotes.domain.robustness import DRAWS
from quotes.domain.verdict import FRAGILE_MOVE, FRAGILE_SHARE, Firmness, Robustness
from quotes.models import RFQ
from quotes.queries.comparison import RoundComparison
from quotes.queries.explanation import EN, JA, Explanation, explanation, ways_to_first
from quotes.wording import number


@dataclass(frozen=True, slots=True)
class Chance:
    """One ranked vendor: how often it is the first, and what would bring it level."""

    name: str
    rank: int
    share: str
    move: str
    ways: Sequence[str]


@dataclass(frozen=True, slots=True)
class MethodRow:
    """Who is the first by one method; `is_chosen` marks the frozen one."""

    label: str
    winners: str
    is_chosen: bool
    is_same: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that the page says of how firm the first place is."""

    kind: str
    title: str
    reasons: Sequence[str]
    chances: Sequence[Chance]
    share_note: str
    methods: Sequence[MethodRow]
    charts: Sequence[Chart]
    texts: Sequence[Explanation]


def verdict_of(comparison: RoundComparison) -> Verdict | None:
    """Return the verdict; None where nothing was scored."""
    found = comparison.robustness
    if found is None:
        return None
    reasons = [_reason(one, comparison, found) for one in found.firmness]
    is_firm = found.firmness == (Firmness.FIRM,)
    has_rivals = Firmness.ALONE not in found.firmness
    texts = [explanation(comparison, language) for language in (JA, EN)]
    return Verdict(
        kind="success" if is_firm else "warning",
        title=_("1位は確かです") if is_firm else _("1位は慎重に確かめてください"),
        reasons=reasons,
        chances=_chances(comparison, found) if has_rivals else [],
        share_note=_share_note(found),
        methods=_methods(comparison, found) if has_rivals else [],
        charts=_charts(comparison, found) if has_rivals else [],
        texts=[one for one in texts if one],
    )


def _reason(firmness: Firmness, comparison: RoundComparison, found: Robustness[UUID]) -> str:
    share = number(to_decimal(found.first_places.shares[0] * 100), 1)
    others = [
        str(RFQ.Method(method).label)
        for method, winners in found.winners.items()
        if winners and comparison.result.ranking[0].vendor_id not in winners
    ]
    words = {
        Firmness.ALONE: _("比べる相手のない見積です。ほかの会社にも依頼することをお勧めします。"),
        Firmness.TIED: _("1位と2位が同じ値です。決め方の規則だけで順位が付いています。"),
        Firmness.METHOD: _("評価方式によって1位が変わります：%(methods)s")
        % {"methods": "、".join(others)},
        Firmness.FRAGILE: _(
            "1位は配点に左右されます（全体の%(move)s%%以下の移動で入れ替わるか、1位になる配点が%(least)s%%未満です）。"
        )
        % {
            "move": number(to_decimal(FRAGILE_MOVE * 100)),
            "least": number(to_decimal(FRAGILE_SHARE * 100)),
        },
        Firmness.FIRM: _("どの評価方式でも1位は変わらず、考えられる配点の%(share)s%%で1位です。")
        % {"share": share},
    }
    return words[firmness]


def _share_note(found: Robustness[UUID]) -> str:
    if found.first_places.draws is None:
        return _("割合は、考えられるすべての配点に占める割合を正確に計算したものです。")
    return _(
        "割合は、配点を%(draws)s通りに変えて試算したものです（同じ見積なら毎回同じ結果です）。"
    ) % {"draws": f"{found.first_places.draws:,}"}


def _chances(comparison: RoundComparison, found: Robustness[UUID]) -> list[Chance]:
    ways = ways_to_first(comparison)
    names = [comparison.criteria[one].name for one in found.columns]
    rows = zip(comparison.result.ranking, found.first_places.shares, found.flips, strict=True)
    is_summed = comparison.result.rule.method != Method.TOPSIS
    return [
        Chance(
            name=comparison.name_of(one.vendor_id),
            rank=one.rank,
            share=f"{number(to_decimal(share * 100), 1)}%",
            move=_("%(moved)s点を「%(target)s」へ")
            % {"moved": number(to_decimal(flip.moved), 1), "target": names[flip.given_to]}
            if flip
            else (_("並ぶ配点なし") if is_summed and one.rank > 1 else "–"),
            ways=ways.get(one.vendor_id, []),
        )
        for one, share, flip in rows
    ]


def _methods(comparison: RoundComparison, found: Robustness[UUID]) -> list[MethodRow]:
    first = comparison.result.ranking[0].vendor_id
    return [
        MethodRow(
            label=str(RFQ.Method(method).label),
            winners="、".join(comparison.name_of(one) for one in winners) or "–",
            is_chosen=method == comparison.result.rule.method,
            is_same=first in winners,
        )
        for method, winners in found.winners.items()
    ]


def _charts(comparison: RoundComparison, found: Robustness[UUID]) -> list[Chart]:
    names = [comparison.name_of(one.vendor_id) for one in comparison.result.ranking]
    criteria = [comparison.criteria[one].name for one in found.columns]
    made = []
    if found.place_shares and len(found.columns) > 1:
        made.append(charts.places(names, found.place_shares, DRAWS))
    if found.intervals and len(found.columns) > 1:
        made.append(charts.ranges(criteria, found.intervals, names[0]))
    return made
