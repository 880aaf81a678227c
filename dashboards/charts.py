"""The figures of the scorecards, from plain numbers; nothing here touches the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go

from core.charts import (
    LINE_COLOUR,
    STATUS_COLOURS,
    TARGET_COLOUR,
    Cell,
    Chart,
    plain,
    wrapped,
)

MOST_TICKS = 8


@dataclass(frozen=True, slots=True)
class Point:
    """One month of a series."""

    month: date
    value: Decimal | None
    target: Decimal | None


def month_label(month: date) -> str:
    """Write a month as 2015年4月."""
    return f"{month.year}年{month.month}月"


def _number(value: Decimal | None) -> float | None:
    # Drawing is the last step: from here on a number is a place on the screen.
    return None if value is None else float(value)


def _layout(*, unit: str, **more: Any) -> dict[str, Any]:
    return {
        "margin": {"l": 56, "r": 16, "t": 8, "b": 40},
        "yaxis": {
            "ticksuffix": unit,
            "tickformat": ",~f",
            "automargin": True,
            "rangemode": "tozero",
        },
        "xaxis": {"automargin": True},
        "legend": {"orientation": "h", "x": 0, "y": 1.14},
        "hovermode": "x unified",
        **more,
    }


def trend(*, chart_id: str, title: str, unit: str, points: Sequence[Point]) -> Chart:
    """Draw a KPI over the months with its target as steps; gaps stay gaps."""
    months = [point.month.isoformat() for point in points]
    figure = go.Figure(
        data=[
            go.Scatter(
                x=months,
                y=[_number(point.value) for point in points],
                name="実績",
                mode="lines+markers",
                connectgaps=False,
                line={"color": LINE_COLOUR, "width": 2},
                marker={"size": 5},
            ),
            go.Scatter(
                x=months,
                y=[_number(point.target) for point in points],
                name="目標",
                mode="lines",
                connectgaps=False,
                line={"color": TARGET_COLOUR, "width": 1.5, "dash": "dash", "shape": "hv"},
            ),
        ],
        layout=_layout(
            unit=unit,
            height=260,
            xaxis={
                "type": "date",
                "tickformat": "%Y/%-m",
                "tick0": months[0] if months else None,
                "dtick": f"M{-(-len(months) // MOST_TICKS) or 1}",
                "automargin": True,
            },
        ),
    )
    known = [point for point in points if point.value is not None]
    summary = (
        f"{month_label(known[0].month)}から{month_label(known[-1].month)}まで、実績のある{len(known)}か月。"
        if known
        else "実績はまだありません。"
    )
    return Chart(
        id=chart_id,
        title=title,
        summary=summary,
        figure=plain(figure) if known else None,
        headers=("月", "実績", "目標"),
        rows=[
            (Cell(month_label(point.month)), Cell(point.value, unit), Cell(point.target, unit))
            for point in points
        ],
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a name, its score in points, and the status as code and word."""

    name: str
    score: Decimal | None
    status: str
    status_label: str


def scores(*, chart_id: str, title: str, bars: Sequence[Bar], headers: Sequence[str]) -> Chart:
    """Draw scores as horizontal bars, each with its status in words."""
    shown = list(reversed(bars))  # the first name stands on top
    names = [wrapped(bar.name) for bar in shown]
    lines = max((name.count("<br>") + 1 for name in names), default=1)
    figure = go.Figure(
        data=[
            go.Bar(
                x=[_number(bar.score) or 0 for bar in shown],
                y=list(range(len(names))),  # two KPIs may have one name
                hovertext=names,
                orientation="h",
                marker={"color": [STATUS_COLOURS[bar.status] for bar in shown]},
                text=[
                    bar.status_label
                    if bar.score is None
                    else f"{bar.score:.0f}点 {bar.status_label}"
                    for bar in shown
                ],
                textposition="outside",
                cliponaxis=False,
                width=0.6,
                hovertemplate="%{hovertext}: %{text}<extra></extra>",
            )
        ],
        layout=_layout(
            unit="",
            hovermode="closest",
            height=max(120, max(44, 17 * lines + 10) * len(bars) + 50),
            xaxis={
                "ticksuffix": "点",
                "range": [0, 135],
                "tickvals": [0, 50, 100],
                "automargin": True,
            },
            yaxis={
                "automargin": True,
                "tickvals": list(range(len(names))),
                "ticktext": names,
            },
        ),
    )
    without = sum(1 for bar in bars if bar.score is None)
    summary = f"{len(bars)}件" + (f"（うち評価なし{without}件）" if without else "") + "のスコア。"
    return Chart(
        id=chart_id,
        title=title,
        summary=summary,
        figure=plain(figure),
        headers=headers,
        rows=[(Cell(bar.name), Cell(bar.score, "点"), Cell(bar.status_label)) for bar in bars],
    )
