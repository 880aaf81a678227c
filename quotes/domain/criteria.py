"""What quotes are judged by, what a vendor offers, and which rules exclude an offer."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from kpis.domain.scoring import Direction, TargetSpec, check_target
from quotes.domain.methods import Method, Rule

VendorKey = TypeVar("VendorKey", bound=Hashable)

PRICE_KEY = "price"
ADDITIVE = Rule()

_FULL = Decimal(100)


class CriterionKind(StrEnum):
    """What a criterion looks at."""

    PRICE = "price"
    COMMITMENT = "commitment"
    RATING = "rating"


class PriceMethod(StrEnum):
    """How a price becomes a score: against the lowest of the round, or against a ceiling."""

    LOWEST = "lowest"
    CEILING = "ceiling"


class ExclusionCode(StrEnum):
    """Why a quote is not scored."""

    NO_PRICE = "no_price"
    FREE = "free"
    ABOVE_CEILING = "above_ceiling"
    NO_ANSWER = "no_answer"
    BELOW_MINIMUM = "below_minimum"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of a request, frozen when it is sent; `weight` is its points (配点).

    A commitment or rating scores 0 at `required_minimum` and 100 at `desired_level`; beyond the
    minimum on the bad side excludes. A rating without desired level is a share of `full_marks`.
    """

    key: str
    kind: CriterionKind
    weight: Decimal
    direction: Direction = Direction.HIGHER
    required_minimum: Decimal | None = None
    desired_level: Decimal | None = None
    must_answer: bool = False
    price_method: PriceMethod = PriceMethod.LOWEST
    ceiling: Decimal | None = None
    excludes_above_ceiling: bool = True
    full_marks: Decimal = _FULL

    def __post_init__(self) -> None:
        """Refuse what no quote could be scored by."""
        if self.weight < 0:
            raise ValueError("negative_weight")
        if self.full_marks <= 0:
            raise ValueError("full_marks_not_positive")
        if self.direction not in (Direction.HIGHER, Direction.LOWER):
            raise ValueError("direction_not_comparable")
        if self.ceiling is not None and self.ceiling <= 0:
            raise ValueError("ceiling_not_positive")
        if self.price_method == PriceMethod.CEILING and self.ceiling is None:
            raise ValueError("ceiling_missing")
        if self.has_line:
            check_target(self.line)

    @property
    def is_required(self) -> bool:
        """Tell whether a quote without an answer is excluded."""
        return self.must_answer or self.required_minimum is not None

    @property
    def line(self) -> TargetSpec:
        return TargetSpec(self.direction, self.desired_level, self.required_minimum)

    @property
    def has_line(self) -> bool:
        """Tell whether there is a way from minimum to desired level to be scored on."""
        return self.desired_level is not None and self.desired_level != self.required_minimum


@dataclass(frozen=True)
class Offer(Generic[VendorKey]):
    """What a vendor quoted: the comparable tax-exclusive price, and its answers by criterion."""

    vendor_id: VendorKey
    price: Decimal | None
    answers: Mapping[str, Decimal | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a negative price."""
        if self.price is not None and self.price < 0:
            raise ValueError("negative_price")


@dataclass(frozen=True, slots=True)
class ExclusionReason:
    """One rule that a quote broke: the criterion, the value given, and the limit."""

    code: ExclusionCode
    criterion_key: str
    value: Decimal | None = None
    limit: Decimal | None = None


def why_excluded(
    criteria: Sequence[Criterion], offer: Offer[VendorKey], rule: Rule = ADDITIVE
) -> tuple[ExclusionReason, ...]:
    """Return every rule that the quote breaks; none means that it is scored."""
    reasons = []
    if offer.price is None:
        reasons.append(ExclusionReason(ExclusionCode.NO_PRICE, PRICE_KEY))
    if offer.price == 0 and rule.method == Method.DIVISION:
        reasons.append(ExclusionReason(ExclusionCode.FREE, PRICE_KEY, offer.price))
    for criterion in criteria:
        reason = (
            _over_ceiling(criterion, offer.price)
            if criterion.kind == CriterionKind.PRICE
            else _below_minimum(criterion, offer.answers.get(criterion.key))
        )
        if reason is not None:
            reasons.append(reason)
    return tuple(reasons)


def _over_ceiling(criterion: Criterion, price: Decimal | None) -> ExclusionReason | None:
    ceiling = criterion.ceiling
    if price is None or ceiling is None or not criterion.excludes_above_ceiling:
        return None
    if price <= ceiling:
        return None
    return ExclusionReason(ExclusionCode.ABOVE_CEILING, criterion.key, price, ceiling)


def _below_minimum(criterion: Criterion, answer: Decimal | None) -> ExclusionReason | None:
    limit = criterion.required_minimum
    if answer is None:
        if not criterion.is_required:
            return None
        return ExclusionReason(ExclusionCode.NO_ANSWER, criterion.key, None, limit)
    if limit is None:
        return None
    is_below = answer > limit if criterion.direction == Direction.LOWER else answer < limit
    if not is_below:
        return None
    return ExclusionReason(ExclusionCode.BELOW_MINIMUM, criterion.key, answer, limit)
