"""A tree as a drawing: cards from left to right, joined by lines, as SVG.

Every subtree has a band of its own, as high as its cards need; a parent stands in the middle of
its band. So no two cards ever touch, and no measuring of fonts is needed: a Japanese letter is as
wide as it is high, the others are taken for a little more than half of that.
"""

import unicodedata
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

CARD_WIDTH = 216
COLUMN_GAP = 48
ROW_GAP = 12
MARGIN = 16
PADDING = 10
NAME_SIZE, NAME_LINE = 13, 18
DETAIL_SIZE, DETAIL_LINE = 11, 15
NAME_LINES = 3
MOST_CARDS = 300  # of one page: more are never legible, and need not be tried
FONT = "'BIZ UDPGothic', 'Hiragino Sans', 'Yu Gothic', 'Noto Sans JP', sans-serif"
INK, MUTED, LINE, PAPER = "#1a1a1c", "#5b5b60", "#8a8f99", "#ffffff"
GOAL_PAPER, GOAL_LINE = "#e9f1fb", "#1f5fa8"


@dataclass(frozen=True, slots=True)
class Card:
    """What is written on a card; `parent` is the index of the card before it."""

    name: str
    details: tuple[str, ...] = ()
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A card with its lines of text and its place."""

    card: Card
    lines: tuple[str, ...]
    x: int
    y: int
    height: int

    @property
    def middle(self) -> int:
        """Where lines join it."""
        return self.y + self.height // 2


def em_width(text: str) -> float:
    """Return how wide the text is, in widths of a Japanese letter."""
    return sum(1.0 if unicodedata.east_asian_width(one) in "WFA" else 0.62 for one in text)


def wrapped(text: str, width: float, most: int) -> tuple[str, ...]:
    """Break the text into lines of at most that width; what is too long ends with an ellipsis."""
    found = [""]
    for letter in " ".join(text.split()):
        if em_width(found[-1] + letter) > width:
            if len(found) == most:
                found[-1] = found[-1][:-1] + "…"
                break
            found.append("")
        found[-1] += letter
    return tuple(line.strip() for line in found)


def layout(cards: Sequence[Card]) -> list[Placed]:
    """Give each card its place; cards stand in the order of the outline, parents first."""
    inner = CARD_WIDTH - 2 * PADDING
    texts = [wrapped(one.name, inner / NAME_SIZE, NAME_LINES) for one in cards]
    heights = [
        2 * PADDING + NAME_LINE * len(lines) + DETAIL_LINE * len(card.details)
        for card, lines in zip(cards, texts, strict=True)
    ]
    depths = depths_of(cards)
    inside = [0] * len(cards)  # how high the bands of the children are together
    bands = list(heights)
    for at in range(len(cards) - 1, -1, -1):
        bands[at] = max(heights[at], inside[at])
        parent = cards[at].parent
        if parent is not None:
            inside[parent] += bands[at] + (ROW_GAP if inside[parent] else 0)
    tops = [MARGIN] * len(cards)
    used = [0] * len(cards)
    for at, card in enumerate(cards):
        if card.parent is not None:
            parent = card.parent
            slack = (bands[parent] - inside[parent]) // 2
            tops[at] = tops[parent] + slack + used[parent]
            used[parent] += bands[at] + ROW_GAP
    return [
        Placed(
            card=card,
            lines=texts[at],
            x=MARGIN + depths[at] * (CARD_WIDTH + COLUMN_GAP),
            y=tops[at] + (bands[at] - heights[at]) // 2,
            height=heights[at],
        )
        for at, card in enumerate(cards)
    ]


def depths_of(cards: Sequence[Card]) -> list[int]:
    """Return how deep each card stands; the top is 0."""
    depths: list[int] = []
    for card in cards:
        depths.append(0 if card.parent is None else depths[card.parent] + 1)
    return depths


def size(placed: Sequence[Placed]) -> tuple[int, int]:
    """Return width and height of the drawing."""
    width = max(one.x + CARD_WIDTH for one in placed) + MARGIN
    return width, max(one.y + one.height for one in placed) + MARGIN


def svg(cards: Sequence[Card], title: str) -> str:
    """Draw the cards."""
    placed = layout(cards)
    width, height = size(placed)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" role="img" font-family="{FONT}">',
        f"<title>{_text(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
    ]
    parts += [_line(placed[one.card.parent], one) for one in placed if one.card.parent is not None]
    parts += [_card(one, is_top=one.card.parent is None) for one in placed]
    return "\n".join([*parts, "</svg>", ""])


def _line(parent: Placed, child: Placed) -> str:
    start, end = parent.x + CARD_WIDTH, child.x
    bend = (start + end) // 2
    path = f"M{start} {parent.middle}H{bend}V{child.middle}H{end}"
    return f'<path d="{path}" fill="none" stroke="{LINE}" stroke-width="1.5"/>'


def _card(one: Placed, *, is_top: bool) -> str:
    paper, line = (GOAL_PAPER, GOAL_LINE) if is_top else (PAPER, LINE)
    parts = [
        f"<g><title>{_text(one.card.name)}</title>",
        f'<rect x="{one.x}" y="{one.y}" width="{CARD_WIDTH}" height="{one.height}" rx="6"'
        f' fill="{paper}" stroke="{line}" stroke-width="1.5"/>',
    ]
    y = one.y + PADDING + NAME_SIZE
    for text in one.lines:
        parts.append(_words(one.x + PADDING, y, NAME_SIZE, INK, text))
        y += NAME_LINE
    y += DETAIL_SIZE - NAME_SIZE
    inner = (CARD_WIDTH - 2 * PADDING) / DETAIL_SIZE
    for text in one.card.details:
        parts.append(_words(one.x + PADDING, y, DETAIL_SIZE, MUTED, wrapped(text, inner, 1)[0]))
        y += DETAIL_LINE
    return "".join([*parts, "</g>"])


def _words(x: int, y: int, size_: int, ink: str, text: str) -> str:
    return f'<text x="{x}" y="{y}" font-size="{size_}" fill="{ink}">{_text(text)}</text>'


def _text(text: str) -> str:
    """Escape the text, and leave out what XML cannot hold."""
    return escape("".join(one for one in text if one >= " " and one not in "\ufffe\uffff"))


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cards of one page, and the names above the first of them."""

    cards: Sequence[Card]
    path: tuple[str, ...] = ()


def sheets(cards: Sequence[Card], widest: int, highest: int, more: str) -> list[Sheet]:
    """Part the tree into drawings of at most this size, so that each stays legible on a page.

    A page begins with a card and as many of its children as fit; then what is below them is added,
    level by level, as long as it fits. What is left follows on pages of its own, and `more` says
    so on the card where it is left off.
    """
    parting = _Parting(cards, widest, highest, more)
    found: list[Sheet] = []
    waiting = [0]
    while waiting:
        top = waiting.pop()
        later: list[int] = []
        for group in parting.groups(top):
            shown = parting.filled(top, group)
            found.append(parting.sheet(top, shown))
            later += parting.left_off(shown)
        waiting += reversed(later)
    return found


# The children that are drawn below each card of a page.
_Shown = dict[int, list[int]]


class _Parting:
    """The tree that is parted, and what fits on a page."""

    def __init__(self, cards: Sequence[Card], widest: int, highest: int, more: str) -> None:
        self.cards = cards
        self.widest, self.highest, self.more = widest, highest, more
        self.below: list[list[int]] = [[] for _card in cards]
        for at, card in enumerate(cards):
            if card.parent is not None:
                self.below[card.parent].append(at)

    def groups(self, top: int) -> list[list[int]]:
        """Part the children of a card into as many as fit below it on a page."""
        groups: list[list[int]] = [[]]
        for child in self.below[top]:
            if groups[-1] and not self._fits(top, {top: [*groups[-1], child]}):
                groups.append([])
            groups[-1].append(child)
        return groups

    def filled(self, top: int, group: list[int]) -> _Shown:
        """Add what is below, level by level, wherever it fits."""
        shown = {top: group}
        waiting = deque(group)
        while waiting:
            at = waiting.popleft()
            if self.below[at] and self._fits(top, grown := {**shown, at: self.below[at]}):
                shown = grown
                waiting += self.below[at]
        return shown

    def left_off(self, shown: _Shown) -> list[int]:
        """Return the cards of a page whose children are not on it."""
        drawn = [at for children in shown.values() for at in children]
        return sorted(at for at in drawn if self.below[at] and at not in shown)

    def sheet(self, top: int, shown: _Shown) -> Sheet:
        """Return the cards of a page with the names above its top."""
        path: list[str] = []
        above = self.cards[top].parent
        while above is not None:
            path.append(self.cards[above].name)
            above = self.cards[above].parent
        return Sheet(self._chosen(top, shown), tuple(reversed(path)))

    def _fits(self, top: int, shown: _Shown) -> bool:
        if sum(map(len, shown.values())) > MOST_CARDS:
            return False
        width, height = size(layout(self._chosen(top, shown)))
        return width <= self.widest and height <= self.highest

    def _chosen(self, top: int, shown: _Shown) -> list[Card]:
        """Return these cards as a tree of their own, whose first is the top."""
        chosen: list[Card] = []
        waiting: list[tuple[int, int | None]] = [(top, None)]
        while waiting:
            at, parent = waiting.pop()
            is_cut = bool(self.below[at]) and at not in shown
            card = self.cards[at]
            details = (*card.details, self.more) if is_cut else card.details
            waiting += [(child, len(chosen)) for child in reversed(shown.get(at, []))]
            chosen.append(Card(card.name, details, parent))
        return chosen
