"""The strategy map: the KPIs of the four perspectives, goal on top, and the lines between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kpis.domain.exchange.drawing import wrapped
from kpis.models import KPI

CARD_WIDTH, CARD_HEIGHT, LINE_HEIGHT, LETTER = 168, 52, 18, 13
GAP, ROW_GAP, BAND_GAP, MARGIN, LABEL_WIDTH = 16, 20, 44, 12, 104
IN_A_ROW = 5
TREE = "tree"


@dataclass(frozen=True, slots=True)
class MapCard:
    """A KPI on the map: its name in lines, and where it stands."""

    kpi: KPI
    lines: Sequence[tuple[int, str]]
    x: int
    y: int

    @property
    def middle(self) -> int:
        """Where lines join it."""
        return self.x + CARD_WIDTH // 2


@dataclass(frozen=True, slots=True)
class MapBand:
    """A perspective: a band over the whole width."""

    label: str
    y: int
    height: int

    @property
    def middle(self) -> int:
        """Where its name stands."""
        return self.y + self.height // 2


@dataclass(frozen=True, slots=True)
class MapLine:
    """A line from what moves to what is moved; `kind` is tree, reference or influence."""

    kind: str
    path: str
    words: str


@dataclass(frozen=True, slots=True)
class StrategyMap:
    """Everything that is drawn, and how large the drawing is."""

    width: int
    height: int
    bands: Sequence[MapBand]
    cards: Sequence[MapCard]
    lines: Sequence[MapLine]


def strategy_map(
    bands: Sequence[tuple[str, Sequence[KPI]]], links: Sequence[tuple[UUID, UUID, str]]
) -> StrategyMap:
    """Place the KPIs of each perspective, the first on top; `links` are from, to and kind."""
    cards: dict[UUID, MapCard] = {}
    shown: list[MapBand] = []
    y = MARGIN
    for label, kpis in bands:
        if not kpis:
            continue
        for place, kpi in enumerate(kpis):
            row, column = divmod(place, IN_A_ROW)
            x = MARGIN + LABEL_WIDTH + column * (CARD_WIDTH + GAP)
            cards[kpi.pk] = _card(kpi, x, y + MARGIN + row * (CARD_HEIGHT + ROW_GAP))
        rows = (len(kpis) - 1) // IN_A_ROW + 1
        height = 2 * MARGIN + rows * CARD_HEIGHT + (rows - 1) * ROW_GAP
        shown.append(MapBand(label, y, height))
        y += height + BAND_GAP
    width = max((one.x + CARD_WIDTH for one in cards.values()), default=0) + 2 * MARGIN
    tree = [(one.kpi.pk, one.kpi.parent_id, TREE) for one in cards.values() if one.kpi.parent_id]
    drawn = [
        _line(cards[start], cards[end], kind)
        for start, end, kind in [*tree, *links]
        if start in cards and end in cards
    ]
    return StrategyMap(
        width, max(MARGIN, y - BAND_GAP) + MARGIN, shown, list(cards.values()), drawn
    )


def _card(kpi: KPI, x: int, y: int) -> MapCard:
    lines = wrapped(kpi.name, (CARD_WIDTH - 2 * MARGIN) / LETTER, 2)
    first = y + (CARD_HEIGHT - len(lines) * LINE_HEIGHT) // 2 + LETTER
    return MapCard(kpi, [(first + at * LINE_HEIGHT, one) for at, one in enumerate(lines)], x, y)


def _line(start: MapCard, end: MapCard, kind: str) -> MapLine:
    """A curve between the nearer edges: upwards as a rule, beside each other along the top."""
    if start.y == end.y:
        x, to, y = start.middle, end.middle, start.y
        path = f"M{x} {y}C{x} {y - ROW_GAP} {to} {y - ROW_GAP} {to} {y}"
    else:
        is_up = start.y > end.y
        y = start.y if is_up else start.y + CARD_HEIGHT
        to = end.y + CARD_HEIGHT if is_up else end.y
        half = (y + to) // 2
        path = f"M{start.middle} {y}C{start.middle} {half} {end.middle} {half} {end.middle} {to}"
    return MapLine(kind, path, f"{start.kpi.name} → {end.kpi.name}")
