"""Formulas of KPIs: what is read, and what is refused where with which sentence."""

import time

import pytest

from kpis.domain.formulas.formula import Formula
from kpis.domain.formulas.messages import MESSAGES, FormulaError
from kpis.domain.formulas.nodes import Binary, Compare, If, Span, walk
from kpis.domain.formulas.parse import parse

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


def read(text: str) -> Formula:
    return parse(text, keys=KEYS, labels=LABELS)


def refused(text: str) -> FormulaError:
    with pytest.raises(FormulaError) as caught:
        read(text)
    return caught.value


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
    formula = read(" + ".join(["a"] * 50))

    assert len(list(walk(formula.root))) == 99


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
