"""What taking a file in would do to the measurements: new ones, changed ones, equal ones."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from kpis.domain.imports.deliveries import DeliveryResult
from kpis.domain.imports.long import LongResult
from kpis.models import KPI, Measurement
from kpis.models.choices import Aggregation
from kpis.queries.imports import NEW, Reading, Result
from kpis.queries.measurements import period_at

STORED = Decimal("0.000001")
CHANGES_SHOWN = 20
Numbers = tuple[Decimal | None, Decimal | None, Decimal | None]


class Unfit(Exception):
    """Raised when a row has a value where its KPI takes numerator and denominator, or the reverse."""

    def __init__(self, code: str, row: int, kpi: str) -> None:
        self.code, self.params = code, {"row": row, "kpi": kpi}
        super().__init__(f"{code} in row {row}")


class TwoValues(Exception):
    """Raised when a file has two values for a KPI and a period."""

    def __init__(self, row: int, kpi: str, start: date) -> None:
        self.params = {"row": row, "kpi": kpi, "date": start.isoformat()}
        super().__init__(f"two values of {kpi} at {start}")


@dataclass(frozen=True, slots=True)
class NewMeasurement:
    """A value, or a numerator with its denominator, of a KPI for the period from a day on."""

    kpi_id: UUID
    period_start: date
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    @property
    def numbers(self) -> Numbers:
        """What makes two measurements of the same KPI and period equal, as the table holds it."""
        return _stored(self.value), _stored(self.numerator), _stored(self.denominator)


@dataclass(frozen=True, slots=True)
class Difference:
    """The measurements of a file beside those that are there."""

    fresh: Sequence[NewMeasurement]
    changed: Sequence[tuple[Measurement, NewMeasurement]]
    same: int


@dataclass(frozen=True, slots=True)
class Change:
    """A measurement that the file would replace."""

    kpi: KPI
    before: Measurement
    after: Measurement


@dataclass(frozen=True, slots=True)
class Effect:
    """How many measurements would be added, changed or stay, and the first that would change."""

    added: int
    changed: int
    same: int
    changes: Sequence[Change]


def measurements_of(result: Result | None, kpi_of: Mapping[str, KPI]) -> list[NewMeasurement]:
    """Return the measurements of a file by the KPI of each of its names.

    Raises TwoValues when two rows give a value for the same KPI and period, and Unfit when a row
    does not give what its KPI takes.
    """
    if isinstance(result, DeliveryResult):
        return _from_deliveries(result, kpi_of)
    return _from_long(result, kpi_of) if result else []


def _from_deliveries(result: DeliveryResult, kpi_of: Mapping[str, KPI]) -> list[NewMeasurement]:
    """Add up the vendors that go to the same KPI: several names may be one vendor."""
    counts: dict[tuple[UUID, date], list[int]] = defaultdict(lambda: [0, 0])
    for one in result.counts:
        if one.vendor in kpi_of:
            count = counts[kpi_of[one.vendor].pk, one.month]
            count[0] += one.numerator
            count[1] += one.denominator
    return [
        NewMeasurement(kpi_id, month, numerator=Decimal(on_time), denominator=Decimal(due))
        for (kpi_id, month), (on_time, due) in counts.items()
    ]


def _from_long(result: LongResult, kpi_of: Mapping[str, KPI]) -> list[NewMeasurement]:
    found: dict[tuple[UUID, date], NewMeasurement] = {}
    for one in result.measurements:
        if one.kpi not in kpi_of:
            continue
        kpi = kpi_of[one.kpi]
        start = period_at(kpi, one.on).starts_on
        if kpi.aggregation == Aggregation.RATIO and one.denominator is None:
            raise Unfit("needs_parts", one.row, one.kpi)
        if kpi.aggregation != Aggregation.RATIO and one.denominator is not None:
            raise Unfit("needs_value", one.row, one.kpi)
        if (kpi.pk, start) in found:
            raise TwoValues(one.row, one.kpi, start)
        found[kpi.pk, start] = NewMeasurement(
            kpi.pk, start, one.value, one.numerator, one.denominator
        )
    return list(found.values())


def difference(measurements: Sequence[NewMeasurement], *, is_locked: bool = False) -> Difference:
    """Compare with what is stored; `is_locked` holds the stored rows for a change.

    Raises ValueError when a KPI and period appear twice.
    """
    wanted = {(one.kpi_id, one.period_start): one for one in measurements}
    if len(wanted) != len(measurements):
        raise ValueError("a KPI has one value per period")
    rows = Measurement.objects.current().filter(kpi_id__in={kpi_id for kpi_id, _ in wanted})
    rows = rows.select_for_update() if is_locked else rows
    current = {(one.kpi_id, one.period_start): one for one in rows}
    fresh = [one for key, one in wanted.items() if key not in current]
    changed = [
        (current[key], one)
        for key, one in wanted.items()
        if key in current and _numbers(current[key]) != one.numbers
    ]
    return Difference(fresh, changed, len(wanted) - len(fresh) - len(changed))


def effect_of(reading: Reading, kpis: Sequence[KPI]) -> Effect:
    """Return what taking the file in would do now; names with a KPI yet to be made only add.

    Raises TwoValues and Unfit like `measurements_of`.
    """
    by_id = {str(kpi.pk): kpi for kpi in kpis}
    known = {one.name: by_id[one.destination] for one in reading.wanted if one.destination in by_id}
    made = {
        one.name: KPI(aggregation=Aggregation.RATIO)
        for one in reading.wanted
        if one.destination == NEW
    }
    found = difference(measurements_of(reading.result, known))
    in_order = sorted(found.changed, key=lambda pair: (pair[0].kpi_id, pair[0].period_start))
    return Effect(
        added=len(found.fresh) + len(measurements_of(reading.result, made)),
        changed=len(found.changed),
        same=found.same,
        changes=[
            Change(by_id[str(before.kpi_id)], before, _shown(after))
            for before, after in in_order[:CHANGES_SHOWN]
        ],
    )


def _shown(one: NewMeasurement) -> Measurement:
    value, numerator, denominator = one.numbers
    return Measurement(
        kpi_id=one.kpi_id,
        period_start=one.period_start,
        value=value,
        numerator=numerator,
        denominator=denominator,
    )


def _stored(number: Decimal | None) -> Decimal | None:
    return None if number is None else number.quantize(STORED, ROUND_HALF_UP)


def _numbers(one: Measurement) -> Numbers:
    return one.value, one.numerator, one.denominator
