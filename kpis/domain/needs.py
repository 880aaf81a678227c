"""Which values need which: the order to compute them in, whatever the tree looks like."""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def in_order(needs: Mapping[Key, Sequence[Key]]) -> tuple[list[Key], tuple[Key, ...]]:
    """Return the keys so that each comes after those it needs, and one circle if there is any.

    The circle begins and ends with the same key; what is in one comes somewhere. Without
    recursion: a chain may be as long as the tree is large.
    """
    done: dict[Key, None] = {}
    circle: tuple[Key, ...] = ()
    for start in needs:
        path: dict[Key, None] = {}
        waiting: list[tuple[Key, bool]] = [(start, False)]
        while waiting:
            key, is_leaving = waiting.pop()
            if is_leaving:
                del path[key]
                done[key] = None
            elif key in path:
                way = list(path)
                circle = circle or (*way[way.index(key) :], key)
            elif key not in done:
                path[key] = None
                waiting.append((key, True))
                waiting += [(one, False) for one in reversed(needs.get(key, ()))]
    return [key for key in done if key in needs], circle
