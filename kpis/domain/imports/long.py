"""Measurements from a long table: one row is the value of one KPI on one date.

A blank is missing, never zero. The same KPI on the same date twice is a problem: the first row stays.
What is dated after the day of the file (`as_of`) has not happened and is left out.
A ratio of 0 over 0 is kept as "no data"; anything else over 0 is left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpis.domain.imports.dates import DateColumn, DateIssue, date_reader, detect_dates
from kpis.domain.imports.ledger import (
    LONGEST_NAME,
    PREVIEW_ROWS,
    Ledger,
    Outcome,
    Picked,
    PreviewRow,
    ProblemRow,
    Severity,
    name_in,
    pick,
)
from kpis.domain.imports.mapping import LongMapping, require_mapping
from kpis.domain.imports.numbers import Number, NumberIssue, read_number
from kpis.domain.imports.read import Row


@dataclass(frozen=True, slots=True)
class LongMeasurement:
    """A value, or a numerator and a denominator, of the KPI of that name on that date."""

    row: int
    kpi: str
    on: date
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class KPISpan:
    """A KPI name of the file with the number of its measurements and their dates."""

    kpi: str
    count: int
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class LongResult:
    """What a long table says; nothing of it is stored before a person confirms."""

    measurements: tuple[LongMeasurement, ...]
    problems: tuple[ProblemRow, ...]
    preview: tuple[PreviewRow, ...]
    date_columns: tuple[DateColumn, ...]
    rows_read: int
    rows_filtered: int

    @property
    def rows_skipped(self) -> int:
        """Return how many rows are left out because of a problem."""
        return sum(problem.severity == Severity.SKIPPED for problem in self.problems)

    @property
    def rows_counted(self) -> int:
        """Return how many rows became measurements."""
        return len(self.measurements)

    @property
    def kpis(self) -> tuple[KPISpan, ...]:
        """Return the KPI names of the file, in the order of their first row."""
        dates: dict[str, list[date]] = {}
        for measurement in self.measurements:
            dates.setdefault(measurement.kpi, []).append(measurement.on)
        return tuple(KPISpan(kpi, len(days), min(days), max(days)) for kpi, days in dates.items())

    @property
    def ambiguous_columns(self) -> tuple[DateColumn, ...]:
        """Return the columns whose order of day and month a person has to choose."""
        return tuple(column for column in self.date_columns if column.is_ambiguous)

    @property
    def can_be_confirmed(self) -> bool:
        """Tell whether there is something to store and nothing left to choose."""
        return bool(self.measurements) and not self.ambiguous_columns


def convert_long(
    rows: Iterable[Row],
    columns: Sequence[str],
    mapping: LongMapping,
    *,
    preview_rows: int = PREVIEW_ROWS,
) -> LongResult:
    """Read measurements row by row; raises MappingRefused if the mapping does not fit."""
    require_mapping(mapping, columns)
    ledger = Ledger(mapping.parts())
    picked = list(pick(rows, columns, mapping, ledger, preview_rows))
    dates = detect_dates(
        mapping.date, (line.texts[0] for line in picked), mapping.date_formats.get(mapping.date)
    )
    reader = _Reader(ledger, mapping, dates)
    for line in picked:
        ledger.show(line, reader.read(line))
    return LongResult(
        measurements=tuple(reader.measurements),
        problems=tuple(sorted(ledger.problems, key=lambda problem: problem.row)),
        preview=tuple(sorted(ledger.preview, key=lambda shown: shown.row)),
        date_columns=(dates,),
        rows_read=ledger.read,
        rows_filtered=ledger.filtered,
    )


class _Reader:
    """Reads one measurement after the other."""

    def __init__(self, ledger: Ledger, mapping: LongMapping, dates: DateColumn) -> None:
        self.measurements: list[LongMeasurement] = []
        self._ledger = ledger
        self._is_ratio = mapping.is_ratio
        self._as_of = mapping.as_of
        self._date = date_reader(dates.format)
        self._first_rows: dict[tuple[str, date], int] = {}

    def read(self, line: Picked) -> Outcome:
        """Keep the measurement, or note in the ledger why it is left out."""
        date_text, kpi_text = line.texts[:2]
        on = self._date(date_text)
        if isinstance(on, DateIssue):
            code = "row_is_total" if line.is_total else f"date_{on.value}"
            return self._skip(line, "date", date_text, code)
        if self._as_of and on > self._as_of:
            return self._skip(line, "date", date_text, "date_in_future")
        if len(kpi_text) > LONGEST_NAME:
            return self._skip(line, "kpi", kpi_text, "name_too_long")
        kpi = name_in(kpi_text)
        if not kpi:
            return self._skip(line, "kpi", kpi_text, "kpi_missing")
        measurement = self._ratio(line, kpi, on) if self._is_ratio else self._value(line, kpi, on)
        if measurement is None:
            return Outcome.SKIPPED
        first = self._first_rows.setdefault((kpi, on), line.row)
        if first != line.row:
            self._ledger.skip(line.row, "kpi", kpi, "measurement_repeated", row=first)
            return Outcome.SKIPPED
        self.measurements.append(measurement)
        if measurement.denominator == 0:
            self._ledger.warn(line.row, "denominator", line.texts[3], "denominator_zero")
        return Outcome.COUNTED

    def _value(self, line: Picked, kpi: str, on: date) -> LongMeasurement | None:
        number = self._number(line, "value", line.texts[2])
        if number is None:
            return None
        return LongMeasurement(line.row, kpi, on, value=number.value, unit=number.unit)

    def _ratio(self, line: Picked, kpi: str, on: date) -> LongMeasurement | None:
        numerator = self._number(line, "numerator", line.texts[2])
        denominator = numerator and self._number(line, "denominator", line.texts[3])
        if numerator is None or denominator is None:
            return None
        if denominator.value < 0 or (denominator.value == 0 and numerator.value != 0):
            self._skip(line, "denominator", line.texts[3], "denominator_impossible")
            return None
        return LongMeasurement(
            line.row,
            kpi,
            on,
            numerator=numerator.value,
            denominator=denominator.value,
            unit=numerator.unit,
        )

    def _number(self, line: Picked, part: str, text: str) -> Number | None:
        number = read_number(text)
        if isinstance(number, NumberIssue):
            self._skip(line, part, text, f"number_{number.value}")
            return None
        return number

    def _skip(self, line: Picked, part: str, value: str, code: str) -> Outcome:
        self._ledger.skip(line.row, part, value, code)
        return Outcome.SKIPPED
