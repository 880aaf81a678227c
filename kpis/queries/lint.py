"""The design check of a tree: what the rules find in it, and what people decided to live with."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kpis.domain.aggregation import Aggregation
from kpis.domain.lint.engine import lint, sentence
from kpis.domain.lint.model import LintNode, LintTarget, LintTree
from kpis.domain.lint.rule import Finding, Fix, Reader, Rule, Severity, Text, english
from kpis.domain.lint.rules import RULE_BY_CODE
from kpis.domain.scoring import Direction
from kpis.domain.tree import LinkKind
from kpis.models import KPI, Definition, LintWaiver, Score, Scorecard, Target, Tree
from kpis.models.choices import ValueSource
from kpis.queries.formulas import words_in
from kpis.queries.spans import definitions_of, ended
from kpis.queries.trees import OutlineRow, links_of, outline

PERIODS_LOOKED_AT = 24
# Months from the first to the last day of the longest running order of a tree, or None.
Length = Callable[[Tree], int | None]
_lengths: list[Length] = []


def register_length(source: Length) -> None:
    """Let a floor above say how long the tree's orders run."""
    if source not in _lengths:
        _lengths.append(source)


def reader() -> Reader:
    """Return how rules are read in the reader's language."""
    if (get_language() or "ja").startswith("en"):
        return english
    return lambda text: _(text.ja)


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding with its sentences, and the waiver that sets it aside."""

    finding: Finding
    kpi: KPI | None
    waiver: LintWaiver | None

    @property
    def rule(self) -> Rule:
        """The rule that does not hold."""
        return RULE_BY_CODE[self.finding.code]

    @property
    def code(self) -> str:
        """The rule's code."""
        return self.finding.code

    @property
    def key(self) -> str:
        """What tells this finding from the others of the tree."""
        return f"{self.code}-{self.finding.node_id or ''}"

    @property
    def fix(self) -> Fix | None:
        """What one click would do."""
        return self.finding.fix

    @property
    def severity(self) -> str:
        """How much it matters: error, warning or info."""
        return self.finding.severity.value

    def _read(self, text: Text) -> str:
        return reader()(text)

    @property
    def title(self) -> str:
        """What kind of flaw it is."""
        return self._read(self.rule.title)

    @property
    def message(self) -> str:
        """What was found here."""
        return sentence(self.finding, reader())

    @property
    def why(self) -> str:
        """Why it matters."""
        return self._read(self.rule.why)

    @property
    def remedy(self) -> str:
        """What to do."""
        return self._read(self.rule.remedy)


@dataclass(frozen=True, slots=True)
class LintReport:
    """The findings of a tree: those that count, worst first, and those set aside."""

    active: Sequence[ShownFinding]
    waived: Sequence[ShownFinding]
    by_kpi: Mapping[UUID, Sequence[ShownFinding]] = field(default_factory=dict)

    def count(self, severity: Severity) -> int:
        """Return how many findings of this severity count."""
        return sum(one.finding.severity == severity for one in self.active)

    @property
    def groups(self) -> Sequence[Sequence[ShownFinding]]:
        """The findings that count, those of one rule together, worst first."""
        found: dict[tuple[str, str], list[ShownFinding]] = defaultdict(list)
        for one in self.active:
            found[one.severity, one.code].append(one)
        return list(found.values())

    @property
    def errors(self) -> int:
        """How many findings should be mended before both sides sign."""
        return self.count(Severity.ERROR)

    @property
    def warnings(self) -> int:
        """How many findings should be looked at."""
        return self.count(Severity.WARNING)

    @property
    def hints(self) -> int:
        """How many findings are worth a thought."""
        return self.count(Severity.INFO)


def lint_tree(
    tree: Tree, today: date, *, rows: Sequence[OutlineRow] | None = None, at_sign_off: bool = False
) -> LintTree:
    """Return the tree as the rules look at it."""
    rows = outline(tree, today) if rows is None else rows
    gone = ended([one.kpi for one in rows], today.replace(day=1), begins=False)
    rows = [one for one in rows if one.kpi.pk not in gone]
    definitions = definitions_of(tree, [one.kpi for one in rows]) if tree.phase else {}
    history = _history(tree, today)
    organizations = {
        str(one.kpi.responsible_organization_id): str(one.kpi.responsible_organization)
        for one in rows
        if one.kpi.responsible_organization
    }
    return LintTree(
        nodes=tuple(_node(one, history.get(one.kpi.pk, ()), definitions) for one in rows),
        phase=tree.phase,
        today=today,
        engagement_months=max((n for one in _lengths if (n := one(tree))), default=None),
        at_sign_off=at_sign_off,
        influences=tuple(
            (link.node_id, link.target_id)
            for link in links_of(tree)
            if link.kind is LinkKind.INFLUENCE and not link.note.strip()
        ),
        organization_names=organizations,
    )


def lint_report(
    tree: Tree, today: date, *, rows: Sequence[OutlineRow] | None = None, at_sign_off: bool = False
) -> LintReport:
    """Check the design of the tree as it is today."""
    rows = outline(tree, today) if rows is None else rows
    kpis = {str(one.kpi.pk): one.kpi for one in rows}
    waivers = {
        (one.code, str(one.kpi_id) if one.kpi_id else None): one
        for one in LintWaiver.objects.standing()
        .filter(tree=tree, expires_on__gte=today)
        .select_related("created_by")
    }
    active: list[ShownFinding] = []
    waived: list[ShownFinding] = []
    by_kpi: dict[UUID, list[ShownFinding]] = defaultdict(list)
    for finding in lint(lint_tree(tree, today, rows=rows, at_sign_off=at_sign_off)):
        kpi = kpis.get(finding.node_id or "")
        shown = ShownFinding(finding, kpi, waivers.get((finding.code, finding.node_id)))
        if shown.waiver is not None:
            waived.append(shown)
            continue
        active.append(shown)
        if kpi is not None:
            by_kpi[kpi.pk].append(shown)
    return LintReport(active, waived, dict(by_kpi))


def before_signing(tree: Tree, kpi_ids: Collection[UUID], today: date) -> list[ShownFinding]:
    """Return the errors in the design of these KPIs, as strictly as before an agreement."""
    report = lint_report(tree, today, at_sign_off=True)
    return [
        one
        for one in report.active
        if one.finding.severity == Severity.ERROR and one.kpi and one.kpi.pk in kpi_ids
    ]


def finding_of(report: LintReport, code: str, kpi_id: UUID | None) -> ShownFinding | None:
    """Return the finding of this rule at this KPI, also one that was set aside."""
    wanted = str(kpi_id) if kpi_id else None
    return next(
        (
            one
            for one in (*report.active, *report.waived)
            if (one.code, one.finding.node_id) == (code, wanted)
        ),
        None,
    )


def _history(tree: Tree, today: date) -> dict[UUID, tuple[Decimal, ...]]:
    """Return the values of the last closed months without a gap, oldest first."""
    month = today.replace(day=1)
    closed = Scorecard.objects.filter(tree=tree, period_start__lt=month)
    newest = closed.order_by("-period_start").values("pk")[:PERIODS_LOOKED_AT]
    scores = Score.objects.filter(scorecard__in=newest).order_by("-scorecard__period_start")
    values: dict[UUID, list[Decimal | None]] = defaultdict(list)
    for kpi_id, value in scores.values_list("kpi_id", "value"):
        values[kpi_id].append(value)
    return {kpi_id: _unbroken(found) for kpi_id, found in values.items()}


def _unbroken(newest_first: Sequence[Decimal | None]) -> tuple[Decimal, ...]:
    kept: list[Decimal] = []
    for value in newest_first:
        if value is None:
            break
        kept.append(value)
    return tuple(reversed(kept))


def _node(
    row: OutlineRow, history: tuple[Decimal, ...], definitions: Mapping[UUID, Definition]
) -> LintNode:
    kpi = row.kpi
    definition = definitions.get(kpi.pk)
    same = (
        *("key", "name", "definition", "unit", "frequency", "value_source", "data_source"),
        *("perspective", "importance", "weight", "responsible_side", "responsible_label"),
        *("client_owner", "baseline", "deadline_on"),
    )
    organization = kpi.responsible_organization_id
    return LintNode(
        id=str(kpi.pk),
        parent_id=str(kpi.parent_id) if kpi.parent_id else None,
        direction=Direction(kpi.direction),
        aggregation=Aggregation(kpi.aggregation),
        responsible_organization=str(organization) if organization else None,
        target=_target(row.target),
        history=history,
        formula_names=_formula_names(row.kpi),
        has_parts=kpi.aggregation == Aggregation.RATIO,
        phases=frozenset(definition.phases if definition else ()),
        types=frozenset(definition.types if definition else ()),
        **{name: getattr(kpi, name) for name in same},
    )


def _formula_names(kpi: KPI) -> tuple[str, ...]:
    """Return the keys that the formula uses; whether they are there, its own rule says."""
    if kpi.value_source != ValueSource.FORMULA:
        return ()
    return tuple(words_in(kpi.formula))


def _target(target: Target | None) -> LintTarget | None:
    if target is None:
        return None
    return LintTarget(
        value=target.value,
        low=target.accept_low,
        high=target.accept_high,
        rationale_kind=target.rationale_kind,
        rationale=target.rationale,
        valid_from=target.valid_from,
    )
