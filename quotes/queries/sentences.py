"""The sentences of an explanation, Japanese and English side by side."""

from kpis.models.choices import Unit
from quotes.domain.methods import Method

UNITS = {
    Unit.PERCENT: "%",
    Unit.YEN: " yen",
    Unit.USD: " US dollars",
    Unit.COUNT: "",
    Unit.PEOPLE: " people",
    Unit.TIMES: " times",
    Unit.HOURS: " hours",
    Unit.DAYS: " days",
    Unit.POINTS: " points",
    Unit.MULTIPLE: " times",
    Unit.SECONDS: " seconds",
    Unit.RANK: "",
    Unit.PAGE_VIEWS: " page views",
    Unit.PERCENTAGE_POINTS: " percentage points",
}
METHODS = {
    Method.ADDITIVE: ("加算方式", "points added up"),
    Method.DIVISION: ("除算方式", "points per price"),
    Method.TOPSIS: ("TOPSIS", "TOPSIS"),
}
SENTENCES = {
    "first": ("1位は{first}です（{total}）。", "{first} comes first ({total})."),
    "alone": (
        "評価の対象になった見積はこの1件だけで、比べる相手がありません。",
        "It is the only quote that was scored: there is nothing to compare it with.",
    ),
    "tied": (
        "2位の{second}とは同じ値で、決め方の規則により上位としました。",
        "It is level with {second}; the stated rule for ties puts it first.",
    ),
    "gap": ("2位の{second}との差は{gap}です。", "It leads {second}, the second, by {gap}."),
    "parts": ("差の内訳は、{parts}です。", "The difference is made of: {parts}."),
    "part": ("「{name}」{change}", "“{name}” {change}"),
    "price": ("見積金額{change}", "price {change}"),
    "quality": ("価格以外の点数{change}", "points for all but the price {change}"),
    "better": ("「{name}」（{own}、{second}は{other}）", "“{name}” ({own} against {other})"),
    "ahead": ("上回るのは{parts}です。", "It is ahead in {parts}."),
    "behind": ("下回るのは{parts}です。", "It is behind in {parts}."),
    "rival": (
        "{rank}位の{name}は、1位より{gap}低い結果です。",
        "{name} (place {rank}) is {gap} behind the first.",
    ),
    "rival_parts": (
        "{rank}位の{name}は、1位より{gap}低く、主に{parts}で差がつきました。",
        "{name} (place {rank}) is {gap} behind the first, mainly in {parts}.",
    ),
    "cheapest": (
        "最も安いのは{name}（{price}）で、1位より{by}安い見積です。",
        "The lowest price is that of {name} ({price}), {by} below the first.",
    ),
    "excluded": (
        "ほかに{count}件の見積を、条件を満たさないため評価の対象外としました。",
        "Not scored for breaking a stated condition: {count}.",
    ),
    "share_exact": (
        "配点をどのように変えたとしても、全体の{share}の配点で1位です。",
        "It is the first under {share} of all possible weights.",
    ),
    "share_drawn": (
        "配点を{draws}通りに変えて試算すると、{share}で1位です。",
        "It is the first under {share} of {draws} sets of weights drawn at random.",
    ),
    "methods_agree": (
        "加算方式・除算方式・TOPSISのどれでも1位は変わりません。",
        "Points added up, points per price and TOPSIS agree on the first.",
    ),
    "method_differs": (
        "{method}では1位が{winners}に変わります。",
        "By {method} the first would be {winners}.",
    ),
    "flip": (
        "配点のうち{moved}を{sources}から「{target}」に移すと、{rival}が並びます。",
        "Moving {moved} of weight from {sources} to “{target}” would bring {rival} level.",
    ),
    "no_flip": (
        "配点をどのように移しても、ほかの会社が1位に並ぶことはありません。",
        "No weights would bring another quote level.",
    ),
    "needed": (
        "{rival}が1位に並ぶには、{ways}のいずれかにする必要があります。",
        "To draw level {rival} would have to offer one of: {ways}.",
    ),
    "needed_one": (
        "{rival}が1位に並ぶには、{ways}にする必要があります。",
        "To draw level {rival} would have to offer {ways}.",
    ),
    "needed_price": (
        "見積金額を{value}以下（いまは{raw}）",
        "a price of {value} or less (now {raw})",
    ),
    "needed_high": (
        "「{name}」を{value}以上（いまは{raw}）",
        "“{name}” of {value} or more (now {raw})",
    ),
    "needed_low": (
        "「{name}」を{value}以下（いまは{raw}）",
        "“{name}” of {value} or less (now {raw})",
    ),
    "needed_none": (
        "{rival}は、価格か約束のどれか一つを変えるだけでは1位に並びません。",
        "No single change of price or promise would bring {rival} level.",
    ),
    "talk_price": (
        "{first}の見積金額は、最も安い見積より{by}高い水準です。",
        "The price of {first} is {by} above the lowest.",
    ),
    "talk_level": (
        "{first}の「{name}」は{raw}で、望ましい水準の{desired}に届いていません。",
        "“{name}” of {first} is {raw}; the desired level is {desired}.",
    ),
    "talk_none": (
        "{first}は、価格もKPIの約束も、望ましい水準にあります。",
        "{first} is at the desired level in its price and in every promise.",
    ),
}
