"""Measurements entered by hand or through the API; a correction keeps what was there."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from core import audit
from core.policies import require
from core.tenancy import Actor
from kpis.models import KPI, Measurement, Tree
from kpis.operations.bulk_measurements import store_measurements
from kpis.operations.scorecards import request_recompute
from kpis.policies import measurements as policies
from kpis.queries.import_effect import NewMeasurement
from kpis.queries.measurements import current_of, period_at


@transaction.atomic
def record_measurement(
    *,
    kpi: KPI,
    period_start: date,
    value: Decimal | None = None,
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
    reason: str = "",
    revision: int | None = None,
    source: Measurement.Source = Measurement.Source.MANUAL,
    by: Actor,
    at: datetime,
) -> Measurement:
    """Record the value, or numerator and denominator, of the period that holds the day.

    A correction needs a reason. `revision` is the one that the author saw, 0 for none: when it is
    not the current one any more, the correction is refused. The same numbers again change nothing.
    """
    tree = Tree.objects.select_for_update(of=("self",)).select_related("client").get(pk=kpi.tree_id)
    kpi = KPI.objects.get(pk=kpi.pk)
    kpi.tree = tree
    today = timezone.localtime(at, tree.client.zone).date()
    require(policies.why_not_record(kpi, by))
    require(policies.why_not_day(period_start, today))
    period = period_at(kpi, period_start)
    require(policies.why_not_period(period, today))
    require(policies.why_not_numbers(kpi, value, numerator, denominator))
    known = current_of(kpi, period.starts_on)
    require(policies.why_not_revise(known, revision))
    wanted = NewMeasurement(kpi.pk, period.starts_on, value, numerator, denominator)
    if known is not None and (known.value, known.numerator, known.denominator) == wanted.numbers:
        return known
    require(policies.why_not_reason(known, reason))
    store_measurements(
        measurements=[wanted],
        source=source,
        source_import=None,
        reason=reason.strip(),
        by=by,
        at=at,
    )
    request_recompute(tree=tree, by=by, at=at)
    measurement = Measurement.objects.current().get(kpi=kpi, period_start=period.starts_on)
    _audit(measurement, kpi, by=by, at=at)
    return measurement


def _audit(measurement: Measurement, kpi: KPI, *, by: Actor, at: datetime) -> None:
    act = "訂正" if measurement.revision > 1 else "登録"
    audit.record(
        event="kpis.measurement_recorded",
        target=measurement,
        by=by,
        at=at,
        organization_id=kpi.tree.client_id,
        summary=f"「{kpi.name}」の{measurement.period_start.isoformat()}の実績を{act}しました。",
        data={"kpi": str(kpi.pk), "revision": measurement.revision, "source": measurement.source},
    )
