"""Fields as people here type them: full-width digits and separators are numbers, too."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from kpis.queries.fields import decimal_text

MONTH = re.compile(r"^(\d{4})[-/年.](\d{1,2})月?$")


class NumberField(forms.DecimalField):
    """An exact number: 1,234.5 and １，２３４．５ are the same; shown without idle zeros."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        )
        kwargs.setdefault("max_digits", 20)
        kwargs.setdefault("decimal_places", 6)
        super().__init__(**kwargs)
        self.error_messages["invalid"] = _lazy("数値を入力してください（例：1200、95.5）。")

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """Read what was typed."""
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).replace(",", "").strip()
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """Write a stored number as a person would."""
        return decimal_text(value) if isinstance(value, Decimal) else value


class DayField(forms.DateField):
    """A day, from the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)
        self.error_messages["invalid"] = _lazy("日付を入力してください（例：2026-04-01）。")


class MonthField(forms.Field):
    """A month, given back as its first day: 2026-04, 2026/4 and 2026年4月 are the same."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "month"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        """Read what was typed."""
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value.replace(day=1)
        found = MONTH.match(unicodedata.normalize("NFKC", str(value)).strip())
        try:
            if found is not None:
                return date(int(found[1]), int(found[2]), 1)
        except ValueError:
            pass
        raise ValidationError(_("年月を入力してください（例：2026-04）。"), code="invalid")

    def prepare_value(self, value: Any) -> Any:
        """Write a month as the browser reads it."""
        return f"{value:%Y-%m}" if isinstance(value, date) else value


class PlainForm(forms.Form):
    """A form whose complaints say what to do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            wanted = _("%(field)sを入力してください。")
            if isinstance(field, forms.ChoiceField):
                wanted = _("%(field)sを選んでください。")
            field.error_messages["required"] = wanted % {"field": field.label}

    def choose(self, name: str, choices: Any) -> None:
        """Give a choice field its choices."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - narrows the type
        field.choices = choices
