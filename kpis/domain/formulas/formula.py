"""A formula, and the one text that equal formulas share."""

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from kpis.domain.formulas.nodes import (
    Binary,
    Compare,
    If,
    Name,
    Negative,
    Node,
    Number,
    Operator,
    Power,
    names_of,
)


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was parsed; equal when the trees are equal, however they were written."""

    root: Node

    @property
    def names(self) -> frozenset[str]:
        """Return the keys of the KPIs it needs."""
        return frozenset(names_of(self.root))

    def text(self) -> str:
        """Write the formula with keys, ASCII signs and no more parentheses than needed."""
        return _text(self.root)

    def __str__(self) -> str:
        return self.text()


class _Binding(IntEnum):
    """How tightly a node holds together when it is written."""

    SUM = 1
    PRODUCT = 2
    SIGN = 3
    POWER = 4
    ATOM = 5


_BINDING = {
    Operator.ADD: _Binding.SUM,
    Operator.SUBTRACT: _Binding.SUM,
    Operator.MULTIPLY: _Binding.PRODUCT,
    Operator.DIVIDE: _Binding.PRODUCT,
}


def number_text(value: Decimal) -> str:
    """Write a number without the zeros that say nothing, whatever the decimal context is."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _text(node: Node) -> str:
    match node:
        case Number(value=value, is_percent=is_percent):
            return number_text(value) + "%" * is_percent
        case Name(key=key):
            return key
        case Negative(operand=operand):
            return f"-{_held(operand, _Binding.SIGN)}"
        case Power(base=base, exponent=exponent):
            return f"{_held(base, _Binding.ATOM)}^{exponent}"
        case Binary():
            return _binary(node)
        case If(condition=condition, then=then, otherwise=otherwise):
            return f"if({_question(condition)}, {_text(then)}, {_text(otherwise)})"
    return f"{node.function}({', '.join(map(_text, node.arguments))})"


def _question(node: Compare) -> str:
    return f"{_text(node.left)} {node.comparison} {_text(node.right)}"


def _binary(node: Binary) -> str:
    binding = _BINDING[node.operator]
    left = _held(node.left, binding)
    right = _held(node.right, _Binding(binding + 1))
    return f"{left} {node.operator} {right}"


def _held(node: Node, needed: _Binding) -> str:
    """Write the node, in parentheses when it would fall apart."""
    return _text(node) if _binding(node) >= needed else f"({_text(node)})"


def _binding(node: Node) -> _Binding:
    match node:
        case Binary(operator=operator):
            return _BINDING[operator]
        case Negative():
            return _Binding.SIGN
        case Power():
            return _Binding.POWER
    return _Binding.ATOM
