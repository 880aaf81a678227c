"""The example tree that a new client may start from, read from its data file."""

import json
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from kpis.models.choices import RationaleKind
from kpis.queries.fields import CODECS, from_json

SOURCE = Path(__file__).resolve().parent.parent / "templates_data" / "example_tree.json"


@dataclass(frozen=True, slots=True)
class ExampleNode:
    """A KPI of the example; `party` names who is responsible, `target` holds a draft's values."""

    fields: Mapping[str, Any]
    party: str
    target: Mapping[str, Any] | None
    children: Sequence["ExampleNode"]


@dataclass(frozen=True, slots=True)
class ExampleTree:
    """The whole example."""

    name: str
    goal: ExampleNode

    def nodes(self) -> Iterator[tuple[ExampleNode, int | None, int]]:
        """Yield every node, parents first, with the number of its parent and its place there."""
        waiting: deque[tuple[ExampleNode, int | None, int]] = deque([(self.goal, None, 1)])
        number = 0
        while waiting:
            node, parent, place = waiting.popleft()
            yield node, parent, place
            waiting.extend((child, number, at) for at, child in enumerate(node.children, start=1))
            number += 1


@cache
def example_tree() -> ExampleTree:
    """Read the example once."""
    data = json.loads(SOURCE.read_text(encoding="utf-8"))
    return ExampleTree(data["name"], _node(data["goal"]))


def _node(data: Mapping[str, Any]) -> ExampleNode:
    fields = {name: value for name, value in data.items() if name in CODECS}
    target = data.get("target")
    return ExampleNode(
        fields=from_json(fields),
        party=data.get("party", ""),
        target=None if target is None else _target(target),
        children=tuple(_node(child) for child in data.get("children", ())),
    )


def _target(data: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {name: Decimal(data[name]) for name in ("value", "worst") if name in data}
    return {
        **numbers,
        "rationale_kind": RationaleKind(data["rationale_kind"]),
        "rationale": data["rationale"],
    }
