"""Question 4 of the guided start: how much, and why that much."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.forms import NumberField, PlainForm
from kpis.domain.calibration import Calibration, calibrate
from kpis.domain.past_values import read_past
from kpis.domain.scoring import Direction as DomainDirection
from kpis.domain.scoring import InvalidTarget, TargetSpec, check_target
from kpis.models import Benchmark, Definition
from kpis.models.choices import (
    Direction,
    RationaleKind,
)
from kpis.queries.guided import Past
from kpis.queries.planting import suggested_target
from kpis.wording import target_problem

WORDS = {"rows": 2}


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A KPI with the fields of its target, what is published, and where the target lies."""

    definition: Definition
    numbers: Sequence[Any]
    kind: Any
    reason: Any
    pasted: Any
    benchmarks: Sequence[Benchmark]
    past: Past | None
    calibration: Calibration | None


class TargetForm(PlainForm):
    """Question 4: how much, and why that much."""

    def __init__(
        self,
        *args: Any,
        definitions: Sequence[Definition],
        benchmarks: Mapping[str, Sequence[Benchmark]],
        past: Mapping[str, Past],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.definitions, self.benchmarks, self.past = definitions, benchmarks, past
        self.scored = [one for one in definitions if one.direction != Direction.MONITOR]
        for one in self.scored:
            self._add(one, suggested_target(one) or {})

    def _add(self, one: Definition, usual: Mapping[str, Any]) -> None:
        code, unit = one.code, one.get_unit_display()
        words = {"value": _t("目標値"), "accept_low": _t("下限"), "accept_high": _t("上限")}
        for name in self._numbers(one):
            self.fields[f"{name}_{code}"] = NumberField(
                label=f"{words[name]}（{unit}）", required=False, initial=usual.get(name)
            )
        self.fields[f"kind_{code}"] = forms.ChoiceField(
            label=_t("根拠の種類"),
            choices=RationaleKind.choices,
            initial=usual.get("rationale_kind", RationaleKind.NEGOTIATION),
        )
        self.fields[f"reason_{code}"] = forms.CharField(
            label=_t("目標の根拠"),
            max_length=2000,
            required=False,
            initial=usual.get("rationale", ""),
            widget=forms.Textarea(attrs=WORDS),
        )
        self.fields[f"past_{code}"] = forms.CharField(
            label=_t("過去の実績（貼り付け可）"),
            max_length=5000,
            required=False,
            widget=forms.Textarea(attrs=WORDS),
            help_text=_t("古い順に、改行か空白で区切ります。表計算の列も貼り付けられます。"),
        )

    @staticmethod
    def _numbers(one: Definition) -> tuple[str, ...]:
        is_band = one.direction == Direction.BAND
        return ("accept_low", "accept_high") if is_band else ("value",)

    def clean(self) -> dict[str, Any]:
        """A target that was typed has a reason and can be scored; the past can be read."""
        data = super().clean() or {}
        for one in self.scored:
            if unread := read_past(data.get(f"past_{one.code}") or "").unread:
                message = _t("読み取れない値があります：%(words)s。数値だけにしてください。")
                self.add_error(f"past_{one.code}", message % {"words": "、".join(unread[:3])})
            self._check(one, data)
        return data

    def _check(self, one: Definition, data: Mapping[str, Any]) -> None:
        names = self._numbers(one)
        numbers = {name: data.get(f"{name}_{one.code}") for name in names}
        if all(number is None for number in numbers.values()):
            return
        if not data.get(f"reason_{one.code}", "").strip():
            self.add_error(f"reason_{one.code}", _("目標の根拠を入力してください。"))
        value = numbers.pop("value", None)
        try:
            check_target(TargetSpec(DomainDirection(one.direction), value, **numbers))
        except InvalidTarget as error:
            self.add_error(f"{names[0]}_{one.code}", target_problem(error.code))

    def rows(self) -> list[TargetRow]:
        """Return each KPI that is scored with everything about its target."""
        return [self._row(one) for one in self.scored]

    def monitored(self) -> list[Definition]:
        """Return the KPIs that are only looked at."""
        return [one for one in self.definitions if one.direction == Direction.MONITOR]

    def _row(self, one: Definition) -> TargetRow:
        code = one.code
        known = self.past.get(code)
        pasted = read_past(self[f"past_{code}"].value() or "").values
        values = pasted or (known.values if known else ())
        number = self.fields.get(f"value_{code}")
        target = None
        if number is not None:
            try:
                target = number.clean(self[f"value_{code}"].value())
            except forms.ValidationError:
                target = None
        return TargetRow(
            definition=one,
            numbers=[self[f"{name}_{code}"] for name in self._numbers(one)],
            kind=self[f"kind_{code}"],
            reason=self[f"reason_{code}"],
            pasted=self[f"past_{code}"],
            benchmarks=self.benchmarks.get(code, ()),
            past=known if known and not pasted else None,
            calibration=calibrate(values, target, DomainDirection(one.direction))
            if values
            else None,
        )

    def targets(self, valid_from: date) -> dict[str, dict[str, Any]]:
        """Return the targets that were typed, by code."""
        found = {}
        for one in self.scored:
            numbers = {name: self.cleaned_data[f"{name}_{one.code}"] for name in self._numbers(one)}
            if any(number is not None for number in numbers.values()):
                found[one.code] = {
                    **numbers,
                    "valid_from": valid_from,
                    "rationale_kind": RationaleKind(self.cleaned_data[f"kind_{one.code}"]),
                    "rationale": self.cleaned_data[f"reason_{one.code}"].strip(),
                }
        return found
