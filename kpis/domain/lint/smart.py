"""SMART: specific, measurable, achievable, relevant, time-bound."""

from collections.abc import Iterator

from kpis.domain.imports.messages import gettext_noop
from kpis.domain.lint.model import LintNode, LintTarget, LintTree
from kpis.domain.lint.rule import Hit, Rule, Severity, Term, Text, hit
from kpis.domain.lint.words import has_number, vague_words


def has_value(target: LintTarget | None) -> bool:
    """Tell whether the target says a number: a value or a whole band."""
    if target is None:
        return False
    return target.value is not None or (target.low is not None and target.high is not None)


def _vague(tree: LintTree) -> Iterator[Hit]:
    for node in tree.nodes:
        words = vague_words(node.name)
        is_explained = bool(node.definition.strip() or node.formula_names) or has_number(node.name)
        if words and not is_explained:
            yield hit(node, words=words)


def _unmeasured(tree: LintTree) -> Iterator[Hit]:
    for node in tree.leaves:
        if tree.inputs_of(node):
            continue
        missing = (
            *([] if node.data_source.strip() else [Term.DATA_SOURCE]),
            *([] if node.frequency else [Term.FREQUENCY]),
        )
        if missing:
            yield hit(node, missing=missing)


def _without_target(tree: LintTree) -> Iterator[Hit]:
    for node in _promises(tree):
        if not has_value(node.target) and not node.is_monitored_only:
            yield hit(node)


def _irrelevant(tree: LintTree) -> Iterator[Hit]:
    for node in tree.leaves:
        if node.id not in tree.levels:
            yield hit(node)


def _timeless(tree: LintTree) -> Iterator[Hit]:
    for node in _promises(tree):
        has_deadline = node.deadline_on is not None and node.deadline_on >= tree.today
        is_repeated = bool(node.frequency) and node is not tree.root
        if not has_deadline and not is_repeated:
            yield hit(node)


def _promises(tree: LintTree) -> Iterator[LintNode]:
    """Yield what is promised: the KGI and the leaves; what is between follows from the leaves."""
    if tree.root is not None:
        yield tree.root
    yield from tree.leaves


SMART_RULES = (
    Rule(
        code="SMART-S",
        severity=Severity.ERROR,
        idea="Specific",
        title=Text(gettext_noop("あいまいな言葉のKPI"), "A KPI in vague words"),
        message=Text(
            gettext_noop("「%(name)s」の「%(words)s」は、人によって受け取り方が違います。"),
            "“%(words)s” in “%(name)s” means something else to everybody.",
        ),
        why=Text(
            gettext_noop(
                "「良い」「早めに」のような言葉では、達成したかどうかを双方が同じように判断できません。"
            ),
            "With words such as “good” or “soon” the two sides cannot judge alike whether it "
            "was reached.",
        ),
        remedy=Text(
            gettext_noop("数値で言い換えるか、定義に数え方を書いてください。"),
            "Say it in numbers, or write into the definition how it is counted.",
        ),
        check=_vague,
    ),
    Rule(
        code="SMART-M",
        severity=Severity.ERROR,
        idea="Measurable",
        title=Text(gettext_noop("測り方が決まっていないKPI"), "A KPI nobody can measure"),
        message=Text(
            gettext_noop("「%(name)s」に決まっていないものがあります：%(missing)s。"),
            "“%(name)s” lacks: %(missing)s.",
        ),
        why=Text(
            gettext_noop(
                "どこから、いつ数値を取るかが決まっていないKPIは、測られないまま残ります。"
            ),
            "A KPI without a source and a frequency stays unmeasured.",
        ),
        remedy=Text(
            gettext_noop("データの取得元と測定の頻度を入力してください。"),
            "Enter the data source and how often it is measured.",
        ),
        check=_unmeasured,
    ),
    Rule(
        code="SMART-A",
        severity=Severity.ERROR,
        idea="Achievable",
        title=Text(gettext_noop("目標値のないKPI"), "A KPI without a target"),
        message=Text(
            gettext_noop("「%(name)s」に目標値がありません。"),
            "“%(name)s” has no target.",
        ),
        why=Text(
            gettext_noop(
                "目標値がなければ、達成できるかどうかも、達成したかどうかも話し合えません。"
            ),
            "Without a target nobody can discuss whether it can be reached, or was.",
        ),
        remedy=Text(
            gettext_noop("目標値を決めるか、向きを「監視のみ」にしてください。"),
            "Set a target, or make the KPI “monitor only”.",
        ),
        check=_without_target,
    ),
    Rule(
        code="SMART-R",
        severity=Severity.ERROR,
        idea="Relevant",
        title=Text(gettext_noop("KGIにつながらないKPI"), "A KPI that does not lead to the KGI"),
        message=Text(
            gettext_noop("「%(name)s」はKGIにつながっていません。"),
            "“%(name)s” does not lead to the KGI.",
        ),
        why=Text(
            gettext_noop("KGIにつながらないKPIは、達成しても事業の目標に近づきません。"),
            "Reaching a KPI that does not lead to the KGI brings the goal no nearer.",
        ),
        remedy=Text(
            gettext_noop("どのKPIを通じてKGIに効くかを決め、その下に置いてください。"),
            "Decide through which KPI it moves the KGI and put it below that one.",
        ),
        check=_irrelevant,
    ),
    Rule(
        code="SMART-T",
        severity=Severity.ERROR,
        idea="Time-bound",
        title=Text(gettext_noop("期限も頻度もないKPI"), "A KPI without deadline or period"),
        message=Text(
            gettext_noop("「%(name)s」を、いつまでに達成するかが決まっていません。"),
            "It is open until when “%(name)s” is to be reached.",
        ),
        why=Text(
            gettext_noop(
                "時期の区切りがなければ、未達と言える日が来ません。KGIには、これから来る期限が必要です。"
            ),
            "Without a point in time it can never be missed. The KGI needs a deadline to come.",
        ),
        remedy=Text(
            gettext_noop("これから来る期限を入力してください。KPIは測定の頻度でも構いません。"),
            "Enter a deadline to come; for a KPI a frequency does as well.",
        ),
        check=_timeless,
    ),
)
