"""The value of a formula: exact decimals, and no value where one is missing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from enum import StrEnum
from fractions import Fraction

from core.domain.rounding import RoundingRule, round_to, to_decimal
from kpis.domain.formulas.formula import Formula
from kpis.domain.formulas.nodes import (
    Binary,
    Call,
    Compare,
    Comparison,
    Function,
    If,
    Name,
    Negative,
    Node,
    Number,
    Operator,
    Power,
    names_of,
)

# No ambient setting reaches these. The bounds keep a result short enough to be written out.
_LARGEST = 999
_CONTEXT = Context(
    prec=28,
    rounding=ROUND_HALF_EVEN,
    Emin=-_LARGEST,
    Emax=_LARGEST,
    capitals=1,
    clamp=0,
    flags=[],
    traps=[Overflow, InvalidOperation, DivisionByZero],
)
_EXACT_POWERS = Context(
    prec=280,
    rounding=ROUND_HALF_EVEN,
    Emin=-99999,
    Emax=99999,
    capitals=1,
    clamp=0,
    flags=[],
    traps=[Overflow, InvalidOperation, DivisionByZero],
)
_HUNDRED = Decimal(100)
_ONE = Decimal(1)


class MissingReason(StrEnum):
    """Why a formula has no value."""

    NO_DATA = "no_data"
    ZERO_DIVISION = "zero_division"
    OVERFLOW = "overflow"
    UNDEFINED = "undefined"


@dataclass(frozen=True, slots=True)
class Missing:
    """No value: why, and the keys of the KPIs that it comes from."""

    reason: MissingReason
    names: tuple[str, ...] = ()


Value = Decimal | Missing


def evaluate(formula: Formula, inputs: Mapping[str, Value]) -> Value:
    """Return the value of the formula, rounded to 28 digits at each step.

    A KPI without input has no data. What is missing is never 0: it makes missing whatever is
    computed from it, with its reason (the first one in the text) and the names of all that was
    missing. A percentage comes in as the number it is written as: 2.5 for 2.5 % of the KPI.
    """
    return _value(formula.root, inputs)


def _value(node: Node, inputs: Mapping[str, Value]) -> Value:
    match node:
        case Number(value=value, is_percent=is_percent):
            return _CONTEXT.divide(value, _HUNDRED) if is_percent else _CONTEXT.plus(value)
        case Name(key=key):
            return _input(key, inputs.get(key, Missing(MissingReason.NO_DATA)))
        case If():
            return _chosen(node, inputs)
        case Call(function=Function.COALESCE, arguments=arguments):
            return _first_present(arguments, inputs)
        case Negative(operand=operand):
            return _computed(node, [_value(operand, inputs)], _negated)
        case Power(base=base, exponent=exponent):
            return _computed(node, [_value(base, inputs)], lambda it: _power(it[0], exponent))
        case Binary(operator=operator, left=left, right=right):
            values = [_value(left, inputs), _value(right, inputs)]
            return _computed(node, values, _OPERATIONS[operator])
    values = [_value(argument, inputs) for argument in node.arguments]
    return _computed(node, values, _FUNCTIONS[node.function])


def _input(key: str, value: Value) -> Value:
    if isinstance(value, Missing):
        return value if value.names else Missing(value.reason, (key,))
    if not value.is_finite():
        return Missing(MissingReason.UNDEFINED, (key,))
    try:
        return _CONTEXT.plus(value)
    except Overflow:
        return Missing(MissingReason.OVERFLOW, (key,))


def _computed(
    node: Node, values: Sequence[Value], operation: Callable[[list[Decimal]], Decimal]
) -> Value:
    """Return the result of the operation, unless a value is missing or there is no result."""
    present = [value for value in values if isinstance(value, Decimal)]
    if len(present) < len(values):
        return _gap(values)
    try:
        return _CONTEXT.plus(operation(present))
    except DivisionByZero:
        divisor = node.right if isinstance(node, Binary) else node
        return Missing(MissingReason.ZERO_DIVISION, names_of(divisor))
    except Overflow:
        return Missing(MissingReason.OVERFLOW, names_of(node))
    except InvalidOperation:
        return Missing(MissingReason.UNDEFINED, names_of(node))


def _gap(values: Iterable[Value]) -> Missing:
    """Return what is missing among the values, taken together; something is."""
    gaps = [value for value in values if isinstance(value, Missing)]
    names = dict.fromkeys(name for gap in gaps for name in gap.names)
    return Missing(gaps[0].reason, tuple(names))


def _chosen(node: If, inputs: Mapping[str, Value]) -> Value:
    """Return the branch that the condition takes; the other one is not looked at."""
    holds = _holds(node.condition, inputs)
    if isinstance(holds, Missing):
        return holds
    return _value(node.then if holds else node.otherwise, inputs)


def _holds(condition: Compare, inputs: Mapping[str, Value]) -> bool | Missing:
    left, right = _value(condition.left, inputs), _value(condition.right, inputs)
    if isinstance(left, Missing) or isinstance(right, Missing):
        return _gap([left, right])
    return _COMPARISONS[condition.comparison](left, right)


def _first_present(arguments: Sequence[Node], inputs: Mapping[str, Value]) -> Value:
    gaps: list[Value] = []
    for argument in arguments:
        value = _value(argument, inputs)
        if isinstance(value, Decimal):
            return value
        gaps.append(value)
    return _gap(gaps)


def _negated(values: list[Decimal]) -> Decimal:
    return _CONTEXT.minus(values[0])


def _power(base: Decimal, exponent: int) -> Decimal:
    """Multiply exactly and round once."""
    if base == 0 and exponent <= 0:
        return _CONTEXT.divide(Decimal(exponent), Decimal(0))  # 0^0 is undefined
    result = _ONE
    for _ in range(abs(exponent)):
        result = _EXACT_POWERS.multiply(result, base)
    return _CONTEXT.divide(_ONE, result) if exponent < 0 else result


def _divided(values: list[Decimal]) -> Decimal:
    if values[1] == 0:  # 0/0 too
        return _CONTEXT.divide(_ONE, values[1])
    return _CONTEXT.divide(values[0], values[1])


def _sum(values: list[Decimal]) -> Decimal:
    return to_decimal(sum(map(Fraction, values), Fraction(0)))


def _average(values: list[Decimal]) -> Decimal:
    return to_decimal(sum(map(Fraction, values), Fraction(0)) / len(values))


def _round(values: list[Decimal]) -> Decimal:
    places = int(values[1]) if len(values) > 1 else 0
    return round_to(values[0], RoundingRule.HALF_UP, places)


_OPERATIONS: Mapping[Operator, Callable[[list[Decimal]], Decimal]] = {
    Operator.ADD: lambda values: _CONTEXT.add(values[0], values[1]),
    Operator.SUBTRACT: lambda values: _CONTEXT.subtract(values[0], values[1]),
    Operator.MULTIPLY: lambda values: _CONTEXT.multiply(values[0], values[1]),
    Operator.DIVIDE: _divided,
}
_FUNCTIONS: Mapping[Function, Callable[[list[Decimal]], Decimal]] = {
    Function.MIN: min,
    Function.MAX: max,
    Function.ABS: lambda values: _CONTEXT.abs(values[0]),
    Function.ROUND: _round,
    Function.SUM: _sum,
    Function.AVG: _average,
}
_COMPARISONS: Mapping[Comparison, Callable[[Decimal, Decimal], bool]] = {
    Comparison.LESS: lambda left, right: left < right,
    Comparison.LESS_OR_EQUAL: lambda left, right: left <= right,
    Comparison.GREATER: lambda left, right: left > right,
    Comparison.GREATER_OR_EQUAL: lambda left, right: left >= right,
    Comparison.EQUAL: lambda left, right: left == right,
    Comparison.UNEQUAL: lambda left, right: left != right,
}
