"""Past values as people paste them: a column of a sheet, a line of numbers, months beside them."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from kpis.domain.imports.numbers import Number, NumberIssue, read_number

MOST = 120
_MONTH = re.compile(r"(19|20)\d{2}([-/.年](0?[1-9]|1[0-2])([-/.月](\d{1,2}日?)?)?|年度?)|\d{1,2}月")
_CELLS = re.compile(r"\t+")
_WORDS = re.compile(r"[\s、;]+")


@dataclass(frozen=True, slots=True)
class PastValues:
    """What could be read, in the order of the text, and what could not."""

    values: tuple[Decimal, ...] = ()
    unread: tuple[str, ...] = ()


def read_past(text: str) -> PastValues:
    """Read the numbers of a pasted text; a month before them is passed over."""
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
        cells = [one.strip() for one in (_CELLS if "\t" in line else _WORDS).split(line)]
        cells = [one for one in cells if one]
        if len(cells) > 1 and _MONTH.fullmatch(cells[0]):
            del cells[0]
        for cell in cells:
            yield from [cell] if isinstance(read_number(cell), Number) else cell.split(",")
