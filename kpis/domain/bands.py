"""The status bands of a tree: where 達成, もう少し and 要改善 begin."""

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from core.domain.rounding import decimal_text
from kpis.domain.scoring import DEFAULT_BANDS, StatusBands

HIGHEST = Decimal(200)
NAMES = tuple(one.name for one in fields(StatusBands))


class InvalidBands(ValueError):
    """Raised when the bands are none; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_bands(bands: StatusBands) -> None:
    """Raise InvalidBands unless the bounds fall strictly and lie between 0 and 200."""
    bounds = [getattr(bands, name) for name in NAMES]
    if not all(one.is_finite() and 0 <= one <= HIGHEST for one in bounds):
        raise InvalidBands("out_of_range")
    if not bands.met > bands.near > bands.improve:
        raise InvalidBands("not_falling")


def bands_json(bands: StatusBands) -> dict[str, str]:
    """Write the bands as JSON, numbers as text."""
    return {name: decimal_text(getattr(bands, name)) for name in NAMES}


def bands_from(data: Mapping[str, Any] | None) -> StatusBands:
    """Read what `bands_json` wrote; what is older than bands of one's own had the usual ones."""
    if not data:
        return DEFAULT_BANDS
    return StatusBands(**{name: Decimal(data[name]) for name in NAMES})
