"""Tax rates, and lists of rows."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from core.domain.rounding import decimal_text

TAX_RATES = (("10", _lazy("10%")), ("8", _lazy("8%（軽減）")), ("0", _lazy("対象外・非課税")))


class TaxRateField(forms.TypedChoiceField):
    """The rate of a line, in percent."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_lazy("税率"), choices=TAX_RATES, coerce=Decimal, initial="10", **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        """Write 10.00 as the choice 10."""
        return decimal_text(value) if isinstance(value, Decimal) else value


class RowFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """Rows without identity: the whole list is replaced, and an emptied row is no row."""

    def initial_form_count(self) -> int:
        """Let every row of a sent form be empty, also those that were not empty before."""
        return 0 if self.is_bound else super().initial_form_count()


class FixedFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """Rows that the page gives: none is optional, whatever counts the browser sends."""

    def _construct_form(self, i: int, **kwargs: Any) -> forms.Form:
        construct = super()._construct_form  # type: ignore[misc]
        form: forms.Form = construct(i, empty_permitted=False, **kwargs)
        return form
