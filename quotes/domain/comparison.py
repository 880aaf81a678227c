"""The comparison of quotes: who is excluded, what each criterion gives, who comes first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Generic

from core.domain.rounding import exact, to_decimal
from kpis.domain.scoring import Direction, exact_score
from quotes.domain.criteria import (
    ADDITIVE,
    Criterion,
    CriterionKind,
    ExclusionReason,
    Offer,
    PriceMethod,
    VendorKey,
    why_excluded,
)
from quotes.domain.methods import (
    Closeness,
    Column,
    Method,
    Rule,
    closeness,
    price_performance,
)

_UNROUNDED = Context(prec=200)


class Formula(StrEnum):
    """Which arithmetic made a score; a view words it around the numbers."""

    LOWEST = "lowest"
    CEILING = "ceiling"
    LINEAR = "linear"
    MET_OR_NOT = "met_or_not"
    SHARE_OF_FULL_MARKS = "share_of_full_marks"
    NO_ANSWER = "no_answer"


class TieBreak(StrEnum):
    """What put a quote above the next one when their totals are equal."""

    QUALITY = "quality"
    PRICE = "price"
    VENDOR = "vendor"


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one criterion gives: points = weight x score / 100, and the numbers behind the score."""

    criterion_key: str
    kind: CriterionKind
    raw: Decimal | None
    score: Decimal
    weight: Decimal
    weight_share: Decimal
    points: Decimal
    formula: Formula
    numbers: Mapping[str, Decimal]


@dataclass(frozen=True)
class Scored(Generic[VendorKey]):
    """A ranked quote; `total` is what it is ranked by.

    By the additive method the contributions add up to it exactly; `closeness` is there by TOPSIS.
    """

    vendor_id: VendorKey
    rank: int
    total: Decimal
    quality_points: Decimal
    price: Decimal
    contributions: tuple[Contribution, ...]
    is_tied: bool
    tie_break: TieBreak | None
    closeness: Closeness | None = None


@dataclass(frozen=True)
class Excluded(Generic[VendorKey]):
    """A quote that is not scored, with every reason."""

    vendor_id: VendorKey
    price: Decimal | None
    reasons: tuple[ExclusionReason, ...]


@dataclass(frozen=True)
class Comparison(Generic[VendorKey]):
    """The ranking, best first, and the quotes that were left out of it."""

    ranking: tuple[Scored[VendorKey], ...]
    excluded: tuple[Excluded[VendorKey], ...]
    full_points: Decimal
    rule: Rule = ADDITIVE

    @property
    def winner(self) -> Scored[VendorKey] | None:
        """Return the first of the ranking."""
        return self.ranking[0] if self.ranking else None


@dataclass(frozen=True)
class _Points(Generic[VendorKey]):
    """A scored quote before it has a rank, with unrounded sums."""

    offer: Offer[VendorKey]
    price: Decimal
    contributions: tuple[Contribution, ...]
    exact_total: Fraction
    exact_quality: Fraction
    value: Fraction = Fraction(0)
    closeness: Closeness | None = None

    @property
    def order(self) -> tuple[Fraction, Fraction, Decimal, str]:
        return (-self.value, -self.exact_quality, self.price, str(self.offer.vendor_id))


def compare(
    criteria: Sequence[Criterion], offers: Iterable[Offer[VendorKey]], rule: Rule = ADDITIVE
) -> Comparison[VendorKey]:
    """Exclude first, then score what is left, then rank it by the rule.

    Equal totals are ranked by the points for quality (all but price), then by the lower price,
    then by the vendor's id, so that the order of the input never matters; ties are marked.
    """
    known = sorted(offers, key=lambda offer: str(offer.vendor_id))
    excluded = []
    admitted: list[tuple[Offer[VendorKey], Decimal]] = []
    for offer in known:
        reasons = why_excluded(criteria, offer, rule)
        if offer.price is None or reasons:
            excluded.append(Excluded(offer.vendor_id, offer.price, reasons))
        else:
            admitted.append((offer, offer.price))
    lowest = min((price for _, price in admitted), default=Decimal(0))
    valued = _valued(
        criteria, [_points(criteria, offer, price, lowest) for offer, price in admitted], rule
    )
    valued.sort(key=lambda points: points.order)
    return Comparison(
        ranking=tuple(_ranked(valued, place, rule) for place in range(len(valued))),
        excluded=tuple(excluded),
        full_points=sum((criterion.weight for criterion in criteria), Decimal(0)),
        rule=rule,
    )


def _valued(
    criteria: Sequence[Criterion], scored: Sequence[_Points[VendorKey]], rule: Rule
) -> list[_Points[VendorKey]]:
    """Give each quote what it is ranked by."""
    if rule.method == Method.DIVISION:
        return [
            replace(one, value=price_performance(one.exact_quality, one.price, rule.base))
            for one in scored
        ]
    if rule.method == Method.TOPSIS:
        found = closeness(columns_of(criteria, [one.contributions for one in scored]))
        return [
            replace(one, value=exact(close.value), closeness=close)
            for one, close in zip(scored, found, strict=True)
        ]
    return [replace(one, value=one.exact_total) for one in scored]


def columns_of(
    criteria: Sequence[Criterion], rows: Sequence[Sequence[Contribution]]
) -> list[Column]:
    """Return what TOPSIS compares: for each criterion what every quote says."""
    return [
        Column(
            criterion.weight,
            [contributions[place].raw for contributions in rows],
            criterion.kind == CriterionKind.PRICE or criterion.direction == Direction.LOWER,
        )
        for place, criterion in enumerate(criteria)
    ]


def _points(
    criteria: Sequence[Criterion], offer: Offer[VendorKey], price: Decimal, lowest: Decimal
) -> _Points[VendorKey]:
    weights = sum((exact(criterion.weight) for criterion in criteria), Fraction(0))
    contributions = []
    total = quality = Fraction(0)
    for criterion in criteria:
        raw = price if criterion.kind == CriterionKind.PRICE else offer.answers.get(criterion.key)
        reached, formula, numbers = _score(criterion, raw, lowest)
        earned = exact(criterion.weight) * reached / 100
        total += earned
        if criterion.kind != CriterionKind.PRICE:
            quality += earned
        contributions.append(
            Contribution(
                criterion_key=criterion.key,
                kind=criterion.kind,
                raw=raw,
                score=to_decimal(reached),
                weight=criterion.weight,
                weight_share=to_decimal(exact(criterion.weight) * 100 / (weights or 1)),
                points=to_decimal(earned),
                formula=formula,
                numbers=numbers,
            )
        )
    return _Points(offer, price, tuple(contributions), total, quality)


def _score(
    criterion: Criterion, raw: Decimal | None, lowest: Decimal
) -> tuple[Fraction, Formula, dict[str, Decimal]]:
    """Return the score from 0 to 100, the formula that made it, and its numbers by name."""
    if raw is None:
        return Fraction(0), Formula.NO_ANSWER, {}
    if criterion.kind == CriterionKind.PRICE:
        return _price_score(criterion, raw, lowest)
    return _answer_score(criterion, raw)


def exact_scores(
    criteria: Sequence[Criterion], ranking: Sequence[Scored[VendorKey]]
) -> list[list[Fraction]]:
    """Return the unrounded scores, 0 to 100: a row for each ranked quote, a column a criterion."""
    lowest = min((one.price for one in ranking), default=Decimal(0))
    return [
        [
            _score(criterion, part.raw, lowest)[0]
            for criterion, part in zip(criteria, one.contributions, strict=True)
        ]
        for one in ranking
    ]


def _price_score(
    criterion: Criterion, price: Decimal, lowest: Decimal
) -> tuple[Fraction, Formula, dict[str, Decimal]]:
    if criterion.price_method == PriceMethod.CEILING and criterion.ceiling is not None:
        left = 100 * (1 - exact(price) / exact(criterion.ceiling))
        numbers = {"price": price, "ceiling": criterion.ceiling}
        return max(Fraction(0), left), Formula.CEILING, numbers
    ratio = 100 * exact(lowest) / exact(price) if price else Fraction(100)
    return ratio, Formula.LOWEST, {"price": price, "lowest": lowest}


def _answer_score(
    criterion: Criterion, answer: Decimal
) -> tuple[Fraction, Formula, dict[str, Decimal]]:
    numbers = {"value": answer}
    if criterion.desired_level is not None:
        numbers["desired"] = criterion.desired_level
    if criterion.required_minimum is not None:
        numbers["minimum"] = criterion.required_minimum
    if criterion.has_line:
        return exact_score(answer, criterion.line), Formula.LINEAR, numbers
    if criterion.kind == CriterionKind.RATING and criterion.desired_level is None:
        share = 100 * exact(answer) / exact(criterion.full_marks)
        numbers["full_marks"] = criterion.full_marks
        capped = max(Fraction(0), min(Fraction(100), share))
        return capped, Formula.SHARE_OF_FULL_MARKS, numbers
    return Fraction(100), Formula.MET_OR_NOT, numbers


def _ranked(scored: Sequence[_Points[VendorKey]], place: int, rule: Rule) -> Scored[VendorKey]:
    points = scored[place]
    following = scored[place + 1] if place + 1 < len(scored) else None
    neighbours = [scored[index] for index in (place - 1, place + 1) if 0 <= index < len(scored)]
    return Scored(
        vendor_id=points.offer.vendor_id,
        rank=place + 1,
        total=(
            _added(points.contributions)
            if rule.method == Method.ADDITIVE
            else to_decimal(points.value)
        ),
        quality_points=_added(
            tuple(part for part in points.contributions if part.kind != CriterionKind.PRICE)
        ),
        price=points.price,
        contributions=points.contributions,
        is_tied=any(other.value == points.value for other in neighbours),
        tie_break=_tie_break(points, following),
        closeness=points.closeness,
    )


def _tie_break(points: _Points[VendorKey], following: _Points[VendorKey] | None) -> TieBreak | None:
    """Tell what decided between a quote and the next one when their totals are equal."""
    if following is None or following.value != points.value:
        return None
    if following.exact_quality != points.exact_quality:
        return TieBreak.QUALITY
    return TieBreak.PRICE if following.price != points.price else TieBreak.VENDOR


def _added(contributions: tuple[Contribution, ...]) -> Decimal:
    """Add up the points without rounding."""
    total = Decimal(0)
    for part in contributions:
        total = _UNROUNDED.add(total, part.points)
    return total
