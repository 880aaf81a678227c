"""Totals of quotes: one rounding per rate per document."""

from decimal import Decimal

import pytest

from core.domain.rounding import RoundingRule
from quotes.domain.totals import InvalidTotals, LineItem, TaxMode, line_amount, totals


def line(quantity: str | int, unit_price: str | int, rate: int = 10) -> LineItem:
    """Make a line."""
    return LineItem(Decimal(quantity), Decimal(unit_price), Decimal(rate))


def shown(*values: object) -> tuple[object, ...]:
    """Put values side by side, so that one assertion compares them all."""
    return values


def test_tax_is_rounded_once_per_document() -> None:
    """Three lines of 105 yen have 31 yen of tax, not 30."""
    result = totals([line(1, 105)] * 3)

    assert shown(result.subtotal, result.tax, result.total) == (315, 31, 346)


def test_tax_is_rounded_once_per_rate() -> None:
    result = totals([line(1, 105), line(1, 105), line(1, 99, rate=8), line(1, 99, rate=8)])

    by_rate = [shown(part.tax_rate, part.net, part.tax) for part in result.by_rate]
    assert by_rate == [(10, 210, 21), (8, 198, 15)]
    assert shown(result.subtotal, result.tax, result.total) == (408, 36, 444)


@pytest.mark.parametrize(
    ("rule", "tax"), [(RoundingRule.FLOOR, 10), (RoundingRule.HALF_UP, 11), (RoundingRule.CEIL, 11)]
)
def test_the_rounding_rule_is_the_organizations(rule: RoundingRule, tax: int) -> None:
    assert totals([line(1, 105)], rounding=rule).tax == tax


def test_a_line_is_rounded_only_when_it_is_finer_than_the_currency() -> None:
    assert line_amount(line("1.5", 333)) == 499
    assert line_amount(line("1.5", 333), RoundingRule.HALF_UP) == 500
    assert line_amount(line("1.5", "2.98"), currency="USD") == Decimal("4.47")
    assert line_amount(line(3, "2.985"), currency="USD") == Decimal("8.95")


def test_dollars_have_cents() -> None:
    result = totals([line(1000, "2.98")], currency="USD")

    assert shown(result.subtotal, result.tax, result.total) == (2980, 298, 3278)


def test_a_discount_is_spread_over_the_rates_in_proportion() -> None:
    result = totals([line(1, 200), line(1, 100, rate=8)], discount=Decimal(100))

    assert [shown(part.discount, part.net) for part in result.by_rate] == [(67, 133), (33, 67)]
    assert shown(result.lines_sum, result.discount, result.subtotal) == (300, 100, 200)
    assert shown(result.tax, result.total) == (13 + 5, 218)


def test_equal_remainders_go_to_the_higher_rate() -> None:
    result = totals([line(1, 100, rate=8), line(1, 100)], discount=Decimal(1))

    assert [shown(part.tax_rate, part.discount) for part in result.by_rate] == [(10, 1), (8, 0)]


def test_a_credit_line_takes_no_discount() -> None:
    result = totals([line(1, 300), line(-1, 100, rate=8)], discount=Decimal(50))

    assert [shown(part.net, part.discount) for part in result.by_rate] == [(250, 50), (-100, 0)]
    assert result.tax == 25 - 8


def test_a_credit_line_takes_nothing_of_a_full_discount_either() -> None:
    result = totals([line(1, 300), line(-1, 100, rate=8)], discount=Decimal(300))

    assert [part.discount for part in result.by_rate] == [300, 0]


def test_a_discount_of_cents_is_spread_in_cents() -> None:
    lines = [line(1, "2.00"), line(1, "1.00", rate=8)]

    result = totals(lines, discount=Decimal("0.50"), currency="USD")

    assert [str(part.discount) for part in result.by_rate] == ["0.33", "0.17"]


def test_a_rate_of_zero_has_no_tax() -> None:
    result = totals([line(1, 300, rate=0), LineItem(Decimal(1), Decimal(100))])

    assert [(str(part.tax_rate), str(part.tax)) for part in result.by_rate] == [
        ("10", "10"),
        ("0", "0"),
    ]


def test_everything_may_be_given_away() -> None:
    result = totals([line(1, 300)], discount=Decimal(300))

    assert shown(result.subtotal, result.tax, result.total) == (0, 0, 0)


def test_prices_may_hold_the_tax() -> None:
    result = totals([line(1, 110_346)], mode=TaxMode.INCLUSIVE)

    assert shown(result.subtotal, result.tax, result.total) == (100_315, 10_031, 110_346)


def test_a_quote_without_lines_is_worth_nothing() -> None:
    result = totals([])

    assert shown(result.subtotal, result.tax, result.total, result.by_rate) == (0, 0, 0, ())


def test_the_amounts_of_the_lines_are_kept_in_order() -> None:
    assert totals([line(2, 100), line(1, 50, rate=8), line(3, 10)]).line_amounts == tuple(
        map(Decimal, (200, 50, 30))
    )


@pytest.mark.parametrize(
    ("discount", "code"),
    [
        ("-1", "negative_discount"),
        ("0.5", "discount_too_fine"),
        ("301", "discount_above_lines"),
    ],
)
def test_an_impossible_discount_is_refused(discount: str, code: str) -> None:
    with pytest.raises(InvalidTotals) as refused:
        totals([line(1, 300)], discount=Decimal(discount))
    assert refused.value.code == code


def test_a_negative_tax_rate_is_refused() -> None:
    with pytest.raises(InvalidTotals, match="negative_tax_rate"):
        LineItem(Decimal(1), Decimal(100), Decimal("-0.5"))
