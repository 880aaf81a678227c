"""納期遵守率 from a list of deliveries: one row is one delivery.

A delivery is on time when it was delivered on or before its scheduled date. It counts in the month
of its scheduled date, by vendor. The denominator is what fell due in that month, including what has
not been delivered: a row without a delivery date counts as not on time, with a warning. What falls
due later than the day of the file (`as_of`), or on that day and is still open, is neither on time nor
late and is left out. A row without a scheduled date belongs to no month and is left out. A delivery date that is there but cannot be read
says neither on time nor late: the row is left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from core.domain.rounding import to_decimal
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
from kpis.domain.imports.mapping import DeliveryMapping, require_mapping
from kpis.domain.imports.read import Row


@dataclass(frozen=True, slots=True)
class MonthCount:
    """How many deliveries of a vendor fell due in a month, and how many of them were on time."""

    vendor: str
    month: date
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class VendorTotal:
    """The same over all months of the file."""

    vendor: str
    numerator: int
    denominator: int
    first_month: date
    last_month: date

    @property
    def percent(self) -> Decimal:
        """Return the share on time in percent, unrounded."""
        return to_decimal(Fraction(self.numerator * 100, self.denominator))


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """What a file of deliveries says; nothing of it is stored before a person confirms.

    Counts are ordered by vendor and month, totals by size, problems by row.
    """

    counts: tuple[MonthCount, ...]
    totals: tuple[VendorTotal, ...]
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
        """Return how many rows made it into the counts."""
        return self.rows_read - self.rows_filtered - self.rows_skipped

    @property
    def months(self) -> tuple[date, date] | None:
        """Return the first days of the first and the last month, or None without any."""
        months = [count.month for count in self.counts]
        return (min(months), max(months)) if months else None

    @property
    def ambiguous_columns(self) -> tuple[DateColumn, ...]:
        """Return the columns whose order of day and month a person has to choose."""
        return tuple(column for column in self.date_columns if column.is_ambiguous)

    @property
    def can_be_confirmed(self) -> bool:
        """Tell whether there is something to store and nothing left to choose."""
        return bool(self.counts) and not self.ambiguous_columns


def convert_deliveries(
    rows: Iterable[Row],
    columns: Sequence[str],
    mapping: DeliveryMapping,
    *,
    preview_rows: int = PREVIEW_ROWS,
) -> DeliveryResult:
    """Count deliveries by vendor and month; raises MappingRefused if the mapping does not fit."""
    require_mapping(mapping, columns)
    ledger = Ledger(mapping.parts())
    picked = list(pick(rows, columns, mapping, ledger, preview_rows))
    dates = tuple(
        detect_dates(
            column, (line.texts[part] for line in picked), mapping.date_formats.get(column)
        )
        for part, column in ((1, mapping.scheduled), (2, mapping.delivered))
    )
    judge = _Judge(ledger, mapping, dates)
    for line in picked:
        ledger.show(line, judge.judge(line))
    return DeliveryResult(
        counts=judge.counts(),
        totals=_totals(judge.counts()),
        problems=tuple(sorted(ledger.problems, key=lambda problem: problem.row)),
        preview=tuple(sorted(ledger.preview, key=lambda shown: shown.row)),
        date_columns=dates,
        rows_read=ledger.read,
        rows_filtered=ledger.filtered,
    )


class _Judge:
    """Judges one delivery after the other and keeps the count."""

    def __init__(
        self, ledger: Ledger, mapping: DeliveryMapping, dates: Sequence[DateColumn]
    ) -> None:
        self._ledger = ledger
        self._as_of = mapping.as_of
        self._scheduled = date_reader(dates[0].format)
        self._delivered = date_reader(dates[1].format)
        self._counts: defaultdict[tuple[str, date], list[int]] = defaultdict(lambda: [0, 0])

    def judge(self, line: Picked) -> Outcome:
        """Count the delivery, or note in the ledger why it is left out."""
        vendor_text, scheduled_text, delivered_text = line.texts
        scheduled = self._scheduled(scheduled_text)
        if isinstance(scheduled, DateIssue):
            code = "row_is_total" if line.is_total else f"scheduled_{scheduled.value}"
            return self._skip(line, "scheduled", scheduled_text, code)
        if len(vendor_text) > LONGEST_NAME:
            return self._skip(line, "vendor", vendor_text, "name_too_long")
        vendor = name_in(vendor_text)
        if not vendor:
            return self._skip(line, "vendor", vendor_text, "vendor_missing")
        delivered = self._delivered(delivered_text)
        if self._is_still_open(scheduled, delivered):
            return self._skip(line, "scheduled", scheduled_text, "not_yet_due")
        if isinstance(delivered, DateIssue) and delivered != DateIssue.MISSING:
            return self._skip(line, "delivered", delivered_text, f"delivered_{delivered.value}")
        if self._as_of and isinstance(delivered, date) and delivered > self._as_of:
            return self._skip(line, "delivered", delivered_text, "delivered_in_future")
        count = self._counts[vendor, scheduled.replace(day=1)]
        count[1] += 1
        if isinstance(delivered, DateIssue):
            self._ledger.warn(line.row, "delivered", delivered_text, "delivered_missing")
            return Outcome.UNDELIVERED
        if delivered > scheduled:
            return Outcome.LATE
        count[0] += 1
        return Outcome.ON_TIME

    def _is_still_open(self, scheduled: date, delivered: date | DateIssue) -> bool:
        if self._as_of is None:
            return False
        is_last_day = scheduled == self._as_of and delivered == DateIssue.MISSING
        return scheduled > self._as_of or is_last_day

    def counts(self) -> tuple[MonthCount, ...]:
        """Return what was counted, by vendor and month."""
        return tuple(
            MonthCount(vendor, month, on_time, due)
            for (vendor, month), (on_time, due) in sorted(self._counts.items())
        )

    def _skip(self, line: Picked, part: str, value: str, code: str) -> Outcome:
        self._ledger.skip(line.row, part, value, code)
        return Outcome.SKIPPED


def _totals(counts: Iterable[MonthCount]) -> tuple[VendorTotal, ...]:
    by_vendor: defaultdict[str, list[MonthCount]] = defaultdict(list)
    for count in counts:
        by_vendor[count.vendor].append(count)
    totals = (
        VendorTotal(
            vendor=vendor,
            numerator=sum(count.numerator for count in found),
            denominator=sum(count.denominator for count in found),
            first_month=found[0].month,
            last_month=found[-1].month,
        )
        for vendor, found in by_vendor.items()
    )
    return tuple(sorted(totals, key=lambda total: (-total.denominator, total.vendor)))
