"""Store many measurements at once: new ones, corrections as new revisions, equal ones untouched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from core.tenancy import Actor
from kpis.models import Import, Measurement
from kpis.queries.import_effect import NewMeasurement, difference

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Stored:
    """How many measurements were new, corrected or there already."""

    added: int
    changed: int
    same: int


@transaction.atomic
def store_measurements(  # its caller audits: one import is one event
    *,
    measurements: Sequence[NewMeasurement],
    source: Measurement.Source,
    source_import: Import | None,
    reason: str,
    by: Actor,
    at: datetime,
) -> Stored:
    """Store the measurements; storing the same ones again changes nothing.

    Raises ValueError when a KPI and period appear twice. The caller holds the tree's lock.
    """
    found = difference(measurements, is_locked=True)
    Measurement.objects.filter(pk__in=[old.pk for old, _ in found.changed]).update(is_current=False)
    revisions = [(one, 1) for one in found.fresh]
    revisions += [(new, old.revision + 1) for old, new in found.changed]
    Measurement.objects.bulk_create(
        [
            Measurement(
                kpi_id=one.kpi_id,
                period_start=one.period_start,
                value=one.numbers[0],
                numerator=one.numbers[1],
                denominator=one.numbers[2],
                revision=revision,
                source=source,
                source_import=source_import,
                reason=reason if revision > 1 else "",
                recorded_by_id=by.user_id,
                recorded_at=at,
            )
            for one, revision in revisions
        ],
        batch_size=BATCH,
    )
    return Stored(len(found.fresh), len(found.changed), found.same)
