"""Measurements entered by hand or through the API."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.domain.refusals import Denied, Refusal
from core.policies import require
from core.tenancy import Actor
from kpis.models import KPI, Measurement, Tree
from kpis.models.choices import Aggregation, ValueSource
from kpis.operations.bulk_measurements import NewMeasurement, store_measurements
from kpis.operations.scorecards import request_recompute
from kpis.policies import trees as policies


@transaction.atomic
def record_measurement(
    *,
    kpi: KPI,
    period_start: date,
    value: Decimal | None = None,
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
    reason: str = "",
    source: Measurement.Source = Measurement.Source.MANUAL,
    by: Actor,
    at: datetime,
) -> Measurement:
    """Record a value, or numerator and denominator; a correction needs a reason and keeps the old one."""
    require(policies.why_not_edit(kpi.tree, by))
    require(_why_not_these(kpi, value, numerator, denominator))
    Tree.objects.select_for_update().get(pk=kpi.tree_id)
    current = Measurement.objects.current().filter(kpi=kpi, period_start=period_start)
    if current.exists() and not reason.strip():
        raise Denied(Refusal("kpis.no_reason", _("訂正の理由を入力してください。"), 409))
    stored = store_measurements(
        measurements=[NewMeasurement(kpi.pk, period_start, value, numerator, denominator)],
        source=source,
        source_import=None,
        reason=reason,
        by=by,
        at=at,
    )
    if stored.added or stored.changed:
        request_recompute(tree=kpi.tree, by=by, at=at)
    measurement = current.get()
    audit.record(
        event="kpis.measurement_recorded",
        target=measurement,
        by=by,
        at=at,
        organization_id=kpi.tree.client_id,
        summary=f"「{kpi.name}」の{period_start.isoformat()}の実績を記録しました。",
        data={"revision": measurement.revision},
    )
    return measurement


def _why_not_these(
    kpi: KPI, value: Decimal | None, numerator: Decimal | None, denominator: Decimal | None
) -> Refusal | None:
    if kpi.value_source == ValueSource.CHILDREN:
        text = _("子のKPIを合算するKPIには、実績を直接入力できません。")
        return Refusal("kpis.pooled", text, 409)
    has_parts = numerator is not None and denominator is not None
    if kpi.aggregation == Aggregation.RATIO and not has_parts:
        return Refusal("kpis.ratio_parts", _("分子と分母を入力してください。"), 409)
    if kpi.aggregation != Aggregation.RATIO and (value is None or has_parts):
        return Refusal("kpis.value", _("値を入力してください。"), 409)
    return None
