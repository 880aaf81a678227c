"""The form of a measurement: a period, and a value or a numerator with its denominator."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, MonthField, NumberField, PlainForm
from kpis.models import KPI
from kpis.models.choices import Aggregation, Frequency

MONTHLY = {Frequency.MONTH, Frequency.QUARTER, Frequency.YEAR}
PERIOD_HELP = {
    Frequency.WEEK: _("その日を含む週（月曜はじまり）の実績として登録します。"),
    Frequency.QUARTER: _("その月を含む四半期の実績として登録します。"),
    Frequency.YEAR: _("その月を含む年度の実績として登録します。"),
}


class MeasurementForm(PlainForm):
    """One value; the same form corrects it, with a reason."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    period_start = DayField(label=_("日付"))
    value = NumberField(label=_("実績値"))
    numerator = NumberField(label=_("分子"))
    denominator = NumberField(label=_("分母"))
    reason = forms.CharField(
        label=_("訂正の理由"),
        max_length=300,
        required=False,
        help_text=_("訂正するときは必ず入力します。以前の値も履歴に残ります。"),
    )

    def __init__(self, *args: Any, kpi: KPI, is_correction: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        frequency = Frequency(kpi.frequency)
        if frequency in MONTHLY:
            self.fields["period_start"] = MonthField(label=_("対象の月"))
        self.fields["period_start"].help_text = PERIOD_HELP.get(frequency, "")
        is_ratio = kpi.aggregation == Aggregation.RATIO
        for name in ("value",) if is_ratio else ("numerator", "denominator"):
            del self.fields[name]
        if is_correction:
            self.fields["reason"].required = True
            self.fields["period_start"].disabled = True
        else:
            del self.fields["reason"]

    def values(self) -> dict[str, Any]:
        """Return what the operation takes."""
        return dict(self.cleaned_data)
