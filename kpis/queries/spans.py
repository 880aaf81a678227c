"""From when to when KPIs count, what hangs below them, and the definitions they were made of."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from kpis.domain.rollup import children_of, parents_first
from kpis.domain.validity import counts_in
from kpis.models import KPI, Definition, Target, Tree
from kpis.models.choices import ValueSource
from kpis.queries.formulas import words_in


def definitions_of(tree: Tree, kpis: Collection[KPI]) -> dict[UUID, Definition]:
    """Return the definition behind each KPI: the one it was made of, or one of the same name."""
    visible = Q(organization=None) | Q(organization_id=tree.client_id)
    known = list(Definition.objects.filter(visible).current())
    by_code = {one.code: one for one in known}
    by_name = {one.texts["name"]["ja"]: one for one in known}
    found = {one.pk: by_code.get(one.library_code) or by_name.get(one.name) for one in kpis}
    return {pk: definition for pk, definition in found.items() if definition is not None}


@dataclass(frozen=True, slots=True)
class Stakes:
    """What keeps KPIs of a tree from ending: signed targets, and formulas that go on."""

    signed: frozenset[UUID]
    needs: Sequence[tuple[KPI, frozenset[str]]]


def stakes_of(tree: Tree) -> Stakes:
    """Return what is at stake in the tree: two queries."""
    signed = Target.objects.standing().filter(kpi__tree=tree, agreed_at__isnull=False)
    computed = KPI.objects.living().filter(
        tree=tree, value_source=ValueSource.FORMULA, retired_from=None
    )
    return Stakes(
        frozenset(signed.values_list("kpi_id", flat=True)),
        [(one, frozenset(words_in(one.formula))) for one in computed],
    )


def branches(kpis: Sequence[KPI]) -> dict[UUID, list[KPI]]:
    """Return each KPI with all below it."""
    children = children_of({one.pk: one.parent_id for one in kpis})
    by_id = {one.pk: one for one in kpis}
    found: dict[UUID, list[KPI]] = defaultdict(list)
    for pk in reversed(parents_first(children)):
        found[pk] = [by_id[pk], *(one for child in children.get(pk, ()) for one in found[child])]
    return found


def ended(kpis: Iterable[KPI], month: date, *, begins: bool = True) -> set[UUID]:
    """Return the KPIs that do not count in the month, for themselves or because of one above.

    Without `begins` only those that ended: what begins later is designed already.
    """
    kpis = list(kpis)
    children = children_of({one.pk: one.parent_id for one in kpis})
    out = {one.pk for one in kpis if not counts_in(_span(one, begins=begins), month)}
    for pk in parents_first(children):
        if pk in out:
            out.update(children.get(pk, ()))
    return out


@dataclass(frozen=True, slots=True)
class _Span:
    id: UUID
    counts_from: date | None
    retired_from: date | None


def _span(kpi: KPI, *, begins: bool) -> _Span:
    return _Span(kpi.pk, kpi.counts_from if begins else None, kpi.retired_from)
