"""Loops in a directed graph, also in one with more than one."""

from collections.abc import Collection, Mapping


def loops(edges: Mapping[str, Collection[str]]) -> list[frozenset[str]]:
    """Return the groups of nodes that reach themselves; nodes between two loops count as one.

    Nodes that nothing leads to, and nodes that lead nowhere, are taken away until only loops
    are left.
    """
    left = _peeled(_reversed(_peeled(edges)))
    return _groups(left)


def _peeled(edges: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    """Take away, again and again, the nodes that no edge leads to."""
    arriving = dict.fromkeys(edges, 0)
    for ends in edges.values():
        for end in ends:
            arriving[end] += 1
    free = [node for node, count in arriving.items() if count == 0]
    gone = set()
    while free:
        node = free.pop()
        gone.add(node)
        for end in edges[node]:
            arriving[end] -= 1
            if arriving[end] == 0:
                free.append(end)
    return {node: list(ends) for node, ends in edges.items() if node not in gone}


def _reversed(edges: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    turned: dict[str, list[str]] = {node: [] for node in edges}
    for start, ends in edges.items():
        for end in ends:
            turned[end].append(start)
    return turned


def _groups(edges: Mapping[str, Collection[str]]) -> list[frozenset[str]]:
    """Return the nodes that hang together, whichever way the edges go."""
    turned = _reversed(edges)
    groups, seen = [], set[str]()
    for start in edges:
        if start in seen:
            continue
        group, waiting = {start}, [start]
        while waiting:
            node = waiting.pop()
            near = {*edges[node], *turned[node]} - group
            group |= near
            waiting += near
        seen |= group
        groups.append(frozenset(group))
    return groups
