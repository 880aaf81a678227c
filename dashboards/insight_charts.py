"""Drawings that explain a tree: the bridge, what 10 % would do, and the matrix."""

from collections.abc import Sequence
from decimal import Decimal

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from core.charts import LINE_COLOUR, STATUS_COLOURS, Cell, Chart, plain, wrapped
from core.domain.rounding import RoundingRule, round_to
from core.templatetags.numbers import written
from dashboards.charts import month_label
from kpis.queries.movement import Bridge, signed
from kpis.queries.scenarios import Effect, Quadrant, Spot

MOST_BARS = 12
UP, DOWN = STATUS_COLOURS["met"], STATUS_COLOURS["missed"]
QUADRANTS = {
    Quadrant.ACT: "先に手を打つ",
    Quadrant.KEEP: "いまの水準を保つ",
    Quadrant.WATCH: "様子を見る",
    Quadrant.RELAX: "手をかけすぎない",
    Quadrant.UNKNOWN: "評価なし",
}
COLOURS = {
    Quadrant.ACT: "missed",
    Quadrant.KEEP: "met",
    Quadrant.WATCH: "near",
    Quadrant.RELAX: "none",
    Quadrant.UNKNOWN: "none",
}
SYMBOLS = {
    Quadrant.ACT: "square",
    Quadrant.KEEP: "circle",
    Quadrant.WATCH: "triangle-up",
    Quadrant.RELAX: "diamond",
    Quadrant.UNKNOWN: "x",
}


def waterfall(bridge: Bridge) -> Chart:
    """Draw the change as steps from the first number to the last; the small ones together."""
    tops = list(bridge.tops)
    shown, rest = tops[:MOST_BARS], tops[MOST_BARS:]
    steps = [(one.kpi.name, one.contribution) for one in shown]
    if rest:
        others = sum((one.contribution for one in rest), Decimal(0))
        steps.append((_("ほか%(count)d件") % {"count": len(rest)}, others))
    before, after = bridge.before or Decimal(0), bridge.after or Decimal(0)
    levels = [before]
    for _name, change in steps:
        levels.append(levels[-1] + change)
    figure = go.Figure(
        data=[
            go.Bar(
                x=[
                    month_label(bridge.start),
                    *(wrapped(name) for name, _ in steps),
                    month_label(bridge.end),
                ],
                y=[float(one) for one in (before, *(change for _, change in steps), after)],
                base=[0.0, *(float(level) for level in levels[:-1]), 0.0],
                text=[
                    f"{written(before, bridge.places)}{bridge.own_unit}",
                    *(signed(change, bridge.places, bridge.unit) for _, change in steps),
                    f"{written(after, bridge.places)}{bridge.own_unit}",
                ],
                textposition="outside",
                cliponaxis=False,
                marker={
                    "color": [
                        LINE_COLOUR,
                        *(UP if change >= 0 else DOWN for _, change in steps),
                        LINE_COLOUR,
                    ]
                },
            )
        ],
        layout={
            "margin": {"l": 64, "r": 16, "t": 24, "b": 64},
            "height": 360,
            "yaxis": {
                "ticksuffix": bridge.own_unit,
                "tickformat": ",~f",
                "automargin": True,
                "range": _window([*levels, after]),
            },
            "xaxis": {"automargin": True, "type": "category"},
            "showlegend": False,
        },
    )
    return Chart(
        id="bridge",
        title=_("「%(name)s」の増減の内訳") % {"name": bridge.kpi.name},
        summary=bridge.sentences,
        figure=plain(figure),
        headers=(_("KPI"), _("増減への寄与")),
        rows=[(Cell(name), Cell(change, bridge.unit)) for name, change in steps],
    )


def _window(levels: Sequence[Decimal]) -> list[float]:
    """Return what of the axis is shown: from zero, unless the steps would vanish."""
    low, high = min(levels), max(levels)
    room = (high - low) * Decimal("0.25") or abs(high) / 10 or Decimal(1)
    if low > 0 and high - low < high * Decimal("0.4"):
        return [float(max(Decimal(0), low - (high - low) - room)), float(high + room)]
    return [float(min(Decimal(0), low - room)), float(max(Decimal(0), high + room))]


def tornado(effects: Sequence[Effect], unit: str, *, is_score: bool) -> Chart:
    """Draw what 10 % more of each leaf would do at the top, the strongest on top."""
    found = [
        (one.leaf.kpi.name, one.score_change if is_score else one.value_change) for one in effects
    ]
    known = [(name, change) for name, change in found if change][:MOST_BARS]
    figure = go.Figure(
        data=[
            go.Bar(
                y=[wrapped(name) for name, _change in reversed(known)],
                x=[float(change) for _name, change in reversed(known)],
                orientation="h",
                marker={"color": [UP if change > 0 else DOWN for _name, change in reversed(known)]},
            )
        ],
        layout={
            "margin": {"l": 160, "r": 16, "t": 8, "b": 40},
            "height": 80 + 28 * len(known),
            "xaxis": {"ticksuffix": unit, "tickformat": ",~f"},
            "yaxis": {"automargin": True, "type": "category"},
            "showlegend": False,
        },
    )
    return Chart(
        id="tornado",
        title=_("各KPIを10%増やしたときの、KGIへの影響"),
        summary=_("棒が長いKPIほど、KGIを大きく動かします。")
        if known
        else _("KGIを動かせるKPIがありません。実績か、計算のつながりが足りません。"),
        figure=plain(figure) if known else None,
        headers=(_("KPI"), _("KGIの変化")),
        rows=[(Cell(name), Cell(change, unit)) for name, change in known],
    )


def matrix(spots: Sequence[Spot]) -> Chart:
    """Draw importance against attainment; shape, name and place say what to do first."""
    known = [one for one in spots if one.attainment is not None]
    groups = [(one, _places([spot for spot in known if spot.quadrant == one])) for one in Quadrant]
    sides = _sides([place for _quadrant, places in groups for place in places])
    figure = go.Figure(
        data=[
            go.Scatter(
                x=[float(attained) for attained, _share in places],
                y=[float(share) for _attained, share in places],
                text=["<br>".join(wrapped(name) for name in names) for names in places.values()],
                name=QUADRANTS[quadrant],
                mode="markers+text",
                textposition=[sides[place] for place in places],
                cliponaxis=False,
                marker={
                    "size": 12,
                    "symbol": SYMBOLS[quadrant],
                    "color": STATUS_COLOURS[COLOURS[quadrant]],
                },
            )
            for quadrant, places in groups
            if places
        ],
        layout={
            "margin": {"l": 56, "r": 48, "t": 24, "b": 56},
            "height": 420,
            "xaxis": {
                "title": {"text": _("達成率")},
                "range": _attainments(known),
                "ticksuffix": "%",
                "tickformat": ",~f",
            },
            "shapes": [
                {
                    "type": "line",
                    "x0": 100,
                    "x1": 100,
                    "yref": "paper",
                    "y0": 0,
                    "y1": 1,
                    "line": {"color": LINE_COLOUR, "dash": "dot", "width": 1},
                }
            ],
            "yaxis": {
                "title": {"text": _("全体に占める重み")},
                "ticksuffix": "%",
                "rangemode": "tozero",
            },
            "legend": {"orientation": "h", "x": 0, "y": 1.12},
        },
    )
    first = [spot.kpi.name for spot in known if spot.quadrant == Quadrant.ACT]
    summary = (
        _("先に手を打つのは%(names)sです。")
        % {"names": "、".join(f"「{one}」" for one in first[:3])}
        if first
        else _("重みが大きく、目標に届いていないKPIはありません。")
    )
    return Chart(
        id="matrix",
        title=_("重要度と達成度"),
        summary=summary,
        figure=plain(figure) if known else None,
        headers=(_("KPI"), _("全体に占める重み"), _("達成率")),
        rows=[
            (
                Cell(spot.kpi.name),
                Cell(Decimal(round(spot.share * 100)), "percent"),
                Cell(spot.attainment, "percent"),
            )
            for spot in known
        ],
    )


def _places(spots: Sequence[Spot]) -> dict[tuple[Decimal, Decimal], list[str]]:
    """Return the names at each point of the drawing: two at one point share a mark."""
    found: dict[tuple[Decimal, Decimal], list[str]] = {}
    for spot in spots:
        attained = Decimal(round(spot.attainment or Decimal(0)))
        share = round_to(spot.share * 100, RoundingRule.HALF_UP, 1)
        found.setdefault((attained, share), []).append(spot.kpi.name)
    return found


def _sides(places: Sequence[tuple[Decimal, Decimal]]) -> dict[tuple[Decimal, Decimal], str]:
    """Write names above and below in turn, so that those of neighbours do not cover each other."""
    words = ("top center", "bottom center")
    return {place: words[at % 2] for at, place in enumerate(sorted(set(places)))}


def _attainments(spots: Sequence[Spot]) -> list[float]:
    """Return what of the axis is shown: from the least to the most, and 100 % in any case."""
    known = [one.attainment for one in spots if one.attainment is not None]
    low, high = min([Decimal(100), *known]), max([Decimal(100), *known])
    room = max(Decimal(5), (high - low) / 5)
    return [float(low - room), float(high + room)]
