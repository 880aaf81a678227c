"""Numbers as people write them in Japan: １，２３４円, ▲5, 12.3 %, (1,234); exact, never float."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kpis.domain.imports.dates import MISSING_WORDS

INTEGER_DIGITS = 14
_LONGEST = 60


class NumberIssue(StrEnum):
    """Why a cell gives no number."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    SCALED = "scaled"
    TOO_LARGE = "too_large"
    ERROR_VALUE = "error_value"


@dataclass(frozen=True, slots=True)
class Number:
    """A number with the unit written beside it; 12.3 % is 12.3 with the unit %."""

    value: Decimal
    unit: str = ""


_UNITS = "%|円|件|個|本|回|人|名|社|台|枚|点|日|時間|分|秒|ポイント|pt|pts|jpy|usd|eur|倍|か月|ヶ月|ヵ月|ケ月|人日|人月"
_SCALES = "千|百|万|億|兆|k|m|bn"
_NUMBER = re.compile(
    r"(?P<open>\()?\s*(?P<sign>[-+▲△])?\s*(?P<currency>[¥$€\\])?\s*(?P<late_sign>[-▲△])?\s*"
    r"(?P<digits>\d{1,3}(?:,\d{3})+|\d+)?(?P<fraction>\.\d+)?(?P<exponent>e[-+]?\d{1,2})?"
    rf"\s*(?:(?P<scale>{_SCALES})\s*)?(?P<unit>{_UNITS})?\s*(?P<close>\))?",
    re.IGNORECASE,
)
_CURRENCIES = {"¥": "円", "\\": "円", "$": "USD", "€": "EUR"}
_MINUS = str.maketrans("−‐‑–—―", "------")
_NEGATIVE = frozenset("-▲△")
_ERROR_VALUES = re.compile(r"#(?:div/0!|ref!|value!|name\?|num!|null!|spill!)", re.IGNORECASE)


def read_number(text: str) -> Number | NumberIssue:
    """Read one cell; a blank or a dash is missing, never zero."""
    plain = text.strip()
    if len(plain) > _LONGEST:
        return NumberIssue.UNREADABLE
    if not plain.isascii():
        plain = unicodedata.normalize("NFKC", plain).strip()
    if plain.casefold() in MISSING_WORDS:
        return NumberIssue.MISSING
    if _ERROR_VALUES.fullmatch(plain):
        return NumberIssue.ERROR_VALUE
    match = _NUMBER.fullmatch(plain.translate(_MINUS))
    if match is None or not _is_whole(match):
        return NumberIssue.UNREADABLE
    if match["scale"]:
        return NumberIssue.SCALED
    value = _value(match)
    if value.adjusted() >= INTEGER_DIGITS:
        return NumberIssue.TOO_LARGE
    return Number(value, match["unit"] or _CURRENCIES.get(match["currency"] or "", ""))


def _is_whole(match: re.Match[str]) -> bool:
    """Tell whether there are digits, brackets come in pairs, and there is one sign at most."""
    has_digits = bool(match["digits"] or match["fraction"])
    signs = sum(bool(match[name]) for name in ("sign", "late_sign", "open"))
    return has_digits and bool(match["open"]) == bool(match["close"]) and signs <= 1


def _value(match: re.Match[str]) -> Decimal:
    digits = (match["digits"] or "0").replace(",", "")
    value = Decimal(f"{digits}{match['fraction'] or ''}{match['exponent'] or ''}")
    if value == 0:
        return Decimal(0)
    if match["exponent"]:
        value = Decimal(format(value, "f"))
    is_negative = match["open"] or (match["sign"] or match["late_sign"]) in _NEGATIVE
    return -value if is_negative else value
