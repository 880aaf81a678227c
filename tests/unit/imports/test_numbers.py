"""Numbers as people write them."""

from decimal import Decimal

import pytest

from kpis.domain.imports.numbers import Number, NumberIssue, read_number


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("5", "5", ""),
        (" 1,234 ", "1234", ""),
        ("１，２３４円", "1234", "円"),
        ("1,234,567円", "1234567", "円"),
        ("¥1,234", "1234", "円"),
        ("￥1,234", "1234", "円"),
        ("\\1,234", "1234", "円"),
        ("$1,234.50", "1234.50", "USD"),
        ("12.3 %", "12.3", "%"),
        ("１２．３％", "12.3", "%"),
        ("▲5", "-5", ""),
        ("△1,234", "-1234", ""),
        ("-5", "-5", ""),
        ("−5.5", "-5.5", ""),
        ("－５", "-5", ""),
        ("¥-1,234", "-1234", "円"),
        ("▲¥1,234", "-1234", "円"),
        ("(1,234)", "-1234", ""),
        ("（１，２３４）", "-1234", ""),
        ("+5", "5", ""),
        (".5", "0.5", ""),
        ("0.10", "0.10", ""),
        ("1.5E+05", "150000", ""),
        ("1e-3", "0.001", ""),
        ("12件", "12", "件"),
        ("3か月", "3", "か月"),
        ("0", "0", ""),
        ("-0.00", "0", ""),
        ("99999999999999", "99999999999999", ""),
    ],
)
def test_numbers(text: str, value: str, unit: str) -> None:
    found = read_number(text)
    assert found == Number(Decimal(value), unit)
    assert isinstance(found, Number)
    assert str(found.value) == value


@pytest.mark.parametrize(
    "text", ["", " ", "　", "-", "—", "ー", "－", "N/A", "#N/A", "NaN", "未入力"]
)
def test_blanks_and_dashes_are_missing(text: str) -> None:
    assert read_number(text) == NumberIssue.MISSING


@pytest.mark.parametrize(
    "text",
    [
        *("Freight Included in Commodity Cost", "See ASN-93 (ID#:1281)", "12,34", "1,2345"),
        *("1.2.3", "Infinity", "-▲5", "(5", "5)", "(-5)", "円", "e5", "12 34", "1_000"),
        *("5 apples", "9" * 70),
    ],
)
def test_anything_else_is_not_guessed(text: str) -> None:
    assert read_number(text) == NumberIssue.UNREADABLE


@pytest.mark.parametrize("text", ["12万円", "1.5億", "３千円", "百", "5k"])
def test_scales_are_not_multiplied_silently(text: str) -> None:
    assert read_number(text) in {NumberIssue.SCALED, NumberIssue.UNREADABLE}
    assert (read_number(text) == NumberIssue.SCALED) == (text != "百")


@pytest.mark.parametrize("text", ["100000000000000", "1e14", "9e99"])
def test_more_digits_than_are_stored(text: str) -> None:
    assert read_number(text) == NumberIssue.TOO_LARGE


@pytest.mark.parametrize("text", ["#DIV/0!", "#REF!", "#VALUE!", "#NAME?"])
def test_errors_of_excel(text: str) -> None:
    assert read_number(text) == NumberIssue.ERROR_VALUE
