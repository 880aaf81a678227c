"""Whether the KPIs fit the phase of the work."""

from collections.abc import Iterator

from kpis.domain.imports.messages import gettext_noop
from kpis.domain.lint.model import LintTree, Phase
from kpis.domain.lint.rule import Hit, Rule, Severity, Term, Text, hit
from kpis.domain.lint.words import Kind

_ONE_SIDED: dict[str, tuple[Kind, Term]] = {
    Phase.GROWTH: (Kind.SPEED, Term.ONLY_SPEED),
    Phase.INITIAL: (Kind.RETURN, Term.ONLY_RETURN),
}


def _off_phase(tree: LintTree) -> Iterator[Hit]:
    if tree.phase not in tuple(Phase):
        return
    phase = Term(tree.phase)
    kinds = set(tree.kinds.values())
    kind, subject = _ONE_SIDED.get(tree.phase, (None, Term.VENDOR))
    if kinds == {kind}:
        yield Hit(None, {"subject": subject, "phase": phase})
    for node in tree.leaves:
        if node.phases and tree.phase not in node.phases:
            yield hit(node, subject=node.name, phase=phase)


PHASE_RULES = (
    Rule(
        code="PHASE-OFF",
        severity=Severity.INFO,
        idea="フェーズ別のKPI",
        title=Text(gettext_noop("フェーズに合わないKPI"), "KPIs that do not fit the phase"),
        message=Text(
            gettext_noop("今のフェーズ（%(phase)s）に合っていません：%(subject)s。"),
            "Does not fit the %(phase)s phase: %(subject)s.",
        ),
        why=Text(
            gettext_noop(
                "初期は納期と品質の安定、改善期は効率、拡大期は事業の成果と、見るべきものが変わります。"
            ),
            "What matters changes: steady delivery and quality at first, then efficiency, then "
            "results.",
        ),
        remedy=Text(
            gettext_noop("フェーズに合うKPIに入れ替えるか、加えてください。"),
            "Exchange them for KPIs of the phase, or add some.",
        ),
        check=_off_phase,
    ),
)
