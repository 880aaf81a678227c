"""Formulas of KPIs: what is read, what is refused and where, values, order and units."""

import time
from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal, localcontext

import pytest

from kpis.domain.formulas.evaluate import Missing, MissingReason, Value, evaluate
from kpis.domain.formulas.formula import Formula
from kpis.domain.formulas.messages import MESSAGES, FormulaError, UnitProblem
from kpis.domain.formulas.nodes import Binary, Compare, If, Span, walk
from kpis.domain.formulas.order import FormulaCycle, cycle, order
from kpis.domain.formulas.parse import parse
from kpis.domain.formulas.units import PERCENT, PLAIN, Unit, read_unit, unit_of

KEYS = ["sales", "cost", "leads", "cvr", "a", "b", "c", "min", "受注"]
LABELS = {
    "受注 件数": ["leads"],
    "ＲＯＩ": ["cvr"],
    "売上": ["sales", "cost"],
    "原価": "cost",
    "外": ["elsewhere"],
    "数": ["受注"],
    "全 角": ["a"],
    "全角": ["b"],
}
NO_DATA, ZERO_DIVISION = MissingReason.NO_DATA, MissingReason.ZERO_DIVISION
OVERFLOW, UNDEFINED = MissingReason.OVERFLOW, MissingReason.UNDEFINED


def read(text: str) -> Formula:
    return parse(text, keys=KEYS, labels=LABELS)


def refused(text: str) -> FormulaError:
    with pytest.raises(FormulaError) as caught:
        read(text)
    return caught.value


def value(text: str, **inputs: str | Missing) -> Value:
    known: Mapping[str, Value] = {
        key: given if isinstance(given, Missing) else Decimal(given)
        for key, given in inputs.items()
    }
    return evaluate(read(text), known)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("sales-cost", "sales - cost"),
        ("（sales － cost）÷ cost × １００", "(sales - cost) / cost * 100"),
        ("a　＋　b", "a + b"),
        ("((a)) + (b - c)", "a + (b - c)"),
        ("(a - b) - c", "a - b - c"),
        ("(a * b) / (a / b)", "a * b / (a / b)"),
        ("-a * -(b + c)", "-a * -(b + c)"),
        ("- - a", "--a"),
        ("-a^2", "-a^2"),
        ("(-a)^2 + (a^2)^- 3", "(-a)^2 + (a^2)^-3"),
        ("2 ％ + 007.50", "2% + 7.5"),
        ("[受注 件数] * [ 受注　件数 ]", "leads * leads"),
        ("［受注件数］", "leads"),
        ("[roi]", "cvr"),
        ("[原価]", "cost"),
        ("[全 角] + [全角]", "a + b"),
        ("IF(a ≧ b, MIN(a，b、c), 0)", "if(a >= b, min(a, b, c), 0)"),
        ("if(a <> b, 1, 2)", "if(a != b, 1, 2)"),
        ("min + min(min)", "min + min(min)"),
        ("round(a) + round(a, 2.0)", "round(a) + round(a, 2)"),
        ("if(a = b, 100, 1000)", "if(a = b, 100, 1000)"),
        ("a\n+\tb", "a + b"),
    ],
)
def test_equal_formulas_share_one_text(text: str, canonical: str) -> None:
    formula = read(text)

    assert formula.text() == str(formula) == canonical
    assert parse(canonical, keys=KEYS) == formula


def test_the_names_are_those_of_the_keys() -> None:
    formula = read("if(cvr >= 0.02, [受注 件数] * cvr, coalesce(a, -a^2))")

    assert formula.names == {"cvr", "leads", "a"}


def test_places_are_those_of_the_original_text() -> None:
    root = read("（sales）　＋　[受注 件数]").root

    assert isinstance(root, Binary)
    assert root.left.span == Span(1, 5)
    assert root.right.span == Span(10, 7)
    assert root.span == Span(0, 17)


def test_a_tree_is_walked_in_the_order_of_the_text() -> None:
    root = read("if(a < 1, b, 2)").root

    assert isinstance(root, If)
    assert [type(node) for node in walk(root)][:2] == [If, Compare]
    assert len(list(walk(root))) == 6


REFUSED = [
    ("", "empty", 0, 0),
    ("　 ", "empty", 0, 2),
    ("a" * 501, "too_long", 500, 1),
    ("+".join(["leads"] * 84), "too_long", 500, 3),
    ("leads+" * 60 + "a", "too_many_nodes", 0, 305),
    ("(" * 21 + "a" + ")" * 21, "too_deep", 20, 1),
    ("-" * 400 + "1", "too_deep", 20, 1),
    ("abs(" * 21 + "a" + ")" * 21, "too_deep", 83, 1),
    ("a + " + "1" * 29, "number_too_long", 4, 29),
    ("a + 0." + "1" * 28, "number_too_long", 4, 30),
    ("a ! b", "unexpected_character", 2, 1),
    ("a\u200b", "unexpected_character", 1, 1),
    ("a\ud800", "unexpected_character", 1, 1),
    ("a + 売上高 * b", "bare_label", 4, 3),
    ("a + [受注", "label_unclosed", 4, 1),
    ("a + ［　］", "label_empty", 4, 3),
    ("a + [山]", "label_unknown", 4, 3),
    ("a + [外]", "label_unknown", 4, 3),
    ("a + [数]", "label_unknown", 4, 3),
    ("a + [受注 数]", "label_unknown_close", 4, 6),
    ("a + [売上]", "label_ambiguous", 4, 4),
    ("a + zzz", "name_unknown", 4, 3),
    ("a + salse", "name_unknown_close", 4, 5),
    ("a + SALES", "name_unknown_close", 4, 5),
    ("a + exec(a)", "function_unknown", 4, 4),
    ("a + mean(a)", "function_unknown", 4, 4),
    ("a + coalesc(a)", "function_unknown_close", 4, 7),
    ("a + MAX", "function_without_arguments", 4, 3),
    ("a +", "operand_missing", 3, 0),
    ("a + * b", "operand_missing", 4, 1),
    ("+a", "operand_missing", 0, 1),
    ("()", "operand_missing", 1, 1),
    ("min(a, )", "operand_missing", 7, 1),
    ("if(a < b, , 1)", "operand_missing", 10, 1),
    ("a == b", "comparison_outside_if", 2, 1),
    ("if(a == b, 1, 2)", "operand_missing", 6, 1),
    ("a b", "operator_missing", 2, 1),
    ("2a", "operator_missing", 1, 1),
    ("sales(2)", "operator_missing", 5, 1),
    ("if(a b < 1, 1, 2)", "operator_missing", 5, 1),
    ("min(a b)", "operator_missing", 6, 1),
    ("min(a, b c)", "operator_missing", 9, 1),
    ("(a b)", "operator_missing", 3, 1),
    ("5 % 3", "operator_missing", 4, 1),
    ("b * (a + (c)", "parenthesis_unclosed", 4, 1),
    ("min(a", "parenthesis_unclosed", 3, 1),
    ("min(", "parenthesis_unclosed", 3, 1),
    ("if(a < b", "parenthesis_unclosed", 2, 1),
    ("if(a < b, 1", "parenthesis_unclosed", 2, 1),
    ("a)", "parenthesis_unopened", 1, 1),
    ("a, b", "comma_outside", 1, 1),
    ("(a, b)", "comma_outside", 2, 1),
    ("１，０００", "thousands_separator", 0, 5),
    ("max(1,000,000, a)", "thousands_separator", 4, 9),
    ("if(a > b,1,000)", "thousands_separator", 9, 5),
    ("a%", "percent_without_number", 1, 1),
    ("2%%", "percent_without_number", 2, 1),
    ("a ** 2", "power_as_stars", 2, 2),
    ("9**9**9", "power_as_stars", 1, 2),
    ("2^3^2", "power_chained", 3, 1),
    ("a^", "exponent_invalid", 1, 1),
    ("a^-", "exponent_invalid", 1, 1),
    ("a^11", "exponent_invalid", 2, 2),
    ("a^2.5", "exponent_invalid", 2, 3),
    ("a^b", "exponent_invalid", 2, 1),
    ("a^(2)", "exponent_invalid", 2, 1),
    ("a > b", "comparison_outside_if", 2, 1),
    ("if((a > b), 1, 0)", "comparison_outside_if", 6, 1),
    ("if(a > b, a > b, 0)", "comparison_outside_if", 12, 1),
    ("if(a < b < c, 1, 0)", "comparison_chained", 9, 1),
    ("if(a + b, 1, 0)", "condition_missing", 3, 5),
    ("if(a", "condition_missing", 3, 1),
    ("min()", "arguments_too_few", 0, 3),
    ("if(a < b)", "arguments_too_few", 0, 2),
    ("1 + if(a < b, 1)", "arguments_too_few", 4, 2),
    ("if(a < b, 1, 2, a + b)", "arguments_too_many", 16, 5),
    ("abs(a, b)", "arguments_too_many", 7, 1),
    ("round(a, 1, b)", "arguments_too_many", 12, 1),
    ("round(a, 7)", "places_invalid", 9, 1),
    ("round(a, 0.5)", "places_invalid", 9, 3),
    ("round(a, 2%)", "places_invalid", 9, 2),
    ("round(a, -1)", "places_invalid", 9, 2),
    ("round(a, b)", "places_invalid", 9, 1),
]


@pytest.mark.parametrize(("text", "code", "position", "length"), REFUSED)
def test_what_is_no_formula_is_refused_in_its_place(
    text: str, code: str, position: int, length: int
) -> None:
    error = refused(text)

    assert (error.code, error.position, error.length) == (code, position, length)
    assert str(error) == error.text()
    assert str(error).endswith(("。", "か。"))
    assert str(error).isprintable()


def test_every_code_has_its_place() -> None:
    codes = {code for _, code, _, _ in REFUSED}

    assert codes == {code for code in MESSAGES if not code.startswith("unit_")}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "salse",
            "「salse」というキーの KPI はありません。「sales」ではありませんか。",
        ),
        ("a%", "% は 2% のように数値の直後にだけ書けます。取り除くか、100 で割ってください。"),
        ("売上 - a", "「売上」は [売上] のように角かっこで囲むか、KPI のキーで書いてください。"),
        (
            "[売上]",
            "「売上」という名前の KPI が複数あります。キー（cost, sales）で書いてください。",
        ),
    ],
)
def test_the_sentence_says_what_to_do(text: str, sentence: str) -> None:
    assert str(refused(text)) == sentence


def test_a_sentence_can_be_translated() -> None:
    assert refused("a b").text(lambda _: "no sign before %(found)s") == "no sign before b"


def test_a_long_sum_is_not_deep() -> None:
    assert value(" + ".join(["a"] * 50), a="2") == 100


def test_a_formula_whose_canonical_text_is_too_long_is_refused() -> None:
    key = "k" * 120

    with pytest.raises(FormulaError) as caught:
        parse("[x]+[x]+[x]+[x]+[x]", keys=[key], labels={"x": [key]})

    assert (caught.value.code, caught.value.position) == ("too_long", 0)


ESCAPES = [
    "__import__('os').system('x')",
    "().__class__.__bases__[0].__subclasses__()",
    "{}.__class__",
    "lambda: 0",
    "9**9**9",
    "a.b",
    "exec('x')",
    "eval(a)",
    "open(a)",
    "getattr(a, b)",
    "f'{a}'",
    'f"{a.__class__}"',
    "a if a else b",
    "[a for a in b]",
    "(a := 1)",
    "a; b",
    "a @ b",
    "a // b",
    "a[0]",
    "print(a)",
    "%s %(a)s",
    "`id`",
    "${a}",
    "{{ a }}",
    "=cmd|' /C calc'!A0",
    "0x10",
    "1e999999999",
    "1_000",
    "inf",
    "nan",
    "True",
    "٣ + ٤",
    "a\x00",
    "(" * 10_000,
    "(" * 10_000 + "a" + ")" * 10_000,
    "-" * 500 + "1",
    "-" * 499 + "a",
    "abs(" * 125,
    "[" * 500,
    "if(" * 160,
    "1" * 500,
    "a^" * 250,
    "_" * 500,
    "あ" * 500,
]


@pytest.mark.parametrize("text", ESCAPES)
def test_what_breaks_out_elsewhere_is_refused_at_once(text: str) -> None:
    started = time.perf_counter()
    with pytest.raises(FormulaError):
        read(text)

    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("text", "inputs", "expected"),
    [
        ("(sales - cost) / cost * 100", {"sales": "5000000", "cost": "1000000"}, "400"),
        ("if(cvr >= 0.02, leads * cvr, 0)", {"cvr": "0.02", "leads": "50"}, "1"),
        ("if(cvr >= 0.02, leads * cvr, 0)", {"cvr": "0.019", "leads": "50"}, "0"),
        ("leads * 2%", {"leads": "50"}, "1"),
        ("1 / 3", {}, "0." + "3" * 28),
        ("2 / 3", {}, "0." + "6" * 27 + "7"),
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


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("円", Unit((("円", 1),))),
        ("円/件", Unit.of({"円": 1, "件": -1})),
        ("円 ／ 件・", Unit.of({"円": 1, "件・": -1})),
        ("円/件/月", Unit.of({"円": 1, "件": -1, "月": -1})),
        ("円×件", Unit.of({"円": 1, "件": 1})),
        ("m^2", Unit.of({"m": 2})),
        ("1/月^2", Unit.of({"月": -2})),
        ("円/円", PLAIN),
        ("人日", Unit.of({"人日": 1})),
        ("％", PERCENT),
        ("percent", PERCENT),
        ("", PLAIN),
        ("1", PLAIN),
        ("円//件", None),
        ("円/100人", None),
        ("円^999", None),
        ("%/月", None),
        ("/", None),
    ],
)
def test_units_are_read(text: str, unit: Unit | None) -> None:
    assert read_unit(text) == unit
    if unit is not None:
        assert read_unit(str(unit)) == unit


UNITS = {
    "sales": read_unit("円"),
    "cost": read_unit("円"),
    "leads": read_unit("件"),
    "cvr": read_unit("%"),
    "a": read_unit("円/件"),
    "b": PLAIN,
}


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("leads * a", "円"),
        ("sales / leads", "円/件"),
        ("sales - cost", "円"),
        ("(sales - cost) / cost", ""),
        ("(sales - cost) / cost * 100", "%"),
        ("100 * b", "%"),
        ("cvr / 100", ""),
        ("cvr / 2", "%"),
        ("cvr * 2", "%"),
        ("cvr / cvr", ""),
        ("cvr * cvr", ""),
        ("cvr * sales", "円"),
        ("sales * 100", "円"),
        ("2% * sales", "円"),
        ("b + 2%", ""),
        ("-sales", "円"),
        ("sales^2 / cost", "円"),
        ("leads^-1", "1/件"),
        ("leads^0", ""),
        ("0^2", ""),
        ("max(0, sales)", "円"),
        ("0", ""),
        ("-0 + 0 * sales", "円"),
        ("0 + 0", ""),
        ("round(sales, 2)", "円"),
        ("abs(leads)", "件"),
        ("coalesce(sales, 0)", "円"),
        ("avg(sales, cost)", "円"),
        ("if(leads > 0, sales / leads, 0)", "円/件"),
        ("if(cvr >= 0, leads, 0)", "件"),
    ],
)
def test_the_unit_of_a_formula_is_composed(text: str, unit: str) -> None:
    found = unit_of(read(text), UNITS)

    assert isinstance(found, Unit)
    assert found.text() == unit


@pytest.mark.parametrize(
    "text",
    ["c", "c + sales", "c * sales", "sales / c", "c^2", "-c", "if(c > 1, c, sales)", "round(c)"],
)
def test_an_unknown_unit_spreads(text: str) -> None:
    assert unit_of(read(text), UNITS) is None


def test_an_unknown_condition_leaves_the_branches_known() -> None:
    assert unit_of(read("if(c > 1, sales, cost)"), {**UNITS, "c": None}) == read_unit("円")


@pytest.mark.parametrize(
    ("text", "code", "position", "length"),
    [
        ("sales + leads", "unit_differs", 8, 5),
        ("sales * (sales + leads) / 2", "unit_differs", 17, 5),
        ("2 / (sales + leads * 3)", "unit_differs", 13, 9),
        ("min(0, sales, c, leads)", "unit_differs", 17, 5),
        ("1 - cvr", "unit_differs", 4, 3),
        ("sales + 1", "unit_differs", 8, 1),
        ("(sales + leads)^2", "unit_differs", 9, 5),
        ("sales + (sales + leads)", "unit_differs", 17, 5),
        ("if(sales > leads, 1, 2)", "unit_compared", 11, 5),
        ("if(sales > 1, 1, 2)", "unit_compared", 11, 1),
        ("if(sales > 0, sales, leads)", "unit_differs", 21, 5),
    ],
)
def test_units_that_do_not_fit_are_told(text: str, code: str, position: int, length: int) -> None:
    found = unit_of(read(text), UNITS)

    assert isinstance(found, UnitProblem)
    assert (found.code, found.position, found.length) == (code, position, length)


def test_a_unit_problem_names_both_units() -> None:
    found = unit_of(read("1 + sales / leads"), UNITS)

    assert isinstance(found, UnitProblem)
    assert str(found).startswith("単位が合いません（単位なし と 円/件）。")
    assert found.text(lambda _: "%(expected)s") == "%(expected)s"
