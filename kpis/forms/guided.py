"""The five questions of the guided start, each a form; what was typed is kept as it was typed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from core.forms import DayField, NumberField, PlainForm
from kpis.domain.guided import Driver, driver_for
from kpis.domain.scoring import Direction as DomainDirection
from kpis.domain.scoring import InvalidTarget, TargetSpec, check_target
from kpis.forms.trees import GOAL_DIRECTIONS
from kpis.models import Definition
from kpis.models.choices import (
    Direction,
    LibraryType,
    Phase,
    RationaleKind,
    Unit,
)
from kpis.queries.guided import GoalKind, Proposal, goal_kinds
from kpis.wording import target_problem

OWN_DRIVERS = 3
FEWEST, MOST = 2, 20
WORDS = {"rows": 2}
TYPES = [one for one in LibraryType.choices if one[0] != LibraryType.COMMON]


class BeginForm(PlainForm):
    """For whom, and what kind of goal."""

    client = forms.TypedChoiceField(label=_("発注者"), coerce=UUID)
    kind = forms.ChoiceField(
        label=_("いちばん達成したいこと"), widget=forms.RadioSelect, initial="customers"
    )

    def __init__(self, *args: Any, clients: Sequence[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("client", [(str(one.pk), one.name) for one in clients])
        self.choose("kind", [(one.code, one.name) for one in goal_kinds()])
        if len(clients) == 1:
            self.fields["client"].initial = str(clients[0].pk)
            self.fields["client"].widget = forms.HiddenInput()


class GoalForm(PlainForm):
    """Question 1: what shall be reached, in words and numbers."""

    name = forms.CharField(label=_("ツリー名"), max_length=200)
    goal_name = forms.CharField(
        label=_("KGI（目標を表す数値）"),
        max_length=200,
        help_text=_("最終的に達成したいことを、一つの数値で表します。"),
    )
    definition = forms.CharField(
        label=_("KGIの定義"),
        max_length=2000,
        widget=forms.Textarea(attrs=WORDS),
        help_text=_("何をどう数えるかを、誰が読んでも同じになるように書きます。"),
    )
    unit = forms.ChoiceField(label=_("単位"), choices=Unit.choices)
    direction = forms.ChoiceField(label=_("方向"), choices=GOAL_DIRECTIONS)
    baseline = NumberField(
        label=_("現状（1か月あたり）"),
        required=False,
        help_text=_("分からないときは空欄で構いません。"),
    )
    target = NumberField(label=_("目標値（1か月あたり）"))
    worst = NumberField(
        label=_("0点とする値"),
        required=False,
        help_text=_("空欄のときは現状の値、現状も空欄のときは自動で決めます。"),
    )
    valid_from = DayField(label=_("目標の適用開始日"))
    deadline_on = DayField(label=_("達成期限"))
    rationale_kind = forms.ChoiceField(label=_("根拠の種類"), choices=RationaleKind.choices)
    rationale = forms.CharField(
        label=_("目標の根拠"),
        max_length=5000,
        widget=forms.Textarea(attrs=WORDS),
        help_text=_("例：昨年度の月平均200件に対し、25%増を経営会議で合意"),
    )

    def __init__(self, *args: Any, kind: GoalKind, today: date, **kwargs: Any) -> None:
        first = today.replace(day=1)
        example = kind.example
        initial = {
            "name": kind.name if example["name"] else "",
            "goal_name": example["name"],
            "definition": example["definition"],
            "unit": example["unit"],
            "direction": example["direction"],
            "valid_from": first,
            "deadline_on": first.replace(year=first.year + 1),
            "rationale_kind": RationaleKind.HISTORY.value,
        }
        super().__init__(*args, initial=initial, **kwargs)

    def clean(self) -> dict[str, Any]:
        """The target can be scored, is better than today, and the deadline comes after its start."""
        data = super().clean() or {}
        starts, ends = data.get("valid_from"), data.get("deadline_on")
        if starts and ends and ends <= starts:
            self.add_error("deadline_on", _("達成期限は、目標の適用開始日より後にしてください。"))
        target, baseline = data.get("target"), data.get("baseline")
        if target is None or not data.get("direction"):
            return data
        is_lower = data["direction"] == Direction.LOWER
        if baseline is not None and (target >= baseline if is_lower else target <= baseline):
            self.add_error("target", _("目標値は、現状より良い値にしてください。"))
            return data
        spec = TargetSpec(
            DomainDirection(data["direction"]), target, worst=data.get("worst"), baseline=baseline
        )
        try:
            check_target(spec)
        except InvalidTarget as error:
            self.add_error("worst" if data.get("worst") else "target", target_problem(error.code))
        return data

    def goal(self) -> dict[str, Any]:
        """Return the fields of the KGI as typed."""
        return {**self.cleaned_data, "name": self.cleaned_data["goal_name"]}

    def goal_target(self) -> dict[str, Any]:
        """Return the KGI's target."""
        data = self.cleaned_data
        same = {name: data[name] for name in ("valid_from", "worst", "rationale")}
        kind = RationaleKind(data["rationale_kind"])
        return {**same, "value": data["target"], "rationale_kind": kind}


class DriverForm(PlainForm):
    """Question 2: what the goal depends on."""

    def __init__(self, *args: Any, kind: GoalKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for one in kind.drivers:
            self.fields[f"use_{one.code}"] = forms.BooleanField(
                label=_t("「%(name)s」を使う") % {"name": one.name}, required=False, initial=True
            )
            self.fields[f"name_{one.code}"] = forms.CharField(
                label=_t("要素の名称"),
                max_length=200,
                required=False,
                initial=one.name,
            )
        for number in range(1, OWN_DRIVERS + 1):
            self.fields[f"own_{number}"] = forms.CharField(
                label=_t("追加する要素 %(number)d") % {"number": number},
                max_length=200,
                required=False,
            )

    def rows(self) -> Iterator[tuple[Driver, Any, Any]]:
        """Yield each proposed driver with its two fields."""
        for one in self.kind.drivers:
            yield one, self[f"use_{one.code}"], self[f"name_{one.code}"]

    def own_fields(self) -> list[Any]:
        """Return the fields for drivers of one's own."""
        return [self[f"own_{number}"] for number in range(1, OWN_DRIVERS + 1)]

    def clean(self) -> dict[str, Any]:
        """There is something to break the goal down into, and it has a name."""
        data = super().clean() or {}
        for one in self.kind.drivers:
            if data.get(f"use_{one.code}") and not data.get(f"name_{one.code}"):
                self.add_error(f"name_{one.code}", _("要素の名称を入力してください。"))
        if not self.errors and not self.drivers():
            raise forms.ValidationError(_("要素を一つ以上選ぶか、追加してください。"))
        return data

    def drivers(self) -> list[Driver]:
        """Return the drivers that were taken, renamed or added."""
        data = self.cleaned_data
        taken = [
            Driver(one.code, data[f"name_{one.code}"], one.definition, one.perspectives, one.kpis)
            for one in self.kind.drivers
            if data.get(f"use_{one.code}")
        ]
        own = [
            Driver(f"own_{number}", name)
            for number in range(1, OWN_DRIVERS + 1)
            if (name := data.get(f"own_{number}"))
        ]
        return taken + own


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A KPI of the list, whether it is ticked, and below which driver it goes."""

    proposal: Proposal
    is_chosen: bool
    place: Any


class ChoiceForm(PlainForm):
    """Question 3: which KPIs, and below which driver."""

    type = forms.ChoiceField(label=_("外注の種類"), choices=TYPES)
    phase = forms.ChoiceField(label=_("フェーズ"), choices=Phase.choices)
    kpis = forms.MultipleChoiceField(label=_("KPI"), required=False)

    def __init__(
        self,
        *args: Any,
        drivers: Sequence[Driver],
        found: Sequence[Proposal],
        initial: Mapping[str, Any],
        **kwargs: Any,
    ) -> None:
        self.found = found
        recommended = [one.definition.code for one in found if one.is_recommended]
        super().__init__(*args, initial={**initial, "kpis": recommended}, **kwargs)
        self.choose("kpis", [(one.definition.code, one.definition.name) for one in found])
        places = [(one.code, one.name) for one in drivers]
        for one in found:
            code = one.definition.code
            place = driver_for(drivers, code, one.definition.perspective)
            self.fields[f"place_{code}"] = forms.ChoiceField(
                label=_t("「%(name)s」を置く要素") % {"name": one.definition.name},
                choices=places,
                required=False,
                initial=place.code if place else "",
            )

    def chosen(self) -> set[str]:
        """Return the codes that are ticked, also before the form is checked."""
        return set(self["kpis"].value() or [])

    def _rows(self, wanted: Callable[[Proposal], bool]) -> list[ProposalRow]:
        chosen = self.chosen()
        return [
            ProposalRow(one, one.definition.code in chosen, self[f"place_{one.definition.code}"])
            for one in self.found
            if wanted(one)
        ]

    def recommended_rows(self) -> list[ProposalRow]:
        """The KPIs of the template for this type and phase."""
        return self._rows(lambda one: one.is_recommended)

    def phase_rows(self) -> list[ProposalRow]:
        """The others that fit type and phase."""
        return self._rows(lambda one: one.fits and not one.is_recommended)

    def more_rows(self) -> list[ProposalRow]:
        """The others for this type of work; they belong to other phases."""
        return self._rows(lambda one: not one.fits and not one.is_recommended)

    def clean_kpis(self) -> list[str]:
        """One KPI is too few, and nobody follows more than twenty."""
        kpis: list[str] = self.cleaned_data["kpis"]
        if not FEWEST <= len(kpis) <= MOST:
            raise forms.ValidationError(
                _("KPIを%(fewest)d件から%(most)d件の間で選んでください。"),
                params={"fewest": FEWEST, "most": MOST},
            )
        return kpis

    def choices(self) -> list[tuple[Definition, str]]:
        """Return the chosen definitions with the code of their driver, in the list's order."""
        taken = set(self.cleaned_data["kpis"])
        initial = {name: one.initial for name, one in self.fields.items()}
        found = []
        for one in self.found:
            name = f"place_{one.definition.code}"
            if one.definition.code in taken:
                found.append((one.definition, self.cleaned_data[name] or initial[name]))
        return found
