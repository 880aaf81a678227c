"""A table as CSV for Excel: with a byte order mark, so that Japanese is read as such."""

import csv
import io
from collections.abc import Sequence

BOM = "\ufeff"


def write(rows: Sequence[Sequence[str]]) -> bytes:
    """Write the rows."""
    target = io.StringIO(newline="")
    csv.writer(target, lineterminator="\r\n").writerows(rows)
    return (BOM + target.getvalue()).encode()
