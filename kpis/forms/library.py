"""Forms of the KPI library: what to look for, one's own definition, and where it is used."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainForm
from kpis.models import Definition, Tree
from kpis.models.choices import (
    Aggregation,
    Direction,
    Frequency,
    LibraryType,
    Perspective,
    Phase,
    Unit,
)
from kpis.models.library import TEXTS
from kpis.operations.library import LISTS
from kpis.queries.library import SETTINGS

WORDS = {"rows": 2}


class DefinitionForm(PlainForm):
    """A definition of the organization's own, in Japanese, with an English name if there is one."""

    name = forms.CharField(label=_("名称"), max_length=200)
    name_en = forms.CharField(label=_("英語の名称"), max_length=200, required=False)
    definition = forms.CharField(
        label=_("定義"),
        max_length=2000,
        widget=forms.Textarea(attrs=WORDS),
        help_text=_("何をどう数えるかを、誰が読んでも同じになるように書きます。"),
    )
    formula = forms.CharField(
        label=_("計算式"),
        max_length=500,
        required=False,
        widget=forms.TextInput(
            attrs={"placeholder": _("例：期限内の納品件数 ÷ 納期を迎えた件数 × 100")}
        ),
    )
    numerator = forms.CharField(label=_("分子"), max_length=200, required=False)
    denominator = forms.CharField(label=_("分母"), max_length=200, required=False)
    unit = forms.ChoiceField(label=_("単位"), choices=Unit.choices)
    decimals = forms.TypedChoiceField(
        label=_("小数点以下の桁数"), coerce=int, choices=[(one, str(one)) for one in range(7)]
    )
    direction = forms.ChoiceField(label=_("方向"), choices=Direction.choices)
    frequency = forms.ChoiceField(
        label=_("測定の頻度"), choices=Frequency.choices, initial=Frequency.MONTH.value
    )
    aggregation = forms.ChoiceField(
        label=_("期間の集計"),
        choices=Aggregation.choices,
        help_text=_("割合（%）は比率を選び、分子と分母を書きます。"),
    )
    data_source = forms.CharField(label=_("データの取得元"), max_length=200, required=False)
    perspective = forms.ChoiceField(
        label=_("視点（BSC）"), choices=Perspective.choices, initial=Perspective.PROCESS.value
    )
    types = forms.MultipleChoiceField(
        label=_("外注の種類"), choices=LibraryType.choices, widget=forms.CheckboxSelectMultiple
    )
    phases = forms.MultipleChoiceField(
        label=_("フェーズ"), choices=Phase.choices, widget=forms.CheckboxSelectMultiple
    )
    pitfalls = forms.CharField(
        label=_("落とし穴・注意点"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs=WORDS),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    def clean(self) -> dict[str, Any]:
        """A ratio says what is above and below the line."""
        data = super().clean() or {}
        if data.get("aggregation") == Aggregation.RATIO:
            for name in ("numerator", "denominator"):
                if not data.get(name):
                    self.add_error(name, _("比率で集計するKPIは、分子と分母を入力してください。"))
        return data

    @classmethod
    def initial_of(cls, definition: Definition) -> dict[str, Any]:
        """Return the values with which the form shows a definition."""
        return {
            **{name: (definition.texts.get(name) or {}).get("ja", "") for name in TEXTS},
            "name_en": (definition.texts.get("name") or {}).get("en", ""),
            **{name: getattr(definition, name) for name in (*SETTINGS, *LISTS)},
            "version": definition.version,
        }

    def fields_of(self) -> dict[str, Any]:
        """Return what the operations take."""
        data = self.cleaned_data
        texts = {name: {"ja": data[name]} for name in TEXTS if data[name]}
        if data["name_en"]:
            texts["name"]["en"] = data["name_en"]
        return {"texts": texts, **{name: data[name] for name in (*SETTINGS, *LISTS)}}


class UseForm(PlainForm):
    """Into which tree, and below which KPI; without one below the goal."""

    tree = forms.TypedChoiceField(label=_("追加先のKPIツリー"), coerce=UUID)
    parent = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, trees: Sequence[Tree], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("tree", [(str(one.pk), one.name) for one in trees])
