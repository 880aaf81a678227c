"""Changes to a tree as data: each can be stored, applied, and undone by its inverse.

Payloads hold JSON only:
add      {"nodes": [{"id", "parent_id", "position", "fields"}, ...], "positions": {id: n},
          "links": [link, ...]}
update   {"id": id, "fields": {name: value}}
move     {"id": id, "parent_id": id, "position": n, "positions": {id: n}}
delete   {"id": id, "positions": {id: n}}
reorder  {"positions": {id: n}}
link     {"link": {"id", "node_id", "target_id", "kind", "note"}}
unlink   {"link": {"id", "node_id", "target_id", "kind", "note"}}
batch    {"commands": [{"kind", "payload"}, ...]}, done in their order, undone in one step
`positions` renumbers siblings where the gaps between them are used up; parents come first in
`nodes`, the first of which is the top of what is added.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from kpis.domain.command_payloads import (
    field_of,
    link_in,
    link_json,
    links_in,
    mapping_in,
    node_json,
    nodes_in,
    positions_before,
    positions_in,
    positions_json,
    text_in,
    whole_number,
)
from kpis.domain.tree import (
    InvalidChange,
    Json,
    Link,
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
    LINK = "link"
    UNLINK = "unlink"
    BATCH = "batch"


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
        CommandKind.ADD, {"nodes": [node_json(node)], "positions": positions_json(positions)}
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
            "positions": positions_json(positions),
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
    return Command(CommandKind.REORDER, {"positions": positions_json(positions)})


def add_nodes(nodes: Sequence[TreeNode], positions: Mapping[NodeId, int]) -> Command:
    """Make the command that adds a branch: parents first, the first node on top."""
    return Command(
        CommandKind.ADD,
        {
            "nodes": [node_json(node) for node in nodes],
            "positions": positions_json(positions),
        },
    )


def link_nodes(link: Link) -> Command:
    """Make the command that draws a line beside the tree."""
    return Command(CommandKind.LINK, {"link": link_json(link)})


def unlink_nodes(link: Link) -> Command:
    """Make the command that takes a line away."""
    return Command(CommandKind.UNLINK, {"link": link_json(link)})


def batch(commands: Sequence[Command]) -> Command:
    """Make one command of several: all or none of them, and undone in one step."""
    if len(commands) == 1:
        return commands[0]
    return Command(CommandKind.BATCH, {"commands": [_command_json(one) for one in commands]})


def parts(command: Command) -> list[Command]:
    """Return the single commands that a command is made of, in their order."""
    if command.kind != CommandKind.BATCH:
        return [command]
    listed = command.payload.get("commands")
    if not isinstance(listed, list):
        raise InvalidChange(TreeProblem.MALFORMED)
    return [part for item in listed for part in parts(_command(item))]


def apply(command: Command, tree: Tree) -> Tree:
    """Return the tree after the command; InvalidChange when it does not fit."""
    return _APPLY[command.kind](tree, command.payload)


def inverse(command: Command, before: Tree) -> Command:
    """Return the command that takes the tree after `command` back to `before`."""
    return _INVERSE[command.kind](command.payload, before)


def touched(command: Command) -> frozenset[NodeId]:
    """Return the nodes that a command names: what a second editor may have changed meanwhile."""
    payload = command.payload
    if command.kind == CommandKind.BATCH:
        return frozenset().union(*(touched(part) for part in parts(command)))
    if command.kind == CommandKind.ADD:
        return frozenset(node.id for node in nodes_in(payload))
    if command.kind == CommandKind.REORDER:
        return frozenset(positions_in(payload))
    if command.kind in (CommandKind.LINK, CommandKind.UNLINK):
        return frozenset({link_in(payload).node_id, link_in(payload).target_id})
    return frozenset({text_in(payload, "id")})


def _add(tree: Tree, payload: Mapping[str, Json]) -> Tree:
    grown = tree.with_positions(positions_in(payload))
    for index, node in enumerate(nodes_in(payload)):
        if node.id in grown.nodes:
            raise InvalidChange(TreeProblem.DUPLICATE_NODE)
        if node.parent_id is None and (index > 0 or grown.nodes):
            raise InvalidChange(TreeProblem.ROOT_STAYS_ROOT)
        if node.parent_id is not None and node.parent_id not in grown.nodes:
            raise InvalidChange(TreeProblem.UNKNOWN_PARENT)
        grown = grown.with_nodes([node])
    for link in links_in(payload):
        grown = _with_link(grown, link)
    return grown


def _update(tree: Tree, payload: Mapping[str, Json]) -> Tree:
    node = tree.node(text_in(payload, "id"))
    fields = mapping_in(payload, "fields")
    for name in fields:
        field_of(node, name)
    return tree.with_nodes([replace(node, fields={**node.fields, **fields})])


def _move(tree: Tree, payload: Mapping[str, Json]) -> Tree:
    node_id, parent_id = text_in(payload, "id"), payload.get("parent_id")
    if parent_id is not None and not isinstance(parent_id, str):
        raise InvalidChange(TreeProblem.MALFORMED)
    problem = tree.why_not_move(node_id, parent_id)
    if problem is not None:
        raise InvalidChange(problem)
    moved = replace(
        tree.node(node_id), parent_id=parent_id, position=whole_number(payload.get("position"))
    )
    return tree.with_positions(positions_in(payload)).with_nodes([moved])


def _delete(tree: Tree, payload: Mapping[str, Json]) -> Tree:
    gone = tree.subtree(text_in(payload, "id"))
    return tree.without(node.id for node in gone).with_positions(positions_in(payload))


def _reorder(tree: Tree, payload: Mapping[str, Json]) -> Tree:
    return tree.with_positions(positions_in(payload))


def _link_up(tree: Tree, payload: Mapping[str, Json]) -> Tree:
    return _with_link(tree, link_in(payload))


def _with_link(tree: Tree, link: Link) -> Tree:
    problem = tree.why_not_link(link)
    if problem is not None:
        raise InvalidChange(problem)
    return tree.with_links([link])


def _unlink(tree: Tree, payload: Mapping[str, Json]) -> Tree:
    return tree.without_link(link_in(payload).id)


def _batch(tree: Tree, payload: Mapping[str, Json]) -> Tree:
    for part in parts(Command(CommandKind.BATCH, payload)):
        tree = apply(part, tree)
    return tree


_APPLY: dict[CommandKind, Callable[[Tree, Mapping[str, Json]], Tree]] = {
    CommandKind.ADD: _add,
    CommandKind.UPDATE: _update,
    CommandKind.MOVE: _move,
    CommandKind.DELETE: _delete,
    CommandKind.REORDER: _reorder,
    CommandKind.LINK: _link_up,
    CommandKind.UNLINK: _unlink,
    CommandKind.BATCH: _batch,
}


def _undo_add(payload: Mapping[str, Json], before: Tree) -> Command:
    top = nodes_in(payload)[0]
    positions = positions_before(payload, before)
    return Command(CommandKind.DELETE, {"id": top.id, "positions": positions})


def _undo_update(payload: Mapping[str, Json], before: Tree) -> Command:
    node = before.node(text_in(payload, "id"))
    return update_node(
        node.id, {name: field_of(node, name) for name in mapping_in(payload, "fields")}
    )


def _undo_move(payload: Mapping[str, Json], before: Tree) -> Command:
    node = before.node(text_in(payload, "id"))
    return Command(
        CommandKind.MOVE,
        {
            "id": node.id,
            "parent_id": node.parent_id,
            "position": node.position,
            "positions": positions_before(payload, before),
        },
    )


def _undo_delete(payload: Mapping[str, Json], before: Tree) -> Command:
    gone = before.subtree(text_in(payload, "id"))
    links = before.links_at(node.id for node in gone)
    back: dict[str, Json] = {
        "nodes": [node_json(node) for node in gone],
        "positions": positions_before(payload, before),
    }
    if links:
        back["links"] = [link_json(link) for link in links]
    return Command(CommandKind.ADD, back)


def _undo_reorder(payload: Mapping[str, Json], before: Tree) -> Command:
    return Command(CommandKind.REORDER, {"positions": positions_before(payload, before)})


def _undo_batch(payload: Mapping[str, Json], before: Tree) -> Command:
    back = []
    for part in parts(Command(CommandKind.BATCH, payload)):
        back.append(inverse(part, before))
        before = apply(part, before)
    return batch(back[::-1])


_INVERSE: dict[CommandKind, Callable[[Mapping[str, Json], Tree], Command]] = {
    CommandKind.ADD: _undo_add,
    CommandKind.UPDATE: _undo_update,
    CommandKind.MOVE: _undo_move,
    CommandKind.DELETE: _undo_delete,
    CommandKind.REORDER: _undo_reorder,
    CommandKind.LINK: lambda payload, _before: Command(CommandKind.UNLINK, payload),
    CommandKind.UNLINK: lambda payload, _before: Command(CommandKind.LINK, payload),
    CommandKind.BATCH: _undo_batch,
}


def _command(item: Json) -> Command:
    if not isinstance(item, dict):
        raise InvalidChange(TreeProblem.MALFORMED)
    try:
        return Command(CommandKind(text_in(item, "kind")), mapping_in(item, "payload"))
    except ValueError:
        raise InvalidChange(TreeProblem.MALFORMED) from None


def _command_json(command: Command) -> Json:
    return {"kind": command.kind.value, "payload": dict(command.payload)}
