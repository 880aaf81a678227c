"""A tree as a Mermaid flowchart, for wikis and documents that draw it."""

from collections.abc import Sequence

from kpis.domain.exchange.columns import write_unit
from kpis.domain.exchange.entries import Entry, parents
from kpis.domain.tree import Json

# What Mermaid or HTML would read as more than a letter is written as an entity.
_ESCAPED = {ord(letter): f"#{ord(letter)};" for letter in '"#&<>`\\[](){}|;%*_~\n\r\t\u2028\u2029'}


def write(entries: Sequence[Entry]) -> str:
    """Write one box per KPI with name and unit, one line to each child, and the lines beside."""
    boxes = []
    for at, entry in enumerate(entries, start=1):
        unit = write_unit(entry.fields).translate(_ESCAPED)
        boxes.append(f'  n{at}["{entry.name.translate(_ESCAPED)}<br/>{unit}"]')
    lines = [
        f"  n{parent + 1} --> n{at}"
        for at, parent in enumerate(parents(entries), start=1)
        if parent is not None
    ]
    return "\n".join(["flowchart LR", *boxes, *lines, *_links(entries), ""])


def _links(entries: Sequence[Entry]) -> list[str]:
    """Write a dotted line for each reference, and a dotted arrow with ~ for each influence."""
    places = {str(one.fields.get("key")): at for at, one in enumerate(entries, start=1)}
    return [
        f"  n{at} {arrow} n{place}"
        for at, entry in enumerate(entries, start=1)
        for name, arrow in (("references", "-.-"), ("influences", "-.->|~|"))
        for one in _listed(entry.fields.get(name))
        if (place := places.get(str(one["key"])))
    ]


def _listed(value: Json) -> list[dict[str, Json]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
