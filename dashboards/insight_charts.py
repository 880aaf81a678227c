"""Drawings that explain a tree: the bridge, what 10 % would do, and the matrix."""

from collections.abc import Sequence
from decimal import Decimal

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from dashboards.charts import LINE_COLOUR, STATUS_COLOURS, Cell, Chart, plain, wrapped
from kpis.queries.movement import Bridge
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
    names = [
        str(bridge.start)[:7],
        *(wrapped(name) for name, _change in steps),
        str(bridge.end)[:7],
    ]
    before, after = bridge.before or Decimal(0), bridge.after or Decimal(0)
    figure = go.Figure(
        data=[
            go.Waterfall(
                x=names,
                y=[float(before), *(float(change) for _name, change in steps), float(after)],
                measure=["absolute", *("relative" for _step in steps), "total"],
                increasing={"marker": {"color": UP}},
                decreasing={"marker": {"color": DOWN}},
                totals={"marker": {"color": LINE_COLOUR}},
                connector={"line": {"width": 1}},
            )
        ],
        layout={
            "margin": {"l": 64, "r": 16, "t": 8, "b": 64},
            "height": 340,
            "yaxis": {"ticksuffix": bridge.own_unit, "tickformat": ",~f", "automargin": True},
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
    known = [one for one in spots if one.score is not None]
    groups = [(one, [spot for spot in known if spot.quadrant == one]) for one in Quadrant]
    figure = go.Figure(
        data=[
            go.Scatter(
                x=[float(spot.score or 0) for spot in members],
                y=[float(spot.share * 100) for spot in members],
                text=[wrapped(spot.kpi.name) for spot in members],
                name=QUADRANTS[quadrant],
                mode="markers+text",
                textposition="top center",
                cliponaxis=False,
                marker={"size": 12, "symbol": SYMBOLS[quadrant]},
            )
            for quadrant, members in groups
            if members
        ],
        layout={
            "margin": {"l": 56, "r": 48, "t": 24, "b": 56},
            "height": 420,
            "xaxis": {"title": {"text": _("点数")}, "range": [-5, 112], "ticksuffix": _("点")},
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
        headers=(_("KPI"), _("全体に占める重み"), _("点数")),
        rows=[
            (
                Cell(spot.kpi.name),
                Cell(Decimal(round(spot.share * 100)), "percent"),
                Cell(spot.score, "points"),
            )
            for spot in known
        ],
    )
