"""Dates as people write them, and the order of day and month in a column."""

from datetime import date

import pytest

from kpis.domain.imports.dates import (
    ORDERS,
    DateFormat,
    DateIssue,
    date_reader,
    detect_dates,
    read_date,
)

YEAR_FIRST, MONTH_FIRST, DAY_FIRST = ORDERS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2015-04-01", date(2015, 4, 1)),
        ("2015/4/1", date(2015, 4, 1)),
        ("2015.4.1", date(2015, 4, 1)),
        ("2015年4月1日", date(2015, 4, 1)),
        ("2015 年 4 月 1 日", date(2015, 4, 1)),
        ("２０１５年４月１日", date(2015, 4, 1)),
        ("２０１５／０４／０１", date(2015, 4, 1)),
        ("2015年4月1日(水)", date(2015, 4, 1)),
        ("2015/4/1（水）", date(2015, 4, 1)),
        ("2015/4/1 (水曜日) 10:30", date(2015, 4, 1)),
        ("20150401", date(2015, 4, 1)),
        ("2015-04-01 10:30", date(2015, 4, 1)),
        ("2015-04-01T23:59:59.123+09:00", date(2015, 4, 1)),
        ("2015-04-01T00:00:00Z", date(2015, 4, 1)),
        ("2015年4月", date(2015, 4, 1)),
        ("2015/04", date(2015, 4, 1)),
        ("2-Jun-06", date(2006, 6, 2)),
        ("02 June 2006", date(2006, 6, 2)),
        ("2nd June, 2006", date(2006, 6, 2)),
        ("Jun 2, 2006", date(2006, 6, 2)),
        ("Sept. 30 2006", date(2006, 9, 30)),
        ("令和5年4月1日", date(2023, 4, 1)),
        ("令和元年５月１日", date(2019, 5, 1)),
        ("㋿5年4月1日", date(2023, 4, 1)),
        ("R5.4.1", date(2023, 4, 1)),
        ("r05/04/01", date(2023, 4, 1)),
        ("平成27年4月", date(2015, 4, 1)),
        ("H27.4.1", date(2015, 4, 1)),
        ("S63-12-31", date(1988, 12, 31)),
    ],
)
@pytest.mark.parametrize("order", [None, *DateFormat])
def test_dates_that_say_themselves_what_they_are(
    text: str, expected: date, order: DateFormat | None
) -> None:
    assert read_date(f" {text} ", order) == expected


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("6/4/14", MONTH_FIRST, date(2014, 6, 4)),
        ("6/4/14", DAY_FIRST, date(2014, 4, 6)),
        ("6/4/14", YEAR_FIRST, DateIssue.IMPOSSIBLE),
        ("15/4/1", YEAR_FIRST, date(2015, 4, 1)),
        ("15/4/1", DAY_FIRST, DateIssue.IMPOSSIBLE),
        ("14.6.2004", DAY_FIRST, date(2004, 6, 14)),
        ("14.6.2004", MONTH_FIRST, DateIssue.IMPOSSIBLE),
        ("14.06.2004", YEAR_FIRST, DateIssue.IMPOSSIBLE),
        ("31/2/15", DAY_FIRST, DateIssue.IMPOSSIBLE),
        ("6/4/14", None, DateIssue.UNREADABLE),
        ("6/4/14", DateFormat.ERA, DateIssue.UNREADABLE),
        ("6/4-14", MONTH_FIRST, DateIssue.UNREADABLE),
        ("42095", DateFormat.SERIAL, date(2015, 4, 1)),
        ("42095.5", DateFormat.SERIAL, date(2015, 4, 1)),
        ("42095", YEAR_FIRST, DateIssue.UNREADABLE),
        ("99999", DateFormat.SERIAL, DateIssue.UNREADABLE),
        ("6/4/14", DateFormat.SERIAL, DateIssue.UNREADABLE),
    ],
)
def test_bare_numbers_need_a_decision(
    text: str, order: DateFormat | None, expected: date | DateIssue
) -> None:
    assert read_date(text, order) == expected


@pytest.mark.parametrize(
    ("year", "expected"), [("00", 2000), ("68", 2068), ("69", 1969), ("99", 1999)]
)
def test_two_digit_years_mean_1969_to_2068(year: str, expected: int) -> None:
    assert read_date(f"1-Jan-{year}", None) == date(expected, 1, 1)


@pytest.mark.parametrize(
    "text", ["", "  ", "-", "—", "ー", "N/A", "未定", "未納品", "Date Not Captured", "＃Ｎ／Ａ"]
)
def test_nothing_there(text: str) -> None:
    assert read_date(text, MONTH_FIRST) == DateIssue.MISSING


@pytest.mark.parametrize(
    "text", ["Pre-PQ Process", "N/A - From RDC", "キャンセル", "2-Foo-06", "2015", "x" * 50, "1/2"]
)
def test_something_else(text: str) -> None:
    assert read_date(text, MONTH_FIRST) == DateIssue.UNREADABLE


@pytest.mark.parametrize(
    "text", ["2015-02-29", "2015/13/1", "令和5年2月30日", "31-Jun-06", "0215-04-01", "99991231"]
)
def test_not_in_the_calendar(text: str) -> None:
    assert read_date(text, MONTH_FIRST) == DateIssue.IMPOSSIBLE


def test_a_reader_reads_each_text_once() -> None:
    read = date_reader(DAY_FIRST)
    assert read("6/4/14") is read("6/4/14")
    assert read("") == read("") == DateIssue.MISSING


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["6/4/14", "11/13/06"], MONTH_FIRST),
        (["6/4/14", "13/11/06"], DAY_FIRST),
        (["14/6/4", "15/4/30", "99/12/31"], YEAR_FIRST),
        (["1/4/2015", "31/1/2015"], DAY_FIRST),
        (["2015/4/1", "2015年5月1日"], YEAR_FIRST),
        (["2-Jun-06", "Date Not Captured"], DateFormat.MONTH_NAME),
        (["令和5年4月1日", "R5.5.1", "2023/6/1"], DateFormat.ERA),
        (["42095", "42096.25"], DateFormat.SERIAL),
        (["2015/4/1", "2-Jun-06", "11/13/06"], MONTH_FIRST),
    ],
)
def test_a_column_decides(texts: list[str], expected: DateFormat) -> None:
    found = detect_dates("納期", texts)
    assert found.format == expected
    assert not found.is_ambiguous
    assert found.evidence
    assert found.read == sum(text != "Date Not Captured" for text in texts)
    assert found.missing == texts.count("Date Not Captured")


def test_the_evidence_for_an_order_is_shown() -> None:
    found = detect_dates("納期", ["6/4/14", "11/13/06", "11/13/06"])
    assert [str(sentence) for sentence in found.evidence] == [
        "「11/13/06」など 2 件は、ほかの順では日付になりません。"
    ]


def test_an_order_without_a_telling_date_shows_what_was_read() -> None:
    """Each date alone has two readings; only the column as a whole has one."""
    found = detect_dates("納期", ["30/04/12", "05/06/99"])
    assert (found.format, found.is_ambiguous) == (DAY_FIRST, False)
    assert [str(sentence) for sentence in found.evidence] == ["2 件を読みました（例：30/04/12）。"]


def test_ambiguous_days_and_months_want_a_person() -> None:
    found = detect_dates("納期", ["6/4/14", "7/4/14", ""])
    assert found.is_ambiguous
    assert set(found.candidates) == {MONTH_FIRST, DAY_FIRST}
    assert str(found.evidence[0]) == ("「6/4/14」は複数の順で読めます。日付の順を選んでください。")


def test_the_likelier_order_comes_first() -> None:
    """Three days in a row are likelier than the same day of three months."""
    found = detect_dates("納期", ["06/04/2014", "07/04/2014", "08/04/2014"])
    assert found.candidates == (DAY_FIRST, MONTH_FIRST)
    assert found.format == DAY_FIRST


def test_a_person_overrules_the_order() -> None:
    found = detect_dates("納期", ["6/4/14", "7/4/14"], DAY_FIRST)
    assert found.format == DAY_FIRST
    assert not found.is_ambiguous
    assert found.is_overruled
    assert [sentence.code for sentence in found.evidence] == ["dates_overruled"]


def test_a_column_without_dates() -> None:
    found = detect_dates("備考", ["至急", "", "12345678"])
    assert found.format is None
    assert (found.read, found.missing, found.unreadable) == (0, 1, 2)
    assert str(found.evidence[0]) == "「備考」に日付が見つかりません。"


def test_formats_have_names() -> None:
    assert [str(chosen.label) for chosen in DateFormat]
    assert str(DAY_FIRST.label) == "日・月・年（1/4/15）"
