"""Forms of changes with an effective month: settings of a KPI, the status bands, the phase."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import MonthField, NumberField, PlainForm
from kpis.domain.bands import HIGHEST, bands_json
from kpis.domain.formulas.messages import FormulaError
from kpis.domain.scoring import StatusBands
from kpis.forms.kpis import IMPORTANCE
from kpis.models import KPI, PlannedChange
from kpis.models.choices import Phase
from kpis.policies.plans import PLANNABLE
from kpis.policies.trees import formula_problem
from kpis.queries.fields import from_json
from kpis.queries.formulas import Vocabulary
from kpis.queries.phases import OUTSOURCING
from kpis.queries.scorecards import bands_of

BOUND: dict[str, Any] = {
    "max_digits": 6,
    "decimal_places": 3,
    "min_value": Decimal(0),
    "max_value": HIGHEST,
}


class DatedForm(PlainForm):
    """From which month on, and why."""

    effective_month = MonthField(
        label=_("適用開始月"),
        help_text=_("この月の評価から使われます。今月を選ぶと、すぐに適用されます。"),
    )
    reason = forms.CharField(
        label=_("変更の理由"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例：下期から獲得単価を重く見ると、4月の定例で合意"),
    )


class PlanForm(DatedForm):
    """New settings of a KPI; what is left empty stays as it is."""

    field_order = ("kpi", *PLANNABLE, "effective_month", "reason")
    kpi = forms.TypedChoiceField(label=_("KPI"), coerce=UUID)
    weight = NumberField(
        label=_("重み"),
        min_value=Decimal(0),
        max_digits=9,
        decimal_places=3,
        required=False,
        help_text=_("変えない項目は空欄のままにします。"),
    )
    importance = forms.TypedChoiceField(
        label=_("重要度"),
        coerce=int,
        empty_value=None,
        choices=[("", _("変えない")), *IMPORTANCE],
        required=False,
    )
    formula = forms.CharField(
        label=_("計算式"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("値を計算式で計算するKPIだけで使います。例：[売上] ÷ [費用]"),
    )

    def __init__(
        self, *args: Any, kpis: Sequence[KPI], vocabulary: Vocabulary, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.vocabulary = vocabulary
        self.choose(
            "kpi", [("", _("（選んでください）")), *((str(one.pk), one.name) for one in kpis)]
        )

    @staticmethod
    def initial_of(plan: PlannedChange, vocabulary: Vocabulary) -> dict[str, Any]:
        """Return what the form shows of a plan."""
        fields = from_json(plan.fields)
        if formula := fields.get("formula"):
            fields["formula"] = vocabulary.shown(formula)
        same = {"effective_month": plan.effective_month, "reason": plan.reason}
        return {**fields, **same, "kpi": str(plan.kpi_id)}

    def clean(self) -> dict[str, Any]:
        """Something must change; a formula is kept with the keys of its KPIs."""
        data = super().clean() or {}
        if formula := data.get("formula"):
            try:
                data["formula"] = self.vocabulary.parse(formula).text()
            except FormulaError as error:
                self.add_error("formula", formula_problem(error))
        if not self.errors and not self.settings():
            self.add_error(None, _("変える項目を一つ以上入力してください。"))
        return data

    def settings(self) -> dict[str, Any]:
        """Return the settings that shall change."""
        data = self.cleaned_data
        return {name: data[name] for name in PLANNABLE if data.get(name) not in (None, "")}


class BandsForm(DatedForm):
    """Where each status begins."""

    field_order = ("met", "near", "improve", "effective_month", "reason")
    met = NumberField(label=_("達成"), **BOUND)
    near = NumberField(label=_("もう少し"), **BOUND)
    improve = NumberField(
        label=_("要改善"), help_text=_("この点数に届かないものは未達です。"), **BOUND
    )

    @staticmethod
    def initial_of(plan: PlannedChange | None, now: StatusBands) -> dict[str, Any]:
        """Return the bounds of a plan, or those of today."""
        if plan is None:
            return dict(bands_json(now))
        same = {"effective_month": plan.effective_month, "reason": plan.reason}
        return {**bands_json(bands_of(plan.tree)), **plan.fields, **same}

    def bands(self) -> StatusBands:
        """Return the bands."""
        data = self.cleaned_data
        return StatusBands(data["met"], data["near"], data["improve"])


class PhaseChoiceForm(PlainForm):
    """Which type and phase the tree shall have: what the proposal is made for."""

    outsourcing_type = forms.ChoiceField(label=_("外注の種類"), choices=OUTSOURCING)
    phase = forms.ChoiceField(label=_("新しいフェーズ"), choices=Phase.choices)


class PhaseForm(DatedForm, PhaseChoiceForm):
    """The switch itself, with the KPIs that were ticked."""

    field_order = ("outsourcing_type", "phase", "effective_month", "reason")
    version = forms.IntegerField(widget=forms.HiddenInput)
    parent = forms.TypedChoiceField(label=_("追加するKPIの親"), coerce=UUID)
    add = forms.TypedMultipleChoiceField(coerce=UUID, required=False)
    retire = forms.TypedMultipleChoiceField(coerce=UUID, required=False)

    def __init__(
        self,
        *args: Any,
        kpis: Sequence[KPI],
        coming: Sequence[UUID],
        leaving: Sequence[UUID],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.choose("parent", [(str(one.pk), one.name) for one in kpis])
        for name, ids in (("add", coming), ("retire", leaving)):
            self.choose(name, [(str(one), str(one)) for one in ids])

    def ticked(self, name: str) -> list[str]:
        """Return what was ticked, as it was sent."""
        return [str(one) for one in self[name].value() or []]
