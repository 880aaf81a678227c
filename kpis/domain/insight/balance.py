"""How evenly weight is spread, over the four perspectives of the balanced scorecard for example."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

from core.domain.rounding import exact

_DIGITS = Context(prec=28)


@dataclass(frozen=True, slots=True)
class Balance:
    """Shares of the whole, and two figures of their spread.

    `entropy` is Shannon's, over that of equal shares: 1 is even, 0 is all in one. `hhi` is the sum
    of the squared shares (Herfindahl-Hirschman): 1 is all in one, 1/n is even.
    """

    shares: tuple[Fraction, ...]
    entropy: Decimal
    hhi: Fraction


def balance_of(weights: Iterable[Decimal | Fraction | int]) -> Balance | None:
    """Return the balance of the weights; None when there is no weight at all."""
    known = [exact(weight) for weight in weights]
    whole = sum(known, Fraction(0))
    if not whole:
        return None
    shares = tuple(weight / whole for weight in known)
    return Balance(shares, _entropy(shares), sum((one * one for one in shares), Fraction(0)))


def _entropy(shares: Sequence[Fraction]) -> Decimal:
    if len(shares) < 2:
        return Decimal(0)
    parts = [_decimal(one) for one in shares if one]
    total = sum((_DIGITS.multiply(-one, _DIGITS.ln(one)) for one in parts), Decimal(0))
    return abs(_DIGITS.divide(total, _DIGITS.ln(Decimal(len(shares)))))


def _decimal(number: Fraction) -> Decimal:
    return _DIGITS.divide(Decimal(number.numerator), Decimal(number.denominator))
