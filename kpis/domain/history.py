"""The log of commands: which one a person may undo or redo, and when others stand in the way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from kpis.domain.commands import Command, CommandKind, batch, parts, touched
from kpis.domain.tree import Json, NodeId, Tree

Key = TypeVar("Key")
LINES = {CommandKind.LINK, CommandKind.UNLINK}

# The fields of a node that a score is computed from; the others only describe it.
SCORED_FIELDS = (
    "unit",
    "direction",
    "aggregation",
    "value_source",
    "formula",
    "weight",
    "baseline",
    "responsible_side",
    "counts_from",
    "retired_from",
)


@dataclass(frozen=True, slots=True)
class Entry(Generic[Key]):
    """One command of the log, and the earlier one that it takes back, if it does."""

    id: Key
    undoes: Key | None
    command: Command


@dataclass(frozen=True, slots=True)
class Stacks(Generic[Key]):
    """What can be undone and redone next; the last one is the next one."""

    undo: Sequence[Key]
    redo: Sequence[Key]


def stacks(log: Iterable[tuple[Key, Key | None]]) -> Stacks[Key]:
    """Replay one person's log of (id, what it undoes), oldest first.

    Undoing an undo is a redo; a new command makes what was undone unreachable.
    """
    undo: list[Key] = []
    redo: list[Key] = []
    for key, undoes in log:
        if undoes is None:
            undo.append(key)
            redo.clear()
        elif redo and redo[-1] == undoes:
            redo.pop()
            undo.append(key)
        elif undo and undo[-1] == undoes:
            undo.pop()
            redo.append(key)
    return Stacks(undo, redo)


def effective(log: Sequence[Entry[Key]]) -> list[Entry[Key]]:
    """Return the commands whose effect still stands, without those that were taken back."""
    standing = {entry.id: entry for entry in log}
    for entry in reversed(log):
        if entry.id in standing and entry.undoes in standing:
            del standing[entry.id]
            del standing[entry.undoes]
    return list(standing.values())


def colliding(inverse: Command, later: Sequence[Entry[Key]], tree: Tree) -> list[Entry[Key]]:
    """Return the later commands that changed what the inverse would change back, in order."""
    mine = [(part, _reach(part, tree)) for part in parts(inverse)]
    return [
        entry
        for entry in effective(later)
        if any(
            _collide(part, reach, other) for part, reach in mine for other in parts(entry.command)
        )
    ]


def fitted(command: Command, tree: Tree) -> Command:
    """Return the command without positions of siblings, and links, that are gone by now."""
    if command.kind == CommandKind.BATCH:
        return batch([fitted(part, tree) for part in parts(command)])
    positions = command.payload.get("positions")
    if not isinstance(positions, dict) or command.kind == CommandKind.REORDER:
        return command
    known: dict[str, Json] = {key: value for key, value in positions.items() if key in tree.nodes}
    payload: dict[str, Json] = {**command.payload, "positions": known}
    if links := payload.get("links"):
        payload["links"] = _fitting(links, payload, tree)
    return Command(command.kind, payload)


def _fitting(links: Json, payload: Mapping[str, Json], tree: Tree) -> list[Json]:
    """Return the links whose two ends are there, now or with the nodes that come back."""
    back = touched(Command(CommandKind.ADD, payload))
    ends = [
        (link, link.get("node_id"), link.get("target_id"))
        for link in (links if isinstance(links, list) else [])
        if isinstance(link, dict)
    ]
    return [
        link
        for link, node_id, target_id in ends
        if (node_id in tree.nodes or node_id in back)
        and (target_id in tree.nodes or target_id in back)
    ]


def changes_scores(before: Tree, after: Tree) -> bool:
    """Tell whether a score may come out differently: order, names and notes change none."""
    return _scored(before) != _scored(after)


def _scored(tree: Tree) -> Mapping[NodeId, tuple[object, ...]]:
    return {
        node.id: (node.parent_id, *(node.fields.get(name) for name in SCORED_FIELDS))
        for node in tree.nodes.values()
    }


def _reach(inverse: Command, tree: Tree) -> frozenset[NodeId]:
    """Return the nodes that a command changes: a deletion takes all that is below by now."""
    if inverse.kind != CommandKind.DELETE:
        return touched(inverse)
    top = inverse.payload.get("id")
    if not isinstance(top, str) or top not in tree.nodes:
        return frozenset()
    return frozenset(node.id for node in tree.subtree(top))


def _collide(inverse: Command, mine: frozenset[NodeId], other: Command) -> bool:
    if not mine & touched(other):
        return False
    if CommandKind.DELETE in (inverse.kind, other.kind):
        return True
    if LINES & {inverse.kind, other.kind}:
        return inverse.payload.get("link") == other.payload.get("link")
    if inverse.kind == other.kind == CommandKind.UPDATE:
        return bool(_names(inverse) & _names(other))
    is_update = CommandKind.UPDATE in (inverse.kind, other.kind)
    return not is_update


def _names(command: Command) -> set[str]:
    fields = command.payload.get("fields")
    return set(fields) if isinstance(fields, dict) else set()
