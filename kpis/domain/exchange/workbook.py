"""A table as an Excel workbook, out and in."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import xlsxwriter

from kpis.domain.exchange.cells import Number, Whole
from kpis.domain.exchange.columns import COLUMNS, LEVEL
from kpis.domain.exchange.messages import Unreadable
from kpis.domain.imports.profile import Limits
from kpis.domain.imports.workbook import sheet_names, workbook_rows

SHEET = "KPIツリー"
LIMITS = Limits(size=2 * 1024 * 1024, columns=200, unpacked=30 * 1024 * 1024)
EXCEL_DIGITS = 15
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_WIDE = {"名称": 32, "定義": 40, "計算式": 28, "注意点": 32, "根拠": 40}


def write(rows: Sequence[Sequence[str]], at: datetime) -> bytes:
    """Write the rows: texts as texts, never as formulas; numbers as numbers where Excel keeps them."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": at.replace(tzinfo=None)})
        sheet = book.add_worksheet(SHEET)
        bold, plain = book.add_format({"bold": True}), book.add_format({"valign": "top"})
        sheet.freeze_panes(1, 2)
        numbers = _number_columns(rows[0])
        for column, header in enumerate(rows[0]):
            sheet.set_column(column, column, _WIDE.get(header, 16))
            sheet.write_string(0, column, header, bold)
        for row, cells in enumerate(rows[1:], start=1):
            for column, cell in enumerate(cells):
                if not cell:
                    continue
                if column in numbers and len(Decimal(cell).as_tuple().digits) <= EXCEL_DIGITS:
                    sheet.write_number(row, column, Decimal(cell), plain)
                else:
                    sheet.write_string(row, column, cell, plain)
    return target.getvalue()


def _number_columns(header: Sequence[str]) -> frozenset[int]:
    numeric = {one.header for one in COLUMNS if isinstance(one.kind, Number | Whole)} | {LEVEL}
    return frozenset(at for at, one in enumerate(header) if one in numeric)


def as_csv(data: bytes, most_rows: int) -> str:
    """Return the first sheet that holds something as CSV; empty rows stay, so that rows count right.

    Raises FileRefused or Unreadable.
    """
    for name in sheet_names(data, LIMITS):
        target = io.StringIO(newline="")
        writer = csv.writer(target, lineterminator="\n")
        next_row = 1
        for row, cells in workbook_rows(data, name, LIMITS):
            if row > most_rows * 4:
                raise Unreadable("too_many_rows", limit=most_rows)
            for _missing in range(next_row, row):
                writer.writerow([])
            writer.writerow(
                [_ESCAPED.sub(lambda found: chr(int(found[1], 16)), one) for one in cells]
            )
            next_row = row + 1
        if next_row > 1:
            return target.getvalue()
    raise Unreadable("nothing")
