"""Store many measurements at once: new ones, corrections as new revisions, equal ones untouched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db import transaction

from core.tenancy import Actor
from kpis.models import Import, Measurement

BATCH = 2000
STORED = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class NewMeasurement:
    """A value, or a numerator with its denominator, of a KPI for the period from a day on."""

    kpi_id: UUID
    period_start: date
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    @property
    def numbers(self) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
        """What makes two measurements of the same KPI and period equal, as the table holds it."""
        return _stored(self.value), _stored(self.numerator), _stored(self.denominator)


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
    wanted = {(one.kpi_id, one.period_start): one for one in measurements}
    if len(wanted) != len(measurements):
        raise ValueError("a KPI has one value per period")
    current = {
        (one.kpi_id, one.period_start): one
        for one in Measurement.objects.current()
        .filter(kpi_id__in={kpi_id for kpi_id, _ in wanted})
        .select_for_update()
    }
    fresh = [one for key, one in wanted.items() if key not in current]
    changed = [
        (current[key], one)
        for key, one in wanted.items()
        if key in current and _numbers(current[key]) != one.numbers
    ]
    Measurement.objects.filter(pk__in=[old.pk for old, _ in changed]).update(is_current=False)
    revisions = [(one, 1) for one in fresh] + [(new, old.revision + 1) for old, new in changed]
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
    return Stored(
        added=len(fresh), changed=len(changed), same=len(wanted) - len(fresh) - len(changed)
    )


def _stored(number: Decimal | None) -> Decimal | None:
    return None if number is None else number.quantize(STORED, ROUND_HALF_UP)


def _numbers(one: Measurement) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    return one.value, one.numerator, one.denominator
