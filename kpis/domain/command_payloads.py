"""The payloads of commands: JSON that comes from outside is read with care, and written back."""

from collections.abc import Mapping
from typing import cast

from kpis.domain.tree import (
    InvalidChange,
    Json,
    Link,
    LinkKind,
    NodeId,
    Tree,
    TreeNode,
    TreeProblem,
)


def nodes_in(payload: Mapping[str, Json]) -> list[TreeNode]:
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
        id=text_in(item, "id"),
        parent_id=parent_id,
        position=whole_number(item.get("position")),
        fields=dict(mapping_in(item, "fields")),
    )


def node_json(node: TreeNode) -> Json:
    """Write a node."""
    return {
        "id": node.id,
        "parent_id": node.parent_id,
        "position": node.position,
        "fields": dict(node.fields),
    }


def links_in(payload: Mapping[str, Json]) -> list[Link]:
    """Read the links that come back with a branch."""
    listed = payload.get("links", [])
    if not isinstance(listed, list):
        raise InvalidChange(TreeProblem.MALFORMED)
    return [link_in({"link": item}) for item in listed]


def link_in(payload: Mapping[str, Json]) -> Link:
    """Read the link of a command."""
    item = mapping_in(payload, "link")
    try:
        kind = LinkKind(text_in(item, "kind"))
    except ValueError:
        raise InvalidChange(TreeProblem.MALFORMED) from None
    note = item.get("note", "")
    return Link(
        id=text_in(item, "id"),
        node_id=text_in(item, "node_id"),
        target_id=text_in(item, "target_id"),
        kind=kind,
        note=note if isinstance(note, str) else "",
    )


def link_json(link: Link) -> Json:
    """Write a link."""
    return {
        "id": link.id,
        "node_id": link.node_id,
        "target_id": link.target_id,
        "kind": link.kind.value,
        "note": link.note,
    }


def positions_in(payload: Mapping[str, Json]) -> dict[NodeId, int]:
    """Read the new positions of siblings."""
    if "positions" not in payload:
        return {}
    return {key: whole_number(value) for key, value in mapping_in(payload, "positions").items()}


def positions_before(payload: Mapping[str, Json], before: Tree) -> dict[str, Json]:
    """Return the positions that the payload would change, as they are before."""
    return {node_id: before.node(node_id).position for node_id in positions_in(payload)}


def positions_json(positions: Mapping[NodeId, int]) -> dict[str, Json]:
    """Write positions."""
    return cast("dict[str, Json]", dict(positions))


def text_in(payload: Mapping[str, Json], name: str) -> str:
    """Read a text."""
    value = payload.get(name)
    if not isinstance(value, str):
        raise InvalidChange(TreeProblem.MALFORMED)
    return value


def mapping_in(payload: Mapping[str, Json], name: str) -> dict[str, Json]:
    """Read a mapping."""
    value = payload.get(name)
    if not isinstance(value, dict):
        raise InvalidChange(TreeProblem.MALFORMED)
    return value


def whole_number(value: Json) -> int:
    """Read a whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidChange(TreeProblem.MALFORMED)
    return value


def field_of(node: TreeNode, name: str) -> Json:
    """Return a field of a node; InvalidChange when it has none of this name."""
    if name not in node.fields:
        raise InvalidChange(TreeProblem.NO_SUCH_FIELD)
    return node.fields[name]
