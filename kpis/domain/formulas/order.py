"""Formulas that name each other: the order to compute them in, and the circle if there is one."""

from collections.abc import Iterator, Mapping

from kpis.domain.formulas.formula import Formula


class FormulaCycle(ValueError):
    """Raised when formulas need each other in a circle; the path begins and ends with one key."""

    def __init__(self, path: tuple[str, ...]) -> None:
        self.path = path
        super().__init__(" → ".join(path))


def cycle(formulas: Mapping[str, Formula]) -> tuple[str, ...] | None:
    """Return one circle: each key needs the next, and the last is the first again."""
    try:
        order(formulas)
    except FormulaCycle as found:
        return found.path
    return None


def order(formulas: Mapping[str, Formula]) -> list[str]:
    """Return the keys of the formulas so that each comes after those it needs.

    Names without a formula are inputs and are not in the list. Raises FormulaCycle.
    """
    done: dict[str, None] = {}
    for key in formulas:
        if key not in done:
            _finish(key, formulas, done)
    return list(done)


def _finish(start: str, formulas: Mapping[str, Formula], done: dict[str, None]) -> None:
    """Add what the key needs and then the key, without recursion: a chain may be long."""
    path: dict[str, Iterator[str]] = {start: _needs(start, formulas)}
    while path:
        key = next(reversed(path))
        needed = next((name for name in path[key] if name not in done), None)
        if needed is None:
            done[key] = None
            del path[key]
        elif needed in path:
            keys = list(path)
            raise FormulaCycle((*keys[keys.index(needed) :], needed))
        else:
            path[needed] = _needs(needed, formulas)


def _needs(key: str, formulas: Mapping[str, Formula]) -> Iterator[str]:
    return iter(sorted(formulas[key].names & formulas.keys()))
