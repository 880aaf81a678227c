"""Forms of the import: choose a file, say what its columns are."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kpis.domain.imports.dates import ORDERS, DateFormat
from kpis.domain.imports.mapping import (
    DeliveryMapping,
    FileMapping,
    LongMapping,
    RowFilter,
    Shape,
)
from kpis.domain.imports.profile import DEFAULT_LIMITS

SHAPES = (
    (Shape.DELIVERIES.value, _("納品の一覧（1行＝1納品）から納期遵守率を計算")),
    (Shape.LONG.value, _("実績の一覧（日付・KPI・値）")),
)


class UploadForm(forms.Form):
    """One file of at most 5 MB."""

    file = forms.FileField(
        label=_("ファイル"),
        help_text=_(
            "CSV・TSV・Excel（.xlsx）。5 MB、20万行まで。文字コードと区切りは自動で判別します。"
        ),
        error_messages={
            "required": _("ファイルを選んでください。"),
            "empty": _("ファイルが空です。データの入ったファイルを選んでください。"),
        },
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before anything reads it."""
        file = self.cleaned_data["file"]
        if file.size > DEFAULT_LIMITS.size:
            raise forms.ValidationError(
                _("ファイルが大きすぎます。5 MB までです。期間などで分けてください。"),
                code="too_large",
            )
        return file


class MappingForm(forms.Form):
    """Which column plays which part; fields of the other shape are left alone."""

    shape = forms.ChoiceField(label=_("1行の意味"), choices=SHAPES)
    vendor = forms.ChoiceField(label=_("外注先の列"), required=False)
    scheduled = forms.ChoiceField(label=_("納期の列"), required=False)
    delivered = forms.ChoiceField(label=_("納品日の列"), required=False)
    date = forms.ChoiceField(label=_("日付の列"), required=False)
    kpi = forms.ChoiceField(label=_("KPI名の列"), required=False)
    value = forms.ChoiceField(label=_("値の列"), required=False)
    numerator = forms.ChoiceField(label=_("分子の列"), required=False)
    denominator = forms.ChoiceField(label=_("分母の列"), required=False)
    date_order = forms.ChoiceField(label=_("日付の書き方"), required=False)
    filter_column = forms.ChoiceField(label=_("絞り込む列"), required=False)
    filter_value = forms.CharField(
        label=_("絞り込む値"), required=False, help_text=_("空欄なら、すべての行を読みます。")
    )

    def __init__(self, *args: Any, columns: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("（選ばない）")), *((one, one) for one in columns)]
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField) and name not in {"shape", "date_order"}:
                field.choices = choices
        orders = [(one.value, one.label.text()) for one in ORDERS]
        field = self.fields["date_order"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - narrows the type
        field.choices = [("", _("自動で判別")), *orders]

    @classmethod
    def initial_of(cls, mapping: FileMapping | None) -> dict[str, Any]:
        """Return the values with which the form shows a stored mapping."""
        if mapping is None:
            return {"shape": Shape.DELIVERIES.value}
        formats = list(mapping.date_formats.values())
        return {
            "shape": mapping.to_dict()["shape"],
            **mapping.parts(),
            "date_order": formats[0].value if formats else "",
            "filter_column": mapping.row_filter.column if mapping.row_filter else "",
            "filter_value": mapping.row_filter.value if mapping.row_filter else "",
        }

    def clean(self) -> dict[str, Any]:
        """A filter needs both its column and its value."""
        data = super().clean() or {}
        if data.get("filter_value") and not data.get("filter_column"):
            self.add_error("filter_column", _("絞り込む列を選んでください。"))
        return data

    def mapping(self) -> FileMapping:
        """Return the mapping that the person chose; whether it fits the file is seen later."""
        data = self.cleaned_data
        row_filter = (
            RowFilter(data["filter_column"], data["filter_value"]) if data["filter_value"] else None
        )
        if data["shape"] == Shape.DELIVERIES.value:
            dates = [data["scheduled"], data["delivered"]]
            return DeliveryMapping(
                vendor=data["vendor"],
                scheduled=data["scheduled"],
                delivered=data["delivered"],
                date_formats=self._formats(dates),
                row_filter=row_filter,
            )
        return LongMapping(
            date=data["date"],
            kpi=data["kpi"],
            value=data["value"],
            numerator=data["numerator"],
            denominator=data["denominator"],
            date_formats=self._formats([data["date"]]),
            row_filter=row_filter,
        )

    def _formats(self, columns: Sequence[str]) -> dict[str, DateFormat]:
        order = self.cleaned_data["date_order"]
        return {column: DateFormat(order) for column in columns if column} if order else {}
