"""The form of a target: a value or a band, from when on, and why."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, NumberField, PlainForm
from kpis.domain.scoring import InvalidTarget, check_target
from kpis.models import KPI, Target
from kpis.models.choices import Direction, RationaleKind
from kpis.queries.scorecards import target_spec
from kpis.wording import target_problem

LINE = ("value", "worst")
BAND = ("accept_low", "accept_high", "worst_low", "worst_high")
ERROR_FIELDS = {
    "no_target": "value",
    "worst_equals_target": "worst",
    "worst_on_good_side": "worst",
    "band_reversed": "accept_low",
}


class TargetForm(PlainForm):
    """What the KPI shall reach; only the fields that its direction needs."""

    entries_seen = forms.IntegerField(widget=forms.HiddenInput)
    valid_from = DayField(
        label=_("適用開始日"),
        help_text=_("この日から効きます。月の評価には、月の初日に有効な目標を使います。"),
    )
    value = NumberField(label=_("目標値"), help_text=_("この値で100点になります。"))
    worst = NumberField(
        label=_("0点とする値"),
        required=False,
        help_text=_("空欄なら、基準値（なければ目標から決まる値）を使います。"),
    )
    accept_low = NumberField(label=_("範囲の下限"), help_text=_("下限から上限までが100点です。"))
    accept_high = NumberField(label=_("範囲の上限"))
    worst_low = NumberField(label=_("0点とする下の値"), required=False)
    worst_high = NumberField(label=_("0点とする上の値"), required=False)
    rationale_kind = forms.ChoiceField(label=_("根拠の種類"), choices=RationaleKind.choices)
    rationale = forms.CharField(
        label=_("根拠"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("出典、過去の実績の期間、協議の相手など、あとから読んで分かるように書きます。"),
    )

    def __init__(self, *args: Any, kpi: KPI, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kpi = kpi
        for name in LINE if kpi.direction == Direction.BAND else BAND:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """The line of the score must have a length and point the right way."""
        data = super().clean() or {}
        if not self.errors:
            limits = {name: data.get(name) for name in (*LINE, *BAND)}
            try:
                check_target(target_spec(self.kpi, Target(kpi=self.kpi, **limits)))
            except InvalidTarget as error:
                name = ERROR_FIELDS.get(error.code)
                self.add_error(name if name in self.fields else None, target_problem(error.code))
        return data

    def values(self) -> dict[str, Any]:
        """Return what the operation takes."""
        data = dict(self.cleaned_data)
        data["rationale_kind"] = RationaleKind(data["rationale_kind"])
        return data
