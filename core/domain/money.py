"""Money: an exact amount in one currency."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from core.domain.rounding import Exact, RoundingRule, exact, round_to, to_decimal

MINOR_UNITS = {"JPY": 0, "KRW": 0, "CNY": 2, "EUR": 2, "GBP": 2, "USD": 2}


class CurrencyMismatch(ValueError):
    """Raised when amounts of two currencies meet in one calculation."""


def minor_units(currency: str) -> int:
    """Return how many decimal places the currency has (ISO 4217)."""
    try:
        return MINOR_UNITS[currency]
    except KeyError:
        raise ValueError(f"unknown currency {currency!r}") from None


def is_finite_decimal(value: object) -> bool:
    """Tell whether the value is a Decimal that is a number; a float or an int is not."""
    return isinstance(value, Decimal) and value.is_finite()


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount with its currency; comparing or adding two currencies is an error."""

    amount: Decimal
    currency: str = "JPY"

    def __post_init__(self) -> None:
        """Refuse anything but a finite Decimal in a known currency."""
        if not is_finite_decimal(self.amount):
            raise TypeError(f"money needs a finite Decimal, not {self.amount!r}")
        minor_units(self.currency)

    @classmethod
    def from_minor(cls, units: int, currency: str = "JPY") -> "Money":
        """Make money from whole minor units (yen, cents)."""
        places = minor_units(currency)
        return cls(round_to(Fraction(units, 10**places), RoundingRule.FLOOR, places), currency)

    def to_minor(self) -> int:
        """Return whole minor units; an amount finer than the currency is an error."""
        units = exact(self.amount) * Fraction(10) ** minor_units(self.currency)
        if units.denominator != 1:
            raise ValueError(f"{self.amount} has more places than {self.currency}")
        return units.numerator

    def rounded(self, rule: RoundingRule) -> "Money":
        """Return the amount rounded to the currency's smallest unit."""
        return Money(round_to(self.amount, rule, minor_units(self.currency)), self.currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: Exact) -> "Money":
        return Money(to_decimal(exact(self.amount) * exact(factor)), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other)

    def _same(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other.amount


def total(amounts: Iterable[Money], currency: str = "JPY") -> Money:
    """Add up the amounts; nothing adds up to zero of the currency."""
    result = Money(Decimal(0), currency)
    for amount in amounts:
        result = result + amount
    return result
