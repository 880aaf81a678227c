"""Fields as people here type them, and forms whose complaints say what to do."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core.domain.rounding import decimal_text

YEARS = range(1900, 2201)
_DAY = re.compile(r"(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})日?")
_MONTH = re.compile(r"(\d{4})[-/年.](\d{1,2})月?")


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


class AmountField(NumberField):
    """Money or a quantity: unit prices may be finer than the currency."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"decimal_places": 4, **kwargs})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """Read what was typed, also with the sign of the yen."""
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).strip("¥円 ")
        return super().to_python(value)


class DayField(forms.DateField):
    """A day, from the browser's own calendar; a mistyped year is told, not stored."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)
        self.error_messages["invalid"] = _lazy("日付を入力してください（例：2026-04-01）。")

    def to_python(self, value: Any) -> date | None:
        """Read what was typed: 2026-04-01, 2026/4/1 and 2026年4月1日 are the same."""
        if isinstance(value, str):
            typed = unicodedata.normalize("NFKC", value).strip()
            if found := _DAY.fullmatch(typed):
                value = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
        return super().to_python(value)

    def validate(self, value: Any) -> None:
        """Refuse a year that nobody means."""
        super().validate(value)
        check_year(value)


class MomentField(forms.DateTimeField):
    """A day with a time, from the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        kwargs.setdefault("widget", widget)
        super().__init__(**kwargs)
        self.error_messages["invalid"] = _lazy("日時を入力してください（例：2026-04-01 17:00）。")

    def to_python(self, value: Any) -> datetime | None:
        """Read what was typed; year 1 or 9999 would leave the calendar in another time zone."""
        if isinstance(value, str) and (found := re.match(r"\s*(\d{4})-", value)):
            check_year(date(max(int(found[1]), 1), 1, 1))
        return super().to_python(value)


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
        month = month_in(str(value))
        if month is None:
            raise ValidationError(_("年月を入力してください（例：2026-04）。"), code="invalid")
        return month

    def validate(self, value: Any) -> None:
        """Refuse a year that nobody means."""
        super().validate(value)
        check_year(value)

    def prepare_value(self, value: Any) -> Any:
        """Write a month as the browser reads it."""
        return f"{value:%Y-%m}" if isinstance(value, date) else value


def check_year(day: date | None) -> None:
    """Raise ValidationError when the year is none that anybody means."""
    if day is not None and day.year not in YEARS:
        limits = {"first": YEARS[0], "last": YEARS[-1]}
        raise ValidationError(
            _("西暦%(first)d年から%(last)d年までの日付を入力してください。") % limits, code="year"
        )


def month_in(text: str) -> date | None:
    """Return the first day of the month that the text names, or None."""
    found = _MONTH.fullmatch(unicodedata.normalize("NFKC", text).strip())
    try:
        return date(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        return None


def month_asked_for(request: HttpRequest) -> date | None:
    """Return the month of the address (?month=2015-04), or None when it is no month."""
    return month_in(request.GET.get("month", ""))


class PlainForm(forms.Form):
    """A form whose complaints say what to do.

    `needed_by` names fields that may stay empty in a draft, with the words that stand beside them.
    """

    needed_by: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            wanted = _("%(field)sを入力してください。")
            if isinstance(field, forms.ChoiceField | forms.MultipleChoiceField):
                wanted = _("%(field)sを選んでください。")
            field.error_messages["required"] = wanted % {"field": field.label}
            for validator in field.validators:
                if isinstance(validator, ProhibitNullCharactersValidator):
                    validator.message = _("使えない文字が含まれています。")
        for name, words in self.needed_by.items():
            self.fields[name].needed_by = words  # type: ignore[attr-defined]

    def choose(self, name: str, choices: Any) -> None:
        """Give a choice field its choices."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - narrows the type
        field.choices = choices
