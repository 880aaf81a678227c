"""Forms of objectives: what is aimed at, its key results, a check-in, and how it ended."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, NumberField, PlainForm
from kpis.models import KPI, Objective
from kpis.models.objectives import Confidence, ObjectiveStatus
from kpis.queries.objectives import KeyResultDraft

# Three to five key results keep an objective in sight; a tree has the rest.
ROWS = 5
WORDS = {"rows": 3}


class ObjectiveForm(PlainForm):
    """An objective without its key results."""

    title = forms.CharField(
        label=_("目標"),
        max_length=200,
        help_text=_("めざす姿を一文で書きます（例：問い合わせの多い製品サイトにする）。"),
    )
    description = forms.CharField(
        label=_("説明"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs=WORDS),
    )
    starts_on = DayField(label=_("開始日"))
    ends_on = DayField(label=_("終了日"))
    owner = forms.CharField(label=_("責任者"), max_length=100)
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    @classmethod
    def initial_of(cls, objective: Objective) -> dict[str, Any]:
        """Return the values with which the form shows an objective."""
        names = ("title", "description", "starts_on", "ends_on", "owner", "version")
        return {name: getattr(objective, name) for name in names}


class KeyResultForm(PlainForm):
    """One key result; an empty row is none."""

    kpi = forms.TypedChoiceField(label=_("KPI"), coerce=UUID, required=False, empty_value=None)
    start_value = NumberField(label=_("開始時の値"), required=False)
    target_value = NumberField(label=_("目標の値"), required=False)
    due_on = DayField(label=_("期限"), required=False)

    def __init__(self, *args: Any, kpis: Sequence[KPI], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(one.pk), f"{one.name}（{one.get_unit_display()}）") for one in kpis]
        self.choose("kpi", [("", _now("選んでください")), *named])

    @property
    def is_empty(self) -> bool:
        """Whether nobody filled this row in."""
        return not any(
            self.cleaned_data.get(name) not in (None, "")
            for name in ("kpi", "start_value", "target_value", "due_on")
        )

    def clean(self) -> dict[str, Any]:
        """A row is complete or empty; without a KPI it says what to do first."""
        data = super().clean() or {}
        if self.errors or self.is_empty:
            return data
        if data.get("kpi") is None:
            self.add_error(
                "kpi", _now("KPIを選んでください。まだないときは、先にツリーに追加してください。")
            )
        for name in ("start_value", "target_value", "due_on"):
            if data.get(name) is None:
                self.add_error(
                    name, _now("%(field)sを入力してください。") % {"field": self.fields[name].label}
                )
        if not self.errors and data["start_value"] == data["target_value"]:
            self.add_error(
                "target_value",
                _now("開始時の値と違う値にしてください。同じ値では進み具合を計算できません。"),
            )
        return data

    def draft(self) -> KeyResultDraft:
        """Return what the operations take."""
        data = self.cleaned_data
        return KeyResultDraft(
            kpi_id=data["kpi"],
            start_value=data["start_value"],
            target_value=data["target_value"],
            due_on=data["due_on"],
        )


def key_result_rows(
    data: Mapping[str, Any] | None, *, kpis: Sequence[KPI], objective: Objective | None = None
) -> list[KeyResultForm]:
    """Return one form per key result, with empty ones up to the usual number."""
    known = list(objective.key_results.order_by("position", "pk")) if objective else []
    initials: list[dict[str, Any]] = [
        {
            "kpi": str(one.kpi_id),
            "start_value": one.start_value,
            "target_value": one.target_value,
            "due_on": one.due_on,
        }
        for one in known
    ]
    initials += [{} for _row in range(max(ROWS - len(initials), 1))]
    return [
        KeyResultForm(data, kpis=kpis, prefix=f"kr{place}", initial=initial)
        for place, initial in enumerate(initials)
    ]


def drafts_of(rows: Sequence[KeyResultForm]) -> list[KeyResultDraft]:
    """Return the key results of the rows that were filled in."""
    return [one.draft() for one in rows if not one.is_empty]


def complaints_of(rows: Sequence[KeyResultForm]) -> list[tuple[str, str]]:
    """Return (field, sentence) of everything that is wrong in the rows, for the top of the page."""
    return [
        (field.id_for_label, str(error))
        for row in rows
        if row.is_bound
        for field in row
        for error in field.errors
    ]


class CheckInForm(PlainForm):
    """How sure one is, and why in a few words."""

    on = DayField(label=_("日付"))
    confidence = forms.ChoiceField(
        label=_("自信度"), choices=[("", _("選んでください")), *Confidence.choices]
    )
    note = forms.CharField(label=_("メモ"), max_length=1000, widget=forms.Textarea(attrs=WORDS))


class CloseForm(PlainForm):
    """What became of the objective."""

    outcome = forms.ChoiceField(label=_("結果"))
    reason = forms.CharField(label=_("理由"), max_length=1000, widget=forms.Textarea(attrs=WORDS))
    lessons = forms.CharField(
        label=_("振り返り（学んだこと）"), max_length=2000, widget=forms.Textarea(attrs=WORDS)
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, outcomes: Sequence[ObjectiveStatus], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(one.value, one.label) for one in outcomes]
        self.choose("outcome", [("", _now("選んでください")), *named])
