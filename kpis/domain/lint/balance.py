"""Balance of the perspectives of the scorecard."""

from collections.abc import Iterator
from fractions import Fraction

from core.domain.rounding import RoundingRule, round_to
from kpis.domain.imports.messages import gettext_noop
from kpis.domain.lint.model import LintTree, Perspective
from kpis.domain.lint.rule import Hit, Rule, Severity, Term, Text

MOST = Fraction(1, 2)


def _missing(tree: LintTree) -> Iterator[Hit]:
    weights = _weights(tree)
    missing = tuple(Term(one.value) for one in Perspective if not weights.get(one))
    if tree.leaves and missing:
        yield Hit(None, {"perspectives": missing})


def _skewed(tree: LintTree) -> Iterator[Hit]:
    """Find one heavy perspective; where it is the only one, BSC-MISSING says all there is to say."""
    weights = _weights(tree)
    present = [one for one in Perspective if weights.get(one)]
    whole = sum(weights.values(), Fraction(0))
    for one in present if len(present) > 1 else ():
        if weights[one] > MOST * whole:
            share = round_to(100 * weights[one] / whole, RoundingRule.HALF_UP, 1)
            yield Hit(None, {"perspective": Term(one.value), "share": share})


def _weights(tree: LintTree) -> dict[str, Fraction]:
    """Return the weight of each perspective ('' for none) over the leaves on the KGI."""
    weights: dict[str, Fraction] = {}
    for node in tree.leaves:
        perspective = tree.perspectives.get(node.id, "")
        weights[perspective] = weights.get(perspective, Fraction(0)) + tree.shares.get(
            node.id, Fraction(0)
        )
    return weights


BALANCE_RULES = (
    Rule(
        code="BSC-MISSING",
        severity=Severity.WARNING,
        idea="バランスト・スコアカード",
        title=Text(gettext_noop("KPIのない視点"), "A perspective without KPI"),
        message=Text(
            gettext_noop("重みのあるKPIがない視点があります：%(perspectives)s。"),
            "No KPI with weight in: %(perspectives)s.",
        ),
        why=Text(
            gettext_noop("四つの視点がそろわないと、目先の成果のために先の力を失いがちです。"),
            "Where a perspective is missing, the near result is paid for with later strength.",
        ),
        remedy=Text(
            gettext_noop("足りない視点のKPIを加えるか、KPIに視点を選んでください。"),
            "Add a KPI of that perspective, or choose the perspectives of the KPIs.",
        ),
        check=_missing,
    ),
    Rule(
        code="BSC-SKEW",
        severity=Severity.WARNING,
        idea="バランスト・スコアカード",
        title=Text(gettext_noop("一つの視点に偏った重み"), "Weight on one perspective"),
        message=Text(
            gettext_noop("重みの%(share)s%%が「%(perspective)s」の視点に集まっています。"),
            "%(share)s%% of the weight is in the %(perspective)s perspective.",
        ),
        why=Text(
            gettext_noop("半分を超える重みが集まると、ほかの視点の悪化が評価に表れません。"),
            "Above half of the weight, the others may get worse and the score does not show it.",
        ),
        remedy=Text(
            gettext_noop("一つの視点が50%以下になるように重みを配り直してください。"),
            "Spread the weights so that no perspective has more than 50%.",
        ),
        check=_skewed,
    ),
)
