"""A comparison as an Excel workbook whose formulas are alive: other weights or prices, another ranking."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from core.domain.money import minor_units
from core.domain.rounding import RoundingRule
from kpis.domain.scoring import Direction
from kpis.models.choices import Unit
from quotes.domain.comparison import Scored
from quotes.domain.methods import PER, Method
from quotes.models import RFQ, Criterion
from quotes.queries.comparison import Bid, RoundComparison
from quotes.queries.rounds import how_judged
from quotes.queries.tables import Tables, tables_of

ROUNDING = {
    RoundingRule.FLOOR: "ROUNDDOWN",
    RoundingRule.HALF_UP: "ROUND",
    RoundingRule.CEIL: "ROUNDUP",
}
# Columns of the scores: criterion, points, minimum, desired level, then best, worst (TOPSIS), vendors.
NAME, WEIGHT, MINIMUM, DESIRED, BEST, WORST, FIRST = range(7)


@dataclass(frozen=True, slots=True)
class Looks:
    """The formats of the workbook."""

    bold: Format
    plain: Format
    money: Format
    number: Format
    value: Format
    title: Format


def comparison_workbook(comparison: RoundComparison, at: datetime) -> bytes:
    """Return the workbook: scores with their arithmetic, and the quotes that they are made from."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": at.replace(tzinfo=None), "title": comparison.rfq.title})
        looks = _looks(book, comparison.rfq.currency)
        scores, quotes = book.add_worksheet(_("評価")), book.add_worksheet(_("見積の内容"))
        tables = tables_of(comparison)
        subtotals = _Quotes(quotes, comparison, looks).write(tables)
        _Scores(scores, comparison, looks, quotes.get_name(), subtotals).write(tables)
    return target.getvalue()


def _looks(book: Any, currency: str) -> Looks:
    places = minor_units(currency)
    money = "#,##0" + ("." + "0" * places if places else "")
    return Looks(
        bold=book.add_format({"bold": True, "bg_color": "#EEF2F5", "text_wrap": True}),
        plain=book.add_format({"valign": "top", "text_wrap": True}),
        money=book.add_format({"num_format": money}),
        number=book.add_format({"num_format": "#,##0.######"}),
        value=book.add_format({"num_format": "#,##0.000"}),
        title=book.add_format({"bold": True, "font_size": 14}),
    )


class _Quotes:
    """The sheet of the quotes: lines with unit price and amount, sums, promises, terms."""

    HEAD = 3

    def __init__(self, sheet: Worksheet, comparison: RoundComparison, looks: Looks) -> None:
        self.sheet, self.comparison, self.looks = sheet, comparison, looks
        self.bids: Sequence[Bid] = comparison.ordered
        self.places = minor_units(comparison.rfq.currency)

    def write(self, tables: Tables) -> dict[str, str]:
        """Write the sheet; return the address of each vendor's price, by vendor."""
        sheet, looks = self.sheet, self.looks
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 2, 9)
        sheet.set_column(3, 2 + 2 * len(self.bids), 15)
        sheet.write_string(0, 0, _("見積の内容（税抜）"), looks.title)
        head = self.HEAD - 1
        for column, label in enumerate((_("品目"), _("数量"), _("単位"))):
            sheet.write_string(head, column, label, looks.bold)
        for place, bid in enumerate(self.bids):
            sheet.write_string(head, self._at(place), f"{bid.name} {_('単価')}", looks.bold)
            sheet.write_string(head, self._at(place) + 1, f"{bid.name} {_('金額')}", looks.bold)
        sheet.freeze_panes(self.HEAD, 3)
        row = self._lines()
        row = self._sums(row)
        self._words(row + 1, tables)
        return {
            str(bid.vendor_id): xl_rowcol_to_cell(
                row - 3, self._at(place) + 1, row_abs=True, col_abs=True
            )
            for place, bid in enumerate(self.bids)
        }

    def _at(self, place: int) -> int:
        return 3 + 2 * place

    def _lines(self) -> int:
        """Write the requested lines, then each vendor's own; return the row after them."""
        row = self.HEAD
        asked = self.comparison.rfq.lines.order_by("position", "id")
        by_bid = [{one["rfq_line"]: one for one in bid.content["lines"]} for bid in self.bids]
        for line in asked:
            self._named(row, line.name, line.quantity, line.unit)
            for place, lines in enumerate(by_bid):
                found = lines.get(str(line.pk))
                if found and found["unit_price"] is not None:
                    self._priced(row, place, found)
            row += 1
        for place, bid in enumerate(self.bids):
            for one in bid.content["lines"]:
                if not one["rfq_line"] and one["amount"] is not None:
                    self._named(row, one["name"], Decimal(one["quantity"]), one["unit"])
                    self._priced(row, place, one)
                    row += 1
        return row

    def _named(self, row: int, name: str, quantity: Decimal, unit: str) -> None:
        self.sheet.write_string(row, 0, name, self.looks.plain)
        self.sheet.write_number(row, 1, float(quantity), self.looks.number)
        self.sheet.write_string(row, 2, unit, self.looks.plain)

    def _priced(self, row: int, place: int, line: Any) -> None:
        column = self._at(place)
        rounding = ROUNDING[RoundingRule(self.bids[place].content["rounding"])]
        price = xl_rowcol_to_cell(row, column)
        self.sheet.write_number(row, column, float(line["unit_price"]), self.looks.number)
        self.sheet.write_formula(
            row,
            column + 1,
            f"={rounding}($B{row + 1}*{price},{self.places})",
            self.looks.money,
            float(line["amount"]),
        )

    def _sums(self, row: int) -> int:
        """Write sum, discount, price, tax and total with a row each; return the row after them."""
        labels = (
            _("明細の合計"),
            _("値引き"),
            _("見積金額（税抜）"),
            _("消費税（税率ごとに1回計算）"),
            _("合計（税込）"),
        )
        for offset, label in enumerate(labels):
            self.sheet.write_string(row + offset, 0, label, self.looks.bold)
        for place, bid in enumerate(self.bids):
            column, totals = self._at(place) + 1, bid.content["totals"]
            cells = [xl_rowcol_to_cell(row + offset, column) for offset in range(5)]
            lines = f"{xl_rowcol_to_cell(self.HEAD, column)}:{xl_rowcol_to_cell(row - 1, column)}"
            write = self.sheet.write_formula
            money = self.looks.money
            write(row, column, f"=SUM({lines})", money, float(totals["lines_sum"]))
            self.sheet.write_number(row + 1, column, float(bid.content["discount"]), money)
            write(row + 2, column, f"={cells[0]}-{cells[1]}", money, float(bid.subtotal))
            self.sheet.write_number(row + 3, column, float(totals["tax"]), money)
            write(row + 4, column, f"={cells[2]}+{cells[3]}", money, float(totals["total"]))
        return row + 5

    def _words(self, row: int, tables: Tables) -> None:
        """Write promises and terms as they were said."""
        for line in (*tables.promises, *tables.terms):
            self.sheet.write_string(row, 0, line.label, self.looks.plain)
            for place, cell in enumerate(line.cells):
                text = " ".join(part for part in (cell.text, cell.note) if part)
                self.sheet.write_string(row, self._at(place) + 1, text, self.looks.plain)
            row += 1


class _Scores:
    """The sheet of the scores: what was offered, what it earns, and the ranking."""

    def __init__(
        self,
        sheet: Worksheet,
        comparison: RoundComparison,
        looks: Looks,
        source: str,
        subtotals: dict[str, str],
    ) -> None:
        self.sheet, self.comparison, self.looks = sheet, comparison, looks
        self.source, self.subtotals = source, subtotals
        self.rfq: RFQ = comparison.rfq
        self.criteria: Sequence[Criterion] = comparison.criteria
        self.ranking: Sequence[Scored[Any]] = comparison.result.ranking
        self.rule = comparison.result.rule
        self.offered = 5
        self.earned = self.offered + len(self.criteria) + 2
        self.after = self.earned + len(self.criteria)

    def write(self, tables: Tables) -> None:
        """Write the sheet."""
        sheet, looks = self.sheet, self.looks
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, FIRST + len(self.ranking), 15)
        sheet.write_string(0, 0, self.rfq.title, looks.title)
        sheet.write_string(1, 0, how_judged(self.rfq), looks.plain)
        sheet.write_string(2, 0, _("予定価格（税抜）"))
        if self.rfq.ceiling is not None:
            sheet.write_number(2, 1, float(self.rfq.ceiling), looks.money)
        sheet.write_string(3, 0, _("標準点"))
        sheet.write_number(3, 1, float(self.rule.base), looks.number)
        self._head(self.offered - 1, _("提示された内容"))
        is_topsis = self.rule.method == Method.TOPSIS
        self._head(self.earned - 1, _("重みを付けた値") if is_topsis else _("点数"))
        for place, criterion in enumerate(self.criteria):
            self._offer(self.offered + place, place, criterion)
            if is_topsis:
                self._weighted(place, criterion)
            else:
                self._points(place, criterion)
        self._totals()
        self._excluded(self.after + 6, tables)

    def _head(self, row: int, title: str) -> None:
        labels = [title, _("配点"), _("最低水準"), _("望ましい水準"), "", ""]
        if self.rule.method == Method.TOPSIS and row == self.earned - 1:
            labels = [title, "", "", "", _("最も良い値"), _("最も不利な値")]
        names = [self.comparison.name_of(one.vendor_id) for one in self.ranking]
        for column, label in enumerate([*labels, *names]):
            self.sheet.write_string(row, column, label, self.looks.bold)

    def _span(self, row: int) -> str:
        """The cells of all vendors in a row."""
        return str(xl_range_abs(row, FIRST, row, FIRST + len(self.ranking) - 1))

    def _offer(self, row: int, place: int, criterion: Criterion) -> None:
        sheet, looks = self.sheet, self.looks
        unit = Unit(criterion.unit).label if criterion.unit else self.rfq.currency
        sheet.write_string(row, NAME, f"{criterion.name}（{unit}）", looks.plain)
        is_free = self.rule.method == Method.DIVISION and criterion.kind == Criterion.Kind.PRICE
        sheet.write_number(row, WEIGHT, 0.0 if is_free else float(criterion.weight), looks.number)
        for column, level in (
            (MINIMUM, criterion.required_minimum),
            (DESIRED, criterion.desired_level),
        ):
            if level is not None:
                sheet.write_number(row, column, float(level), looks.number)
        raws = [one.contributions[place].raw for one in self.ranking]
        known = [one for one in raws if one is not None]
        for column, (scored, raw) in enumerate(zip(self.ranking, raws, strict=True), start=FIRST):
            if criterion.kind == Criterion.Kind.PRICE:
                cell = self.subtotals[str(scored.vendor_id)]
                sheet.write_formula(
                    row, column, f"='{self.source}'!{cell}", looks.money, float(scored.price)
                )
            elif raw is not None:
                sheet.write_number(row, column, float(raw), looks.number)
            elif known and self.rule.method == Method.TOPSIS:
                worst = max(known) if self._is_low_good(criterion) else min(known)
                sheet.write_number(row, column, float(worst), looks.number)
                sheet.write_comment(row, column, _("回答なし（最も不利な値として計算）"))

    def _is_low_good(self, criterion: Criterion) -> bool:
        is_price = criterion.kind == Criterion.Kind.PRICE
        return is_price or criterion.direction == Direction.LOWER

    def _points(self, place: int, criterion: Criterion) -> None:
        row, source = self.earned + place, self.offered + place
        self.sheet.write_string(row, NAME, criterion.name, self.looks.plain)
        weight, span = f"$B{source + 1}", self._span(source)
        for column, scored in enumerate(self.ranking, start=FIRST):
            raw = xl_rowcol_to_cell(source, column)
            part = scored.contributions[place]
            points = float(part.points)
            if criterion.kind == Criterion.Kind.PRICE:
                is_free = self.rule.method == Method.DIVISION
                if is_free:
                    points = 0.0
                if (
                    self.rfq.price_method == RFQ.PriceMethod.CEILING
                    and self.rfq.ceiling is not None
                ):
                    formula = f"={weight}*MAX(0,1-{raw}/$B$3)"
                else:
                    formula = f"=IF({raw}=0,{weight},{weight}*MIN({span})/{raw})"
            else:
                low, high = f"$C{source + 1}", f"$D{source + 1}"
                share = f"MAX(0,MIN(1,({raw}-{low})/({high}-{low})))"
                formula = f'=IF({raw}="",0,{weight}*{share})'
            self.sheet.write_formula(row, column, formula, self.looks.value, points)

    def _weighted(self, place: int, criterion: Criterion) -> None:
        row, source = self.earned + place, self.offered + place
        self.sheet.write_string(row, NAME, criterion.name, self.looks.plain)
        weights = xl_range_abs(self.offered, WEIGHT, self.offered + len(self.criteria) - 1, WEIGHT)
        span = self._span(source)
        best, worst = ("MIN", "MAX") if self._is_low_good(criterion) else ("MAX", "MIN")
        write, look = self.sheet.write_formula, self.looks.value
        write(row, BEST, f"={best}({self._span(row)})", look)
        write(row, WORST, f"={worst}({self._span(row)})", look)
        for column in range(FIRST, FIRST + len(self.ranking)):
            raw = xl_rowcol_to_cell(source, column)
            formula = (
                f"=IF(SUMSQ({span})=0,0,$B{source + 1}/SUM({weights})*{raw}/SQRT(SUMSQ({span})))"
            )
            write(row, column, formula, look)

    def _totals(self) -> None:
        method = self.rule.method
        if method == Method.DIVISION:
            labels = [_("価格以外の点数"), _("評価値（100万あたり）")]
        elif method == Method.TOPSIS:
            labels = [_("距離 d⁺"), _("距離 d⁻"), _("近さ d⁻ ÷ (d⁺ + d⁻)")]
        else:
            labels = [_("合計点")]
        for offset, label in enumerate([*labels, _("順位（同点の決め方は含みません）")]):
            self.sheet.write_string(self.after + offset, NAME, label, self.looks.bold)
        last = self.after + len(labels) - 1
        for column, scored in enumerate(self.ranking, start=FIRST):
            for offset, (formula, value) in enumerate(self._sums(column, scored)):
                self.sheet.write_formula(
                    self.after + offset, column, formula, self.looks.value, value
                )
            cell = xl_rowcol_to_cell(last, column)
            rank = f"=RANK({cell},{self._span(last)})"
            self.sheet.write_formula(last + 1, column, rank, self.looks.number, scored.rank)

    def _sums(self, column: int, scored: Scored[Any]) -> list[tuple[str, float]]:
        """The formulas below the points of one vendor, with what they give."""
        first, last = self.earned, self.after - 1
        own = f"{xl_rowcol_to_cell(first, column)}:{xl_rowcol_to_cell(last, column)}"
        total = float(scored.total)
        if self.rule.method == Method.ADDITIVE:
            return [(f"=SUM({own})", total)]
        if self.rule.method == Method.DIVISION:
            price = next(
                xl_rowcol_to_cell(self.offered + place, column)
                for place, one in enumerate(self.criteria)
                if one.kind == Criterion.Kind.PRICE
            )
            quality = xl_rowcol_to_cell(self.after, column)
            return [
                (f"=SUM({own})", float(scored.quality_points)),
                (f"=($B$4+{quality})/{price}*{PER}", total),
            ]
        near, far = (xl_rowcol_to_cell(self.after + at, column) for at in range(2))
        close = scored.closeness
        return [
            (
                f"=SQRT(SUMXMY2({own},{xl_range_abs(first, BEST, last, BEST)}))",
                float(close.to_best) if close else 0.0,
            ),
            (
                f"=SQRT(SUMXMY2({own},{xl_range_abs(first, WORST, last, WORST)}))",
                float(close.to_worst) if close else 0.0,
            ),
            (f"=IF({near}+{far}=0,1,{far}/({near}+{far}))", total),
        ]

    def _excluded(self, row: int, tables: Tables) -> None:
        for one in tables.excluded:
            text = _("評価の対象外：%(name)s（%(reasons)s）") % {
                "name": one.name,
                "reasons": "".join(one.reasons),
            }
            self.sheet.write_string(row, NAME, text)
            row += 1
