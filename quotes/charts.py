"""Figures of a comparison: who has which place how often, and how far each weight may move."""

from collections.abc import Sequence
from fractions import Fraction

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from core.charts import LINE_COLOUR, STATUS_COLOURS, Cell, Chart, plain, wrapped
from core.domain.rounding import to_decimal
from quotes.domain.robustness import Interval

ROW_HEIGHT, FRAME = 48, 144
MOST_PLACES = 4
LEAST_TEXT = Fraction(12, 100)
PLACE_COLOURS = (LINE_COLOUR, "#6f9cb5", "#b5cbd7", "#dfe5e9")


def _percent(value: Fraction) -> float:
    return round(float(value * 100), 3)


def _cell(value: Fraction) -> Cell:
    return Cell(to_decimal(value * 100), "%")


def _bars(**more: object) -> dict[str, object]:
    return {
        "margin": {"l": 96, "r": 24, "t": 8, "b": 40},
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "traceorder": "normal",
        },
        "xaxis": {"range": [0, 100], "ticksuffix": "%", "automargin": True},
        "yaxis": {"autorange": "reversed", "automargin": True},
        **more,
    }


def places(names: Sequence[str], shares: Sequence[Sequence[Fraction]], draws: int) -> Chart:
    """Draw for each vendor how often it has which place (rank acceptability); far places together."""
    last = min(len(names), MOST_PLACES)
    labels = [_("%(rank)s位") % {"rank": place + 1} for place in range(last)]
    if len(names) > MOST_PLACES:
        labels[-1] = _("%(rank)s位以下") % {"rank": MOST_PLACES}
    rows = [[*row[: last - 1], sum(row[last - 1 :], Fraction(0))] for row in shares]
    figure = go.Figure(
        data=[
            go.Bar(
                y=[wrapped(name) for name in names],
                x=[_percent(row[place]) for row in rows],
                name=label,
                orientation="h",
                text=[_text(label, row[place]) for row in rows],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                insidetextfont={"color": "#ffffff" if place == 0 else "#1f2933"},
                marker={"color": PLACE_COLOURS[place], "line": {"color": "#ffffff", "width": 1}},
            )
            for place, label in enumerate(labels)
        ],
        layout=_bars(barmode="stack", height=FRAME + ROW_HEIGHT * len(names)),
    )
    return Chart(
        id="places",
        title=_("配点を変えたときの順位"),
        summary=_("配点を%(draws)s通りに変えて試算し、各社がどの順位になるかの割合を示します。")
        % {"draws": f"{draws:,}"},
        figure=plain(figure),
        headers=[_("外注先"), *labels],
        rows=[
            [Cell(name), *(_cell(one) for one in row)]
            for name, row in zip(names, rows, strict=True)
        ],
    )


def _text(label: str, share: Fraction) -> str:
    """Write place and share inside the bar, where there is room for them."""
    return f"{label} {float(share * 100):.0f}%" if share >= LEAST_TEXT else ""


def ranges(names: Sequence[str], found: Sequence[Interval], first: str) -> Chart:
    """Draw for each criterion between which shares of all weight the first stays the first.

    The narrowest range comes first: there the result is the most sensitive (a tornado).
    """
    ordered = sorted(zip(names, found, strict=True), key=lambda one: one[1].high - one[1].low)
    labels = [wrapped(name) for name, _one in ordered]
    figure = go.Figure(
        data=[
            go.Bar(
                y=labels,
                x=[_percent(one.high - one.low) for _name, one in ordered],
                base=[_percent(one.low) for _name, one in ordered],
                orientation="h",
                width=0.5,
                name=_("1位が変わらない範囲"),
                marker={"color": "#b5cbd7"},
            ),
            go.Scatter(
                y=labels,
                x=[_percent(one.share) for _name, one in ordered],
                mode="markers+text",
                text=[f"{float(one.share * 100):.0f}%" for _name, one in ordered],
                textposition="top center",
                name=_("いまの配点"),
                marker={"symbol": "diamond", "size": 11, "color": STATUS_COLOURS["missed"]},
                cliponaxis=False,
            ),
        ],
        layout=_bars(height=FRAME + ROW_HEIGHT * len(names)),
    )
    return Chart(
        id="ranges",
        title=_("1位が変わらない配点の範囲"),
        summary=_(
            "一つの項目の割合だけを動かし、ほかの項目どうしの比は保ったときに、%(first)sが1位のままでいる範囲です。"
        )
        % {"first": first},
        figure=plain(figure),
        headers=[_("評価項目"), _("いまの割合"), _("下限"), _("上限")],
        rows=[
            [Cell(name), _cell(one.share), _cell(one.low), _cell(one.high)] for name, one in ordered
        ],
    )
