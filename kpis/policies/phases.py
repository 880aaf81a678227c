"""When the phase of a tree may be switched."""

from django.utils.translation import gettext as _

from core.domain.refusals import Refusal
from kpis import wording
from kpis.models import PlannedChange, Tree
from kpis.models.choices import LibraryType, Phase


def why_not_phase(outsourcing_type: str, phase: str) -> Refusal | None:
    """A tree is of one type of work, in one phase."""
    is_type = outsourcing_type in LibraryType.values and outsourcing_type != LibraryType.COMMON
    if not is_type or phase not in Phase.values:
        return Refusal("kpis.phase", _("外注の種類とフェーズを選んでください。"), 422)
    return None


def why_not_another_switch(tree: Tree) -> Refusal | None:
    """One switch at a time: the KPIs of the next one depend on it."""
    waiting = PlannedChange.objects.pending().filter(tree=tree, kind=PlannedChange.Kind.PHASE)
    first = waiting.in_order().first()
    if first is None:
        return None
    return Refusal(
        "kpis.phase_planned",
        _(
            "%(month)sからのフェーズの切り替えがすでに予定されています。先に取り下げるか、適用後に登録してください。"
        )
        % {"month": wording.month(first.effective_month)},
        409,
    )
