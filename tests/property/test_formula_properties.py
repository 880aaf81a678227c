"""What always holds for formulas: any tree, any spelling, any text, any numbers."""

import time
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from kpis.domain.formulas.evaluate import Missing, MissingReason, Value, evaluate
from kpis.domain.formulas.formula import Formula
from kpis.domain.formulas.messages import FormulaError
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
    walk,
)
from kpis.domain.formulas.order import FormulaCycle, cycle, order
from kpis.domain.formulas.parse import parse
from kpis.domain.formulas.units import PERCENT, Unit, read_unit, unit_of

KEYS = ("a", "b", "sales", "min", "_x1")
LABELS = {"売上": ["sales"], "受注 件数": ["a", "b"]}
LIMITS = {"too_long", "too_deep", "too_many_nodes"}
DIGITS = 28
LARGEST = Fraction(10) ** 1000
SMALLEST = Fraction(1, 10**999)

NUMBERS = st.builds(
    Number,
    st.decimals(0, 10**6, allow_nan=False, places=3) | st.integers(0, 12).map(Decimal),
    st.booleans(),
)
LEAVES: st.SearchStrategy[Node] = st.sampled_from(KEYS).map(Name) | NUMBERS
LISTS = [Function.MIN, Function.MAX, Function.SUM, Function.AVG]
INPUTS = st.fixed_dictionaries(
    {},
    optional={
        key: st.decimals(-(10**9), 10**9, allow_nan=False, places=4)
        | st.integers(-2, 2).map(Decimal)
        for key in KEYS
    },
)


def grown(nodes: st.SearchStrategy[Node], lists: Sequence[Function]) -> st.SearchStrategy[Node]:
    """Draw a node made of nodes, without `if`."""
    places = st.integers(0, 6).map(lambda number: Number(Decimal(number)))
    rounded = st.tuples(nodes) | st.tuples(nodes, places)
    return st.one_of(
        st.builds(Negative, nodes),
        st.builds(Binary, st.sampled_from(Operator), nodes, nodes),
        st.builds(Power, nodes, st.integers(-10, 10)),
        st.builds(Call, st.sampled_from(lists), st.lists(nodes, min_size=1, max_size=3).map(tuple)),
        st.builds(Call, st.just(Function.ABS), st.tuples(nodes)),
        st.builds(Call, st.just(Function.ROUND), rounded),
    )


def chosen(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Draw an `if`."""
    return st.builds(
        If, st.builds(Compare, st.sampled_from(Comparison), nodes, nodes), nodes, nodes
    )


TREES = st.recursive(
    LEAVES, lambda nodes: grown(nodes, [*LISTS, Function.COALESCE]) | chosen(nodes), max_leaves=12
)
STRICT_TREES = st.recursive(LEAVES, lambda nodes: grown(nodes, LISTS), max_leaves=8)


def read_again(text: str) -> Formula:
    """Parse what a tree was written as; trees beyond the limits are not looked at."""
    try:
        return parse(text, keys=KEYS)
    except FormulaError as error:
        assume(error.code not in LIMITS)
        raise


@given(TREES)
def test_what_is_written_is_read_as_the_same_tree(tree: Node) -> None:
    formula = Formula(tree)
    again = read_again(formula.text())

    assert again == formula
    assert again.text() == formula.text()
    assert again.names == {node.key for node in walk(tree) if isinstance(node, Name)}


@given(TREES, st.data())
def test_any_width_of_letters_is_read_as_the_same_tree(tree: Node, data: st.DataObject) -> None:
    text = Formula(tree).text()
    formula = read_again(text)
    widths = data.draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text)))
    twins = [wide(sign) if is_wide else sign for sign, is_wide in zip(text, widths, strict=True)]
    again = parse("".join(twins), keys=KEYS)

    assert again == formula
    spans = zip(walk(again.root), walk(formula.root), strict=True)
    assert all(one.span == other.span for one, other in spans)


def wide(sign: str) -> str:
    """Return the full-width twin of an ASCII sign."""
    return {" ": "\u3000", "*": "×", "/": "÷"}.get(sign, chr(ord(sign) + 0xFEE0))


class NoValue(Exception):
    """Raised by the oracle where there is no value."""


def rounded(number: Fraction) -> Fraction:
    """Round to 28 digits, half to even, with whole numbers only."""
    if number == 0:
        return number
    exponent = len(str(abs(number.numerator))) - len(str(number.denominator)) - DIGITS
    while abs(number) >= Fraction(10) ** (exponent + DIGITS):
        exponent += 1
    result = round(number / Fraction(10) ** exponent) * Fraction(10) ** exponent
    if abs(result) >= LARGEST:
        raise NoValue
    assume(abs(result) >= SMALLEST)
    return result


def oracle(node: Node, inputs: Mapping[str, Decimal]) -> Fraction:
    """Compute the formula a second time, with fractions."""
    match node:
        case Number(value=value, is_percent=is_percent):
            return Fraction(value) / (100 if is_percent else 1)
        case Name(key=key):
            if key not in inputs:
                raise NoValue
            return Fraction(inputs[key])
        case Negative(operand=operand):
            return -oracle(operand, inputs)
        case Power(base=base, exponent=exponent):
            return powered(oracle(base, inputs), exponent)
        case Binary(operator=operator, left=left, right=right):
            return combined(operator, oracle(left, inputs), oracle(right, inputs))
        case If(condition=condition, then=then, otherwise=otherwise):
            asked = oracle(condition.left, inputs), oracle(condition.right, inputs)
            return oracle(then if HOLDS[condition.comparison](*asked) else otherwise, inputs)
        case Call(function=Function.COALESCE, arguments=arguments):
            return first_present(arguments, inputs)
    values = [oracle(argument, inputs) for argument in node.arguments]
    return rounded(CALLED[node.function](values))


def combined(operator: Operator, left: Fraction, right: Fraction) -> Fraction:
    if operator == Operator.DIVIDE and right == 0:
        raise NoValue
    return rounded(
        {
            Operator.ADD: lambda: left + right,
            Operator.SUBTRACT: lambda: left - right,
            Operator.MULTIPLY: lambda: left * right,
            Operator.DIVIDE: lambda: left / right,
        }[operator]()
    )


def powered(base: Fraction, exponent: int) -> Fraction:
    if base == 0 and exponent <= 0:
        raise NoValue
    return rounded(base**exponent)


def first_present(arguments: Sequence[Node], inputs: Mapping[str, Decimal]) -> Fraction:
    for argument in arguments:
        try:
            return oracle(argument, inputs)
        except NoValue:
            continue
    raise NoValue


def half_up(values: list[Fraction]) -> Fraction:
    scale = 10 ** int(values[1]) if len(values) > 1 else 1
    size = Fraction((abs(values[0]) * scale * 2 + 1) // 2, scale)
    return -size if values[0] < 0 else size


HOLDS: Mapping[Comparison, Callable[[Fraction, Fraction], bool]] = {
    Comparison.LESS: lambda left, right: left < right,
    Comparison.LESS_OR_EQUAL: lambda left, right: not left > right,
    Comparison.GREATER: lambda left, right: left > right,
    Comparison.GREATER_OR_EQUAL: lambda left, right: not left < right,
    Comparison.EQUAL: lambda left, right: left == right,
    Comparison.UNEQUAL: lambda left, right: left < right or left > right,
}
CALLED: Mapping[Function, Callable[[list[Fraction]], Fraction]] = {
    Function.MIN: lambda values: min(values),
    Function.MAX: lambda values: max(values),
    Function.ABS: lambda values: abs(values[0]),
    Function.ROUND: half_up,
    Function.SUM: lambda values: sum(values, Fraction(0)),
    Function.AVG: lambda values: sum(values, Fraction(0)) / len(values),
}


@given(TREES, INPUTS)
def test_values_are_those_of_fractions(tree: Node, inputs: dict[str, Decimal]) -> None:
    expected: Fraction | None
    try:
        expected = oracle(tree, inputs)
    except NoValue:
        expected = None
    found = evaluate(Formula(tree), inputs)

    if expected is None:
        assert isinstance(found, Missing)
    else:
        assert isinstance(found, Decimal)
        assert Fraction(found) == expected


@given(STRICT_TREES, st.sampled_from(MissingReason))
def test_what_is_missing_names_all_that_is(tree: Node, reason: MissingReason) -> None:
    formula = Formula(tree)
    assume(formula.names)
    inputs: dict[str, Value] = {key: Missing(reason) for key in formula.names}
    found = evaluate(formula, inputs)

    assert isinstance(found, Missing)
    assert set(found.names) <= formula.names
    assert found.names
    if all(isinstance(node, (Name, Binary, Negative)) for node in walk(tree)):
        assert found.reason == reason
        assert set(found.names) == formula.names


SIGNS = "ab1[]％^+-－*/(((()))（<≠=,,、.' \u3000\ud800"
WORDS = st.sampled_from(
    [*SIGNS, "sales", "min", "if(", "round", "coalesce", "[売上]", "売上", "0.5", "2%", "^2", "<="]
)
TEXTS = st.text(max_size=600) | st.lists(WORDS, max_size=60).map("".join)


@given(TEXTS, st.dictionaries(st.sampled_from(KEYS), st.decimals()))
@example("(" * 500, {})
@example("a^" * 200, {})
@example("-" * 500, {})
@example("%s%(a)d", {})
def test_no_text_does_harm(text: str, numbers: dict[str, Decimal]) -> None:
    started = time.perf_counter()
    found = tried(text)
    if isinstance(found, FormulaError):
        assert 0 <= found.position <= found.position + found.length <= len(text)
        assert str(found).encode()
    else:
        assert parse(found.text(), keys=KEYS) == found
        value = evaluate(found, numbers)
        assert isinstance(value, Missing) or value.is_finite()
    assert time.perf_counter() - started < 5


def tried(text: str) -> Formula | FormulaError:
    try:
        return parse(text, keys=KEYS, labels=LABELS)
    except FormulaError as error:
        return error


@given(st.dictionaries(st.integers(0, 8), st.sets(st.integers(0, 11), max_size=4)))
def test_an_order_or_a_circle_is_found(needs: dict[int, set[int]]) -> None:
    keys = [f"k{number}" for number in range(12)]
    formulas = {
        f"k{number}": parse(" + ".join(["1", *(f"k{one}" for one in needed)]), keys=keys)
        for number, needed in needs.items()
    }
    path = cycle(formulas)
    if path is None:
        found = order(formulas)
        assert sorted(found) == sorted(formulas)
        for place, key in enumerate(found):
            assert not formulas[key].names & set(found[place:])
    else:
        assert path[0] == path[-1]
        assert len(set(path)) == len(path) - 1
        assert all(needed in formulas[key].names for key, needed in pairwise(path))
        with pytest.raises(FormulaCycle):
            order(formulas)


UNITS = st.dictionaries(st.sampled_from(["円", "件", "人日", "m", "月"]), st.integers(-9, 9)).map(
    Unit.of
)


@given(UNITS | st.just(PERCENT))
def test_a_unit_is_read_as_it_was_written(unit: Unit) -> None:
    assert read_unit(unit.text()) == unit


@given(UNITS, UNITS)
def test_units_cancel(one: Unit, other: Unit) -> None:
    units = {"a": one, "b": other}

    assert unit_of(parse("a * (b / a)", keys="ab"), units) == other
    assert unit_of(parse("(a * b)^2 / a^2", keys="ab"), units) == other.times(other)
    assert isinstance(unit_of(parse("a + b", keys="ab"), units), Unit) == (one == other)


@given(st.text(max_size=30))
def test_any_text_of_a_unit_is_read_or_unknown(text: str) -> None:
    unit = read_unit(text)

    assert unit is None or read_unit(unit.text()) == unit


@given(TREES, st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, UNITS | st.none())))
def test_any_formula_has_a_unit_or_a_problem(tree: Node, units: dict[str, Unit | None]) -> None:
    formula = read_again(Formula(tree).text())
    found = unit_of(formula, units)

    if found is not None and not isinstance(found, Unit):
        assert 0 <= found.position < found.position + found.length <= len(formula.text())
        assert str(found)
