"""What always holds when files are read: any dialect, any encoding, any cells."""

import codecs
import csv
import io
from contextlib import suppress
from datetime import date
from decimal import Decimal
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from kpis.domain.imports.dates import ORDERS, DateFormat, DateIssue, detect_dates, read_date
from kpis.domain.imports.deliveries import convert_deliveries
from kpis.domain.imports.detect import detect_file
from kpis.domain.imports.ledger import Severity
from kpis.domain.imports.mapping import DeliveryMapping
from kpis.domain.imports.messages import FileRefused
from kpis.domain.imports.numbers import Number, read_number
from kpis.domain.imports.profile import Delimiter, Encoding
from kpis.domain.imports.read import Row, read_rows
from tests.unit.imports.workbooks import cells, xlsx

MARKS = {
    Encoding.UTF_8: codecs.BOM_UTF8,
    Encoding.UTF_16_LE: codecs.BOM_UTF16_LE,
    Encoding.UTF_16_BE: codecs.BOM_UTF16_BE,
}
CELLS = st.text(st.sampled_from("a1é髙ア円㈱ \t,;|\"'\n-/"), max_size=8)
JAPANESE_CELLS = st.text(st.sampled_from("a1髙ア円㈱① \t,;|\"'\n-/"), max_size=8)
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])
DELIMITERS = st.sampled_from(list(Delimiter))
DAYS = st.dates(date(1970, 1, 1), date(2068, 12, 31))
VENDORS = st.sampled_from(["A", "B", " B ", "", "合計"])
DATE_TEXTS = st.one_of(
    st.dates(date(2026, 3, 28), date(2026, 5, 3)).map(
        lambda day: f"{day.year}/{day.month}/{day.day}"
    ),
    st.sampled_from(["", "-", "未納", "x", "2026/2/31", "26/4/13"]),
)
LINES = st.lists(st.tuples(VENDORS, DATE_TEXTS, DATE_TEXTS), max_size=30)
WORKBOOK = xlsx(cells("a", "b") + cells("1", "2") * 3)
MAPPING = DeliveryMapping("外注先", "納期", "納品日")


@st.composite
def tables(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> list[list[str]]:
    """Draw a table of two to five columns without blank rows."""
    width = draw(st.integers(2, 5))
    rows = draw(st.lists(st.lists(texts, min_size=width, max_size=width), min_size=1, max_size=8))
    assume(all(any(cell.strip() for cell in row) for row in rows))
    return [[f"名{number}" for number in range(width)], *rows]


def write(table: list[list[str]], delimiter: Delimiter, line_end: str) -> str:
    """Write the table as csv does; it would not quote a line break that is not its own."""
    has_breaks = any("\n" in cell for row in table for cell in row)
    buffer = io.StringIO(newline="")
    csv.writer(
        buffer,
        delimiter=delimiter.value,
        lineterminator=line_end,
        quoting=csv.QUOTE_ALL if has_breaks else csv.QUOTE_MINIMAL,
    ).writerows(table)
    return buffer.getvalue()


def check(data: bytes, table: list[list[str]], delimiter: Delimiter, encoding: Encoding) -> None:
    """Read the file back and compare every cell."""
    profile = detect_file(data, "a.csv", delimiter=delimiter)
    assert profile.encoding == encoding
    assert profile.columns == tuple(table[0])
    assert [list(row.cells) for row in read_rows(data, profile)] == table[1:]
    assert profile.rows == len(table) - 1


@given(tables(CELLS), DELIMITERS, LINE_ENDS, st.sampled_from(list(MARKS)))
def test_what_csv_writes_comes_back(
    table: list[list[str]], delimiter: Delimiter, line_end: str, encoding: Encoding
) -> None:
    text = write(table, delimiter, line_end)
    check(MARKS[encoding] + text.encode(encoding.value), table, delimiter, encoding)


@given(tables(JAPANESE_CELLS), DELIMITERS, LINE_ENDS)
def test_what_csv_writes_in_cp932_comes_back(
    table: list[list[str]], delimiter: Delimiter, line_end: str
) -> None:
    data = write(table, delimiter, line_end).encode("cp932")
    check(data, table, delimiter, Encoding.CP932)


@given(tables(st.text(st.sampled_from("a1髙円. -"), min_size=1, max_size=8)), DELIMITERS, LINE_ENDS)
def test_delimiters_are_found(table: list[list[str]], delimiter: Delimiter, line_end: str) -> None:
    profile = detect_file(write(table, delimiter, line_end).encode(), "a.csv")
    assert profile.delimiter == delimiter
    assert profile.columns == tuple(table[0])


@given(tables(CELLS), LINE_ENDS)
def test_row_numbers_are_lines(table: list[list[str]], line_end: str) -> None:
    text = write(table, Delimiter.COMMA, line_end)
    lines = io.StringIO(text, newline="").readlines()
    profile = detect_file(text.encode(), "a.csv", delimiter=Delimiter.COMMA)
    numbers = [row.number for row in read_rows(text.encode(), profile)]
    assert numbers == sorted(set(numbers))
    for number, row in zip(numbers, table[1:], strict=True):
        begin = next(csv.reader(io.StringIO("".join(lines[number - 1 :]), newline="")))
        assert begin == row


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    profile = None
    with suppress(FileRefused):
        profile = detect_file(data, "a.csv")
    assert profile is None or len(list(read_rows(data, profile))) == profile.rows > 0


@given(st.binary(max_size=200))
def test_any_archive_is_read_or_refused(data: bytes) -> None:
    with suppress(FileRefused):
        detect_file(b"PK\x03\x04" + data, "a.xlsx")


@given(st.lists(st.tuples(st.integers(0, len(WORKBOOK) - 1), st.integers(0, 255)), max_size=5))
def test_a_damaged_workbook_is_read_or_refused(damage: list[tuple[int, int]]) -> None:
    data = bytearray(WORKBOOK)
    for place, byte in damage:
        data[place] = byte
    with suppress(FileRefused):
        detect_file(bytes(data), "a.xlsx")


@given(DAYS)
def test_a_day_reads_the_same_however_it_is_written(day: date) -> None:
    written = [
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        f"{day.day}-{day:%b}-{day:%y}",
        f"{day:%B} {day.day}, {day.year}",
    ]
    assert {read_date(text, None) for text in written} == {day}
    assert read_date(f"{day:%y/%m/%d}", DateFormat.YEAR_FIRST) == day
    assert read_date(f"{day.month}/{day.day}/{day:%y}", DateFormat.MONTH_FIRST) == day
    assert read_date(f"{day.day}.{day.month}.{day.year}", DateFormat.DAY_FIRST) == day
    if day >= date(2019, 5, 1):
        assert read_date(f"R{day.year - 2018}.{day.month}.{day.day}", None) == day


@given(st.lists(DAYS, min_size=1, max_size=20), st.sampled_from(ORDERS))
def test_the_true_order_is_among_the_candidates(days: list[date], order: DateFormat) -> None:
    pattern = {
        DateFormat.YEAR_FIRST: "%y/%m/%d",
        DateFormat.MONTH_FIRST: "%m/%d/%y",
        DateFormat.DAY_FIRST: "%d/%m/%y",
    }[order]
    texts = [day.strftime(pattern) for day in days]
    found = detect_dates("日付", texts)
    assert order in found.candidates
    assert found.is_ambiguous == (len(found.candidates) > 1)
    assert found.read == len(texts)
    assert [read_date(text, order) for text in texts] == days


@given(st.text(max_size=45), st.sampled_from([None, *DateFormat]))
def test_any_text_is_a_date_or_says_why_not(text: str, order: DateFormat | None) -> None:
    assert isinstance(read_date(text, order), (date, DateIssue))


@given(st.decimals(-(10**13), 10**13, places=3), st.sampled_from(["", "円", " %", "件"]))
def test_a_number_reads_the_same_however_it_is_written(value: Decimal, unit: str) -> None:
    sign = "▲" if value < 0 else ""
    wide = str.maketrans("0123456789,.", "０１２３４５６７８９，．")
    for text in (
        f"{value}{unit}",
        f"{value:,}{unit}",
        f"{sign}{abs(value):,}{unit}".translate(wide),
    ):
        assert read_number(text) == Number(value, unit.strip())


@given(LINES)
def test_every_row_is_counted_once(lines: list[tuple[str, str, str]]) -> None:
    rows = [Row(number, line) for number, line in enumerate(lines, start=2)]
    result = convert_deliveries(rows, ("外注先", "納期", "納品日"), MAPPING)
    assert result.rows_read == len(lines)
    assert result.rows_counted == sum(count.denominator for count in result.counts)
    assert result.rows_counted == sum(total.denominator for total in result.totals)
    assert all(0 <= count.numerator <= count.denominator for count in result.counts)
    skipped = {problem.row for problem in result.problems if problem.severity == Severity.SKIPPED}
    assert len(skipped) == result.rows_skipped
    assert len({problem.row for problem in result.problems}) == len(result.problems)


@given(LINES, st.randoms())
def test_the_order_of_the_rows_changes_no_count(
    lines: list[tuple[str, str, str]], random: Random
) -> None:
    shuffled = lines[:]
    random.shuffle(shuffled)
    results = [
        convert_deliveries(
            [Row(number, line) for number, line in enumerate(order, start=2)],
            ("外注先", "納期", "納品日"),
            MAPPING,
        )
        for order in (lines, shuffled)
    ]
    assert results[0].counts == results[1].counts
    assert results[0].totals == results[1].totals
