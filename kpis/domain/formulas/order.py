"""Formulas that name each other: the order to compute them in, and the circle if there is one."""

from collections.abc import Mapping

from kpis.domain.formulas.formula import Formula
from kpis.domain.needs import in_order


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
    needs = {key: sorted(one.names & formulas.keys()) for key, one in formulas.items()}
    keys, circle = in_order(needs)
    if circle:
        raise FormulaCycle(circle)
    return keys
