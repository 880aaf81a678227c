"""The logarithmic mean Divisia index: contributions to the change of a product of positive factors.

Ang, B. W. (2004), "Decomposition analysis for policymaking in energy", Energy Policy 32: each
factor contributes L(y1, y0) · e · ln(x1 / x0), with the logarithmic mean L and its exponent e.
"""

from collections.abc import Mapping
from decimal import Context, Decimal
from fractions import Fraction
from typing import TypeVar

from kpis.domain.formulas.formula import Formula
from kpis.domain.formulas.nodes import Binary, Name, Node, Number, Operator, Power
from kpis.domain.insight.bridge import NoBridge

Factor = TypeVar("Factor", bound=str)
_DIGITS = Context(prec=50)


def exponents(formula: Formula) -> dict[str, int] | None:
    """Return the exponent of each KPI in a pure product, or None for any other formula."""
    found: dict[str, int] = {}
    return found if _collect(formula.root, 1, found) else None


def _collect(node: Node, power: int, found: dict[str, int]) -> bool:
    match node:
        case Number(value=value):
            return value > 0
        case Name(key=key):
            found[key] = found.get(key, 0) + power
            return True
        case Power(base=base, exponent=exponent):
            return _collect(base, power * exponent, found)
        case Binary(operator=Operator.MULTIPLY, left=left, right=right):
            return _collect(left, power, found) and _collect(right, power, found)
        case Binary(operator=Operator.DIVIDE, left=left, right=right):
            return _collect(left, power, found) and _collect(right, -power, found)
    return False


def lmdi(
    powers: Mapping[Factor, int],
    before: Mapping[Factor, Fraction],
    after: Mapping[Factor, Fraction],
    change: tuple[Fraction, Fraction],
) -> dict[Factor, Fraction]:
    """Return what each factor contributed to the change of the product from `change[0]` to `change[1]`.

    Logarithms have no exact value: they are taken to 50 digits, and the last of these goes to the
    largest contribution, so that the sum is exact. Raises NoBridge where a value is not positive.
    """
    start, end = change
    values = [*before.values(), *after.values(), start, end]
    if any(value <= 0 for value in values):
        raise NoBridge("not_positive")
    mean = _logarithmic_mean(start, end)
    found = {
        factor: power * Fraction(_DIGITS.multiply(mean, _log(after[factor] / before[factor])))
        for factor, power in powers.items()
    }
    largest = max(found, key=lambda factor: (abs(found[factor]), factor), default=None)
    if largest is not None:
        found[largest] += (end - start) - sum(found.values(), Fraction(0))
    return found


def _logarithmic_mean(start: Fraction, end: Fraction) -> Decimal:
    if start == end:
        return _decimal(start)
    return _DIGITS.divide(_decimal(end - start), _log(end / start))


def _log(number: Fraction) -> Decimal:
    return _DIGITS.ln(_decimal(number))


def _decimal(number: Fraction) -> Decimal:
    return _DIGITS.divide(Decimal(number.numerator), Decimal(number.denominator))
