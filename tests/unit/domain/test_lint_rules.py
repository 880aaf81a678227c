"""Every rule of the design lint with a tree that breaks it and one that does not."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from decimal import Decimal as D

import pytest

from kpis.domain.aggregation import Aggregation
from kpis.domain.lint.engine import as_json, lint, sentence
from kpis.domain.lint.model import (
    Combine,
    LintTarget,
    LintTree,
    Perspective,
    Phase,
    Side,
    ValueSource,
)
from kpis.domain.lint.rule import Finding, english
from kpis.domain.lint.rules import RULE_BY_CODE, RULES
from kpis.domain.scoring import Direction
from kpis.models import choices
from tests.unit.domain.lint_trees import (
    COST,
    GOOD,
    KGI,
    KPI,
    PAST,
    QUALITY,
    RISK,
    TODAY,
    chain,
    goal,
    good,
    kpi,
    part,
    summing,
    the,
    tree,
    with_kgi,
    with_kpi,
)

UP = tuple(map(Decimal, range(8)))
FLAT = tuple(map(Decimal, (1, -1, -1, 1, 1, -1, -1, 1)))

# Rule, a tree that breaks it, a tree as near as possible that does not.
TABLE: list[tuple[str, LintTree, LintTree]] = [
    (
        "SMART-S",
        with_kpi(name="早めに納品"),
        with_kpi(name="早めに納品", definition="納期の前日まで"),
    ),
    ("SMART-S", with_kpi(name="早めに納品"), with_kpi(name="納期の３日前より早めに納品")),
    ("SMART-M", with_kpi(data_source=""), good()),
    ("SMART-M", with_kpi(frequency=""), with_kpi(frequency="per_delivery")),
    ("SMART-A", with_kpi(target=None), with_kpi(target=None, direction=Direction.MONITOR)),
    ("SMART-A", with_kgi(target=None), good()),
    (
        "SMART-A",
        with_kpi(direction=Direction.BAND, target=LintTarget(low=D(1))),
        with_kpi(direction=Direction.BAND, target=LintTarget(low=D(1), high=D(2))),
    ),
    ("SMART-R", with_kpi(parent_id=None), good()),
    ("SMART-T", with_kpi(frequency="", deadline_on=None), with_kpi(deadline_on=None)),
    ("SMART-T", with_kgi(deadline_on=date(2026, 3, 31)), with_kgi(deadline_on=TODAY)),
    ("PIT1-PAIR", tree(KGI, KPI, RISK), tree(KGI, KPI, QUALITY)),
    ("PIT1-PAIR", tree(KGI, KPI, replace(QUALITY, responsible_organization="v2")), good()),
    ("PIT1-SINGLE", tree(KGI, KPI), tree(KGI, KPI, QUALITY)),
    ("PIT2-ORPHAN", with_kpi(parent_id="gone"), good()),
    (
        "PIT2-DEAD",
        tree(replace(KGI, history=UP), replace(KPI, history=FLAT)),
        tree(replace(KGI, history=UP), replace(KPI, history=UP[::-1])),
    ),
    (
        "PIT2-DEAD",
        tree(replace(KGI, history=UP), replace(KPI, history=(D(9), *FLAT))),
        tree(replace(KGI, history=UP), replace(KPI, history=FLAT[:7])),
    ),
    (
        "PIT2-DEAD",
        replace(
            tree(KGI, replace(KPI, history=UP), replace(QUALITY, history=FLAT)),
            influences=((QUALITY.id, KPI.id),),
        ),
        replace(
            tree(KGI, replace(KPI, history=UP), replace(QUALITY, history=UP)),
            influences=((QUALITY.id, KPI.id), ("gone", KPI.id), (KPI.id, "gone")),
        ),
    ),
    ("PIT3-NORATIONALE", with_kpi(target=LintTarget(D(95))), good()),
    (
        "PIT3-NORATIONALE",
        with_kpi(target=LintTarget(D(95), rationale_kind="history", rationale=" ")),
        good(at_sign_off=True),
    ),
    (
        "PIT3-EASY",
        with_kpi(history=PAST, target=goal(45)),
        with_kpi(history=PAST, target=goal(50)),
    ),
    (
        "PIT3-EASY",
        with_kpi(history=PAST, target=goal(51), direction=Direction.LOWER),
        with_kpi(history=PAST, target=goal(49), direction=Direction.LOWER),
    ),
    ("PIT3-EASY", with_kpi(baseline=D(96)), with_kpi(baseline=D(94))),
    (
        "PIT3-HARD",
        with_kpi(history=PAST, target=goal(64)),
        with_kpi(history=PAST, target=goal(62)),
    ),
    (
        "PIT3-HARD",
        with_kpi(history=PAST, target=goal(37), direction=Direction.LOWER),
        with_kpi(history=PAST, target=goal(64), direction=Direction.LOWER),
    ),
    (
        "PIT3-HARD",
        with_kpi(
            history=PAST,
            direction=Direction.BAND,
            target=LintTarget(low=D(63), high=D(70), rationale_kind="history", rationale="前年"),
        ),
        with_kpi(
            history=PAST,
            direction=Direction.BAND,
            target=LintTarget(low=D(60), high=D(70), rationale_kind="history", rationale="前年"),
        ),
    ),
    ("PIT3-HARD", with_kpi(history=PAST[:6], target=goal(90)), with_kpi(history=PAST[:5])),
    ("PIT4-OWNER", with_kpi(client_owner=""), good()),
    (
        "PIT4-OWNER",
        with_kpi(responsible_organization=None),
        with_kpi(responsible_organization=None, responsible_label="山田"),
    ),
    (
        "PIT4-OWNER",
        with_kpi(responsible_side=""),
        with_kpi(responsible_side="client", client_owner="", responsible_label="営業部"),
    ),
    (
        "PIT5-RISK",
        tree(KGI, KPI, QUALITY, engagement_months=3),
        tree(KGI, KPI, QUALITY, engagement_months=2),
    ),
    (
        "PIT5-RISK",
        tree(KGI, KPI, QUALITY, engagement_months=12),
        good(engagement_months=12),
    ),
    ("BSC-MISSING", with_kpi(weight=D(0)), good()),
    ("BSC-SKEW", with_kpi(weight=D("3.1")), with_kpi(weight=D(3))),
    (
        "TREE-CYCLE",
        tree(*GOOD, kpi("a", "b"), kpi("b", "a")),
        tree(*GOOD, kpi("a"), kpi("b", "a")),
    ),
    (
        "TREE-CYCLE",
        with_kgi(kpi("a", key="a", formula_names=("b",)), kpi("b", key="b", formula_names=("a",))),
        with_kgi(kpi("a", key="a", formula_names=("b",)), kpi("b", key="b")),
    ),
    (
        "TREE-UNIT",
        summing(part("a"), part("b", unit="usd")),
        summing(part("a"), part("b", unit="usd"), combine=Combine.PRODUCT),
    ),
    (
        "TREE-GRAIN",
        summing(part("a"), part("b", frequency="year")),
        summing(part("a", frequency="per_delivery"), part("b", frequency="day")),
    ),
    (
        "TREE-GRAIN",
        with_kgi(kpi("a", key="a", frequency="quarter"), formula_names=("a",)),
        with_kgi(kpi("a", key="a", frequency="quarter")),
    ),
    ("TREE-SUM", summing(part("a"), part("b", 489_999)), summing(part("a"), part("b", 490_000))),
    ("TREE-SUM", summing(part("a"), part("b", 9)), tree(KGI, part("a"), part("b", 9))),
    (
        "TREE-SUM",
        with_kgi(formula_names=("x",), formula_target=D(2)),
        with_kgi(formula_names=("x",)),
    ),
    (
        "TREE-DOUBLE",
        summing(part("a", source_ids=("s",)), part("b", source_ids=("s",))),
        summing(part("a", source_ids=("s",)), part("b", source_ids=("t",))),
    ),
    (
        "TREE-DOUBLE",
        summing(
            part("a", value_source=ValueSource.CHILDREN, source_ids=("s",)),
            part("b", source_ids=("s",)),
            part("c", parent_id="a", source_ids=("s",)),
        ),
        tree(KGI, part("a", source_ids=("s",)), part("b", source_ids=("s",))),
    ),
    (
        "TREE-WIDE",
        tree(KGI, *(kpi(str(at)) for at in range(8))),
        tree(KGI, *(kpi(str(at)) for at in range(7))),
    ),
    ("TREE-DEEP", chain(7), chain(5)),
    (
        "TREE-MANY",
        tree(KGI, *(kpi(str(at)) for at in range(26))),
        tree(KGI, *(kpi(str(at)) for at in range(25))),
    ),
    ("KPI-RATIO", with_kpi(aggregation=Aggregation.MEAN), good()),
    ("KPI-RATIO", with_kpi(has_parts=False), with_kpi(has_parts=False, unit="points")),
    ("PHASE-OFF", tree(KGI, KPI, phase="growth"), good(phase="growth")),
    ("PHASE-OFF", tree(KGI, COST, phase="initial"), good(phase="initial")),
    (
        "PHASE-OFF",
        replace(with_kpi(phases=frozenset({"growth"})), phase="initial"),
        with_kpi(phases=frozenset({"growth"})),
    ),
]


@pytest.mark.parametrize(("code", "broken", "kept"), TABLE)
def test_each_rule(code: str, broken: LintTree, kept: LintTree) -> None:
    """It finds what breaks it, and leaves alone what does not."""
    assert code in {finding.code for finding in lint(broken)}
    assert code not in {finding.code for finding in lint(kept)}


def test_every_rule_is_in_the_table() -> None:
    """No rule without a proof, and no code twice."""
    assert [rule.code for rule in RULES] == list(dict.fromkeys(rule.code for rule in RULES))
    assert {rule.code for rule in RULES} == {code for code, _, _ in TABLE}


@pytest.mark.parametrize("phase", ["", *Phase])
def test_a_good_tree_has_no_findings(phase: str) -> None:
    """Whatever the phase, and at sign-off too."""
    assert lint(good(phase=phase, at_sign_off=True, engagement_months=12)) == ()


def test_a_tree_without_nodes_has_no_findings() -> None:
    """There is nothing to object to yet."""
    assert lint(tree()) == ()


@pytest.mark.parametrize(("code", "broken", "_kept"), TABLE)
def test_every_finding_has_its_sentences(code: str, broken: LintTree, _kept: LintTree) -> None:
    """In both languages, with everything filled in."""
    for finding in lint(broken):
        assert not re.search(r"%\(|_|\bv1\b(?!に|の| has|\.)", sentence(finding))
        assert sentence(finding).endswith("。")
        assert sentence(finding, english).endswith(".")
    data = as_json(the_first(code, broken))
    assert data["code"] == code
    assert data["message"] == sentence(the_first(code, broken))


def the_first(code: str, checked: LintTree) -> Finding:
    """Return the first finding of a rule."""
    return next(finding for finding in lint(checked) if finding.code == code)


def test_vendors_are_called_by_their_names() -> None:
    """And as the vendor where nobody was chosen yet."""
    named = tree(KGI, KPI, organization_names={"v1": "青空制作"})
    unnamed = with_kpi(responsible_organization=None, parent_id="kgi")

    assert sentence(the("PIT1-SINGLE", named)) == "青空制作のKPIが「納期遵守率」だけです。"
    assert sentence(the("PIT1-SINGLE", unnamed)) == "外注先のKPIが「納期遵守率」だけです。"
    assert sentence(the("PIT1-SINGLE", unnamed), english) == (
        "“納期遵守率” is the only KPI of the vendor."
    )


def test_texts_speak_of_vendors_with_respect() -> None:
    """外注先, and never a word that looks down on them."""
    for rule in RULES:
        for text in (rule.title, rule.message, rule.why, rule.remedy):
            assert not re.search("業者|下請", text.ja)
            assert set(re.findall(r"%\(\w+\)s", text.ja)) == set(re.findall(r"%\(\w+\)s", text.en))
    assert RULE_BY_CODE["PIT1-PAIR"].idea


def test_the_codes_are_those_of_the_models() -> None:
    """The lint has no codes of its own."""
    assert [one.value for one in Side] == choices.ResponsibleSide.values
    assert [one.value for one in Perspective] == choices.Perspective.values
    assert {one.value for one in ValueSource} == set(choices.ValueSource.values)
    for frequency in choices.Frequency.values:
        coarser = summing(part("a", frequency=frequency), frequency="per_delivery")
        is_found = "TREE-GRAIN" in {finding.code for finding in lint(coarser)}
        assert is_found == (frequency != "per_delivery")
