"""Reads of planned changes: what a month will bring, and how it is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import Organization
from core.domain.refusals import Refusal
from kpis import wording
from kpis.domain.bands import bands_json
from kpis.models import KPI, PlannedChange, Tree
from kpis.models.choices import LibraryType, Phase
from kpis.models.plans import PlannedChangeQuerySet
from kpis.queries.fields import fields_of
from kpis.queries.formulas import Vocabulary, vocabulary_of
from kpis.queries.scorecards import bands_of

RELATED = ("tree__client", "kpi", "planned_by", "withdrawn_by", "command")
BAND_LABELS = {
    "met": _lazy("達成"),
    "near": _lazy("もう少し"),
    "improve": _lazy("要改善"),
}


def trees_with_due(client: Organization, today: date) -> list[Tree]:
    """Return the client's trees that have something to apply."""
    due = PlannedChange.objects.pending().filter(effective_month__lte=today.replace(day=1))
    trees = Tree.objects.in_use().filter(client=client, pk__in=due.values("tree_id"))
    return list(trees.order_by("pk"))


def pending_of(tree: Tree) -> PlannedChangeQuerySet:
    """Return what lies ahead, the next first."""
    return PlannedChange.objects.pending().filter(tree=tree).select_related(*RELATED).in_order()


def past_of(tree: Tree) -> PlannedChangeQuerySet:
    """Return what was applied, withdrawn or did not fit, the newest first."""
    plans = PlannedChange.objects.filter(tree=tree).select_related(*RELATED)
    return plans.exclude(applied_at=None, withdrawn_at=None).order_by("-effective_month", "-id")


def values_in(tree: Tree, kpi: KPI | None, month: date) -> dict[str, Any]:
    """Return the values of the KPI, or the bands of the tree, that a month to come will have."""
    values: dict[str, Any] = dict(fields_of(kpi) if kpi else bands_json(bands_of(tree)))
    kind = PlannedChange.Kind.SETTINGS if kpi else PlannedChange.Kind.BANDS
    plans = PlannedChange.objects.pending().filter(tree=tree, kpi=kpi, kind=kind)
    for plan in plans.filter(effective_month__lte=month).in_order():
        values |= plan.fields
    return values


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """A plan as its page tells it, with why it cannot be changed or withdrawn."""

    plan: PlannedChange
    text: str
    edit_refusal: Refusal | None = None
    refusal: Refusal | None = None
    added: Sequence[KPI] = ()
    retired: Sequence[KPI] = ()

    @property
    def state(self) -> tuple[str, str]:
        """Where it stands, as a word and the kind of its badge."""
        if self.plan.refusal:
            return str(_("適用できませんでした")), "danger"
        if self.plan.withdrawn_at is not None:
            return str(_("取り下げ")), "neutral"
        if self.plan.applied_at is not None:
            return str(_("適用済み")), "success"
        return str(_("予定")), "info"


def shown(
    plan: PlannedChange,
    vocabulary: Vocabulary,
    edit_refusal: Refusal | None = None,
    refusal: Refusal | None = None,
    before: Mapping[str, Any] | None = None,
) -> ShownPlan:
    """Return the plan in words; a switch of the phase with the KPIs that come and go."""
    ids = [*plan.added_ids, *plan.retired_ids]
    kpis = {str(one.pk): one for one in KPI.objects.filter(pk__in=ids)} if ids else {}
    return ShownPlan(
        plan,
        told(plan, vocabulary, before),
        edit_refusal,
        refusal,
        [kpis[one] for one in plan.added_ids],
        [kpis[one] for one in plan.retired_ids],
    )


def shown_ahead(plans: Sequence[PlannedChange], vocabulary: Vocabulary) -> list[ShownPlan]:
    """Return what lies ahead, given in its order, in words."""
    starts = starting_points(plans)
    return [shown(one, vocabulary, before=starts[one.pk]) for one in plans]


def told(
    plan: PlannedChange,
    vocabulary: Vocabulary | None = None,
    before: Mapping[str, Any] | None = None,
) -> str:
    """Say in words what changes: KPI and fields with new values, and old ones where they are known.

    What lies ahead starts from what the plans before it will have made (`before`).
    """
    if plan.kind == PlannedChange.Kind.BANDS:
        return f"状態の基準点の変更（{_bands_text(plan.fields)}）"
    if plan.kind == PlannedChange.Kind.PHASE:
        return phase_text(plan.fields)
    if before is None:
        before = starting_points([plan], _earlier(plan))[plan.pk] if plan.is_pending else {}
    known: Mapping[str, Any] = plan.before or before
    parts = [
        f"{wording.field_label(one)}を"
        + (f"{_text(plan, one, known[one], vocabulary)}から" if one in known else "")
        + f"{_text(plan, one, value, vocabulary)}に"
        for one, value in plan.fields.items()
    ]
    return f"{wording.short(plan.kpi.name if plan.kpi else '')}の{'、'.join(parts)}変更"


def starting_points(
    plans: Sequence[PlannedChange], earlier: Sequence[PlannedChange] = ()
) -> dict[UUID, dict[str, Any]]:
    """Return what each plan of settings starts from; both in the order in which they take effect."""
    values: dict[UUID, dict[str, Any]] = {}
    found: dict[UUID, dict[str, Any]] = {}
    for plan in (*earlier, *plans):
        if plan.kpi is not None:
            known = values.setdefault(plan.kpi.pk, dict(fields_of(plan.kpi)))
            found[plan.pk] = {name: known.get(name) for name in plan.fields}
            known |= plan.fields
        else:
            found[plan.pk] = {}
    return found


def _earlier(plan: PlannedChange) -> list[PlannedChange]:
    same = PlannedChange.objects.pending().filter(tree_id=plan.tree_id, kpi=plan.kpi)
    ordered = list(same.exclude(pk=plan.pk).select_related("kpi").in_order())
    place = (plan.effective_month, plan.planned_at)
    return [one for one in ordered if (one.effective_month, one.planned_at) <= place]


def _text(plan: PlannedChange, name: str, value: Any, vocabulary: Vocabulary | None) -> str:
    """Write a value the way people read it; a formula with the names of its KPIs."""
    if name == "formula" and value:
        vocabulary = vocabulary or vocabulary_of(plan.tree)
        return wording.short(vocabulary.shown(str(value)))
    return wording.short(wording.field_text(name, value))


def _bands_text(fields: Mapping[str, Any]) -> str:
    return "・".join(f"{label}{fields[name]}点以上" for name, label in BAND_LABELS.items())


def phase_text(fields: Mapping[str, Any]) -> str:
    """Say which type of outsourcing and phase are meant."""
    words = []
    if kind := fields.get("outsourcing_type"):
        words.append(str(LibraryType(kind).label))
    if phase := fields.get("phase"):
        words.append(str(Phase(phase).label))
    return f"フェーズの切り替え（{'、'.join(words)}）"
