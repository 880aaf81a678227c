"""All forms of one quote together: terms, prices for what is asked, own lines, promises."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from quotes.domain.drafts import PriceDraft, QuoteDraft
from quotes.forms.complaints import complaints_of
from quotes.forms.quotes import (
    OwnLineFormSet,
    PriceFormSet,
    PromiseFormSet,
    QuoteForm,
    quote_draft,
)
from quotes.models import RFQ, Criterion, Quote, RFQLine
from quotes.queries.rounds import Share, shares_of
from quotes.queries.sealed import draft_of


@dataclass(frozen=True, slots=True)
class QuoteEditor:
    """The forms of one quote, as they are stored or as they were sent."""

    form: QuoteForm
    prices: Any
    own: Any
    promises: Any
    lines: Sequence[RFQLine]
    shares: Sequence[Share]

    def is_valid(self) -> bool:
        """Ask every form, so that the page shows all complaints at once."""
        answers = [one.is_valid() for one in (self.form, self.prices, self.own, self.promises)]
        return all(answers)

    def draft(self) -> QuoteDraft:
        """Return what valid forms say."""
        return quote_draft(self.form, self.prices, self.own, self.promises)

    @property
    def price_rows(self) -> Iterator[tuple[RFQLine, forms.Form]]:
        """Each requested line with its form."""
        return zip(self.lines, self.prices.forms, strict=False)

    @property
    def promise_rows(self) -> Iterator[tuple[Share, forms.Form]]:
        """Each criterion with its form."""
        return zip(self.shares, self.promises.forms, strict=False)

    @property
    def complaints(self) -> list[str]:
        """Every complaint of every form, once."""
        return complaints_of(self.form, self.prices, self.own, self.promises)


def quote_editor(
    quote: Quote | None,
    *,
    rfq: RFQ,
    lines: Sequence[RFQLine],
    criteria: Sequence[Criterion],
    data: QueryDict | None,
    more: int = 0,
) -> QuoteEditor:
    """Return the forms for a draft (or none yet), filled from it or from what was sent."""
    draft = draft_of(quote) if quote else QuoteDraft()
    asked = {one.rfq_line_id: one for one in draft.lines if one.rfq_line_id is not None}
    added = [one for one in draft.lines if one.rfq_line_id is None]
    promised = {one.criterion_id: one for one in draft.promises}
    promises = [one for one in criteria if one.kind == Criterion.Kind.COMMITMENT]
    own = OwnLineFormSet(data, prefix="own", initial=[_own(one) for one in added])
    own.extra = 1 + more
    return QuoteEditor(
        form=QuoteForm(data, initial=QuoteForm.initial_of(quote)),
        prices=PriceFormSet(
            data,
            prefix="asked",
            initial=[{"line": one.pk, **_price(asked.get(one.pk))} for one in lines],
        ),
        own=own,
        promises=PromiseFormSet(
            data,
            prefix="promises",
            initial=[
                {
                    "criterion": one.pk,
                    "value": promised[one.pk].value if one.pk in promised else None,
                    "note": promised[one.pk].note if one.pk in promised else "",
                }
                for one in promises
            ],
        ),
        lines=lines,
        shares=[one for one in shares_of(rfq, criteria) if not one.is_price],
    )


def _price(item: PriceDraft | None) -> dict[str, Any]:
    if item is None:
        return {}
    return {"unit_price": item.unit_price, "tax_rate": item.tax_rate, "note": item.note}


def _own(item: PriceDraft) -> dict[str, Any]:
    return {"name": item.name, "quantity": item.quantity, "unit": item.unit, **_price(item)}
