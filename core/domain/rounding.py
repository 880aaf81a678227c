"""Exact numbers, and the one place where they are rounded."""

from decimal import Context, Decimal
from enum import StrEnum
from fractions import Fraction

Exact = Decimal | Fraction | int

_WIDE = Context(prec=28)


class RoundingRule(StrEnum):
    """How a fraction of the smallest unit goes; by magnitude, so a credit mirrors its charge."""

    FLOOR = "floor"
    HALF_UP = "half_up"
    CEIL = "ceil"


def exact(number: Exact) -> Fraction:
    """Return the number as an exact fraction; a float is refused."""
    if isinstance(number, bool) or not isinstance(number, (Decimal, Fraction, int)):
        raise TypeError(f"exact numbers only, not {type(number).__name__}")
    return Fraction(number)


def decimal_text(number: Decimal | int | str) -> str:
    """Write a number in the one way that equal numbers share: 1.500000 is 1.5."""
    return f"{Decimal(number).normalize() + 0:f}"


def to_decimal(number: Exact) -> Decimal:
    """Return the number with 28 significant digits, whatever the ambient decimal context is."""
    fraction = exact(number)
    return _WIDE.divide(Decimal(fraction.numerator), Decimal(fraction.denominator))


def round_to(number: Exact, rule: RoundingRule, places: int = 0) -> Decimal:
    """Round exactly to that many decimal places by the rule."""
    scaled = exact(number) * 10**places
    whole, rest = divmod(abs(scaled.numerator), scaled.denominator)
    if rest and (
        rule == RoundingRule.CEIL
        or (rule == RoundingRule.HALF_UP and 2 * rest >= scaled.denominator)
    ):
        whole += 1
    is_negative = scaled < 0 and whole > 0
    digits = tuple(int(digit) for digit in str(whole))
    return Decimal((int(is_negative), digits, -places))


def round_yen(amount: Exact, rule: RoundingRule) -> int:
    """Round an amount of yen to whole yen."""
    return int(round_to(amount, rule))
