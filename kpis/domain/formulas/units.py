"""The unit of a formula from the units of its KPIs: 円 is 件 × 円/件."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from unicodedata import normalize

from kpis.domain.formulas.formula import Formula
from kpis.domain.formulas.messages import UnitProblem
from kpis.domain.formulas.nodes import (
    Binary,
    Call,
    Compare,
    Function,
    If,
    Name,
    Negative,
    Node,
    Number,
    Operator,
    Power,
)

_FACTOR = re.compile(r"\s*([^\s*/^%0-9][^\s*/^%]*)\s*(?:\^\s*(-?[0-9]{1,2}))?\s*")
_PERCENT = frozenset({"%", "percent"})
_TWINS = str.maketrans("×÷", "*/")
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Unit:
    """Bases and their exponents, without zeros, in order; percent has no base but a mark.

    A value in percent is a hundred times the plain number, so that the two do not mix.
    """

    powers: tuple[tuple[str, int], ...] = ()
    is_percent: bool = False

    @classmethod
    def of(cls, powers: Mapping[str, int]) -> "Unit":
        """Make a unit from bases and exponents."""
        return cls(tuple(sorted((base, power) for base, power in powers.items() if power)))

    def times(self, other: "Unit", power: int = 1) -> "Unit":
        """Return the unit of this times the other to the power; percent counts as plain."""
        powers = dict(self.powers)
        for base, exponent in other.powers:
            powers[base] = powers.get(base, 0) + exponent * power
        return Unit.of(powers)

    def text(self) -> str:
        """Write the unit as `read_unit` reads it: 円/件, 円*件, 1/月, %."""
        above = [_factor(base, power) for base, power in self.powers if power > 0]
        below = [_factor(base, -power) for base, power in self.powers if power < 0]
        if self.is_percent:
            return "%"
        return "/".join(["*".join(above) or "1", *below]) if self.powers else ""

    def __str__(self) -> str:
        return self.text()


PLAIN = Unit()
PERCENT = Unit(is_percent=True)


class _Zero(Enum):
    """The unit of the number 0, which fits any other."""

    ANY = "any"


_Found = Unit | UnitProblem | _Zero | None


def read_unit(text: str) -> Unit | None:
    """Read a unit as people write it; None when it is not understood.

    千円 and 円 are two bases: nothing is converted behind the writer's back.
    """
    wide = normalize("NFKC", text).translate(_TWINS).strip()
    if wide in _PERCENT:
        return PERCENT
    if wide in ("", "1"):
        return PLAIN
    unit, sign = PLAIN, 1
    for number, part in enumerate(re.split(r"([*/])", wide)):
        if part in ("*", "/"):
            sign = -1 if part == "/" else 1
        elif number or part.strip() != "1":
            factor = _FACTOR.fullmatch(part)
            if factor is None:
                return None
            base, power = factor.group(1), int(factor.group(2) or 1)
            unit = unit.times(Unit.of({base: power}), sign)
    return unit


def unit_of(formula: Formula, units: Mapping[str, Unit | None]) -> Unit | UnitProblem | None:
    """Return the unit of the formula, what does not fit, or None when it is not known.

    Sums, smallest and largest, branches and comparisons need equal units; only the number 0
    fits any. A plain number times 100 is percent, and percent by 100 is plain again; percent of
    anything else keeps the unit of that. One unknown unit makes the result unknown, but the
    known ones beside it are still compared.
    """
    found = _unit(formula.root, units)
    return PLAIN if isinstance(found, _Zero) else found


def _unit(node: Node, units: Mapping[str, Unit | None]) -> _Found:
    match node:
        case Number(value=value):
            return PLAIN if value else _Zero.ANY
        case Name(key=key):
            return units.get(key)
        case Negative(operand=operand):
            return _unit(operand, units)
        case Power(base=base, exponent=exponent):
            return _powered(_unit(base, units), exponent)
        case Binary(operator=Operator.ADD | Operator.SUBTRACT, left=left, right=right):
            return _same([left, right], units)
        case Binary():
            return _composed(node, units)
        case If(condition=condition, then=then, otherwise=otherwise):
            asked = _compared(condition, units)
            return asked if isinstance(asked, UnitProblem) else _same([then, otherwise], units)
        case Call(function=Function.ROUND, arguments=arguments):
            return _unit(arguments[0], units)
    return _same(node.arguments, units)


def _compared(node: Compare, units: Mapping[str, Unit | None]) -> _Found:
    return _same([node.left, node.right], units, "unit_compared")


def _same(
    nodes: Sequence[Node], units: Mapping[str, Unit | None], code: str = "unit_differs"
) -> _Found:
    """Return the one unit of the nodes, or the first that does not fit."""
    found = [_unit(node, units) for node in nodes]
    problem = _first_problem(found)
    if problem is not None:
        return problem
    expected: Unit | None = None
    for node, unit in zip(nodes, found, strict=True):
        if isinstance(unit, Unit):
            expected = unit if expected is None else expected
            if unit != expected:
                params = {"expected": expected.text(), "found": unit.text()}
                return UnitProblem(code, *node.span, params)
    if None in found:
        return None
    return _Zero.ANY if expected is None else expected


def _composed(node: Binary, units: Mapping[str, Unit | None]) -> _Found:
    left, right = _unit(node.left, units), _unit(node.right, units)
    if isinstance(left, UnitProblem) or isinstance(right, UnitProblem):
        return _first_problem([left, right])
    if left is None or right is None:
        return None
    left, right = _plain(left), _plain(right)
    has_hundred = _is_hundred(node.right) or _is_hundred(node.left)
    if node.operator == Operator.DIVIDE:
        stays_percent = left == PERCENT and right == PLAIN and not has_hundred
        return PERCENT if stays_percent else left.times(right, -1)
    becomes_percent = left == right == PLAIN and has_hundred
    if becomes_percent or {left, right} == {PERCENT, PLAIN}:
        return PERCENT
    return left.times(right)


def _powered(unit: _Found, exponent: int) -> _Found:
    if unit is None or isinstance(unit, UnitProblem):
        return unit
    return PLAIN.times(_plain(unit), exponent)


def _first_problem(found: Iterable[_Found]) -> UnitProblem | None:
    return next((unit for unit in found if isinstance(unit, UnitProblem)), None)


def _plain(unit: Unit | _Zero) -> Unit:
    """Return the unit; a 0 that is multiplied is a plain number."""
    return unit if isinstance(unit, Unit) else PLAIN


def _is_hundred(node: Node) -> bool:
    return isinstance(node, Number) and node.value == _HUNDRED and not node.is_percent


def _factor(base: str, power: int) -> str:
    return base if power == 1 else f"{base}^{power}"
