"""Past values as people paste them: a column of a sheet, a line of numbers, months beside them."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from kpis.domain.imports.numbers import Number, NumberIssue, read_number

MOST = 120
_MONTH = re.compile(r"\d{4}[-/.年]\d{1,2}([-/.月]\d{0,2}日?)?|\d{4}年度?|\d{1,2}月")
_CELLS = re.compile(r"\t+")
_WORDS = re.compile(r"[\s、;]+")


@dataclass(frozen=True, slots=True)
class PastValues:
    """What could be read, in the order of the text, and what could not."""

    values: tuple[Decimal, ...] = ()
    unread: tuple[str, ...] = ()


def read_past(text: str) -> PastValues:
    """Read the numbers of a pasted text; months and blanks are passed over."""
    values: list[Decimal] = []
    unread: list[str] = []
    for word in _words(unicodedata.normalize("NFKC", text)):
        number = read_number(word)
        if isinstance(number, Number):
            values.append(number.value)
        elif number is not NumberIssue.MISSING:
            unread.append(word)
    return PastValues(tuple(values[-MOST:]), tuple(unread))


def _words(text: str) -> Iterator[str]:
    for line in text.splitlines():
        cells = _CELLS.split(line) if "\t" in line else _WORDS.split(line)
        for cell in (one.strip() for one in cells):
            if cell and not _MONTH.fullmatch(cell):
                yield from [cell] if isinstance(read_number(cell), Number) else cell.split(",")
