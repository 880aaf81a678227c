"""What every drawing is made of: its caption, its figure, and the same numbers as a table.

Colours and fonts come from the page's stylesheet at drawing time; the figures say what is what by
name, marker and line style as well, so that colour is never the only sign.
"""

import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go

STATUS_COLOURS = {
    "met": "#1d7a46",
    "near": "#9a6700",
    "improve": "#c2410c",
    "missed": "#b42318",
    "none": "#6b7280",
}
LABEL_WIDTH = 16
LINE_COLOUR, TARGET_COLOUR = "#165e83", "#6b7280"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table twin: a number with its unit, or a word."""

    value: Decimal | str | None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """One drawing with its caption and the same numbers as a table."""

    id: str
    title: str
    summary: str
    figure: dict[str, Any] | None  # nothing to draw, and the summary says why
    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def wrapped(name: str) -> str:
    """Break a long name, so that a phone has room for the bars."""
    return "<br>".join(textwrap.wrap(html.escape(name), LABEL_WIDTH))


def plain(figure: go.Figure) -> dict[str, Any]:
    """Return data and layout as plain lists: no template, no packed arrays."""
    content = figure.to_plotly_json()
    content["layout"].pop("template", None)
    return {"data": [dict(trace) for trace in content["data"]], "layout": content["layout"]}
