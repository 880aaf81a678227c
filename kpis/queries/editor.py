"""What the tree editor shows: the tree as its commands see it, and the words around each KPI."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, TextChoices
from django.utils.translation import gettext as _

from core.tenancy import Actor
from kpis import wording
from kpis.domain.formulas.nodes import Binary, Operator, walk
from kpis.models import KPI, Link, Score, Scorecard, Tree, TreeCommand
from kpis.models.choices import (
    Aggregation,
    Direction,
    Frequency,
    Perspective,
    ResponsibleSide,
    Status,
    Unit,
    ValueSource,
)
from kpis.queries import trees as queries
from kpis.queries.fields import node_of
from kpis.queries.formulas import stored, vocabulary_of, with_values
from kpis.queries.lint import LintReport, ShownFinding, lint_report
from kpis.queries.scorecards import latest_month_with_scores
from kpis.queries.trees import OutlineRow, Reversible, outline
from kpis.templatetags.kpi_values import of_kpi, target_of

# What a field may hold, with the words for it.
CHOICES: Mapping[str, type[TextChoices]] = {
    "unit": Unit,
    "unit_per": Unit,
    "direction": Direction,
    "frequency": Frequency,
    "aggregation": Aggregation,
    "perspective": Perspective,
    "responsible_side": ResponsibleSide,
}
# How many commands an editor that was away may catch up with; after more it reads the whole tree.
CATCH_UP = 200


@dataclass(frozen=True, slots=True)
class ShownCommand:
    """A command of the log, ready to be applied by an editor."""

    version: int
    kind: str
    payload: Mapping[str, Any]
    summary: str
    by: str
    is_own: bool


def commands_after(tree: Tree, version: int, actor: Actor) -> list[ShownCommand]:
    """Return the commands since a version, oldest first, at most CATCH_UP of them."""
    later = TreeCommand.objects.filter(tree=tree, version__gt=version).select_related("by_user")
    return [
        ShownCommand(
            one.version,
            one.kind,
            one.payload,
            one.summary,
            wording.author(one.by_user),
            is_own=one.by_user_id is not None and one.by_user_id == actor.user_id,
        )
        for one in later.order_by("version")[:CATCH_UP]
    ]


def nodes_of(rows: Sequence[OutlineRow]) -> list[dict[str, Any]]:
    """Return the KPIs as commands see them, in the order of the tree."""
    return [asdict(node_of(row.kpi)) for row in rows]


def shown(
    tree: Tree, today: date, rows: Sequence[OutlineRow], *, report: LintReport | None = None
) -> dict[str, Any]:
    """Return what stands around each KPI: values, status, owner and findings, by its id."""
    month = latest_month_with_scores(tree)
    scores = _scores(tree, month)
    by_kpi = report.by_kpi if report else {}
    return {
        "month": month.isoformat()[:7] if month else None,
        "errors": report.errors if report else None,
        "warnings": report.warnings if report else None,
        "kpis": {
            str(row.kpi.pk): {
                **_values(row, scores.get(row.kpi.pk)),
                "operator": operator_of(row.kpi, row.children),
                "findings": [
                    {"severity": one.severity, "title": one.title, "message": one.message}
                    for one in by_kpi.get(row.kpi.pk, ())
                ],
            }
            for row in rows
        },
    }


def editor_state(
    tree: Tree,
    today: date,
    rows: Sequence[OutlineRow],
    report: LintReport | None,
    reversible: Reversible,
) -> dict[str, Any]:
    """Return the whole tree for an editor: nodes, links, what stands around them, and undo.

    Without a report the findings are left for later.
    """
    undone = reversible.redo.undoes if reversible.redo else None
    return {
        "version": tree.version,
        "nodes": nodes_of(rows),
        "links": [asdict(link) for link in queries.links_of(tree)],
        "undo": reversible.undo.summary if reversible.undo else None,
        "redo": undone.summary if undone else None,
        "choices": {
            name: [[code, str(label)] for code, label in one.choices]
            for name, one in CHOICES.items()
        },
        **shown(tree, today, rows, report=report),
    }


def whole_state(tree: Tree, today: date, actor: Actor) -> dict[str, Any]:
    """Return the tree as it is now, findings included."""
    rows = outline(tree, today)
    report = lint_report(tree, today, rows=rows)
    return editor_state(tree, today, rows, report, queries.reversible(tree, actor))


def _scores(tree: Tree, month: date | None) -> dict[UUID, Score]:
    if month is None:
        return {}
    card = Scorecard.objects.get(tree=tree, period_start=month)
    return {one.kpi_id: one for one in Score.objects.filter(scorecard=card)}


def _values(row: OutlineRow, score: Score | None) -> dict[str, str | None]:
    kpi = row.kpi
    status = Status(score.status) if score else Status.NONE
    has_value = score is not None and score.value is not None
    has_score = score is not None and score.score is not None
    return {
        "target": str(target_of(row.target, kpi)) if row.target else None,
        "actual": str(of_kpi(score.value, kpi)) if has_value and score else None,
        "status": status.value,
        "statusLabel": str(status.label),
        "score": f"{score.score:.0f}" if has_score and score else None,
        "responsible": row.responsible,
    }


SIGNS = {Operator.ADD: "＋", Operator.SUBTRACT: "−", Operator.MULTIPLY: "×", Operator.DIVIDE: "÷"}


def operator_of(kpi: KPI, children: int) -> str:
    """Return the sign on the joint between a KPI and those below it.

    Arithmetic when its value is computed from them; 〜 when they only lead to it.
    """
    if kpi.value_source == ValueSource.FORMULA:
        return _sign(kpi.formula)
    if not children:
        return ""
    if kpi.value_source == ValueSource.CHILDREN:
        pooled = {Aggregation.RATIO: "÷", Aggregation.MEAN: "平均", Aggregation.MEDIAN: "中央値"}
        return pooled.get(Aggregation(kpi.aggregation), "＋")
    return "〜"


def _sign(text: str) -> str:
    formula = stored(text)
    if formula is None:
        return "?"
    signs = {SIGNS[one.operator] for one in walk(formula.root) if isinstance(one, Binary)}
    return signs.pop() if len(signs) == 1 else "式"


@dataclass(frozen=True, slots=True)
class FormulaToday:
    """A formula with the names that people know, and with the numbers of a month."""

    text: str
    numbers: str


def formula_today(kpi: KPI, scores: Mapping[UUID, Score]) -> FormulaToday | None:
    """Return the KPI's formula, and the same with these values in the place of the names."""
    if kpi.value_source != ValueSource.FORMULA or not kpi.formula:
        return None
    vocabulary = vocabulary_of(kpi.tree)
    values = {}
    for one in vocabulary.kpis:
        score = scores.get(one.pk)
        has_value = score is not None and score.value is not None
        values[one.key] = str(of_kpi(score.value, one)) if has_value and score else _("データなし")
    return FormulaToday(
        text=_spelled(vocabulary.shown(kpi.formula)),
        numbers=_spelled(with_values(kpi.formula, values)),
    )


def _spelled(formula: str) -> str:
    """Write the signs as people write them."""
    return formula.replace("*", "×").replace("/", "÷")


@dataclass(frozen=True, slots=True)
class Panel:
    """The selected KPI with what an editor wants to know before changing it."""

    row: OutlineRow
    score: Score | None
    month: date | None
    formula: FormulaToday | None
    findings: Sequence[ShownFinding]
    lines: Sequence[Link]


def panel_of(tree: Tree, kpi_id: UUID, today: date) -> Panel | None:
    """Return the panel of a KPI; None when it is gone."""
    rows = outline(tree, today)
    row = next((one for one in rows if one.kpi.pk == kpi_id), None)
    if row is None:
        return None
    month = latest_month_with_scores(tree)
    scores = _scores(tree, month)
    row.kpi.tree = tree
    return Panel(
        row=row,
        score=scores.get(kpi_id),
        month=month,
        formula=formula_today(row.kpi, scores),
        findings=lint_report(tree, today, rows=rows).by_kpi.get(kpi_id, ()),
        lines=list(
            Link.objects.filter(Q(node_id=kpi_id) | Q(target_id=kpi_id))
            .select_related("node", "target")
            .order_by("kind", "node__name", "pk")
        ),
    )
