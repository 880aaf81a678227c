"""The way through the five questions: each form is made of the answers before it."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core.forms import PlainForm
from core.tenancy import Actor
from kpis.domain.lint.engine import sentence
from kpis.forms.guided import ChoiceForm, DriverForm, GoalForm
from kpis.forms.guided_owners import OwnerForm
from kpis.forms.guided_targets import TargetForm
from kpis.models import Definition, GuidedStart
from kpis.models.choices import LibraryType, Phase, ResponsibleSide
from kpis.queries import guided as queries
from kpis.queries import responsible
from kpis.queries.guided import OF_THE_CLIENT, Choice
from kpis.queries.lint import reader
from kpis.queries.planting import PlannedKPI, findings_of

# What only a person can know; it is asked for in the last two questions or stays open.
FOR_PEOPLE = frozenset({"SMART-A", "PIT3-NORATIONALE", "PIT4-OWNER"})
VENDOR_LABELS = {
    "creative": _lazy("制作の外注先"),
    "development": _lazy("開発の外注先"),
    "marketing": _lazy("広告運用の外注先"),
    "support": _lazy("サポートの外注先"),
}
SHOWN_TYPE = ("type", "phase")
LONGEST_ANSWER, MOST_ANSWERS = 5000, 500
FORMS = ("goal", "drivers", "choice", "targets", "owners")


class Walk:
    """The forms of one guided start, made when they are asked for."""

    def __init__(self, start: GuidedStart, actor: Actor, today: date) -> None:
        self.start, self.actor, self.today = start, actor, today
        self.kind = queries.goal_kind(start.kind)

    def typed(self, step: int) -> dict[str, list[str]] | None:
        """Return what was typed at a step, None before anything was."""
        found: dict[str, list[str]] | None = self.start.answers.get(str(step))
        return found

    def form(self, step: int) -> PlainForm:
        """Return the form of a step; those before it must be valid."""
        found: PlainForm = getattr(self, FORMS[step - 1])
        return found

    def first_open(self, step: int) -> int:
        """Return the first step up to this one that has no valid answer yet, or this one."""
        return next((one for one in range(1, step) if not self.form(one).is_valid()), step)

    @cached_property
    def goal(self) -> GoalForm:
        """Question 1."""
        return GoalForm(_data(self.typed(1)), kind=self.kind, today=self.today)

    @cached_property
    def drivers(self) -> DriverForm:
        """Question 2."""
        return DriverForm(_data(self.typed(2)), kind=self.kind)

    @cached_property
    def choice(self) -> ChoiceForm:
        """Question 3; as long as only type and phase were chosen, the template's KPIs are ticked."""
        drivers = self.drivers.drivers()
        places = {one.code for one in drivers}
        typed = {
            name: values
            for name, values in (self.typed(3) or {}).items()
            if not name.startswith("place_") or set(values) <= places
        }
        is_answered = bool(set(self.typed(3) or {}) - set(SHOWN_TYPE))
        found = queries.proposals(
            self.actor,
            type_=self.type,
            phase=self.phase,
            goal_code=self.kind.library_code,
            chosen=typed.get("kpis", []),
        )
        shown = {"type": self.type, "phase": self.phase}
        data = _data(typed) if is_answered else None
        return ChoiceForm(data, drivers=drivers, found=found, initial=shown)

    @property
    def type(self) -> str:
        """The type of work that is looked at in question 3."""
        return self._shown("type", self.kind.type, LibraryType.values)

    @property
    def phase(self) -> str:
        """The phase that is looked at in question 3."""
        return self._shown("phase", Phase.INITIAL.value, Phase.values)

    def _shown(self, name: str, default: str, known: Sequence[str]) -> str:
        value = ((self.typed(3) or {}).get(name) or [default])[0]
        return value if value in known else default

    @cached_property
    def definitions(self) -> list[Definition]:
        """The chosen KPIs."""
        return [one for one, _place in self.choice.choices()]

    @cached_property
    def targets(self) -> TargetForm:
        """Question 4."""
        given: dict[str, Any] = {
            "definitions": self.definitions,
            "benchmarks": queries.benchmarks_of([one.code for one in self.definitions]),
            "past": queries.past_of(self.start.client_id, self.definitions, self.today),
        }
        return TargetForm(_completed(self.typed(4), TargetForm(**given)), **given)

    @cached_property
    def owners(self) -> OwnerForm:
        """Question 5."""
        given: dict[str, Any] = {
            "definitions": self.definitions,
            "vendors": responsible.choices_for(self.start.client_id),
            "vendor_label": str(VENDOR_LABELS.get(self.type, "")),
        }
        return OwnerForm(_completed(self.typed(5), OwnerForm(**given)), **given)

    def plan(self) -> list[PlannedKPI]:
        """Return the tree; every form must be valid."""
        targets = self.targets.targets(self.goal.cleaned_data["valid_from"])
        fields = {**queries.goal_fields(self.goal.goal()), **self.owners.goal_owner()}
        choices = [
            Choice(one, place, targets.get(one.code), self.owners.owner_of(one.code))
            for one, place in self.choice.choices()
        ]
        return queries.plan_of(fields, self.goal.goal_target(), self.drivers.drivers(), choices)

    def design(self) -> list[str]:
        """Say what is wrong with the choice of KPIs, before targets and owners are asked for."""
        choices = [Choice(one, place, owner=_anybody(one)) for one, place in self.choice.choices()]
        fields = queries.goal_fields(self.goal.goal())
        plan = queries.plan_of(fields, self.goal.goal_target(), self.drivers.drivers(), choices)
        found = findings_of(plan, self.today)
        return [sentence(one, reader()) for one in found if one.code not in FOR_PEOPLE]


def _anybody(definition: Definition) -> dict[str, Any]:
    is_client = definition.code in OF_THE_CLIENT
    side = ResponsibleSide.CLIENT if is_client else ResponsibleSide.VENDOR
    return {
        "responsible_side": side.value,
        "responsible_label": "" if is_client else _("外注先"),
    }


def _data(typed: Mapping[str, Sequence[str]] | None) -> MultiValueDict[str, str] | None:
    if typed is None:
        return None
    return MultiValueDict({name: list(values) for name, values in typed.items()})


def _completed(
    typed: Mapping[str, Sequence[str]] | None, form: PlainForm
) -> MultiValueDict[str, str] | None:
    """Return what was typed, with what the form proposes for KPIs that were chosen since."""
    if typed is None:
        return None
    proposed = {name: form[name].value() for name in form.fields}
    filled = {name: ["" if value is None else str(value)] for name, value in proposed.items()}
    return _data({**filled, **typed})
