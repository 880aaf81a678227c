"""Dates as people write them, and what order of day and month a column means.

Most ways of writing a date say themselves what they mean: 2015/4/1, 2015年4月1日, 令和5年4月1日,
R5.4.1, 2-Jun-06. Only three bare numbers (6/4/14) and a bare serial number need a decision, and it is
made for the whole column. Two-digit years mean 1969 to 2068, as POSIX has it. A month without a day
is its first day; a time of day and a weekday are dropped.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kpis.domain.imports.messages import Message, message

TWO_DIGIT_YEAR_PIVOT = 69
_SERIAL_ZERO = date(1899, 12, 30)
_SERIALS = range(20_000, 80_000)
_YEARS = range(1900, 2201)
_LONGEST = 40


class DateFormat(StrEnum):
    """The ways of writing a date; the first three are also the orders of three bare numbers."""

    YEAR_FIRST = "year_first"
    MONTH_FIRST = "month_first"
    DAY_FIRST = "day_first"
    MONTH_NAME = "month_name"
    ERA = "era"
    SERIAL = "serial"

    @property
    def label(self) -> Message:
        """Return the name that the user reads."""
        return message(f"format_{self.value}")


ORDERS = (DateFormat.YEAR_FIRST, DateFormat.MONTH_FIRST, DateFormat.DAY_FIRST)


class DateIssue(StrEnum):
    """Why a cell gives no date."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class DateColumn:
    """How the dates of a column are written, with the evidence.

    `format` decides bare numbers; it is None where the column holds no date. `candidates` are the
    orders that read the column equally well: more than one is ambiguous and wants a person.
    """

    column: str
    format: DateFormat | None
    candidates: tuple[DateFormat, ...]
    is_overruled: bool
    read: int
    missing: int
    unreadable: int
    evidence: tuple[Message, ...]

    @property
    def is_ambiguous(self) -> bool:
        """Tell whether a person has to choose the order of day and month."""
        return len(self.candidates) > 1 and not self.is_overruled


@dataclass(frozen=True, slots=True)
class _Written:
    """A cell taken apart: a date that says itself what it is, three bare numbers, or a serial."""

    said: date | None = None
    format: DateFormat | None = None
    triple: tuple[str, str, str] | None = None
    serial: int | None = None
    issue: DateIssue | None = None


MISSING_WORDS = frozenset(
    {"", "-", "--", "―", "—", "–", "ー", "−", "‐", "?", ".", "/", "*"}
    | {"n/a", "na", "#n/a", "null", "none", "nil", "nan", "tbd", "tba", "pending", "unknown"}
    | {"not captured", "date not captured", "not delivered", "not available", "not applicable"}
    | {"未", "未定", "未納", "未納品", "未納入", "未着", "未入荷", "未出荷", "未入力", "未完了"}
    | {"なし", "無し", "無", "不明", "該当なし", "空白"}
)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}
_ERAS = {
    name: start
    for names, start in (
        (("令和", "令", "r"), 2019),
        (("平成", "平", "h"), 1989),
        (("昭和", "昭", "s"), 1926),
        (("大正", "大", "t"), 1912),
        (("明治", "明", "m"), 1868),
    )
    for name in names
}

_TIME = re.compile(
    r"(?:\s+|T)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[AP]M|Z|[+-]\d{2}:?\d{2})?$", re.IGNORECASE
)
_WEEKDAY = re.compile(r"\s*\(\s*[月火水木金土日](?:曜日?)?\s*\)\s*")
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})\s*日?|\s*月)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_ERA = re.compile(
    r"(令和|平成|昭和|大正|明治|[令平昭大明RHSTM])\s*\.?\s*(元|\d{1,2})\s*[-/.年]\s*(\d{1,2})"
    r"(?:\s*[-/.月]\s*(\d{1,2})\s*日?|\s*月)",
    re.IGNORECASE,
)
_DAY_MONTH = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[-\s/.]*([A-Za-z]{3,9})\.?[-\s/.,]*(\d{4}|\d{2})", re.IGNORECASE
)
_MONTH_DAY = re.compile(
    r"([A-Za-z]{3,9})\.?[-\s/.]*(\d{1,2})(?:st|nd|rd|th)?[-\s/.,]+(\d{4})", re.IGNORECASE
)
_TRIPLE = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{1,2})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")


def read_date(text: str, order: DateFormat | None) -> date | DateIssue:
    """Read one cell; `order` decides what bare numbers mean, and nothing else."""
    return _resolve(_take_apart(text), order)


def date_reader(order: DateFormat | None) -> Callable[[str], date | DateIssue]:
    """Return a reader for a column that reads each distinct text once."""
    seen: dict[str, date | DateIssue] = {}

    def read(text: str) -> date | DateIssue:
        found = seen.get(text)
        if found is None:
            found = seen[text] = read_date(text, order)
        return found

    return read


def detect_dates(
    column: str, texts: Iterable[str], overrule: DateFormat | None = None
) -> DateColumn:
    """Find out how a column writes its dates; an order given by a person is kept."""
    written = {text: (_take_apart(text), count) for text, count in Counter(texts).items()}
    scores = _order_scores(written.values())
    candidates = _best(scores)
    chosen = overrule or _chosen(written.values(), candidates)
    outcome = Counter[str]()
    for cell, count in written.values():
        found = _resolve(cell, chosen)
        outcome[found.value if isinstance(found, DateIssue) else "read"] += count
    return DateColumn(
        column=column,
        format=chosen,
        candidates=candidates,
        is_overruled=overrule is not None,
        read=outcome["read"],
        missing=outcome[DateIssue.MISSING.value],
        unreadable=outcome[DateIssue.UNREADABLE.value] + outcome[DateIssue.IMPOSSIBLE.value],
        evidence=_evidence(column, written, chosen, candidates, is_overruled=overrule is not None),
    )


def _take_apart(text: str) -> _Written:
    """Recognise the way one cell is written, without deciding what bare numbers mean."""
    plain = text.strip()
    if len(plain) > _LONGEST:
        return _Written(issue=DateIssue.UNREADABLE)
    if not plain.isascii():
        plain = unicodedata.normalize("NFKC", plain).strip()
    if plain.casefold() in MISSING_WORDS:
        return _Written(issue=DateIssue.MISSING)
    plain = _WEEKDAY.sub(" ", _TIME.sub("", plain)).strip()
    if match := _TRIPLE.fullmatch(plain):
        return _Written(triple=(match[1], match[3], match[4]))
    if match := _SERIAL.fullmatch(plain):
        return _Written(serial=int(match[1]))
    for way, said in _SAID:
        if match := way.fullmatch(plain):
            return said(match)
    return _Written(issue=DateIssue.UNREADABLE)


def _said(format: DateFormat, year: int, month: int, day: int) -> _Written:  # noqa: A002
    found = _date(year, month, day)
    if found is None:
        return _Written(issue=DateIssue.IMPOSSIBLE)
    return _Written(said=found, format=format)


def _said_by_year(match: re.Match[str]) -> _Written:
    return _said(DateFormat.YEAR_FIRST, int(match[1]), int(match[2]), int(match[3] or 1))


def _said_by_era(match: re.Match[str]) -> _Written:
    start = _ERAS[match[1].lower()]
    year = 1 if match[2] == "元" else int(match[2])
    return _said(DateFormat.ERA, start + year - 1, int(match[3]), int(match[4] or 1))


def _said_by_name(day: str, name: str, year: str) -> _Written:
    month = _MONTHS.get(name.lower())
    if month is None:
        return _Written(issue=DateIssue.UNREADABLE)
    return _said(DateFormat.MONTH_NAME, _full_year(year), month, int(day))


_SAID: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], _Written]], ...] = (
    (_YEAR_FIRST, _said_by_year),
    (_COMPACT, _said_by_year),
    (_ERA, _said_by_era),
    (_DAY_MONTH, lambda match: _said_by_name(match[1], match[2], match[3])),
    (_MONTH_DAY, lambda match: _said_by_name(match[2], match[1], match[3])),
)


def _resolve(cell: _Written, order: DateFormat | None) -> date | DateIssue:
    if cell.said is not None:
        return cell.said
    if cell.issue is not None:
        return cell.issue
    if cell.serial is not None:
        if order == DateFormat.SERIAL and cell.serial in _SERIALS:
            return _SERIAL_ZERO + timedelta(days=cell.serial)
        return DateIssue.UNREADABLE
    if order not in ORDERS or cell.triple is None:
        return DateIssue.UNREADABLE
    return _ordered(cell.triple, order) or DateIssue.IMPOSSIBLE


def _ordered(triple: tuple[str, str, str], order: DateFormat) -> date | None:
    first, second, third = triple
    if len(first if order == DateFormat.YEAR_FIRST else third) < 2:
        return None
    if order == DateFormat.DAY_FIRST:
        return _date(_full_year(third), int(second), int(first))
    if order == DateFormat.MONTH_FIRST:
        return _date(_full_year(third), int(first), int(second))
    return None if len(third) > 2 else _date(_full_year(first), int(second), int(third))


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (1900 if year >= TWO_DIGIT_YEAR_PIVOT else 2000)


def _date(year: int, month: int, day: int) -> date | None:
    if year not in _YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


_Cells = Iterable[tuple[_Written, int]]


@dataclass(frozen=True, slots=True)
class _Score:
    """How well an order reads the bare numbers of a column, and over how many days."""

    read: int
    span: int


def _order_scores(cells: _Cells) -> dict[DateFormat, _Score]:
    triples = [(cell.triple, count) for cell, count in cells if cell.triple]
    scores = {}
    for order in ORDERS:
        found = [(_ordered(triple, order), count) for triple, count in triples]
        days = [day for day, _ in found if day]
        if days:
            read = sum(count for day, count in found if day)
            scores[order] = _Score(read, (max(days) - min(days)).days)
    return scores


def _best(scores: Mapping[DateFormat, _Score]) -> tuple[DateFormat, ...]:
    """Return the orders that read most, the one with the narrowest span of days first."""
    most = max((score.read for score in scores.values()), default=0)
    best = [order for order in scores if scores[order].read == most]
    return tuple(sorted(best, key=lambda order: scores[order].span))


def _chosen(cells: _Cells, candidates: tuple[DateFormat, ...]) -> DateFormat | None:
    if candidates:
        return candidates[0]
    formats = Counter[DateFormat]()
    for cell, count in cells:
        if cell.format is not None:
            formats[cell.format] += count
        elif cell.serial is not None and cell.serial in _SERIALS:
            formats[DateFormat.SERIAL] += count
    if not formats:
        return None
    if formats[DateFormat.SERIAL]:
        return DateFormat.SERIAL
    return formats.most_common(1)[0][0]


def _evidence(
    column: str,
    written: Mapping[str, tuple[_Written, int]],
    chosen: DateFormat | None,
    candidates: tuple[DateFormat, ...],
    *,
    is_overruled: bool,
) -> tuple[Message, ...]:
    """Say in sentences why the column is read as it is."""
    if is_overruled:
        return (message("dates_overruled"),)
    if chosen is None:
        return (message("dates_none", column=column),)
    if len(candidates) > 1:
        example = next(text for text, (cell, _) in written.items() if cell.triple)
        return (message("dates_ambiguous", example=example),)
    if candidates:
        telling = [
            (text, count)
            for text, (cell, count) in written.items()
            if cell.triple and _only_reading(cell.triple, chosen)
        ]
        if telling:
            count = sum(count for _, count in telling)
            return (message("dates_decided", example=telling[0][0], count=f"{count:,}"),)
    readable = [
        (text, count)
        for text, (cell, count) in written.items()
        if isinstance(_resolve(cell, chosen), date)
    ]
    count = sum(count for _, count in readable)
    return (message("dates_self_evident", example=readable[0][0], count=f"{count:,}"),)


def _only_reading(triple: tuple[str, str, str], order: DateFormat) -> bool:
    return [other for other in ORDERS if _ordered(triple, other)] == [order]
