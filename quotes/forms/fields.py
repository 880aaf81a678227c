"""Fields as people here type them: full-width digits and separators are numbers, too."""

import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from quotes.wording import plain_number

TAX_RATES = (("10", _lazy("10%")), ("8", _lazy("8%（軽減）")), ("0", _lazy("対象外・非課税")))


class NumberField(forms.DecimalField):
    """An exact number: 1,234.5 and １，２３４．５ are the same; shown without idle zeros."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        )
        kwargs.setdefault("max_digits", 20)
        kwargs.setdefault("decimal_places", 4)
        super().__init__(**kwargs)
        self.error_messages["invalid"] = _lazy("数値を入力してください（例：1200、95.5）。")

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """Read what was typed."""
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).replace(",", "").strip()
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """Write a stored number as a person would."""
        return plain_number(value) if isinstance(value, Decimal) else value


class DayField(forms.DateField):
    """A day, from the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)
        self.error_messages["invalid"] = _lazy("日付を入力してください（例：2026-04-01）。")


class MomentField(forms.DateTimeField):
    """A day with a time, from the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        kwargs.setdefault("widget", widget)
        super().__init__(**kwargs)
        self.error_messages["invalid"] = _lazy("日時を入力してください（例：2026-04-01 17:00）。")


class TaxRateField(forms.TypedChoiceField):
    """The rate of a line, in percent."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_lazy("税率"), choices=TAX_RATES, coerce=Decimal, initial="10", **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        """Write 10.00 as the choice 10."""
        return plain_number(value) if isinstance(value, Decimal) else value


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


class PlainForm(forms.Form):
    """A form whose complaints say what to do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            wanted = _("%(field)sを選んでください。")
            if not isinstance(field, forms.ChoiceField | forms.MultipleChoiceField):
                wanted = _("%(field)sを入力してください。")
            field.error_messages["required"] = wanted % {"field": field.label}
