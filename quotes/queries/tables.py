"""The comparison as tables of ready words: lines, terms, promises and scores, vendors in columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from core.templatetags.numbers import jdate
from kpis.domain.scoring import Direction
from quotes.domain.comparison import Contribution, Scored
from quotes.domain.methods import PER, Method
from quotes.models import Criterion, RFQLine
from quotes.queries.arithmetic import (
    arithmetic,
    exclusion,
    places_for,
    points,
    tie_break,
    total_label,
    total_text,
)
from quotes.queries.comparison import Bid, RoundComparison
from quotes.queries.rounds import Share, shares_of
from quotes.wording import amount, figures, level, number

BEST, WORST = "best", "worst"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one vendor says in one row; `mark` is best or worst of the row."""

    text: str
    note: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row with a cell for each vendor, in the order of the columns."""

    label: str
    note: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """One vendor."""

    vendor_id: UUID
    revision_id: UUID
    name: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One criterion with the points of each ranked vendor and their arithmetic."""

    share: Share
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Ranked:
    """One ranked vendor."""

    vendor_id: UUID
    name: str
    rank: int
    total: str
    price: str
    tie: str


@dataclass(frozen=True, slots=True)
class ExcludedVendor:
    """A vendor that is not ranked, with every reason."""

    name: str
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything that the comparison page shows."""

    columns: Sequence[Column]
    lines: Sequence[Row]
    own_lines: Sequence[Row]
    sums: Sequence[Row]
    promises: Sequence[Row]
    terms: Sequence[Row]
    scores: Sequence[ScoreRow]
    totals: Sequence[Row]
    ranking: Sequence[Ranked]
    excluded: Sequence[ExcludedVendor]
    total_label: str
    places: int


def tables_of(comparison: RoundComparison) -> Tables:
    """Return the tables of a comparison: one query for the requested lines."""
    bids = comparison.ordered
    asked = list(comparison.rfq.lines.order_by("position", "id"))
    currency = comparison.rfq.currency
    places = places_for(one.total for one in comparison.result.ranking)
    criteria = {str(one.pk): one for one in comparison.criteria}
    return Tables(
        columns=[
            Column(one.vendor_id, one.revision.pk, one.name, comparison.rank_of(one.vendor_id))
            for one in bids
        ],
        lines=_lines(asked, bids, currency),
        own_lines=_own_lines(bids, currency),
        sums=_sums(bids, currency),
        promises=[_promise(one, bids) for one in comparison.criteria if one.kind != "price"],
        terms=_terms(bids),
        scores=_scores(comparison, places),
        ranking=[_ranked(comparison, one, places) for one in comparison.result.ranking],
        excluded=[
            ExcludedVendor(
                comparison.by_vendor[one.vendor_id].name,
                [
                    exclusion(reason, criteria.get(reason.criterion_key), currency)
                    for reason in one.reasons
                ],
            )
            for one in comparison.result.excluded
        ],
        totals=_totals(comparison, places),
        total_label=total_label(comparison.result, currency),
        places=places,
    )


def _marks(values: Sequence[Decimal | None], *, is_low_good: bool = True) -> list[str]:
    """Mark the best and the worst of a row; nothing where there is nothing to choose."""
    known = [one for one in values if one is not None]
    low, high = min(known, default=None), max(known, default=None)
    if low == high:
        return [""] * len(values)
    good, bad = (low, high) if is_low_good else (high, low)
    return [
        BEST if one == good else WORST if one is not None and one == bad else "" for one in values
    ]


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _lines(asked: Sequence[RFQLine], bids: Sequence[Bid], currency: str) -> list[Row]:
    """One row for each requested line: amount, unit price and remark of each vendor."""
    by_bid: list[Mapping[str, Mapping[str, Any]]] = [
        {line["rfq_line"]: line for line in bid.content["lines"] if line["rfq_line"]}
        for bid in bids
    ]
    rows = []
    for line in asked:
        found = [lines.get(str(line.pk)) for lines in by_bid]
        amounts = [_decimal(one["amount"]) if one else None for one in found]
        cells = [
            _priced(one, sum_, mark, currency)
            for one, sum_, mark in zip(found, amounts, _marks(amounts), strict=True)
        ]
        rows.append(Row(line.name, f"{number(line.quantity)} {line.unit}", cells))
    return rows


def _priced(line: Mapping[str, Any] | None, sum_: Decimal | None, mark: str, currency: str) -> Cell:
    if line is None or sum_ is None:
        return Cell(_("記載なし"))
    note = _("@%(price)s") % {"price": amount(Decimal(line["unit_price"]), currency)}
    if Decimal(line["tax_rate"]) != 10:  # the usual rate goes without saying
        note = f"{note}・{number(Decimal(line['tax_rate']))}%"
    return Cell(amount(sum_, currency), f"{note} {line['note']}".strip(), mark)


def _own_lines(bids: Sequence[Bid], currency: str) -> list[Row]:
    """The lines that vendors added: each has one vendor's price only."""
    rows = []
    for place, bid in enumerate(bids):
        for line in bid.content["lines"]:
            if line["rfq_line"] or line["amount"] is None:
                continue
            cells = [Cell("") for _one in bids]
            cells[place] = _priced(line, Decimal(line["amount"]), "", currency)
            rows.append(
                Row(line["name"], f"{number(Decimal(line['quantity']))} {line['unit']}", cells)
            )
    return rows


def _sums(bids: Sequence[Bid], currency: str) -> list[Row]:
    def row(
        label: str, values: Sequence[Decimal], note: str = "", *, is_marked: bool = False
    ) -> Row:
        marks = _marks(values) if is_marked else [""] * len(values)
        texts = [amount(one, currency) for one in values]
        return Row(
            label, note, [Cell(text, "", mark) for text, mark in zip(texts, marks, strict=True)]
        )

    totals = [bid.content["totals"] for bid in bids]
    return [
        row(_("明細の合計"), [Decimal(one["lines_sum"]) for one in totals]),
        row(_("値引き"), [-Decimal(bid.content["discount"]) for bid in bids]),
        row(
            _("見積金額（税抜）"),
            [bid.subtotal for bid in bids],
            _("この金額で比べます"),
            is_marked=True,
        ),
        row(_("消費税"), [Decimal(one["tax"]) for one in totals], _("税率ごとに1回計算")),
        row(_("合計（税込）"), [Decimal(one["total"]) for one in totals]),
    ]


def _promise(criterion: Criterion, bids: Sequence[Bid]) -> Row:
    values = [bid.answers.get(str(criterion.pk)) for bid in bids]
    marks = _marks(values, is_low_good=criterion.direction == Direction.LOWER)
    notes = [
        next(
            (c["note"] for c in bid.content["commitments"] if c["criterion"] == str(criterion.pk)),
            "",
        )
        for bid in bids
    ]
    cells = [
        Cell(_("回答なし") if value is None else level(value, criterion.unit), note, mark)
        for value, note, mark in zip(values, notes, marks, strict=True)
    ]
    scale = ""
    if criterion.required_minimum is not None and criterion.desired_level is not None:
        scale = _("最低 %(minimum)s・望ましい %(desired)s") % {
            "minimum": level(criterion.required_minimum, criterion.unit),
            "desired": level(criterion.desired_level, criterion.unit),
        }
    return Row(criterion.name, scale, cells)


def _terms(bids: Sequence[Bid]) -> list[Row]:
    labels = {
        "payment_terms": _("支払条件"),
        "delivery_terms": _("納期・納入条件"),
        "assumptions": _("前提条件"),
        "exclusions": _("見積に含まないもの"),
    }
    days = [parse_date(bid.content["valid_until"] or "") for bid in bids]
    validity = [Cell(jdate(one) if one else _("記載なし")) for one in days]
    return [
        Row(_("見積の有効期限"), "", validity),
        *(
            Row(label, "", [Cell(bid.content[key] or _("記載なし")) for bid in bids])
            for key, label in labels.items()
        ),
    ]


def _scores(comparison: RoundComparison, places: int) -> list[ScoreRow]:
    """One row for each criterion: its points with their arithmetic; by TOPSIS what is compared."""
    rows = []
    currency, method = comparison.rfq.currency, comparison.result.rule.method
    for place, share in enumerate(shares_of(comparison.rfq, comparison.criteria)):
        parts = [one.contributions[place] for one in comparison.result.ranking]
        if method == Method.TOPSIS or share.percent is None:
            rows.append(ScoreRow(share, [Cell(_raw(one, share, currency)) for one in parts]))
            continue
        marks = _marks([one.points for one in parts], is_low_good=False)
        cells = [
            Cell(
                points(part.points, places),
                arithmetic(part, share.criterion, currency, places),
                mark,
            )
            for part, mark in zip(parts, marks, strict=True)
        ]
        rows.append(ScoreRow(share, cells))
    return rows


def _raw(part: Contribution, share: Share, currency: str) -> str:
    if part.raw is None:
        return _("回答なし")
    return amount(part.raw, currency) if share.is_price else level(part.raw, share.criterion.unit)


def _totals(comparison: RoundComparison, places: int) -> list[Row]:
    """What the rows above make: the number by which quotes are ranked, and the way to it."""
    result, currency = comparison.result, comparison.rfq.currency
    rule, ranking = result.rule, result.ranking
    rows = []
    if rule.method == Method.DIVISION:
        quality = [points(one.quality_points, places) for one in ranking]
        rows.append(Row(_("価格以外の点数"), "", [Cell(one) for one in quality]))
    if rule.method == Method.TOPSIS:
        near = [number(one.closeness.to_best, 6) for one in ranking if one.closeness]
        far = [number(one.closeness.to_worst, 6) for one in ranking if one.closeness]
        rows.append(Row(_("最も良い値までの距離 d⁺"), "", [Cell(one) for one in near]))
        rows.append(Row(_("最も不利な値までの距離 d⁻"), "", [Cell(one) for one in far]))
    cells = [
        Cell(
            total_text(one.total, rule.method, places),
            _("(%(base)s + %(quality)s) ÷ %(price)s × %(per)s")
            % {
                "base": number(rule.base),
                "quality": number(one.quality_points, places),
                "price": figures(one.price, currency),
                "per": f"{PER:,}",
            }
            if rule.method == Method.DIVISION
            else "",
        )
        for one in ranking
    ]
    note = _("d⁻ ÷ (d⁺ + d⁻)") if rule.method == Method.TOPSIS else ""
    return [*rows, Row(total_label(result, currency), note, cells)]


def _ranked(comparison: RoundComparison, scored: Scored[UUID], places: int) -> Ranked:
    return Ranked(
        vendor_id=scored.vendor_id,
        name=comparison.by_vendor[scored.vendor_id].name,
        rank=scored.rank,
        total=total_text(scored.total, comparison.result.rule.method, places),
        price=amount(scored.price, comparison.rfq.currency),
        tie=tie_break(scored.tie_break),
    )
