"""A tree as a document: drawings on sheets of A4, each as large as it stays legible."""

from collections.abc import Sequence

from kpis.domain.exchange.drawing import Card, layout, sheets, size, svg
from kpis.domain.tree import Json

# Millimetres of the page that a drawing may fill, and how large a unit of it is at least and most.
WIDTH, HEIGHT = 273, 166
LEAST, MOST = 0.145, 0.22

SOURCE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set text(font: "BIZ UDPGothic", lang: "ja", size: 8pt)
#set page(
  paper: "a4",
  flipped: true,
  margin: (x: 12mm, top: 20mm, bottom: 14mm),
  header: grid(
    columns: (1fr, auto),
    align: (left, right),
    text(size: 11pt, data.title),
    text(fill: rgb("#5b5b60"), data.about),
  ),
  footer: context align(right, text(
    fill: rgb("#5b5b60"),
    [#counter(page).display() / #counter(page).final().first()],
  )),
)
#for (at, sheet) in data.sheets.enumerate() {
  if at > 0 { pagebreak() }
  if sheet.path != "" { text(fill: rgb("#5b5b60"), sheet.path); linebreak() }
  image(bytes(sheet.svg), format: "svg", width: sheet.width * 1mm)
}
"""


def content(cards: Sequence[Card], title: str, about: str, more: str) -> dict[str, Json]:
    """Return what the source shows: a tree that is too large for a page is parted."""
    most = int(WIDTH / LEAST), int(HEIGHT / LEAST)
    return {
        "title": title,
        "about": about,
        "sheets": [
            {
                "path": " › ".join(one.path)[:200],
                "svg": svg(one.cards, one.cards[0].name),
                "width": _width(one.cards),
            }
            for one in sheets(cards, *most, more)
        ],
    }


def _width(cards: Sequence[Card]) -> int:
    """Return how many millimetres wide the drawing is on its page."""
    width, height = size(layout(cards))
    return int(width * min(MOST, WIDTH / width, HEIGHT / height))
