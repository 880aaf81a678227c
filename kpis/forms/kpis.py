"""Forms of the tree editor: all fields of a KPI, and the short ones of the outline."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from core.forms import DayField, NumberField, PlainForm
from kpis.domain.formulas.messages import FormulaError
from kpis.models import KPI
from kpis.models.choices import (
    Aggregation,
    Direction,
    Frequency,
    Perspective,
    ResponsibleSide,
    Unit,
    ValueSource,
)
from kpis.operations.tree_commands import Shift
from kpis.policies.trees import formula_problem
from kpis.queries.fields import EDITABLE, attribute
from kpis.queries.formulas import Vocabulary

IMPORTANCE = [
    (1, _("1（低い）")),
    (2, "2"),
    (3, _("3（ふつう）")),
    (4, "4"),
    (5, _("5（高い）")),
]


class VersionForm(PlainForm):
    """The version of the tree that the author saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class KPIForm(VersionForm):
    """All settings of a KPI."""

    name = forms.CharField(label=_("名称"), max_length=200)
    definition = forms.CharField(
        label=_("定義"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("何をどう数えるかを、誰が読んでも同じになるように書きます。"),
    )
    unit = forms.ChoiceField(label=_("単位"), choices=Unit.choices)
    unit_per = forms.ChoiceField(
        label=_("あたり"),
        choices=[("", _("なし")), *Unit.choices],
        required=False,
        help_text=_("単価のように割った値のときだけ選びます（円/人）。"),
    )
    decimals = forms.TypedChoiceField(
        label=_("小数点以下の桁数"), coerce=int, choices=[(one, str(one)) for one in range(7)]
    )
    direction = forms.ChoiceField(label=_("方向"), choices=Direction.choices)
    frequency = forms.ChoiceField(label=_("測定の頻度"), choices=Frequency.choices)
    aggregation = forms.ChoiceField(
        label=_("期間の集計"),
        choices=Aggregation.choices,
        help_text=_("割合（%）は比率を選び、分子と分母を入力します。"),
    )
    value_source = forms.ChoiceField(label=_("値の出どころ"), choices=ValueSource.choices)
    formula = forms.CharField(
        label=_("計算式"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "「計算式で計算」のときに使います。KPIの名称は［ ］で囲みます（例：[売上] ÷ [費用]）。＋ − × ÷ のほか min、max、round、if などが使えます。%のKPIは、2.5%なら2.5として計算します。"
        ),
    )
    data_source = forms.CharField(label=_("データの取得元"), max_length=200, required=False)
    perspective = forms.ChoiceField(
        label=_("視点（BSC）"),
        choices=[("", _("（選ばない）")), *Perspective.choices],
        required=False,
    )
    importance = forms.TypedChoiceField(label=_("重要度"), coerce=int, choices=IMPORTANCE)
    weight = NumberField(
        label=_("重み"),
        min_value=Decimal(0),
        max_digits=9,
        decimal_places=3,
        help_text=_("同じ親の下での比率です。合計を100にする必要はありません。"),
    )
    responsible_side = forms.ChoiceField(label=_("責任の所在"), choices=ResponsibleSide.choices)
    responsible_organization = forms.TypedChoiceField(
        label=_("担当の外注先"), coerce=UUID, empty_value=None, required=False
    )
    responsible_label = forms.CharField(
        label=_("担当（部署・担当者）"), max_length=100, required=False
    )
    client_owner = forms.CharField(
        label=_("発注側の責任者"),
        max_length=100,
        required=False,
        help_text=_("外注先が動かすKPIでも、結果を受け止める人を発注側に決めておきます。"),
    )
    baseline = NumberField(label=_("基準値（現状）"), required=False)
    deadline_on = DayField(label=_("達成期限"), required=False)
    notes = forms.CharField(
        label=_("注意点"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self,
        *args: Any,
        organizations: Sequence[Organization],
        current: Organization | None = None,
        vocabulary: Vocabulary | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.vocabulary = vocabulary
        known = {one.pk: one for one in [*organizations, *([current] if current else [])]}
        choices = [(str(one.pk), one.name) for one in known.values()]
        self.choose("responsible_organization", [("", _("（選ばない）")), *choices])

    def clean(self) -> dict[str, Any]:
        """A formula that is used must be one; it is kept with the keys of its KPIs."""
        data = super().clean() or {}
        is_used = data.get("value_source") == ValueSource.FORMULA
        if self.vocabulary is not None and (is_used or data.get("formula")):
            try:
                data["formula"] = self.vocabulary.parse(data.get("formula", "")).text()
            except FormulaError as error:
                self.add_error("formula", formula_problem(error))
        return data

    @property
    def formula_names(self) -> list[str]:
        """The names that a formula may use as they are: told once, and without brackets."""
        labels = self.vocabulary.labels if self.vocabulary else {}
        known = [name for name, keys in labels.items() if len(keys) == 1]
        return sorted(name for name in known if not set("[]［］") & set(name))

    @classmethod
    def initial_of(cls, kpi: KPI, vocabulary: Vocabulary | None = None) -> dict[str, Any]:
        """Return the values with which the form shows a KPI."""
        shown = vocabulary.shown(kpi.formula) if vocabulary else kpi.formula
        return {
            "version": kpi.tree.version,
            **{name: getattr(kpi, attribute(name)) for name in EDITABLE},
            "formula": shown,
        }

    def values(self) -> dict[str, Any]:
        """Return the fields of the KPI."""
        return {name: self.cleaned_data[name] for name in EDITABLE}

    def differing(self, kpi: KPI) -> list[tuple[str, str, str]]:
        """Return (label, what was typed, what stands now) where they differ."""
        found = []
        now = KPIForm(organizations=[], initial=self.initial_of(kpi, self.vocabulary))
        for name in EDITABLE:
            field = self[name]
            stored = now[name].value()
            typed, stands = _text(field.value()), _text(now.fields[name].prepare_value(stored))
            if typed != stands:
                labels = {str(key): str(word) for key, word in getattr(field.field, "choices", ())}
                found.append(
                    (str(field.label), labels.get(typed, typed), labels.get(stands, stands))
                )
        return found


def _text(value: Any) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


class AddForm(VersionForm):
    """A new KPI: its name, and where it goes."""

    name = forms.CharField(label=_("名称"), max_length=200)
    place = forms.ChoiceField(choices=[("child", ""), ("after", "")])
    beside = forms.UUIDField()


class RenameForm(VersionForm):
    """Another name."""

    name = forms.CharField(label=_("名称"), max_length=200)


class ShiftForm(VersionForm):
    """One place up or down, or one level in or out."""

    shift = forms.TypedChoiceField(choices=[(one.value, "") for one in Shift], coerce=Shift)


class MoveForm(VersionForm):
    """Another parent."""

    parent = forms.UUIDField(
        error_messages={"required": _("移動先のKPIを選んでください。")},
    )
