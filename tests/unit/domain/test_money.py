"""Money in one currency."""

from decimal import Decimal

import pytest

from core.domain.money import CurrencyMismatch, Money, minor_units, total
from core.domain.rounding import RoundingRule


def yen(amount: str) -> Money:
    """Make an amount of yen."""
    return Money(Decimal(amount))


def test_amounts_of_one_currency_are_added_and_compared() -> None:
    price, freight = yen("1000"), yen("300")

    assert price + freight == yen("1300")
    assert price - freight == yen("700")
    assert -freight == yen("-300")
    assert freight * Decimal("1.5") == yen("450.0")
    assert freight < price
    assert price <= yen("1000")


def test_two_currencies_never_meet() -> None:
    dollars = Money(Decimal(100), "USD")

    with pytest.raises(CurrencyMismatch):
        dollars + yen("9000")
    with pytest.raises(CurrencyMismatch):
        _ = dollars < yen("9000")


@pytest.mark.parametrize(("currency", "places"), [("JPY", 0), ("USD", 2)])
def test_currencies_have_their_minor_units(currency: str, places: int) -> None:
    assert minor_units(currency) == places


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown currency"):
        Money(Decimal(1), "XXX")


@pytest.mark.parametrize("amount", [1, 1.5, Decimal("NaN"), Decimal("Infinity")])
def test_only_finite_decimals_are_money(amount: Decimal) -> None:
    with pytest.raises(TypeError):
        Money(amount)


def test_minor_units_go_both_ways() -> None:
    assert Money.from_minor(298, "USD") == Money(Decimal("2.98"), "USD")
    assert Money(Decimal("2.98"), "USD").to_minor() == 298
    assert Money.from_minor(-5).to_minor() == -5


def test_an_amount_finer_than_the_currency_has_no_minor_units() -> None:
    with pytest.raises(ValueError, match="more places"):
        yen("0.5").to_minor()


def test_rounding_goes_to_the_smallest_unit() -> None:
    assert yen("31.5").rounded(RoundingRule.FLOOR) == yen("31")
    assert Money(Decimal("2.985"), "USD").rounded(RoundingRule.HALF_UP).amount == Decimal("2.99")


def test_a_total_of_nothing_is_zero_of_the_currency() -> None:
    assert total([], "USD") == Money(Decimal(0), "USD")
    assert total([yen("1"), yen("2")]) == yen("3")
