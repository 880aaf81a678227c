"""Values of formulas: exact, never 0 for want of data; and the order to compute them in."""

import time
from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal, localcontext

import pytest

from kpis.domain.formulas.evaluate import Missing, MissingReason, Value, evaluate
from kpis.domain.formulas.formula import Formula
from kpis.domain.formulas.order import FormulaCycle, cycle, order
from kpis.domain.formulas.parse import parse

KEYS = ["sales", "cost", "leads", "cvr", "a", "b", "c", "min"]
NO_DATA, ZERO_DIVISION = MissingReason.NO_DATA, MissingReason.ZERO_DIVISION
OVERFLOW, UNDEFINED = MissingReason.OVERFLOW, MissingReason.UNDEFINED


def read(text: str) -> Formula:
    return parse(text, keys=KEYS)


def value(text: str, **inputs: str | Missing) -> Value:
    known: Mapping[str, Value] = {
        key: given if isinstance(given, Missing) else Decimal(given)
        for key, given in inputs.items()
    }
    return evaluate(read(text), known)


@pytest.mark.parametrize(
    ("text", "inputs", "expected"),
    [
        ("(sales - cost) / cost * 100", {"sales": "5000000", "cost": "1000000"}, "400"),
        ("if(cvr >= 0.02, leads * cvr, 0)", {"cvr": "0.02", "leads": "50"}, "1"),
        ("if(cvr >= 0.02, leads * cvr, 0)", {"cvr": "0.019", "leads": "50"}, "0"),
        ("leads * 2%", {"leads": "50"}, "1"),
        ("1 / 3", {}, "0." + "3" * 28),
        ("2 / 3", {}, "0." + "6" * 27 + "7"),
        ("a / 2", {"a": "9." + "0" * 26 + "1"}, "4.5"),
        ("a / 2", {"a": "9." + "0" * 26 + "3"}, "4.5" + "0" * 25 + "2"),
        ("0.1 + 0.2", {}, "0.3"),
        ("-2^2", {}, "-4"),
        ("(-2)^3", {}, "-8"),
        ("2^-2", {}, "0.25"),
        ("a^0", {"a": "5"}, "1"),
        ("0^3", {}, "0"),
        ("8 - 4 - 2", {}, "2"),
        ("8 / 4 / 2", {}, "1"),
        ("min(a, b) + max(a, b, 9)", {"a": "1", "b": "2"}, "10"),
        ("abs(-a)", {"a": "3"}, "3"),
        ("round(2.5) + round(-2.5)", {}, "0"),
        ("round(a, 2)", {"a": "1.005"}, "1.01"),
        ("round(a, 6)", {"a": "-0.0000005"}, "-0.000001"),
        ("sum(a, b, 3)", {"a": "1", "b": "2"}, "6"),
        ("avg(a, b)", {"a": "1", "b": "2"}, "1.5"),
        ("avg(1, 1, 2)", {}, "1." + "3" * 27),
        ("coalesce(a, b, 0)", {"b": "2"}, "2"),
        ("coalesce(a / b, 7)", {"a": "1", "b": "0"}, "7"),
        ("if(1 < 2, 5, a)", {}, "5"),
        ("if(1 > 2, a / 0, 5)", {}, "5"),
        ("if(1 <= 1, 1, 0) + if(1 >= 2, 1, 0)", {}, "1"),
        ("if(1.0 = 1, 1, 0) + if(1 != 1, 1, 0)", {}, "1"),
        ("0 * -a", {"a": "1"}, "0"),
    ],
)
def test_values_are_exact(text: str, inputs: dict[str, str], expected: str) -> None:
    assert value(text, **inputs) == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "inputs", "reason", "names"),
    [
        ("a + b", {"b": "1"}, NO_DATA, ("a",)),
        ("a * 0", {}, NO_DATA, ("a",)),
        ("b + a * b", {}, NO_DATA, ("b", "a")),
        ("-a", {"a": Missing(OVERFLOW, ("b", "c"))}, OVERFLOW, ("b", "c")),
        ("a + b", {"a": Missing(ZERO_DIVISION), "b": Missing(NO_DATA)}, ZERO_DIVISION, ("a", "b")),
        ("a / b", {"a": "1", "b": "0"}, ZERO_DIVISION, ("b",)),
        ("a / (b - c)", {"a": "0", "b": "2", "c": "2"}, ZERO_DIVISION, ("b", "c")),
        ("a / 0", {"a": "0"}, ZERO_DIVISION, ()),
        ("a / 0", {}, NO_DATA, ("a",)),
        ("a^-1", {"a": "0"}, ZERO_DIVISION, ("a",)),
        ("a^0", {"a": "0"}, UNDEFINED, ("a",)),
        ("((a^10)^10)^10", {"a": "10"}, OVERFLOW, ("a",)),
        ("a * b", {"a": "1E600", "b": "1E600"}, OVERFLOW, ("a", "b")),
        ("sum(a, a)", {"a": "9E999"}, OVERFLOW, ("a",)),
        ("a", {"a": "1E1000"}, OVERFLOW, ("a",)),
        ("a", {"a": "NaN"}, UNDEFINED, ("a",)),
        ("a", {"a": "sNaN"}, UNDEFINED, ("a",)),
        ("a", {"a": "Infinity"}, UNDEFINED, ("a",)),
        ("sum(a, b, 1)", {"a": "1"}, NO_DATA, ("b",)),
        ("avg(a, b)", {"a": "1"}, NO_DATA, ("b",)),
        ("min(a, b)", {"a": "1"}, NO_DATA, ("b",)),
        ("round(a, 2)", {}, NO_DATA, ("a",)),
        ("coalesce(a, b)", {}, NO_DATA, ("a", "b")),
        ("if(a > 0, 1, 2)", {}, NO_DATA, ("a",)),
        ("if(0 > a, 1, 2)", {}, NO_DATA, ("a",)),
        ("if(1 > 0, a, 2)", {}, NO_DATA, ("a",)),
    ],
)
def test_what_is_missing_is_never_zero(
    text: str,
    inputs: dict[str, str | Missing],
    reason: MissingReason,
    names: tuple[str, ...],
) -> None:
    assert value(text, **inputs) == Missing(reason, names)


def test_a_zero_has_no_sign() -> None:
    assert str(value("a * -5", a="0")) == "0"


def test_the_ambient_decimal_context_changes_nothing() -> None:
    with localcontext() as context:
        context.prec = 3
        context.rounding = ROUND_FLOOR
        formula = read("123456.789 + 2 / 3")
        result = evaluate(formula, {})

    assert result == Decimal("123457.4556666666666666666667")
    assert formula.text() == "123456.789 + 2 / 3"


def test_the_largest_formula_is_quick() -> None:
    text = "(" * 18 + "a" + "^10)" * 18
    started = time.perf_counter()

    assert value(text, a="1.000000000000000000000000001") != Missing(NO_DATA)
    assert value(text, a="9") == Missing(OVERFLOW, ("a",))
    assert value("avg(" + "a^-10, " * 40 + "a)", a="1E-99") == Decimal(
        "9.756097560975609756097560976E+989"
    )
    assert time.perf_counter() - started < 1


def formulas(**texts: str) -> dict[str, Formula]:
    keys = ["a", "b", "c", "d", "e", "x"]
    return {key: parse(text, keys=keys) for key, text in texts.items()}


def test_each_formula_comes_after_those_it_needs() -> None:
    assert order(formulas(a="b + c", b="c * x", c="x", d="1")) == ["c", "b", "a", "d"]
    assert cycle(formulas(a="b + c", b="c * x", c="x")) is None
    assert order({}) == []


@pytest.mark.parametrize(
    ("texts", "path"),
    [
        ({"a": "a + 1"}, ("a", "a")),
        ({"a": "b", "b": "c + x", "c": "b"}, ("b", "c", "b")),
        ({"d": "x", "a": "d + b", "b": "c", "c": "a"}, ("a", "b", "c", "a")),
    ],
)
def test_a_circle_is_shown_as_a_path(texts: dict[str, str], path: tuple[str, ...]) -> None:
    assert cycle(formulas(**texts)) == path
    with pytest.raises(FormulaCycle, match=" → ".join(path)) as caught:
        order(formulas(**texts))
    assert caught.value.path == path


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_long_chain_is_followed(is_closed: bool) -> None:
    count = 10_000
    keys = [f"k{number}" for number in range(count)]
    chain = {
        key: parse(after, keys=[after]) for key, after in zip(keys, [*keys[1:], "x"], strict=True)
    }
    if is_closed:
        chain[keys[-1]] = parse("k0", keys=["k0"])
        assert cycle(chain) == (*keys, "k0")
    else:
        assert order(chain) == keys[::-1]
