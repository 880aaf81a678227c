"""What a switch of the phase proposes: KPIs of the library to add, KPIs of the tree to end."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from core.domain.refusals import Refusal
from core.tenancy import Actor
from kpis.models import KPI, Definition, Tree
from kpis.models.choices import LibraryType, Phase
from kpis.queries.spans import Stakes, branches, definitions_of, stakes_of

# What a client may buy; what is common to all of them is no type of work.
OUTSOURCING = [one for one in LibraryType.choices if one[0] != LibraryType.COMMON]

# Why a KPI cannot end: the KPI, all below it, what ends with it, and what is at stake.
WhyNot = Callable[[KPI, Collection[KPI], Collection[UUID], Stakes], Refusal | None]


@dataclass(frozen=True, slots=True)
class Coming:
    """A definition of the library that could be added, and why."""

    definition: Definition
    reason: str
    is_proposed: bool
    is_common: bool


@dataclass(frozen=True, slots=True)
class Leaving:
    """A KPI of the tree that could end, why, and why not."""

    kpi: KPI
    reason: str
    is_proposed: bool
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What could be added and ended with the new phase; nothing is done by it."""

    coming: Sequence[Coming]
    leaving: Sequence[Leaving]
    staying: Sequence[Leaving]

    @property
    def special(self) -> list[Coming]:
        """What is for this type of work."""
        return [one for one in self.coming if not one.is_common]

    @property
    def common(self) -> list[Coming]:
        """What is for any type of work."""
        return [one for one in self.coming if one.is_common]


def proposal(
    tree: Tree, actor: Actor, *, outsourcing_type: str, phase: str, why_not: WhyNot
) -> Proposal:
    """Propose what fits the type and phase that the tree shall have; five queries."""
    kpis = list(KPI.objects.living().filter(tree=tree).order_by("position", "id"))
    definitions = definitions_of(tree, kpis)
    leaving, staying = _leaving(tree, kpis, definitions, phase, why_not)
    coming = _coming(tree, actor, kpis, definitions, outsourcing_type, phase)
    return Proposal(coming, leaving, staying)


def _coming(
    tree: Tree,
    actor: Actor,
    kpis: Sequence[KPI],
    definitions: Mapping[UUID, Definition],
    outsourcing_type: str,
    phase: str,
) -> list[Coming]:
    present = {definitions[one.pk].code for one in kpis if one.pk in definitions}
    fitting = Definition.objects.visible_to(actor).current().filter(phases__contains=[phase])
    fitting = fitting.filter(types__overlap=[outsourcing_type, LibraryType.COMMON])
    found = []
    for one in fitting.exclude(code__in=present).order_by("position", "code"):
        is_new = bool(tree.phase) and tree.phase not in one.phases
        is_special = outsourcing_type in one.types
        words = LibraryType(outsourcing_type if is_special else LibraryType.COMMON).label
        reason = _("「%(type)s」の%(phase)sに使うKPIです。") % {
            "type": words,
            "phase": Phase(phase).label,
        }
        if is_new:
            reason += _("%(phase)sでは使わないKPIでした。") % {"phase": Phase(tree.phase).label}
        is_proposed = is_new and is_special
        found.append(Coming(one, reason, is_proposed=is_proposed, is_common=not is_special))
    return sorted(found, key=lambda one: (one.is_common, not one.is_proposed))


def _leaving(
    tree: Tree,
    kpis: Sequence[KPI],
    definitions: Mapping[UUID, Definition],
    phase: str,
    why_not: WhyNot,
) -> tuple[list[Leaving], list[Leaving]]:
    below = branches(kpis)
    ends = [one for one in kpis if one.parent_id is not None and one.retired_from is None]
    off = {
        one.pk
        for one in ends
        if len(below[one.pk]) == 1
        and one.pk in definitions
        and phase not in definitions[one.pk].phases
    }
    leaving, staying = [], []
    stakes = stakes_of(tree)
    for one in ends:
        refusal = why_not(one, below[one.pk], off, stakes)
        if one.pk in off:
            reason = _("%(phases)sに使うKPIで、%(phase)sには当たりません。") % {
                "phases": "・".join(definitions[one.pk].phase_labels),
                "phase": Phase(phase).label,
            }
            leaving.append(Leaving(one, reason, refusal is None, refusal))
        else:
            staying.append(Leaving(one, "", is_proposed=False, refusal=refusal))
    return leaving, staying
