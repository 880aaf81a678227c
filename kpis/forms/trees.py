"""Forms of trees: start one, name it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from core.forms import DayField, NumberField, PlainForm
from kpis.domain.scoring import Direction as DomainDirection
from kpis.domain.scoring import InvalidTarget, TargetSpec, check_target
from kpis.models.choices import Direction, RationaleKind, Unit
from kpis.operations.target_rows import TargetDraft
from kpis.wording import target_problem

GOAL_DIRECTIONS = [
    (Direction.HIGHER.value, Direction.HIGHER.label),
    (Direction.LOWER.value, Direction.LOWER.label),
]


class ClientForm(PlainForm):
    """For which client: asked only of those who work for several."""

    client = forms.TypedChoiceField(label=_("発注者"), coerce=UUID)
    name = forms.CharField(label=_("ツリー名"), max_length=200)

    def __init__(self, *args: Any, clients: Sequence[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("client", [(str(one.pk), one.name) for one in clients])
        if len(clients) == 1:
            self.fields["client"].initial = str(clients[0].pk)
            self.fields["client"].widget = forms.HiddenInput()


class TreeForm(ClientForm):
    """A new tree with its KGI: what shall be reached, by when, and why that much."""

    name = forms.CharField(label=_("ツリー名"), max_length=200, help_text=_("例：新規顧客を増やす"))
    goal_name = forms.CharField(
        label=_("KGI（目標を表す数値）"), max_length=200, help_text=_("例：新規顧客数")
    )
    definition = forms.CharField(
        label=_("KGIの定義"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("何をどう数えるかを書きます。例：その月に新しく契約した顧客の数"),
    )
    unit = forms.ChoiceField(label=_("単位"), choices=Unit.choices, initial=Unit.COUNT.value)
    direction = forms.ChoiceField(label=_("方向"), choices=GOAL_DIRECTIONS)
    baseline = NumberField(label=_("基準値（現状）"), required=False)
    target = NumberField(label=_("目標値（1か月あたり）"))
    valid_from = DayField(
        label=_("目標の適用開始日"),
        help_text=_("月の評価には、月の初日に有効な目標を使います。"),
    )
    deadline_on = DayField(label=_("達成期限"))
    rationale_kind = forms.ChoiceField(label=_("根拠の種類"), choices=RationaleKind.choices)
    rationale = forms.CharField(
        label=_("目標の根拠"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例：昨年度の月平均200件に対し、20%増を経営会議で合意"),
    )

    def clean(self) -> dict[str, Any]:
        """The target must be one that can be scored, and end after it begins."""
        data = super().clean() or {}
        starts, ends = data.get("valid_from"), data.get("deadline_on")
        if starts and ends and ends <= starts:
            self.add_error(
                "deadline_on", _("達成期限は、目標の適用開始日より後の日にしてください。")
            )
        if data.get("target") is not None and data.get("direction"):
            spec = TargetSpec(
                DomainDirection(data["direction"]), data["target"], baseline=data.get("baseline")
            )
            try:
                check_target(spec)
            except InvalidTarget as error:
                self.add_error("target", target_problem(error.code))
        return data

    def goal(self) -> dict[str, Any]:
        """Return the fields of the KGI."""
        data = self.cleaned_data
        same = ("definition", "unit", "direction", "baseline", "deadline_on")
        return {"name": data["goal_name"], "importance": 5, **{name: data[name] for name in same}}

    def draft(self) -> TargetDraft:
        """Return the KGI's target."""
        data = self.cleaned_data
        return TargetDraft(
            valid_from=data["valid_from"],
            value=data["target"],
            rationale_kind=RationaleKind(data["rationale_kind"]),
            rationale=data["rationale"],
        )


class TreeNameForm(PlainForm):
    """Another name, with the version that the author saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("ツリー名"), max_length=200)
