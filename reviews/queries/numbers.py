"""The numbers of the month that a review looks at, and the rows that its agenda is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.domain.periods import add_months
from kpis.domain.scorecard import Reason
from kpis.domain.scoring import Status
from kpis.models import KPI, Score, Target
from kpis.models.choices import Direction
from kpis.models.choices import Status as StatusWord
from kpis.queries.scorecards import in_tree_order
from kpis.queries.spans import ended
from reviews.domain.agenda import KpiResult
from reviews.models import Review
from vendors.models import AgreedKPI


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One KPI in the month of a review."""

    name: str
    unit: str
    decimals: int
    depth: int
    value: Decimal | None
    previous: Decimal | None
    target: Decimal | None
    attainment: Decimal | None
    score: Decimal | None
    status: str
    is_reference: bool

    @property
    def status_label(self) -> str:
        """The word for the status."""
        return str(StatusWord(self.status).label)


def numbers_of(review: Review) -> list[NumberRow]:
    """Return the rows of a review: as frozen at its end, or as the scorecards say today."""
    if review.frozen_numbers:
        return [_thawed(row) for row in review.frozen_numbers]
    kpis = kpis_of(review)
    now = _scores(review, review.period_start)
    before = _scores(review, add_months(review.period_start, -1))
    return [_row(kpi, depth, now.get(kpi.pk), before.get(kpi.pk)) for kpi, depth in kpis]


def frozen(rows: Sequence[NumberRow]) -> list[dict[str, Any]]:
    """Write the rows as JSON; numbers as text, without loss."""
    return [
        {name: str(one) if isinstance(one, Decimal) else one for name, one in asdict(row).items()}
        for row in rows
    ]


_DECIMALS = ("value", "previous", "target", "attainment", "score")


def _thawed(row: Mapping[str, Any]) -> NumberRow:
    numbers = {name: number(row[name]) for name in _DECIMALS}
    return NumberRow(**{**row, **numbers})


def number(text: str | None) -> Decimal | None:
    """Read a stored number."""
    return None if text is None else Decimal(text)


def kpis_of(review: Review) -> list[tuple[KPI, int]]:
    """Return what a review is about with its depth: the tree, or what its vendor promised."""
    ordered = [(row.kpi, row.depth) for row in in_tree_order(review.tree, {})]
    if review.engagement_id is None:
        return ordered
    agreed = AgreedKPI.objects.filter(engagement_id=review.engagement_id)
    promised = set(agreed.values_list("kpi_id", flat=True))
    return [(kpi, 0) for kpi, _depth in ordered if kpi.pk in promised]


def _scores(review: Review, month: date) -> dict[UUID, Score]:
    scores = Score.objects.filter(scorecard__tree_id=review.tree_id, scorecard__period_start=month)
    return {score.kpi_id: score for score in scores}


def _row(kpi: KPI, depth: int, score: Score | None, before: Score | None) -> NumberRow:
    return NumberRow(
        name=kpi.name,
        unit=kpi.unit,
        decimals=kpi.decimals,
        depth=depth,
        value=score.value if score else None,
        previous=before.value if before else None,
        target=score.target if score else None,
        attainment=score.attainment if score else None,
        score=score.score if score else None,
        status=score.status if score else Status.NONE.value,
        is_reference=score.is_reference if score else False,
    )


def results_of(review: Review, month: date) -> list[KpiResult[UUID]]:
    """Return what the agenda is made from; without a scorecard every target misses its data."""
    scores = _scores(review, month)
    kpis = [kpi for kpi, _depth in kpis_of(review)]
    if scores:
        return [_result(scores[kpi.pk]) for kpi in kpis if kpi.pk in scores]
    targeted = set(
        Target.objects.standing()
        .filter(kpi__in=kpis, valid_from__lte=month)
        .values_list("kpi_id", flat=True)
    ) - ended(KPI.objects.living().filter(tree_id=review.tree_id), month)
    return [
        _missing(kpi) for kpi in kpis if kpi.pk in targeted and kpi.direction != Direction.MONITOR
    ]


def _result(score: Score) -> KpiResult[UUID]:
    return KpiResult(
        node_id=score.kpi_id,
        value=score.value,
        attainment=score.attainment,
        own_score=score.own_score,
        status=Status(score.status),
        weight=score.weight,
        reason=Reason(score.reason) if score.reason else None,
    )


def _missing(kpi: KPI) -> KpiResult[UUID]:
    return KpiResult(
        node_id=kpi.pk,
        value=None,
        attainment=None,
        own_score=None,
        status=Status.NONE,
        weight=kpi.weight,
        reason=Reason.NO_DATA,
    )
