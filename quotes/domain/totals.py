"""The totals of a quote: tax is computed once per rate per document."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from core.domain.money import minor_units
from core.domain.rounding import RoundingRule, exact, round_to


class TaxMode(StrEnum):
    """Whether the prices of a quote leave the tax out (税抜) or hold it (税込)."""

    EXCLUSIVE = "exclusive"
    INCLUSIVE = "inclusive"


class InvalidTotals(ValueError):
    """Raised when lines and discount make no quote; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class LineItem:
    """One line: a quantity at a unit price, and its tax rate in percent."""

    quantity: Decimal
    unit_price: Decimal
    tax_rate: Decimal = Decimal(10)

    def __post_init__(self) -> None:
        """Refuse a negative tax rate."""
        if self.tax_rate < 0:
            raise InvalidTotals("negative_tax_rate")


@dataclass(frozen=True, slots=True)
class RateTotal:
    """What one tax rate adds up to: its lines, its share of the discount, net amount and tax."""

    tax_rate: Decimal
    lines_sum: Decimal
    discount: Decimal
    net: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """All amounts of a quote; `subtotal` leaves the tax out, `total` holds it."""

    line_amounts: tuple[Decimal, ...]
    lines_sum: Decimal
    discount: Decimal
    subtotal: Decimal
    tax: Decimal
    total: Decimal
    by_rate: tuple[RateTotal, ...]


def line_amount(
    line: LineItem, rounding: RoundingRule = RoundingRule.FLOOR, currency: str = "JPY"
) -> Decimal:
    """Return quantity times unit price; rounded only when finer than the currency."""
    product = exact(line.quantity) * exact(line.unit_price)
    return round_to(product, rounding, minor_units(currency))


def totals(
    lines: Iterable[LineItem],
    *,
    discount: Decimal = Decimal(0),
    rounding: RoundingRule = RoundingRule.FLOOR,
    currency: str = "JPY",
    mode: TaxMode = TaxMode.EXCLUSIVE,
) -> Totals:
    """Add up a quote: lines by rate, less the discount, then one tax per rate.

    The discount of the document is spread over the rates in proportion to their lines, to the
    smallest unit (largest remainder first), so that the shares add up to it exactly. It has the
    tax basis of the prices: tax-exclusive or tax-inclusive, as `mode` says.
    """
    known = list(lines)
    amounts = tuple(line_amount(line, rounding, currency) for line in known)
    sums: dict[Decimal, Decimal] = {}
    for line, amount in zip(known, amounts, strict=True):
        sums[line.tax_rate] = sums.get(line.tax_rate, Decimal(0)) + amount
    shares = _spread(discount, sums, minor_units(currency))
    by_rate = tuple(
        _rate_total(rate, sums[rate], shares[rate], rounding, currency, mode)
        for rate in sorted(sums, reverse=True)
    )
    subtotal = sum((part.net for part in by_rate), Decimal(0))
    tax = sum((part.tax for part in by_rate), Decimal(0))
    return Totals(
        line_amounts=amounts,
        lines_sum=sum(amounts, Decimal(0)),
        discount=discount,
        subtotal=subtotal,
        tax=tax,
        total=subtotal + tax,
        by_rate=by_rate,
    )


def _rate_total(
    rate: Decimal,
    lines_sum: Decimal,
    discount: Decimal,
    rounding: RoundingRule,
    currency: str,
    mode: TaxMode,
) -> RateTotal:
    places = minor_units(currency)
    left = lines_sum - discount
    if mode == TaxMode.INCLUSIVE:
        tax = round_to(exact(left) * exact(rate) / (100 + exact(rate)), rounding, places)
        return RateTotal(rate, lines_sum, discount, left - tax, tax)
    tax = round_to(exact(left) * exact(rate) / 100, rounding, places)
    return RateTotal(rate, lines_sum, discount, left, tax)


def _spread(
    discount: Decimal, sums: Mapping[Decimal, Decimal], places: int
) -> dict[Decimal, Decimal]:
    """Split the discount over the rates in proportion to their positive sums, to the last unit."""
    units = exact(discount) * 10**places
    if units < 0:
        raise InvalidTotals("negative_discount")
    if units.denominator != 1:
        raise InvalidTotals("discount_too_fine")
    if units == 0:
        return {rate: Decimal(0) for rate in sums}
    bases = {rate: max(Fraction(0), exact(amount)) for rate, amount in sums.items()}
    whole = sum(bases.values(), Fraction(0))
    if exact(discount) > whole:
        raise InvalidTotals("discount_above_lines")
    ideal = {rate: units * base / whole for rate, base in bases.items()}
    given = {rate: int(share) for rate, share in ideal.items()}
    by_remainder = sorted(ideal, key=lambda rate: (given[rate] - ideal[rate], -rate))
    for rate in by_remainder[: units.numerator - sum(given.values())]:
        given[rate] += 1
    return {
        rate: round_to(Fraction(count, 10**places), RoundingRule.FLOOR, places)
        for rate, count in given.items()
    }
