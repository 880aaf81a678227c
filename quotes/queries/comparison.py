"""The opened quotes of a round, put into the domain's comparison: the same input, the same result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from core.domain.money import minor_units
from kpis.domain.scoring import Direction
from quotes.domain import comparison as domain
from quotes.domain import criteria as rules
from quotes.domain.methods import Method, Rule
from quotes.domain.needed import Needed, needed
from quotes.domain.verdict import Robustness, robustness
from quotes.models import RFQ, Criterion, QuoteRevision
from quotes.queries.content import Content, plain


@dataclass(frozen=True)
class Bid:
    """A vendor's newest revision with what the comparison reads from it."""

    revision: QuoteRevision

    @property
    def vendor_id(self) -> UUID:
        """Whose it is."""
        return self.revision.vendor_id

    @property
    def name(self) -> str:
        """The vendor's name."""
        return self.revision.vendor.name

    @property
    def content(self) -> Mapping[str, Any]:
        """What was submitted."""
        content: Mapping[str, Any] = self.revision.opened.content
        return content

    @cached_property
    def subtotal(self) -> Decimal:
        """The comparable price: all lines less the discount, without tax."""
        return Decimal(self.content["totals"]["subtotal"])

    @cached_property
    def answers(self) -> dict[str, Decimal | None]:
        """The promised levels by criterion."""
        return {
            one["criterion"]: None if one["value"] is None else Decimal(one["value"])
            for one in self.content["commitments"]
        }


@dataclass(frozen=True)
class RoundComparison:
    """One round: what is judged, who answered, and the result."""

    rfq: RFQ
    criteria: Sequence[Criterion]
    bids: Sequence[Bid]
    judged: Sequence[rules.Criterion]
    offers: Sequence[rules.Offer[UUID]]
    result: domain.Comparison[UUID]

    @cached_property
    def by_vendor(self) -> dict[UUID, Bid]:
        """The quotes by vendor."""
        return {bid.vendor_id: bid for bid in self.bids}

    @cached_property
    def ordered(self) -> list[Bid]:
        """The quotes in the order of the ranking, then the excluded ones."""
        scored = [self.by_vendor[one.vendor_id] for one in self.result.ranking]
        return scored + [self.by_vendor[one.vendor_id] for one in self.result.excluded]

    @cached_property
    def robustness(self) -> Robustness[UUID] | None:
        """How firm the first place is."""
        return robustness(self.judged, self.offers, self.result)

    @cached_property
    def needed(self) -> list[Needed[UUID]]:
        """What each vendor but the first would have to offer to draw level."""
        places = minor_units(self.rfq.currency)
        return needed(self.judged, self.result, price_places=places)

    def name_of(self, vendor_id: UUID) -> str:
        """The vendor's name."""
        return self.by_vendor[vendor_id].name

    def rank_of(self, vendor_id: UUID) -> int | None:
        """The vendor's place, None when it is excluded or did not answer."""
        places = {one.vendor_id: one.rank for one in self.result.ranking}
        return places.get(vendor_id)


def domain_criterion(rfq: RFQ, criterion: Criterion) -> rules.Criterion:
    """Return the criterion as the domain computes with it."""
    kind = rules.CriterionKind(criterion.kind)
    if kind == rules.CriterionKind.PRICE:
        method = RFQ.PriceMethod.LOWEST if rfq.ceiling is None else rfq.price_method
        return rules.Criterion(
            key=str(criterion.pk),
            kind=kind,
            weight=criterion.weight,
            price_method=rules.PriceMethod(method),
            ceiling=rfq.ceiling,
        )
    return rules.Criterion(
        key=str(criterion.pk),
        kind=kind,
        weight=criterion.weight,
        direction=Direction(criterion.direction),
        required_minimum=criterion.required_minimum,
        desired_level=criterion.desired_level,
    )


def rule_of(rfq: RFQ) -> Rule:
    """Return the frozen method of the request."""
    return Rule(Method(rfq.method), rfq.division_base)


def comparison_of(rfq: RFQ) -> RoundComparison:
    """Compare the newest revisions of an opened request: two queries, however many quotes.

    Before the opening there is nothing to read here, and so nothing to compare.
    """
    criteria = list(rfq.criteria.order_by("position", "id"))
    revisions = QuoteRevision.objects.filter(
        rfq=rfq, client_id=rfq.client_id, rfq__opened_at__isnull=False
    )
    bids = [Bid(one) for one in revisions.newest().select_related("vendor", "opened")]
    offers = [rules.Offer(bid.vendor_id, bid.subtotal, bid.answers) for bid in bids]
    judged = [domain_criterion(rfq, one) for one in criteria]
    result = domain.compare(judged, offers, rule_of(rfq))
    return RoundComparison(rfq, criteria, bids, judged, offers, result)


def snapshot(comparison: RoundComparison) -> Content:
    """Return the comparison as it is now, for the decision to keep."""
    rfq = comparison.rfq
    return plain(
        {
            "schema": 2,
            "request_sha256": rfq.sent_sha256,
            "method": rfq.method,
            "division_base": rfq.division_base,
            "price_method": rfq.price_method,
            "ceiling": rfq.ceiling,
            "currency": rfq.currency,
            "full_points": comparison.result.full_points,
            "criteria": [
                {
                    "id": one.pk,
                    "name": one.name,
                    "kind": one.kind,
                    "weight": one.weight,
                    "unit": one.unit,
                    "direction": one.direction,
                    "required_minimum": one.required_minimum,
                    "desired_level": one.desired_level,
                }
                for one in comparison.criteria
            ],
            "ranking": [_scored(comparison, one) for one in comparison.result.ranking],
            "excluded": [_excluded(comparison, one) for one in comparison.result.excluded],
        }
    )


def _scored(comparison: RoundComparison, scored: domain.Scored[UUID]) -> Content:
    bid = comparison.by_vendor[scored.vendor_id]
    return {
        "vendor": scored.vendor_id,
        "name": bid.name,
        "revision": bid.revision.pk,
        "sha256": bid.revision.sha256,
        "rank": scored.rank,
        "total": scored.total,
        "price": scored.price,
        "is_tied": scored.is_tied,
        "tie_break": scored.tie_break,
        "contributions": [
            {
                "criterion": one.criterion_key,
                "raw": one.raw,
                "score": one.score,
                "weight": one.weight,
                "points": one.points,
                "formula": one.formula,
                "numbers": one.numbers,
            }
            for one in scored.contributions
        ],
    }


def _excluded(comparison: RoundComparison, excluded: domain.Excluded[UUID]) -> Content:
    bid = comparison.by_vendor[excluded.vendor_id]
    return {
        "vendor": excluded.vendor_id,
        "name": bid.name,
        "revision": bid.revision.pk,
        "sha256": bid.revision.sha256,
        "price": excluded.price,
        "reasons": [
            {
                "code": one.code,
                "criterion": one.criterion_key,
                "value": one.value,
                "limit": one.limit,
            }
            for one in excluded.reasons
        ],
    }
