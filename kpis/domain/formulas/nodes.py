"""The tree of a formula: numbers, names, and what is done with them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Operator(StrEnum):
    """What is done with two values."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"


class Comparison(StrEnum):
    """What an `if` asks."""

    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    EQUAL = "="
    UNEQUAL = "!="


class Function(StrEnum):
    """The functions; there are no others."""

    MIN = "min"
    MAX = "max"
    ABS = "abs"
    ROUND = "round"
    IF = "if"
    SUM = "sum"
    AVG = "avg"
    COALESCE = "coalesce"


class Span(NamedTuple):
    """A place in the text that was parsed."""

    position: int = 0
    length: int = 0


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written: 2% is the value 2, marked percent. It has no sign."""

    value: Decimal
    is_percent: bool = False
    span: Span = field(default=Span(), compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """The value of another KPI."""

    key: str
    span: Span = field(default=Span(), compare=False)


@dataclass(frozen=True, slots=True)
class Negative:
    """A value with its sign turned."""

    operand: "Node"
    span: Span = field(default=Span(), compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """Two values and what is done with them."""

    operator: Operator
    left: "Node"
    right: "Node"
    span: Span = field(default=Span(), compare=False)


@dataclass(frozen=True, slots=True)
class Power:
    """A value to a whole number."""

    base: "Node"
    exponent: int
    span: Span = field(default=Span(), compare=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """A question; it stands only as the first argument of `if`."""

    comparison: Comparison
    left: "Node"
    right: "Node"
    span: Span = field(default=Span(), compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of its arguments, other than `if`; the places of `round` are a number."""

    function: Function
    arguments: tuple["Node", ...]
    span: Span = field(default=Span(), compare=False)


@dataclass(frozen=True, slots=True)
class If:
    """One of two values."""

    condition: Compare
    then: "Node"
    otherwise: "Node"
    span: Span = field(default=Span(), compare=False)


Node = Number | Name | Negative | Binary | Power | Call | If


def parts(node: Node | Compare) -> tuple[Node | Compare, ...]:
    """Return what the node is made of, in the order of the text."""
    match node:
        case Negative(operand=operand):
            return (operand,)
        case Power(base=base):
            return (base,)
        case Binary(left=left, right=right) | Compare(left=left, right=right):
            return (left, right)
        case Call(arguments=arguments):
            return arguments
        case If(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
    return ()


def walk(root: Node | Compare) -> Iterator[Node | Compare]:
    """Go through the tree in the order of the text, the whole before its parts."""
    waiting: list[Node | Compare] = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(parts(node)))


def names_of(root: Node | Compare) -> tuple[str, ...]:
    """Return the keys that the tree asks for, each once, in the order of the text."""
    return tuple(dict.fromkeys(node.key for node in walk(root) if isinstance(node, Name)))
