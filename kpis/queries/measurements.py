"""Reads of measurements: by period, with the revisions that corrections left."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.domain.periods import Frequency, Period, period_of
from kpis.models import KPI, Measurement
from kpis.models.measurements import MeasurementQuerySet


def period_at(kpi: KPI, day: date) -> Period:
    """Return the KPI's period that holds the day; quarters and years follow the client's year."""
    return period_of(day, Frequency(kpi.frequency), kpi.tree.client.fiscal_year_first_month)


def period_label(kpi: KPI, day: date) -> str:
    """Name the KPI's period that holds the day, as people do."""
    return period_at(kpi, day).label(kpi.tree.client.fiscal_year_first_month)


def current_of(kpi: KPI, period_start: date) -> Measurement | None:
    """Return what is recorded for the period, in its newest revision."""
    found = Measurement.objects.current().filter(kpi=kpi, period_start=period_start)
    return found.select_related("recorded_by").first()


def current_list(kpi: KPI) -> MeasurementQuerySet:
    """Return the KPI's measurements in their newest revision, newest period first."""
    found = Measurement.objects.current().filter(kpi=kpi)
    return found.select_related("recorded_by", "source_import").order_by("-period_start")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A period's value with what stood there before, newest first."""

    current: Measurement
    label: str
    earlier: Sequence[Measurement]


def with_revisions(kpi: KPI, current: Sequence[Measurement]) -> list[Recorded]:
    """Return these measurements with their earlier revisions: one query for all."""
    corrected = [one.period_start for one in current if one.revision > 1]
    earlier: dict[date, list[Measurement]] = defaultdict(list)
    revisions = Measurement.objects.filter(
        kpi=kpi, period_start__in=corrected, is_current=False
    ).select_related("recorded_by")
    for one in revisions.order_by("-revision"):
        earlier[one.period_start].append(one)
    return [
        Recorded(one, period_label(kpi, one.period_start), earlier[one.period_start])
        for one in current
    ]
