"""A tree as a Mermaid flowchart, for wikis and documents that draw it."""

from collections.abc import Sequence

from kpis.domain.exchange.columns import write_unit
from kpis.domain.exchange.entries import Entry, parents

# What Mermaid or HTML would read as more than a letter is written as an entity.
_ESCAPED = {ord(letter): f"#{ord(letter)};" for letter in '"#&<>`\\[](){}|;%*_~\n\r\t\u2028\u2029'}


def write(entries: Sequence[Entry]) -> str:
    """Write one box per KPI with name and unit, and one line to each child."""
    boxes = []
    for at, entry in enumerate(entries, start=1):
        unit = write_unit(entry.fields).translate(_ESCAPED)
        boxes.append(f'  n{at}["{entry.name.translate(_ESCAPED)}<br/>{unit}"]')
    lines = [
        f"  n{parent + 1} --> n{at}"
        for at, parent in enumerate(parents(entries), start=1)
        if parent is not None
    ]
    return "\n".join(["flowchart LR", *boxes, *lines, ""])
