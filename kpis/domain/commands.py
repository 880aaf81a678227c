"""Changes to a tree as data: each can be stored, applied, and undone by its inverse.

Payloads hold JSON only:
add      {"nodes": [{"id", "parent_id", "position", "fields"}, ...], "positions": {id: n}}
update   {"id": id, "fields": {name: value}}
move     {"id": id, "parent_id": id, "position": n, "positions": {id: n}}
delete   {"id": id, "positions": {id: n}}
reorder  {"positions": {id: n}}
`positions` renumbers siblings where the gaps between them are used up; parents come first in
`nodes`, the first of which is the top of what is added.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import cast

from kpis.domain.tree import (
    InvalidChange,
    Json,
    NodeId,
    Tree,
    TreeNode,
    TreeProblem,
    position_at,
)


class CommandKind(StrEnum):
    """What a command does to the tree."""

    ADD = "add"
    UPDATE = "update"
    MOVE = "move"
    DELETE = "delete"
    REORDER = "reorder"


@dataclass(frozen=True, slots=True)
class Command:
    """One change, as it is stored and sent."""

    kind: CommandKind
    payload: Mapping[str, Json]


def add_node(
    tree: Tree,
    node_id: NodeId,
    parent_id: NodeId | None,
    fields: Mapping[str, Json],
    index: int | None = None,
) -> Command:
    """Make the command that adds a node, last or as the index-th child."""
    siblings = tree.children(parent_id)
    position, positions = position_at(siblings, len(siblings) if index is None else index)
    node = TreeNode(node_id, parent_id, position, dict(fields))
    return Command(
        CommandKind.ADD, {"nodes": [_node_json(node)], "positions": _positions_json(positions)}
    )


def update_node(node_id: NodeId, fields: Mapping[str, Json]) -> Command:
    """Make the command that gives fields of a node new values."""
    return Command(CommandKind.UPDATE, {"id": node_id, "fields": dict(fields)})


def move_node(tree: Tree, node_id: NodeId, parent_id: NodeId, index: int | None = None) -> Command:
    """Make the command that moves a node with its subtree, last or as the index-th child."""
    siblings = [node for node in tree.children(parent_id) if node.id != node_id]
    position, positions = position_at(siblings, len(siblings) if index is None else index)
    return Command(
        CommandKind.MOVE,
        {
            "id": node_id,
            "parent_id": parent_id,
            "position": position,
            "positions": _positions_json(positions),
        },
    )


def delete_node(node_id: NodeId) -> Command:
    """Make the command that deletes a node with its subtree."""
    return Command(CommandKind.DELETE, {"id": node_id, "positions": {}})


def reorder_children(tree: Tree, ordered_ids: Sequence[NodeId]) -> Command:
    """Make the command that puts siblings in this order, on the positions they already use."""
    siblings = [tree.node(node_id) for node_id in ordered_ids]
    free = sorted(node.position for node in siblings)
    positions = dict(zip(ordered_ids, free, strict=True))
    return Command(CommandKind.REORDER, {"positions": _positions_json(positions)})


def apply(command: Command, tree: Tree) -> Tree:
    """Return the tree after the command; InvalidChange when it does not fit."""
    return _APPLY[command.kind](tree, command.payload)


def inverse(command: Command, before: Tree) -> Command:
    """Return the command that takes the tree after `command` back to `before`."""
    payload = command.payload
    if command.kind == CommandKind.REORDER:
        return Command(CommandKind.REORDER, {"positions": _positions_before(payload, before)})
    if command.kind == CommandKind.ADD:
        top = _nodes(payload)[0]
        return Command(
            CommandKind.DELETE,
            {"id": top.id, "positions": _positions_before(payload, before)},
        )
    node = before.node(_text(payload, "id"))
    if command.kind == CommandKind.UPDATE:
        old = {name: _field(node, name) for name in _mapping(payload, "fields")}
        return update_node(node.id, old)
    positions = _positions_before(payload, before)
    if command.kind == CommandKind.DELETE:
        nodes: list[Json] = [_node_json(gone) for gone in before.subtree(node.id)]
        return Command(CommandKind.ADD, {"nodes": nodes, "positions": positions})
    return Command(
        CommandKind.MOVE,
        {
            "id": node.id,
            "parent_id": node.parent_id,
            "position": node.position,
            "positions": positions,
        },
    )


def touched(command: Command) -> frozenset[NodeId]:
    """Return the nodes that a command names: what a second editor may have changed meanwhile."""
    payload = command.payload
    if command.kind == CommandKind.ADD:
        return frozenset(node.id for node in _nodes(payload))
    if command.kind == CommandKind.REORDER:
        return frozenset(_positions(payload))
    return frozenset({_text(payload, "id")})


def _add(tree: Tree, payload: Mapping[str, Json]) -> Tree:
    grown = tree.with_positions(_positions(payload))
    for index, node in enumerate(_nodes(payload)):
        if node.id in grown.nodes:
            raise InvalidChange(TreeProblem.DUPLICATE_NODE)
        if node.parent_id is None and (index > 0 or grown.nodes):
            raise InvalidChange(TreeProblem.ROOT_STAYS_ROOT)
        if node.parent_id is not None and node.parent_id not in grown.nodes:
            raise InvalidChange(TreeProblem.UNKNOWN_PARENT)
        grown = grown.with_nodes([node])
    return grown


def _update(tree: Tree, payload: Mapping[str, Json]) -> Tree:
    node = tree.node(_text(payload, "id"))
    fields = _mapping(payload, "fields")
    for name in fields:
        _field(node, name)
    return tree.with_nodes([replace(node, fields={**node.fields, **fields})])


def _move(tree: Tree, payload: Mapping[str, Json]) -> Tree:
    node_id, parent_id = _text(payload, "id"), payload.get("parent_id")
    if parent_id is not None and not isinstance(parent_id, str):
        raise InvalidChange(TreeProblem.MALFORMED)
    problem = tree.why_not_move(node_id, parent_id)
    if problem is not None:
        raise InvalidChange(problem)
    moved = replace(
        tree.node(node_id), parent_id=parent_id, position=_number(payload.get("position"))
    )
    return tree.with_positions(_positions(payload)).with_nodes([moved])


def _delete(tree: Tree, payload: Mapping[str, Json]) -> Tree:
    gone = tree.subtree(_text(payload, "id"))
    return tree.without(node.id for node in gone).with_positions(_positions(payload))


def _reorder(tree: Tree, payload: Mapping[str, Json]) -> Tree:
    return tree.with_positions(_positions(payload))


_APPLY: dict[CommandKind, Callable[[Tree, Mapping[str, Json]], Tree]] = {
    CommandKind.ADD: _add,
    CommandKind.UPDATE: _update,
    CommandKind.MOVE: _move,
    CommandKind.DELETE: _delete,
    CommandKind.REORDER: _reorder,
}


def _nodes(payload: Mapping[str, Json]) -> list[TreeNode]:
    """Read the nodes of an add command."""
    listed = payload.get("nodes")
    if not isinstance(listed, list) or not listed:
        raise InvalidChange(TreeProblem.NO_NODES)
    return [_node(item) for item in listed]


def _node(item: Json) -> TreeNode:
    if not isinstance(item, dict):
        raise InvalidChange(TreeProblem.MALFORMED)
    parent_id = item.get("parent_id")
    if parent_id is not None and not isinstance(parent_id, str):
        raise InvalidChange(TreeProblem.MALFORMED)
    return TreeNode(
        id=_text(item, "id"),
        parent_id=parent_id,
        position=_number(item.get("position")),
        fields=dict(_mapping(item, "fields")),
    )


def _node_json(node: TreeNode) -> Json:
    return {
        "id": node.id,
        "parent_id": node.parent_id,
        "position": node.position,
        "fields": dict(node.fields),
    }


def _positions(payload: Mapping[str, Json]) -> dict[NodeId, int]:
    if "positions" not in payload:
        return {}
    return {key: _number(value) for key, value in _mapping(payload, "positions").items()}


def _positions_before(payload: Mapping[str, Json], before: Tree) -> dict[str, Json]:
    return {node_id: before.node(node_id).position for node_id in _positions(payload)}


def _positions_json(positions: Mapping[NodeId, int]) -> dict[str, Json]:
    return cast("dict[str, Json]", dict(positions))


def _text(payload: Mapping[str, Json], name: str) -> str:
    value = payload.get(name)
    if not isinstance(value, str):
        raise InvalidChange(TreeProblem.MALFORMED)
    return value


def _mapping(payload: Mapping[str, Json], name: str) -> dict[str, Json]:
    value = payload.get(name)
    if not isinstance(value, dict):
        raise InvalidChange(TreeProblem.MALFORMED)
    return value


def _number(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidChange(TreeProblem.MALFORMED)
    return value


def _field(node: TreeNode, name: str) -> Json:
    if name not in node.fields:
        raise InvalidChange(TreeProblem.NO_SUCH_FIELD)
    return node.fields[name]
