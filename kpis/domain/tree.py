"""A KPI tree in memory: order, descent, moves that never make a cycle, and links beside it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

NodeId = str
Json = None | bool | int | str | list["Json"] | dict[str, "Json"]

STEP = 1024


class TreeProblem(StrEnum):
    """Why a change to a tree is impossible."""

    UNKNOWN_NODE = "unknown_node"
    UNKNOWN_PARENT = "unknown_parent"
    DUPLICATE_NODE = "duplicate_node"
    ROOT_STAYS_ROOT = "root_stays_root"
    INTO_OWN_SUBTREE = "into_own_subtree"
    NO_SUCH_FIELD = "no_such_field"
    NO_NODES = "no_nodes"
    UNKNOWN_LINK = "unknown_link"
    LINK_TWICE = "link_twice"
    LINK_TO_ITSELF = "link_to_itself"
    MALFORMED = "malformed"


class InvalidChange(ValueError):
    """Raised when a change does not fit the tree; `problem` says why."""

    def __init__(self, problem: TreeProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A node: its place, and its other fields as JSON values."""

    id: NodeId
    parent_id: NodeId | None
    position: int
    fields: Mapping[str, Json] = field(default_factory=dict)


class LinkKind(StrEnum):
    """What a line beside the tree says."""

    REFERENCE = "reference"
    INFLUENCE = "influence"


@dataclass(frozen=True, slots=True)
class Link:
    """A line beside the tree, from a node to another one; no score is computed along it.

    reference: the node also belongs below `target_id`, and is counted only in its own place;
    influence: the node is believed to move `target_id`, which no arithmetic shows.
    """

    id: str
    node_id: NodeId
    target_id: NodeId
    kind: LinkKind
    note: str = ""


@dataclass(frozen=True)
class Tree:
    """Nodes by id with one root, and links; siblings are ordered by position, then by id."""

    nodes: Mapping[NodeId, TreeNode]
    links: Mapping[str, Link] = field(default_factory=dict)

    @classmethod
    def of(cls, nodes: Iterable[TreeNode]) -> "Tree":
        """Make a tree, refusing unknown parents, cycles and more than one root."""
        by_id: dict[NodeId, TreeNode] = {}
        for node in nodes:
            if node.id in by_id:
                raise InvalidChange(TreeProblem.DUPLICATE_NODE)
            by_id[node.id] = node
        tree = cls(by_id)
        if any(node.parent_id not in by_id for node in by_id.values() if node.parent_id):
            raise InvalidChange(TreeProblem.UNKNOWN_PARENT)
        if by_id and len(tree.children(None)) != 1:
            raise InvalidChange(TreeProblem.ROOT_STAYS_ROOT)
        if sum(1 for _ in tree.preorder()) != len(by_id):
            raise InvalidChange(TreeProblem.INTO_OWN_SUBTREE)
        return tree

    def node(self, node_id: NodeId) -> TreeNode:
        """Return the node, or raise InvalidChange when there is none."""
        try:
            return self.nodes[node_id]
        except KeyError:
            raise InvalidChange(TreeProblem.UNKNOWN_NODE) from None

    def children(self, parent_id: NodeId | None) -> list[TreeNode]:
        """Return the children of a node in order; the roots for None."""
        found = [node for node in self.nodes.values() if node.parent_id == parent_id]
        return sorted(found, key=_place)

    def preorder(self, start: NodeId | None = None) -> Iterator[tuple[TreeNode, int]]:
        """Yield nodes from the top down with their depth: the whole tree, or one subtree."""
        below: dict[NodeId | None, list[TreeNode]] = {}
        for node in sorted(self.nodes.values(), key=_place, reverse=True):
            below.setdefault(node.parent_id, []).append(node)
        first = below.get(None, []) if start is None else [self.node(start)]
        waiting = [(node, 0) for node in first]
        while waiting:
            node, depth = waiting.pop()
            yield node, depth
            waiting.extend((child, depth + 1) for child in below.get(node.id, []))

    def subtree(self, node_id: NodeId) -> list[TreeNode]:
        """Return the node and all its descendants, parents first."""
        return [node for node, _ in self.preorder(node_id)]

    def descendants(self, node_id: NodeId) -> list[TreeNode]:
        """Return all nodes below the node, parents first."""
        return self.subtree(node_id)[1:]

    def ancestors(self, node_id: NodeId) -> list[TreeNode]:
        """Return the nodes above the node, nearest first."""
        found = []
        parent_id = self.node(node_id).parent_id
        while parent_id is not None:
            parent = self.node(parent_id)
            found.append(parent)
            parent_id = parent.parent_id
        return found

    def why_not_move(self, node_id: NodeId, parent_id: NodeId | None) -> TreeProblem | None:
        """Say why the node cannot become a child of that parent, or return None."""
        if node_id not in self.nodes:
            return TreeProblem.UNKNOWN_NODE
        if parent_id is None or self.nodes[node_id].parent_id is None:
            return TreeProblem.ROOT_STAYS_ROOT
        if parent_id not in self.nodes:
            return TreeProblem.UNKNOWN_PARENT
        path = [self.nodes[parent_id], *self.ancestors(parent_id)]
        is_inside = any(node.id == node_id for node in path)
        return TreeProblem.INTO_OWN_SUBTREE if is_inside else None

    def can_move(self, node_id: NodeId, parent_id: NodeId | None) -> bool:
        """Tell whether the node can become a child of that parent."""
        return self.why_not_move(node_id, parent_id) is None

    def with_nodes(self, changed: Iterable[TreeNode]) -> "Tree":
        """Return the tree with these nodes added or put in place of those with the same id."""
        return Tree({**self.nodes, **{node.id: node for node in changed}}, self.links)

    def without(self, node_ids: Iterable[NodeId]) -> "Tree":
        """Return the tree without these nodes, and without the links from and to them."""
        gone = set(node_ids)
        links = {
            key: link
            for key, link in self.links.items()
            if link.node_id not in gone and link.target_id not in gone
        }
        return Tree({key: node for key, node in self.nodes.items() if key not in gone}, links)

    def why_not_link(self, link: Link) -> TreeProblem | None:
        """Say why two nodes cannot be linked, or return None.

        A reference below the node itself, or below what is under it, would count it in itself.
        """
        if link.node_id not in self.nodes or link.target_id not in self.nodes:
            return TreeProblem.UNKNOWN_NODE
        if link.node_id == link.target_id:
            return TreeProblem.LINK_TO_ITSELF
        there = {(one.node_id, one.target_id) for one in self.links.values()}
        is_child = self.nodes[link.node_id].parent_id == link.target_id
        if (link.node_id, link.target_id) in there or is_child:
            return TreeProblem.LINK_TWICE
        is_reference = link.kind is LinkKind.REFERENCE
        if is_reference and any(one.id == link.node_id for one in self.ancestors(link.target_id)):
            return TreeProblem.INTO_OWN_SUBTREE
        return None

    def with_links(self, added: Iterable[Link]) -> "Tree":
        """Return the tree with these links added."""
        return Tree(self.nodes, {**self.links, **{link.id: link for link in added}})

    def without_link(self, link_id: str) -> "Tree":
        """Return the tree without this link, or raise InvalidChange when there is none."""
        if link_id not in self.links:
            raise InvalidChange(TreeProblem.UNKNOWN_LINK)
        return Tree(self.nodes, {key: link for key, link in self.links.items() if key != link_id})

    def links_at(self, node_ids: Iterable[NodeId]) -> list[Link]:
        """Return the links from or to these nodes."""
        wanted = set(node_ids)
        return [
            link
            for link in self.links.values()
            if link.node_id in wanted or link.target_id in wanted
        ]

    def with_positions(self, positions: Mapping[NodeId, int]) -> "Tree":
        """Return the tree with these nodes at other positions."""
        return self.with_nodes(
            replace(self.node(node_id), position=position)
            for node_id, position in positions.items()
        )


def position_at(siblings: list[TreeNode], index: int) -> tuple[int, dict[NodeId, int]]:
    """Find a position for a node that becomes the index-th of these ordered siblings.

    Positions are above 0. Returns it with the siblings that must move first: none as long as
    there is a gap.
    """
    index = max(0, min(index, len(siblings)))
    before = siblings[index - 1].position if index > 0 else None
    after = siblings[index].position if index < len(siblings) else None
    if after is None:
        return (STEP if before is None else before + STEP), {}
    low = 0 if before is None else before
    if after - low > 1:
        return (low + after) // 2, {}
    return (index + 1) * STEP, renumbered(siblings, gap_at=index)


def renumbered(siblings: list[TreeNode], gap_at: int | None = None) -> dict[NodeId, int]:
    """Return even positions for the siblings in their order, leaving one place free at the gap."""
    return {
        node.id: (index + 1 + int(gap_at is not None and index >= gap_at)) * STEP
        for index, node in enumerate(siblings)
    }


def _place(node: TreeNode) -> tuple[int, NodeId]:
    return (node.position, node.id)
