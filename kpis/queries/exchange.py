"""Trees on their way out and in: what leaves with them, and what a pasted one would become."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from core.domain.rounding import decimal_text
from kpis.domain.exchange.columns import LINK_FIELDS
from kpis.domain.exchange.drawing import Card
from kpis.domain.exchange.entries import Draft, Entry, TargetEntry
from kpis.domain.exchange.plan import LIMITS, Plan, PlannedKPI, Surroundings, plan
from kpis.domain.tree import STEP, Json, LinkKind
from kpis.models import KPI, Link, Target, Tree
from kpis.models.choices import RationaleKind, ValueSource
from kpis.queries import responsible
from kpis.queries.fields import INHERITED, attribute, fields_of, from_json
from kpis.queries.formulas import words_in
from kpis.queries.lint import ShownFinding, lint_report
from kpis.queries.targets import in_force
from kpis.queries.trees import OutlineRow, outline, outline_rows

NUMBERS = ("value", *LIMITS)


def entries_of(tree: Tree, today: date) -> list[Entry]:
    """Return the tree with every field, line and standing target: five queries, whatever its size."""
    targets: dict[UUID, list[TargetEntry]] = defaultdict(list)
    for target in Target.objects.standing().filter(kpi__tree=tree).order_by("valid_from", "id"):
        targets[target.kpi_id].append(TargetEntry(_target_fields(target)))
    names = _organization_names(tree.client_id)
    links = _links_of(tree)
    entries = []
    for row in outline(tree, today):
        fields = fields_of(row.kpi) | _no_links() | links.get(row.kpi.pk, {})
        organization = row.kpi.responsible_organization
        if organization is not None:
            fields["responsible_organization"] = names.get(organization.pk, organization.name)
        entries.append(Entry(row.level, fields, targets[row.kpi.pk]))
    return entries


def _links_of(tree: Tree) -> Mapping[UUID, dict[str, Json]]:
    """Return the lines from each KPI by the column that they stand in."""
    columns = {kind: name for name, kind in LINK_FIELDS.items()}
    found: dict[UUID, dict[str, list[Json]]] = defaultdict(lambda: defaultdict(list))
    rows = Link.objects.filter(tree=tree).order_by("target__key")
    for node_id, kind, key, note in rows.values_list("node_id", "kind", "target__key", "note"):
        found[node_id][columns[LinkKind(kind)]].append({"key": key, "note": note})
    return {node_id: dict(lines) for node_id, lines in found.items()}


def _no_links() -> dict[str, Json]:
    return {name: [] for name in LINK_FIELDS}


def links_in_words(tree: Tree) -> Mapping[UUID, tuple[str, ...]]:
    """Return for each KPI a line of words for each of its lines, for drawings."""
    found: dict[UUID, tuple[str, ...]] = defaultdict(tuple)
    words = {
        LinkKind.REFERENCE: _("参照先：%(name)s"),
        LinkKind.INFLUENCE: _("〜 影響先：%(name)s"),
    }
    rows = Link.objects.filter(tree=tree).order_by("kind", "target__name", "id")
    for node_id, kind, name in rows.values_list("node_id", "kind", "target__name"):
        found[node_id] += (words[LinkKind(kind)] % {"name": name},)
    return found


def _target_fields(target: Target) -> dict[str, Json]:
    numbers = {name: getattr(target, name) for name in NUMBERS}
    return {
        "valid_from": target.valid_from.isoformat(),
        "rationale_kind": target.rationale_kind,
        "rationale": target.rationale,
        **{name: None if one is None else decimal_text(one) for name, one in numbers.items()},
    }


def _organization_names(client_id: UUID) -> dict[UUID, str]:
    """Return how each vendor is written: by name, or by id where two have the same name."""
    known = responsible.choices_for(client_id)
    names = [one.name.strip() for one in known]
    return {
        one.pk: name if names.count(name) == 1 else str(one.pk)
        for one, name in zip(known, names, strict=True)
    }


def cards_of(rows: Sequence[OutlineRow], words: Mapping[UUID, tuple[str, ...]]) -> list[Card]:
    """Return the tree as cards of a drawing, with what shall be written below each name."""
    places = {row.kpi.pk: at for at, row in enumerate(rows)}
    return [
        Card(
            row.kpi.name,
            words[row.kpi.pk],
            places[row.kpi.parent_id] if row.kpi.parent_id else None,
        )
        for row in rows
    ]


def plan_of_tree(client_id: UUID, draft: Draft, today: date) -> Plan:
    """Return what the draft would be as a tree of its own."""
    return plan(draft, _surroundings(client_id, today, fields_of(KPI())))


def plan_of_branch(tree: Tree, parent: KPI, draft: Draft, today: date) -> Plan:
    """Return what the draft would be below a KPI; it takes over who is responsible."""
    kpis = list(KPI.objects.living().filter(tree=tree).order_by("position", "id"))
    names: dict[str, list[str]] = defaultdict(list)
    below: dict[UUID, list[str]] = defaultdict(list)
    for one in kpis:
        names[one.name].append(one.key)
        if one.parent_id is not None:
            below[one.parent_id].append(one.key)
    inherited = {name: getattr(parent, attribute(name)) for name in INHERITED}
    start = KPI(**{attribute(name): value for name, value in inherited.items()})
    around = _surroundings(tree.client_id, today, fields_of(start))
    return plan(
        several_tops(draft),
        Surroundings(
            defaults=around.defaults,
            organizations=around.organizations,
            first_day=around.first_day,
            new_key=around.new_key,
            taken=frozenset(KPI.objects.filter(tree=tree).values_list("key", flat=True)),
            names=names,
            needs={one.key: _needs(one, below) for one in kpis},
            above=parent.key,
            adds_children=parent.value_source == ValueSource.CHILDREN,
        ),
    )


def several_tops(draft: Draft) -> Draft:
    """Below a KPI a draft may have several tops."""
    return replace(draft, problems=[one for one in draft.problems if one.code != "two_roots"])


def _needs(kpi: KPI, below: Mapping[UUID, Sequence[str]]) -> Sequence[str]:
    if kpi.value_source == ValueSource.FORMULA:
        return words_in(kpi.formula)
    return below[kpi.pk] if kpi.value_source == ValueSource.CHILDREN else ()


def _surroundings(client_id: UUID, today: date, defaults: Mapping[str, Json]) -> Surroundings:
    organizations: dict[str, list[str]] = defaultdict(list)
    for one in responsible.choices_for(client_id):
        organizations[one.name.strip()].append(str(one.pk))
        organizations[str(one.pk)].append(str(one.pk))
    return Surroundings(
        defaults=defaults,
        organizations=organizations,
        first_day=today.replace(day=1),
        new_key=new_key,
    )


def new_key() -> str:
    """Return a key that no other KPI has."""
    return f"kpi_{uuid4().hex[:10]}"


@dataclass(frozen=True, slots=True)
class Preview:
    """A tree as it would be: its rows, and what the design check would find in what is new."""

    rows: Sequence[tuple[OutlineRow, PlannedKPI]]
    findings: Sequence[ShownFinding]


def preview_of_tree(client_id: UUID, made: Plan, today: date) -> Preview:
    """Look at the plan as a tree of its own; nothing is saved."""
    tree = Tree(client_id=client_id)
    kpis = unsaved(tree, made)
    children: dict[UUID | None, list[KPI]] = defaultdict(list)
    for one in kpis:
        children[one.parent_id].append(one)
    return _preview(tree, made, kpis, children, {}, today)


def preview_of_branch(tree: Tree, parent: KPI, made: Plan, today: date) -> Preview:
    """Look at the tree as it would be with the branch; nothing is saved."""
    kpis = unsaved(tree, made, parent=parent)
    children: dict[UUID | None, list[KPI]] = defaultdict(list)
    living = KPI.objects.living().filter(tree=tree).select_related("responsible_organization")
    for one in [*living.order_by("position", "id"), *kpis]:
        children[one.parent_id].append(one)
    return _preview(tree, made, kpis, children, in_force(tree, today), today)


def _preview(
    tree: Tree,
    made: Plan,
    kpis: Sequence[KPI],
    children: Mapping[UUID | None, Sequence[KPI]],
    existing: Mapping[UUID, Target],
    today: date,
) -> Preview:
    targets = dict(existing)
    for kpi, planned in zip(kpis, made.kpis, strict=True):
        if planned.targets:
            targets[kpi.pk] = shown_target(kpi, planned, today)
    rows = outline_rows(children, targets, today.replace(day=1))
    report = lint_report(tree, today, rows=rows)
    planned_by = dict(zip((one.pk for one in kpis), made.kpis, strict=True))
    ours = [(row, planned_by[row.kpi.pk]) for row in rows if row.kpi.pk in planned_by]
    is_whole = len(ours) == len(rows)
    findings = [one for one in report.active if (one.kpi.pk in planned_by if one.kpi else is_whole)]
    return Preview(ours, findings)


def shown_target(kpi: KPI, planned: PlannedKPI, today: date) -> Target:
    """Return the target that would be in force: the newest that has begun, else the first."""
    found = sorted(target_rows(kpi, planned), key=lambda one: one.valid_from)
    begun = [one for one in found if one.valid_from <= today]
    return begun[-1] if begun else found[0]


def target_rows(kpi: KPI, planned: PlannedKPI) -> list[Target]:
    """Return the planned targets as rows that are not saved."""
    return [
        Target(
            kpi=kpi,
            valid_from=date.fromisoformat(str(one["valid_from"])),
            rationale_kind=RationaleKind(str(one["rationale_kind"])),
            rationale=str(one.get("rationale") or ""),
            **{name: Decimal(str(one[name])) for name in NUMBERS if one.get(name) is not None},
        )
        for one in planned.targets
    ]


def unsaved(tree: Tree, made: Plan, *, parent: KPI | None = None) -> list[KPI]:
    """Return the planned KPIs as rows that are not saved, in the order of the outline."""
    organizations = {one.pk: one for one in responsible.choices_for(tree.client_id)}
    kpis: list[KPI] = []
    for at, planned in enumerate(made.kpis):
        above = parent if planned.parent is None else kpis[planned.parent]
        kpi = KPI(tree=tree, parent=above, position=(at + 1) * STEP, **from_json(planned.fields))
        if kpi.responsible_organization_id is not None:
            kpi.responsible_organization = organizations[kpi.responsible_organization_id]
        kpis.append(kpi)
    return kpis
