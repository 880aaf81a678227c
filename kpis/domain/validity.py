"""Which nodes count in a month: some only from a month on, some no more."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from kpis.domain.rollup import parents_first


class Spanned(Protocol):
    """A node that may count for a time only; both months are first days, the end is outside."""

    @property
    def id(self) -> UUID: ...
    @property
    def counts_from(self) -> date | None: ...
    @property
    def retired_from(self) -> date | None: ...


def counts_in(node: Spanned, month: date) -> bool:
    """Tell whether the month lies in the node's own span."""
    has_begun = node.counts_from is None or node.counts_from <= month
    return has_begun and (node.retired_from is None or month < node.retired_from)


def in_force(
    nodes: Sequence[Spanned],
    children: Mapping[UUID | None, list[UUID]],
    month: date,
    *,
    judged: Collection[UUID],
) -> set[UUID]:
    """Return the nodes that count in the month.

    A branch goes with its top. A group that loses all its children goes with them, unless it is
    `judged` by itself (by a target of its own, or only watched); the roots stay.
    """
    out = {node.id for node in nodes if not counts_in(node, month)} - set(children[None])
    if not out:
        return {node.id for node in nodes}
    order = parents_first(children)
    for node_id in order:
        if node_id in out:
            out.update(children.get(node_id, ()))
    for node_id in reversed(order):
        below = children.get(node_id, ())
        if below and node_id not in judged and all(one in out for one in below):
            out.add(node_id)
    return {node.id for node in nodes} - (out - set(children[None]))
