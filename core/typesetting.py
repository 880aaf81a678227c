"""Documents as PDF: set by typst, in the one Japanese font that the project brings along."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import typst
from django.conf import settings

FONT = "BIZ UDPGothic"
_FONTS = "static/vendor/expo-google-fonts/biz-udpgothic"


def pdf(source: str, data: Mapping[str, Any], at: datetime) -> bytes:
    """Set the source; it reads `data` as `json(bytes(sys.inputs.data))`, so nothing in it is markup."""
    return typst.compile(
        source.encode(),
        font_paths=_fonts(),
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=at.astimezone(UTC).replace(microsecond=0),
    )


@cache
def _fonts() -> typst.Fonts:
    """Read the font once; what is installed on the machine is left alone."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(settings.BASE_DIR / _FONTS)])
