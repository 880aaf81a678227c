"""Reads behind the dashboards: one month of a tree, or of one engagement's part of it, with trends."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count

from core.charts import Chart
from core.domain.periods import add_months
from dashboards import charts
from dashboards.charts import Bar, Point
from kpis.domain.parties import PartyScore, scores_by_party, shares_of_root
from kpis.domain.scoring import StatusBands, status_of
from kpis.models import KPI, Score, Scorecard, Tree
from kpis.models.choices import Status, Unit
from kpis.queries.scorecards import bands_in, in_tree_order
from vendors.models import AgreedKPI, Engagement, EngagementStatus

TREND_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Row:
    """One KPI in the month, with the month before for comparison."""

    kpi: KPI
    depth: int
    score: Score | None
    previous: Score | None

    @property
    def change(self) -> Decimal | None:
        """How far the value moved since the month before, in the KPI's unit (points for rates)."""
        if self.score is None or self.previous is None:
            return None
        if self.score.value is None or self.previous.value is None:
            return None
        return self.score.value - self.previous.value


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything one dashboard page shows."""

    tree: Tree
    month: date | None
    months: Sequence[date]
    rows: Sequence[Row]
    trends: Sequence[Chart]
    status_chart: Chart | None
    party_chart: Chart | None
    parties: Sequence[PartyScore[str]]

    @property
    def headline(self) -> Row | None:
        """The goal's row (or the first one of a part)."""
        return self.rows[0] if self.rows else None


@dataclass(frozen=True, slots=True)
class Part:
    """What of a tree may be seen: these KPIs, and nothing before the first day or from the other on."""

    kpi_ids: Collection[UUID]
    starts_on: date
    until: date

    def allows(self, month: date) -> bool:
        """Whether the month touches the days of the part."""
        return self.starts_on.replace(day=1) <= month < self.until


def dashboard(tree: Tree, *, month: date | None = None, part: Part | None = None) -> Dashboard:
    """Return the dashboard of a tree; `part` narrows it, and nothing around it shows through.

    Without a month the newest one is taken in which half of the KPIs have a score. The number of queries does not depend
    on the size of the tree or its history.
    """
    kpis = [(row.kpi, row.depth) for row in in_tree_order(tree, {})]
    if part is not None:
        kpis = [(kpi, 0) for kpi, _depth in kpis if kpi.pk in part.kpi_ids]
    ids = {kpi.pk for kpi, _depth in kpis}
    known = _months(tree, ids)
    months = [one for one in known if part is None or part.allows(one)]
    going_on = {kpi.pk for kpi, _depth in kpis if kpi.retired_from is None}
    chosen = _chosen(month, months, _telling_months(tree, going_on or ids))
    if chosen is None:
        return Dashboard(
            tree, None, months, [Row(k, d, None, None) for k, d in kpis], [], None, None, []
        )
    history = _history(tree, ids, months=[one for one in months if one <= chosen][:TREND_MONTHS])
    previous = add_months(chosen, -1)
    rows = [
        Row(kpi, depth, history[kpi.pk].get(chosen), history[kpi.pk].get(previous))
        for kpi, depth in kpis
    ]
    # What the month's scorecard does not hold (it ended, or came later) is nobody's gap.
    parties = _parties([row for row in rows if row.score is not None])
    card = Scorecard.objects.filter(tree=tree, period_start=chosen).select_related("settings")
    return Dashboard(
        tree=tree,
        month=chosen,
        months=months,
        rows=rows,
        trends=[_trend(row.kpi, history[row.kpi.pk], chosen) for row in _worth_a_trend(rows)],
        status_chart=_status_chart(rows),
        party_chart=_party_chart(parties, bands_in(card.first())),
        parties=parties,
    )


def _months(tree: Tree, ids: Collection[UUID]) -> list[date]:
    """Return the months in which one of these KPIs has a value or score, newest first."""
    known = Score.objects.filter(scorecard__tree=tree, kpi_id__in=ids).exclude(
        value=None, score=None
    )
    months = known.values_list("scorecard__period_start", flat=True).distinct()
    return sorted(months, reverse=True)


def _telling_months(tree: Tree, ids: Collection[UUID]) -> set[date]:
    """Return the months in which at least half of the KPIs have a score."""
    scored = Score.objects.filter(scorecard__tree=tree, kpi_id__in=ids, score__isnull=False)
    months = scored.values("scorecard__period_start").annotate(count=Count("id"))
    enough = months.filter(count__gte=(len(ids) + 1) // 2)
    return set(enough.values_list("scorecard__period_start", flat=True))


def _chosen(asked: date | None, months: Sequence[date], telling: Collection[date]) -> date | None:
    """The month asked for, else the newest one that tells enough, else the newest one."""
    if asked in months:
        return asked
    return next((one for one in months if one in telling), months[0] if months else None)


def _history(
    tree: Tree, ids: Collection[UUID], *, months: Collection[date]
) -> dict[UUID, dict[date, Score]]:
    """Return the scores of these months by KPI and month."""
    scores = Score.objects.filter(
        scorecard__tree=tree, scorecard__period_start__in=months, kpi_id__in=ids
    ).select_related("scorecard")
    history: dict[UUID, dict[date, Score]] = defaultdict(dict)
    for score in scores:
        history[score.kpi_id][score.scorecard.period_start] = score
    return history


def _worth_a_trend(rows: Sequence[Row]) -> list[Row]:
    """The goal first, then KPIs that have or had values; at most twelve drawings on a page."""
    with_values = [row for row in rows if row.score and row.score.value is not None]
    head = [row for row in rows[:1] if row not in with_values]
    return [*head, *with_values][:12]


def _trend(kpi: KPI, history: dict[date, Score], until: date) -> Chart:
    points = []
    for offset in range(TREND_MONTHS - 1, -1, -1):
        month = add_months(until, -offset)
        score = history.get(month)
        points.append(Point(month, score.value if score else None, score.target if score else None))
    while points and points[0].value is None and points[0].target is None:
        points.pop(0)
    return charts.trend(
        chart_id=f"trend-{kpi.key}", title=kpi.name, unit=str(Unit(kpi.unit).label), points=points
    )


def _status_chart(rows: Sequence[Row]) -> Chart | None:
    bars = [
        Bar(
            name=row.kpi.name,
            score=row.score.score if row.score else None,
            status=row.score.status if row.score else Status.NONE.value,
            status_label=str(Status(row.score.status if row.score else Status.NONE).label),
        )
        for row in rows
    ]
    if not bars:
        return None
    return charts.scores(
        chart_id="status",
        title="KPIごとの達成状況",
        bars=bars,
        headers=("KPI", "スコア", "状態"),
    )


def _parties(rows: Sequence[Row]) -> list[PartyScore[str]]:
    parents = {row.kpi.parent_id for row in rows}
    leaves = [row for row in rows if row.kpi.pk not in parents and row.kpi.responsible_organization]
    shares = shares_of_root({row.kpi.pk: (row.kpi.parent_id, row.kpi.weight) for row in rows})
    return scores_by_party(
        (
            str(row.kpi.responsible_organization),
            shares[row.kpi.pk],
            row.score.score if row.score else None,
        )
        for row in leaves
    )


def _party_chart(parties: Sequence[PartyScore[str]], bands: StatusBands) -> Chart | None:
    if not parties:
        return None
    ordered = sorted(parties, key=lambda one: (one.score is None, -(one.score or 0), one.party))
    return charts.scores(
        chart_id="parties",
        title="外注先ごとのスコア",
        bars=[
            Bar(one.party, one.score, status.value, str(Status(status.value).label))
            for one, status in ((one, status_of(one.score, bands)) for one in ordered)
        ],
        headers=("外注先", "スコア", "状態"),
    )


def engagement_dashboard(engagement: Engagement, *, month: date | None = None) -> Dashboard:
    """Return what both sides agreed on, for the time of the order: nothing of who came before.

    An engagement that is not signed yet shows nothing.
    """
    agreed = AgreedKPI.objects.filter(engagement=engagement).values_list("kpi_id", flat=True)
    is_signed = engagement.status != EngagementStatus.PROPOSED
    part = Part(
        kpi_ids=set(agreed) if is_signed else set(),
        starts_on=engagement.starts_on,
        until=engagement.until,
    )
    return dashboard(engagement.tree, month=month, part=part)
