"""A quote as a document to read: from a submitted revision, or from a draft before submitting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from core.templatetags.numbers import jdate
from quotes.domain.criteria import CriterionKind, Offer, why_excluded
from quotes.models import RFQ, Criterion
from quotes.queries.arithmetic import exclusion
from quotes.queries.comparison import domain_criterion
from quotes.queries.content import Content
from quotes.wording import amount, level, number


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One line in words."""

    name: str
    quantity: str
    unit_price: str
    tax_rate: str
    amount: str
    note: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """A name and what stands for it."""

    label: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole quote in words."""

    lines: Sequence[DocumentLine]
    sums: Sequence[Pair]
    subtotal: str
    total: str
    promises: Sequence[Pair]
    terms: Sequence[Pair]


def document_of(content: Content) -> Document:
    """Return the words for the content of a quote."""
    currency = str(content["currency"])
    totals = content["totals"]

    def money(value: str) -> str:
        return amount(Decimal(value), currency)

    taxes = [
        Pair(
            _("消費税 %(rate)s%%") % {"rate": number(Decimal(one["tax_rate"]))},
            money(one["tax"]),
            _("対象 %(net)s") % {"net": money(one["net"])},
        )
        for one in totals["by_rate"]
    ]
    return Document(
        lines=[_line(one, currency) for one in content["lines"]],
        sums=[
            Pair(_("明細の合計"), money(totals["lines_sum"])),
            Pair(_("値引き"), amount(-Decimal(content["discount"]), currency)),
            Pair(_("見積金額（税抜）"), money(totals["subtotal"])),
            *taxes,
            Pair(_("合計（税込）"), money(totals["total"])),
        ],
        subtotal=money(totals["subtotal"]),
        total=money(totals["total"]),
        promises=[
            Pair(
                one["name"],
                _("未回答") if one["value"] is None else level(Decimal(one["value"]), one["unit"]),
                one["note"],
            )
            for one in content["commitments"]
        ],
        terms=_terms(content),
    )


def _line(line: Mapping[str, Any], currency: str) -> DocumentLine:
    is_priced = line["unit_price"] is not None
    return DocumentLine(
        name=line["name"],
        quantity=f"{number(Decimal(line['quantity']))} {line['unit']}",
        unit_price=amount(Decimal(line["unit_price"]), currency) if is_priced else _("未記入"),
        tax_rate=f"{number(Decimal(line['tax_rate']))}%",
        amount=amount(Decimal(line["amount"]), currency) if is_priced else _("未記入"),
        note=line["note"],
        is_own=line["rfq_line"] is None,
    )


def _terms(content: Content) -> list[Pair]:
    day = parse_date(content["valid_until"]) if content["valid_until"] else None
    return [
        Pair(_("見積の有効期限"), jdate(day) if day else _("記載なし")),
        Pair(_("支払条件"), content["payment_terms"] or _("記載なし")),
        Pair(_("納期・納入条件"), content["delivery_terms"] or _("記載なし")),
        Pair(_("前提条件"), content["assumptions"] or _("記載なし")),
        Pair(_("見積に含まないもの"), content["exclusions"] or _("記載なし")),
    ]


def warnings(rfq: RFQ, criteria: Sequence[Criterion], content: Content) -> list[str]:
    """Say what would exclude this quote, as far as the vendor may know: never a hidden ceiling."""
    known = [one for one in criteria if one.kind != CriterionKind.PRICE or rfq.is_ceiling_shown]
    answers = {
        one["criterion"]: Decimal(one["value"])
        for one in content["commitments"]
        if one["value"] is not None
    }
    offer = Offer(rfq.pk, Decimal(content["totals"]["subtotal"]), answers)
    reasons = why_excluded([domain_criterion(rfq, one) for one in known], offer)
    by_key = {str(one.pk): one for one in criteria}
    return [
        exclusion(one, by_key.get(one.criterion_key), rfq.currency)
        for one in reasons
        if one.value is not None
    ]
