"""The pitfalls of KPIs for outsourced work: one-sided, off the goal, too high, too low, no risk."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from core.domain.rounding import RoundingRule, exact, round_to, to_decimal
from kpis.domain.calibration import POINTS_FOR_MEAN, natural_limits
from kpis.domain.imports.messages import gettext_noop
from kpis.domain.lint.model import LintNode, LintTarget, LintTree, ValueSource
from kpis.domain.lint.rule import Fix, FixKind, Hit, Rule, Severity, Term, Text, hit
from kpis.domain.lint.smart import has_value
from kpis.domain.lint.words import Kind
from kpis.domain.scoring import Direction

RISK_FROM_MONTHS = 3
POINTS_FOR_CORRELATION = 8
WEAK_CORRELATION = Fraction(3, 10)


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _without_quality(tree: LintTree) -> Iterator[Hit]:
    for vendor, nodes in tree.vendors.items():
        if any(tree.kinds[node.id] == Kind.QUALITY for node in nodes):
            continue
        for node in nodes:
            if tree.kinds[node.id] == Kind.SPEED:
                yield hit(node, vendor=tree.name_of(vendor) or Term.VENDOR)


def _single(tree: LintTree) -> Iterator[Hit]:
    for vendor, nodes in tree.vendors.items():
        if len(nodes) == 1:
            yield hit(nodes[0], vendor=tree.name_of(vendor) or Term.VENDOR)


def _orphans(tree: LintTree) -> Iterator[Hit]:
    for node in tree.nodes:
        if tree.root is not None and node is not tree.root and tree.parent_of(node) is None:
            yield hit(node, fix=Fix(FixKind.MOVE, {"parent_id": tree.root.id}))


def _dead(tree: LintTree) -> Iterator[Hit]:
    for node in tree.nodes:
        parent = tree.parent_of(node)
        if parent is None or parent.value_source == ValueSource.CHILDREN or parent.formula_names:
            continue
        if _is_weak(node, parent):
            yield hit(node, parent=parent.name, periods=_common(node, parent))
    for node_id, target_id in tree.influences:
        source, target = tree.by_id.get(node_id), tree.by_id.get(target_id)
        if source is not None and target is not None and _is_weak(source, target):
            yield hit(source, parent=target.name, periods=_common(source, target))


def _is_weak(node: LintNode, parent: LintNode) -> bool:
    """Tell whether |r| of the common last periods is below the bound; without spread there is no r."""
    periods = _common(node, parent)
    if periods < POINTS_FOR_CORRELATION or node.frequency != parent.frequency:
        return False
    ours, theirs = _deviations(node.history, periods), _deviations(parent.history, periods)
    spread = sum(x * x for x in ours) * sum(y * y for y in theirs)
    together = sum(x * y for x, y in zip(ours, theirs, strict=True))
    return spread > 0 and together * together < WEAK_CORRELATION**2 * spread


def _common(node: LintNode, parent: LintNode) -> int:
    return min(len(node.history), len(parent.history))


def _deviations(history: Sequence[Decimal], periods: int) -> list[Fraction]:
    values = [exact(value) for value in history[-periods:]]
    middle = _mean(values)
    return [value - middle for value in values]


def _without_rationale(tree: LintTree) -> Iterator[Hit]:
    for node in tree.nodes:
        target = node.target
        if target is None or not has_value(target) or node.is_monitored_only:
            continue
        if not target.rationale_kind or not target.rationale.strip():
            yield hit(node)


def _easy(tree: LintTree) -> Iterator[Hit]:
    for node in tree.nodes:
        past, target = _past(node), node.target
        if past is None or target is None or target.value is None:
            continue
        if _is_beyond(past, target.value, node.direction):
            yield hit(node, target=target.value, past=_rounded(past))


def _past(node: LintNode) -> Decimal | None:
    """Return the mean of the past, or what it was at the start when the past is too short."""
    if len(node.history) < POINTS_FOR_MEAN:
        return node.baseline
    return to_decimal(_mean([exact(value) for value in node.history]))


def _is_beyond(value: Decimal, than: Decimal, direction: Direction) -> bool:
    """Tell whether the value lies on the good side of the other."""
    if direction == Direction.HIGHER:
        return value > than
    return direction == Direction.LOWER and value < than


def _hard(tree: LintTree) -> Iterator[Hit]:
    for node in tree.nodes:
        limits, target = natural_limits(node.history), node.target
        if limits and target and _is_out_of_reach(target, node.direction, limits):
            low, high = map(_rounded, limits)
            yield hit(node, low=low, high=high)


def _is_out_of_reach(
    target: LintTarget, direction: Direction, limits: tuple[Decimal, Decimal]
) -> bool:
    low, high = limits
    if direction == Direction.BAND:
        if target.low is None or target.high is None:
            return False
        return target.low > high or target.high < low
    end = low if direction == Direction.LOWER else high
    return target.value is not None and _is_beyond(target.value, end, direction)


def _rounded(value: Decimal) -> Decimal:
    return round_to(value, RoundingRule.HALF_UP, 2)


def _without_risk(tree: LintTree) -> Iterator[Hit]:
    months = tree.engagement_months
    if months is None or months < RISK_FROM_MONTHS:
        return
    if not any(kind == Kind.RISK for kind in tree.kinds.values()):
        yield Hit(None, {"months": months})


PITFALL_RULES = (
    Rule(
        code="PIT1-PAIR",
        severity=Severity.ERROR,
        idea="納期100% -> 品質低下",
        title=Text(
            gettext_noop("品質のKPIを伴わない納期・件数のKPI"), "Speed or quantity without quality"
        ),
        message=Text(
            gettext_noop("%(vendor)sの「%(name)s」に、対になる品質のKPIがありません。"),
            "“%(name)s” of %(vendor)s has no KPI for quality beside it.",
        ),
        why=Text(
            gettext_noop("納期や件数だけを求めると、品質を下げて間に合わせることになりがちです。"),
            "Who is asked for speed or quantity only will pay for it with quality.",
        ),
        remedy=Text(
            gettext_noop("同じ外注先に、不具合率・修正回数・満足度など品質のKPIを加えてください。"),
            "Give the same vendor a KPI for quality: defects, revisions, satisfaction.",
        ),
        check=_without_quality,
    ),
    Rule(
        code="PIT1-SINGLE",
        severity=Severity.ERROR,
        idea="単一のKPIに偏る",
        title=Text(gettext_noop("KPIが一つだけの外注先"), "A vendor with one KPI only"),
        message=Text(
            gettext_noop("%(vendor)sのKPIが「%(name)s」だけです。"),
            "“%(name)s” is the only KPI of %(vendor)s.",
        ),
        why=Text(
            gettext_noop("一つの数値だけで評価すると、ほかの大切なことが後回しになります。"),
            "Where one number decides, all else comes last.",
        ),
        remedy=Text(
            gettext_noop("品質・納期・改善など、別の面を測るKPIを加えてください。"),
            "Add KPIs for other sides of the work: quality, delivery, improvement.",
        ),
        check=_single,
    ),
    Rule(
        code="PIT2-ORPHAN",
        severity=Severity.ERROR,
        idea="ゴールとズレ",
        title=Text(gettext_noop("KGIから切れた枝"), "A branch cut off from the KGI"),
        message=Text(
            gettext_noop("「%(name)s」からKGIへの道がありません。"),
            "No path leads from “%(name)s” to the KGI.",
        ),
        why=Text(
            gettext_noop("どのKPIの下にもない枝は、KGIの評価に数えられません。"),
            "A branch that hangs on nothing does not count for the KGI.",
        ),
        remedy=Text(
            gettext_noop("KGIか、関係するKPIの下に移してください。"),
            "Move it below the KGI or the KPI it belongs to.",
        ),
        check=_orphans,
    ),
    Rule(
        code="PIT2-DEAD",
        severity=Severity.WARNING,
        idea="問い合わせ件数 -> 契約数",
        title=Text(
            gettext_noop("上のKPIと一緒に動かないKPI"), "A KPI that does not move with its parent"
        ),
        message=Text(
            gettext_noop(
                "過去%(periods)s期で、「%(name)s」と「%(parent)s」の動きに関係が見られません。"
            ),
            "In %(periods)s periods “%(name)s” and “%(parent)s” did not move together.",
        ),
        why=Text(
            gettext_noop("動かしても上のKPIが変わらなければ、努力が成果につながりません。"),
            "If the KPI above does not follow, the effort leads nowhere.",
        ),
        remedy=Text(
            gettext_noop("効く理由を確かめ、成果に近いKPIへの置き換えを検討してください。"),
            "Check why it should work, or take a KPI nearer to the result.",
        ),
        check=_dead,
    ),
    Rule(
        code="PIT3-NORATIONALE",
        severity=Severity.ERROR,
        before_sign_off=Severity.WARNING,
        idea="高すぎる・低すぎる目標",
        title=Text(gettext_noop("根拠のない目標値"), "A target without a reason"),
        message=Text(
            gettext_noop("「%(name)s」の目標値に根拠がありません。"),
            "The target of “%(name)s” has no reason.",
        ),
        why=Text(
            gettext_noop("根拠のない目標値は、達成できないときに押し付け合いになります。"),
            "A target without a reason ends in blame when it is missed.",
        ),
        remedy=Text(
            gettext_noop("過去の実績・業界の目安・協議の結果のいずれかを根拠に書いてください。"),
            "Give past results, a benchmark or an agreement as the reason.",
        ),
        check=_without_rationale,
    ),
    Rule(
        code="PIT3-EASY",
        severity=Severity.WARNING,
        idea="低すぎる目標",
        title=Text(gettext_noop("これまでより甘い目標値"), "A target below what was usual"),
        message=Text(
            gettext_noop("「%(name)s」の目標%(target)sは、これまでの%(past)sより甘い値です。"),
            "The target %(target)s of “%(name)s” is easier than the %(past)s so far.",
        ),
        why=Text(
            gettext_noop("何もしなくても達成できる目標では、改善が進みません。"),
            "A target that is met without doing anything improves nothing.",
        ),
        remedy=Text(
            gettext_noop("これまでの平均より良い値にするか、下げる理由を残してください。"),
            "Set it beyond the past mean, or keep the reason for lowering it.",
        ),
        check=_easy,
    ),
    Rule(
        code="PIT3-HARD",
        severity=Severity.WARNING,
        idea="高すぎる目標",
        title=Text(gettext_noop("届いたことのない目標値"), "A target out of reach so far"),
        message=Text(
            gettext_noop(
                "「%(name)s」の目標は、これまでの自然な変動（%(low)s～%(high)s）を超えています。"
            ),
            "The target of “%(name)s” is beyond the usual variation (%(low)s to %(high)s).",
        ),
        why=Text(
            gettext_noop("仕事のやり方を変えない限り、届くのは偶然だけです。"),
            "Unless the way of working changes, only chance gets there.",
        ),
        remedy=Text(
            gettext_noop("何を変えて届かせるかを根拠に書くか、段階的な目標にしてください。"),
            "Write what will be changed to get there, or go in steps.",
        ),
        check=_hard,
    ),
    Rule(
        code="PIT5-RISK",
        severity=Severity.WARNING,
        idea="変更やリスクへの備え",
        title=Text(gettext_noop("変更・リスクのKPIがない契約"), "No KPI for change or risk"),
        message=Text(
            gettext_noop("%(months)sか月の契約に、変更やリスクのKPIがありません。"),
            "An engagement of %(months)s months has no KPI for change or risk.",
        ),
        why=Text(
            gettext_noop("期間が長いほど、仕様変更や事故が起きます。備えは測らないと続きません。"),
            "The longer it takes, the more changes and incidents; care must be measured to last.",
        ),
        remedy=Text(
            gettext_noop("仕様変更対応日数やリスクレビュー実施率などを加えてください。"),
            "Add days to handle a change, or the rate of risk reviews held.",
        ),
        check=_without_risk,
    ),
)
