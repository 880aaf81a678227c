"""The forms of the answering side: a quote, and declining."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from core.forms import AmountField, DayField, NumberField, PlainForm
from quotes.domain.drafts import PriceDraft, PromiseDraft, QuoteDraft
from quotes.forms.fields import FixedFormSet, RowFormSet, TaxRateField
from quotes.forms.requests import rows_of
from quotes.models import Quote
from quotes.queries.sealed import draft_of

PLAIN_FIELDS = (
    "discount",
    "valid_until",
    "payment_terms",
    "delivery_terms",
    "assumptions",
    "exclusions",
)


class QuoteForm(PlainForm):
    """The terms of a quote; a draft may be incomplete."""

    needed_by = {
        "valid_until": _lazy("提出までに必須"),
        "payment_terms": _lazy("提出までに必須"),
    }

    discount = AmountField(
        label=_lazy("値引き（税抜）"), min_value=Decimal(0), required=False, initial=Decimal(0)
    )
    valid_until = DayField(label=_lazy("見積の有効期限"), required=False)
    payment_terms = forms.CharField(
        label=_lazy("支払条件"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _lazy("例：月末締め翌月末払い")}),
    )
    delivery_terms = forms.CharField(
        label=_lazy("納期・納入条件"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _lazy("例：契約後10営業日で開始")}),
    )
    assumptions = forms.CharField(
        label=_lazy("前提条件"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    exclusions = forms.CharField(
        label=_lazy("見積に含まないもの"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def initial_of(cls, quote: Quote | None) -> dict[str, Any]:
        """Return the values with which the form shows a stored draft."""
        if quote is None:
            return {"version": 0, "discount": Decimal(0)}
        draft = draft_of(quote)
        return {name: getattr(draft, name) for name in PLAIN_FIELDS} | {"version": quote.version}

    def clean_discount(self) -> Decimal:
        """No discount is a discount of nothing."""
        return self.cleaned_data["discount"] or Decimal(0)


class PriceForm(PlainForm):
    """The price of one requested line; which line stands in the form, its text does not."""

    line = forms.UUIDField(widget=forms.HiddenInput)
    unit_price = AmountField(label=_lazy("単価（税抜）"), min_value=Decimal(0), required=False)
    tax_rate = TaxRateField()
    note = forms.CharField(label=_lazy("備考"), max_length=300, required=False)


class OwnLineForm(PlainForm):
    """A line that the vendor adds."""

    name = forms.CharField(label=_lazy("品目"), max_length=200)
    quantity = AmountField(
        label=_lazy("数量"), min_value=Decimal("0.0001"), max_digits=16, initial=Decimal(1)
    )
    unit = forms.CharField(label=_lazy("単位"), max_length=20, initial="式")
    unit_price = AmountField(label=_lazy("単価（税抜）"), min_value=Decimal(0))
    tax_rate = TaxRateField()
    note = forms.CharField(label=_lazy("備考"), max_length=300, required=False)

    def has_changed(self) -> bool:
        """A row without a name and a price is an empty row, whatever its defaults are."""
        typed = [self.data.get(self.add_prefix(name)) for name in ("name", "unit_price", "note")]
        return any(typed)


class PromiseForm(PlainForm):
    """The level that the vendor promises for one criterion."""

    criterion = forms.UUIDField(widget=forms.HiddenInput)
    needed_by = {"value": _lazy("提出までに必須")}
    value = NumberField(label=_lazy("約束する水準"), required=False)
    note = forms.CharField(label=_lazy("根拠・条件"), max_length=300, required=False)


PriceFormSet = forms.formset_factory(PriceForm, FixedFormSet, extra=0, max_num=500)
OwnLineFormSet = forms.formset_factory(
    OwnLineForm, RowFormSet, extra=1, can_delete=True, max_num=200
)
PromiseFormSet = forms.formset_factory(PromiseForm, FixedFormSet, extra=0, max_num=50)


def quote_draft(form: QuoteForm, prices: Any, own: Any, promises: Any) -> QuoteDraft:
    """Return the whole draft from valid forms."""
    terms = {name: form.cleaned_data[name] for name in PLAIN_FIELDS}
    asked = [_price(one.cleaned_data) for one in prices.forms]
    added = [_own_line(row) for row in rows_of(own)]
    promised = [
        PromiseDraft(
            criterion_id=one.cleaned_data["criterion"],
            value=one.cleaned_data["value"],
            note=one.cleaned_data["note"],
        )
        for one in promises.forms
    ]
    return QuoteDraft(**terms, lines=[*asked, *added], promises=promised)


def _price(row: dict[str, Any]) -> PriceDraft:
    line: UUID = row["line"]
    return PriceDraft(
        rfq_line_id=line,
        unit_price=row["unit_price"],
        tax_rate=row["tax_rate"],
        note=row["note"],
    )


def _own_line(row: dict[str, Any]) -> PriceDraft:
    return PriceDraft(
        name=row["name"],
        quantity=row["quantity"],
        unit=row["unit"],
        unit_price=row["unit_price"],
        tax_rate=row["tax_rate"],
        note=row["note"],
    )


class DeclineForm(PlainForm):
    """Why a vendor does not quote."""

    reason = forms.CharField(
        label=_lazy("辞退の理由"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_lazy("発注者に伝わります。"),
    )
