"""The real file: 10,324 deliveries in a file that nobody here wrote."""

import gzip
import hashlib
import time
from datetime import date
from pathlib import Path

import pytest

from kpis.domain.imports.dates import DateFormat, detect_dates
from kpis.domain.imports.deliveries import DeliveryResult, convert_deliveries
from kpis.domain.imports.detect import detect_file
from kpis.domain.imports.mapping import DeliveryMapping, RowFilter, suggest_mapping
from kpis.domain.imports.profile import Delimiter, Encoding, FileProfile, LineEnd
from kpis.domain.imports.read import read_rows

DEMO = Path(__file__).parents[3] / "kpis" / "demo"
SUGGESTED = DeliveryMapping("Vendor", "Scheduled Delivery Date", "Delivered to Client Date")


@pytest.fixture(scope="module")
def data() -> bytes:
    """The raw file."""
    return gzip.decompress((DEMO / "deliveries.tsv.gz").read_bytes())


@pytest.fixture(scope="module")
def profile(data: bytes) -> FileProfile:
    """What is detected, under the name that such files usually have."""
    return detect_file(data, "SCMS_Delivery_History.csv")


@pytest.fixture(scope="module")
def result(data: bytes, profile: FileProfile) -> DeliveryResult:
    """All deliveries, counted with the mapping that the header suggests."""
    return convert_deliveries(read_rows(data, profile), profile.columns, SUGGESTED)


def test_the_file_is_the_source_unchanged(data: bytes) -> None:
    assert hashlib.sha256(data).hexdigest() in (DEMO / "SOURCE.md").read_text(encoding="utf-8")


def test_the_compressed_file_is_reproducible() -> None:
    assert (DEMO / "deliveries.tsv.gz").read_bytes()[3:8] == bytes(5), "no name, no time"


def test_what_is_detected(profile: FileProfile) -> None:
    assert profile.encoding == Encoding.UTF_8
    assert not profile.had_bom
    assert profile.delimiter == Delimiter.TAB
    assert profile.line_end == LineEnd.CR
    assert (profile.header_row, profile.rows, len(profile.columns)) == (1, 10_324, 33)
    assert profile.confidence == 100
    assert [note.code for note in profile.notes] == ["note_extension_differs"]


def test_the_mapping_is_suggested(profile: FileProfile) -> None:
    assert suggest_mapping(profile.columns).mapping == SUGGESTED


@pytest.mark.parametrize(
    ("vendor", "deliveries", "on_time"),
    [
        ("SCMS from RDC", 5404, 4477),
        ("Orgenics, Ltd", 754, 656),
        ("Aurobindo Pharma Limited", 668, 574),
        ("CIPLA LIMITED", 175, 152),
        ("HETERO LABS LIMITED", 277, 275),
    ],
)
def test_totals_by_vendor(
    result: DeliveryResult, vendor: str, deliveries: int, on_time: int
) -> None:
    total = next(total for total in result.totals if total.vendor == vendor)
    assert (total.denominator, total.numerator) == (deliveries, on_time)
    months = [count for count in result.counts if count.vendor == vendor]
    assert sum(count.denominator for count in months) == deliveries
    assert sum(count.numerator for count in months) == on_time
    assert (months[0].month, months[-1].month) == (total.first_month, total.last_month)


def test_nothing_is_lost(result: DeliveryResult) -> None:
    assert result.rows_read == result.rows_counted == 10_324
    assert sum(total.denominator for total in result.totals) == 10_324
    assert len(result.totals) == 73
    assert result.problems == ()
    assert result.months == (date(2006, 5, 1), date(2015, 12, 1))
    assert result.can_be_confirmed


def test_the_quote_comparison_that_hides_in_it(data: bytes, profile: FileProfile) -> None:
    item = RowFilter("Item Description", "Efavirenz 600mg, tablets, 30 Tabs")
    mapping = DeliveryMapping(
        SUGGESTED.vendor, SUGGESTED.scheduled, SUGGESTED.delivered, row_filter=item
    )
    result = convert_deliveries(read_rows(data, profile), profile.columns, mapping)
    found = {total.vendor: (total.denominator, f"{total.percent:.1f}") for total in result.totals}
    assert found == {
        "MICRO LABS LIMITED": (7, "100.0"),
        "STRIDES ARCOLAB LIMITED": (16, "87.5"),
        "CIPLA LIMITED": (5, "100.0"),
        "HETERO LABS LIMITED": (36, "100.0"),
        "EMCURE PHARMACEUTICALS LTD": (8, "75.0"),
        "Aurobindo Pharma Limited": (81, "64.2"),
        "SCMS from RDC": (506, "88.9"),
        "MYLAN LABORATORIES LTD (FORMERLY MATRIX LABORATORIES)": (23, "100.0"),
        "PHARMACY DIRECT": (20, "100.0"),
        "S. BUYS WHOLESALER": (53, "96.2"),
    }
    assert result.rows_read == 10_324
    assert result.rows_filtered == 10_324 - 755


def test_it_takes_no_longer_than_a_page(data: bytes) -> None:
    began = time.process_time()
    profile = detect_file(data, "a.csv")
    convert_deliveries(read_rows(data, profile), profile.columns, SUGGESTED)
    assert time.process_time() - began < 1.5


def test_row_numbers_are_lines_of_the_file(data: bytes, profile: FileProfile) -> None:
    lines = data.decode().split("\r")
    for row in list(read_rows(data, profile))[::1000]:
        assert lines[row.number - 1].startswith(f"{row.cells[0]}\t{row.cells[1]}\t")


def test_month_first_dates_are_decided_by_the_column(data: bytes, profile: FileProfile) -> None:
    place = profile.columns.index("PO Sent to Vendor Date")
    texts = [row.cells[place] for row in read_rows(data, profile)]
    found = detect_dates("PO Sent to Vendor Date", texts)
    assert found.format == DateFormat.MONTH_FIRST
    assert not found.is_ambiguous
    assert (found.read, found.missing, found.unreadable) == (4592, 328, 5404)
