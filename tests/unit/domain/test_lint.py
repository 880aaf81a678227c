"""The design lint: every rule with a tree that breaks it and one that does not."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from decimal import Decimal as D
from typing import Any

import pytest

from kpis.domain.aggregation import Aggregation
from kpis.domain.lint.engine import Waiver, apply_waivers, as_json, lint, sentence
from kpis.domain.lint.model import (
    Combine,
    LintNode,
    LintTarget,
    LintTree,
    Perspective,
    Phase,
    Side,
    ValueSource,
)
from kpis.domain.lint.pitfalls import natural_limits
from kpis.domain.lint.rule import Finding, Fix, FixKind, Severity, Term, english
from kpis.domain.lint.rules import RULE_BY_CODE, RULES
from kpis.domain.lint.words import Kind, has_number, kind_of, vague_words
from kpis.domain.scoring import Direction
from kpis.models import choices

TODAY = date(2026, 4, 1)
DEADLINE = date(2027, 3, 31)
PAST = tuple(map(Decimal, ["52", "47", "53", "49", "50", "55", "48", "51", "46", "54", "50", "45"]))


def goal(value: str | int) -> LintTarget:
    """Make a target with a reason."""
    return LintTarget(D(value), rationale_kind="history", rationale="直近12か月の実績")


KGI = LintNode(
    id="kgi",
    name="新規契約の売上",
    unit="yen",
    frequency="month",
    data_source="会計",
    target=goal(1_000_000),
    deadline_on=DEADLINE,
)
KPI = LintNode(
    id="kpi",
    parent_id="kgi",
    name="納期遵守率",
    unit="percent",
    frequency="month",
    aggregation=Aggregation.RATIO,
    data_source="納品台帳",
    perspective="process",
    responsible_side="vendor",
    responsible_organization="v1",
    client_owner="制作部",
    target=goal(95),
    deadline_on=DEADLINE,
)
QUALITY = replace(KPI, id="quality", name="不具合率", perspective="customer")
RISK = replace(KPI, id="risk", name="リスクレビュー実施率", perspective="learning")
COST = replace(KPI, id="cost", name="コスト削減率", perspective="financial")
GOOD = (KGI, KPI, QUALITY, RISK, COST)


def kpi(node_id: str, parent_id: str | None = "kgi", **fields: Any) -> LintNode:
    """Make a KPI that no rule objects to by itself."""
    return replace(KPI, id=node_id, parent_id=parent_id, **fields)


def tree(*nodes: LintNode, **known: Any) -> LintTree:
    """Make a tree."""
    return LintTree(nodes, TODAY, **known)


def good(**known: Any) -> LintTree:
    """Make a tree that no rule objects to, with these facts about the work."""
    return tree(*GOOD, **known)


def with_kpi(**fields: Any) -> LintTree:
    """Make the good tree with another delivery KPI."""
    return tree(KGI, replace(KPI, **fields), *GOOD[2:])


def with_kgi(*more: LintNode, **fields: Any) -> LintTree:
    """Make the good tree with another KGI and further nodes."""
    return tree(replace(KGI, **fields), *GOOD[1:], *more)


def summing(*children: LintNode, **fields: Any) -> LintTree:
    """Make a KGI that is computed from its children."""
    return tree(replace(KGI, value_source=ValueSource.CHILDREN, **fields), *children)


def part(node_id: str, value: str | int = 500_000, **fields: Any) -> LintNode:
    """Make a part of a sum of yen."""
    given = {"unit": "yen", "aggregation": Aggregation.SUM, "target": goal(value)}
    return kpi(node_id, name=f"売上{node_id}", **{**given, **fields})


def chain(length: int) -> LintTree:
    """Make a tree with so many levels."""
    below = [kpi(f"n{at}", f"n{at - 1}" if at > 2 else "kgi") for at in range(2, length + 1)]
    return tree(KGI, *below)


def found(findings: Iterable[Finding], node_id: str | None = "kpi") -> set[str]:
    """Return the codes found at a node."""
    return {finding.code for finding in findings if finding.node_id == node_id}


def the(code: str, checked: LintTree) -> Finding:
    """Return the only finding of a rule."""
    (finding,) = [finding for finding in lint(checked) if finding.code == code]
    return finding


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
    ("PHASE-OFF", tree(KGI, KPI, phase="expand"), good(phase="expand")),
    ("PHASE-OFF", tree(KGI, COST, phase="initial"), good(phase="initial")),
    (
        "PHASE-OFF",
        replace(with_kpi(phases=frozenset({"expand"})), phase="initial"),
        with_kpi(phases=frozenset({"expand"})),
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


def test_wishes_are_no_kpis() -> None:
    """V38: two wishes fail S, M and T; a number, a source and a deadline pass, reasons are open."""
    wishes = [
        LintNode("article", "kgi", name="良い記事をお願いしたい"),
        LintNode("soon", "kgi", name="納期は早めに"),
    ]
    rate = LintNode(
        "rate",
        name="記事の納品率を毎月95%以上",
        unit="percent",
        frequency="month",
        aggregation=Aggregation.RATIO,
        data_source="納品台帳",
        target=LintTarget(D(95)),
        deadline_on=DEADLINE,
    )

    findings = lint(tree(KGI, *wishes, rate))

    for wish in wishes:
        assert found(findings, wish.id) >= {"SMART-S", "SMART-M", "SMART-T"}
    assert found(findings, "rate").isdisjoint({"SMART-S", "SMART-M", "SMART-T"})
    assert found(findings, "rate") >= {"PIT3-NORATIONALE", "SMART-R", "PIT2-ORPHAN"}


def test_a_developer_with_a_deadline_only() -> None:
    """V39: one KPI, no quality, no risk, three perspectives missing, and nothing else."""
    findings = lint(tree(KGI, KPI, engagement_months=6))

    assert {finding.code for finding in findings} == {
        "PIT1-SINGLE",
        "PIT1-PAIR",
        "PIT5-RISK",
        "BSC-MISSING",
    }


def test_natural_limits() -> None:
    """V21: mean 50, mean moving range 53/11."""
    limits = natural_limits(PAST)

    assert limits is not None
    assert [round(limit, 2) for limit in limits] == [D("37.18"), D("62.82")]


@pytest.mark.parametrize(
    ("target", "expected"),
    [(64, {"PIT3-HARD"}), (45, {"PIT3-EASY"}), (55, set()), (50, set()), (62, set())],
)
def test_a_target_beside_the_past(target: int, expected: set[str]) -> None:
    """V21: beyond the limits is hard, below the mean is easy."""
    assert found(lint(with_kpi(history=PAST, target=goal(target)))) == expected


def test_targets_that_multiply() -> None:
    """V25: 12,000 visits x 2.5 % x 5,000 yen miss 1,600,000 by 100,000."""
    checked = tree(
        replace(
            KGI,
            value_source=ValueSource.CHILDREN,
            combine=Combine.PRODUCT,
            target=goal(1_600_000),
        ),
        kpi("visits", unit="count", target=goal(12_000)),
        kpi("rate", unit="percent", target=goal("2.5")),
        kpi("price", unit="yen", target=goal(5_000)),
    )

    finding = the("TREE-SUM", checked)

    assert finding.params == {
        "name": "新規契約の売上",
        "target": D(1_600_000),
        "made": D(1_500_000),
        "gap": D(100_000),
        "percent": D("6.25"),
    }
    assert "下の目標からは1,500,000になります（差100,000、6.25%）" in sentence(finding)
    assert "TREE-UNIT" not in found(lint(checked), "price")


def test_weights_of_the_perspectives() -> None:
    """V42: 55, 15, 30 and nothing."""
    weights = zip(GOOD[1:], (55, 15, 0, 30), strict=True)
    checked = tree(KGI, *(replace(node, weight=D(weight)) for node, weight in weights))

    assert {finding.code for finding in lint(checked)} == {"BSC-MISSING", "BSC-SKEW"}
    assert the("BSC-MISSING", checked).params == {"perspectives": (Term.LEARNING,)}
    assert sentence(the("BSC-SKEW", checked)) == (
        "重みの55%が「業務プロセス」の視点に集まっています。"
    )


def test_the_weight_of_a_branch_is_parted_among_its_leaves() -> None:
    """Two heavy leaves below a light parent stay light; they have the perspective of the parent."""
    branch = kpi("branch", perspective="process", weight=D(1))
    leaves = [kpi(name, "branch", perspective="", weight=D(90)) for name in ("a", "b")]

    assert lint(tree(KGI, branch, *leaves, *GOOD[2:])) == ()


def test_a_heavy_watched_kpi_does_not_shift_the_balance() -> None:
    """What is only monitored has no part in the score."""
    watched = kpi("watched", direction=Direction.MONITOR, weight=D(99), target=None)

    assert lint(tree(*GOOD, watched)) == ()


def test_a_missing_reason_is_an_error_at_sign_off_only() -> None:
    """While the tree is being designed it is a warning."""
    checked = with_kpi(target=LintTarget(D(95)))

    assert the("PIT3-NORATIONALE", checked).severity == Severity.WARNING
    assert the("PIT3-NORATIONALE", replace(checked, at_sign_off=True)).severity == Severity.ERROR


def test_one_loop_is_one_finding() -> None:
    """Two loops are two, also with a node that hangs on one of them."""
    checked = tree(
        *GOOD,
        kpi("a", "c", name="甲"),
        kpi("b", "a", name="乙"),
        kpi("c", "b", name="丙"),
        kpi("tail", "c"),
        kpi("self", "self", name="丁"),
    )

    loops = [finding for finding in lint(checked) if finding.code == "TREE-CYCLE"]

    assert [finding.node_id for finding in loops] == ["a", "self"]
    assert loops[0].params["names"] == ("甲", "乙", "丙")


def test_a_measurement_is_counted_once_through_sums_below() -> None:
    """The two are far apart, and still in one sum."""
    checked = summing(
        part("a", value_source=ValueSource.CHILDREN),
        part("a1", 250_000, parent_id="a", source_ids=("s",)),
        part("a2", 250_000, parent_id="a", source_ids=("u",)),
        part("b", source_ids=("t", "s")),
    )

    finding = the("TREE-DOUBLE", checked)

    assert (finding.node_id, finding.params["other"]) == ("b", "売上a1")


@pytest.mark.parametrize("unit", ["percent", "points"])
def test_targets_that_do_not_add_up_are_not_added(unit: str) -> None:
    """Two rates of 95 % do not make 190 %."""
    parts = [part(name, 95, unit=unit, aggregation=Aggregation.RATIO) for name in ("a", "b")]
    fields = {"unit": unit, "aggregation": Aggregation.RATIO, "target": goal(95)}

    assert "TREE-SUM" not in {finding.code for finding in lint(summing(*parts, **fields))}


def test_a_target_that_is_missing_below_makes_no_sum() -> None:
    """SMART-A tells about it."""
    checked = summing(part("a"), part("b", target=None))

    assert "TREE-SUM" not in {finding.code for finding in lint(checked)}
    assert the("SMART-A", checked).node_id == "b"


def test_a_target_of_nothing() -> None:
    """0 is a target too, and a percentage of it is not computed."""
    assert the("TREE-SUM", summing(part("a", 5), target=goal(0))).params["percent"] == 100
    assert "TREE-SUM" not in {one.code for one in lint(summing(part("a", 0), target=goal(0)))}


@pytest.mark.parametrize(
    ("code", "checked", "fix"),
    [
        (
            "KPI-RATIO",
            with_kpi(aggregation=Aggregation.MEAN),
            Fix(FixKind.UPDATE, {"aggregation": "ratio"}),
        ),
        (
            "TREE-GRAIN",
            summing(part("a"), part("b", frequency="year")),
            Fix(FixKind.UPDATE, {"frequency": "month"}),
        ),
        ("PIT2-ORPHAN", with_kpi(parent_id="gone"), Fix(FixKind.MOVE, {"parent_id": "kgi"})),
    ],
)
def test_a_fix_removes_its_finding(code: str, checked: LintTree, fix: Fix) -> None:
    """It names fields of the node, and putting them in place is enough."""
    finding = the(code, checked)
    assert finding.fix == fix

    nodes = [
        replace(node, **dict(fix.fields)) if node.id == finding.node_id else node
        for node in checked.nodes
    ]

    assert code not in {one.code for one in lint(tree(*nodes))}


def test_findings_are_in_order() -> None:
    """Worst first, then the tree as a whole, then the outline, then the code; always the same."""
    checked = tree(
        KGI,
        kpi("b", data_source="", frequency="", deadline_on=None, baseline=D(99)),
        kpi("a", client_owner="", phases=frozenset({"expand"})),
        engagement_months=3,
        phase="initial",
    )

    findings = lint(checked)

    assert [(one.severity.value, one.node_id, one.code) for one in findings] == [
        ("error", "b", "PIT1-PAIR"),
        ("error", "b", "SMART-M"),
        ("error", "b", "SMART-T"),
        ("error", "a", "PIT1-PAIR"),
        ("error", "a", "PIT4-OWNER"),
        ("warning", None, "BSC-MISSING"),
        ("warning", None, "PIT5-RISK"),
        ("warning", "b", "PIT3-EASY"),
        ("info", "a", "PHASE-OFF"),
    ]
    assert lint(checked) == findings


def test_a_waiver_counts_through_its_last_day() -> None:
    """It is for one rule at one place."""
    findings = lint(tree(KGI, KPI, engagement_months=3))
    waivers = [
        Waiver("PIT1-SINGLE", "kpi", "来月に追加する", TODAY),
        Waiver("PIT1-PAIR", "kpi", "期限が過ぎたもの", date(2026, 3, 31)),
        Waiver("PIT5-RISK", None, "契約は更新しない", DEADLINE),
        Waiver("BSC-MISSING", "kpi", "別の場所のもの", DEADLINE),
    ]

    active, waived = apply_waivers(findings, waivers, TODAY)

    assert [finding.code for finding in active] == ["PIT1-PAIR", "BSC-MISSING"]
    assert [finding.code for finding in waived] == ["PIT1-SINGLE", "PIT5-RISK"]


@pytest.mark.parametrize(("code", "reason"), [("PIT1-PAIR", " "), ("PIT9", "理由")])
def test_a_waiver_needs_a_reason_and_a_rule(code: str, reason: str) -> None:
    """Otherwise it would hide things without anybody saying why."""
    with pytest.raises(ValueError, match="a waiver needs|no such rule"):
        Waiver(code, None, reason, TODAY)


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


@pytest.mark.parametrize(
    ("name", "perspective", "kind"),
    [
        ("納期遵守率", "", Kind.SPEED),
        ("問い合わせ件数", "customer", Kind.SPEED),
        ("On-time delivery rate", "", Kind.SPEED),
        ("改善提案件数", "learning", Kind.OTHER),
        ("担当者継続率", "learning", Kind.OTHER),
        ("納品後の不具合件数", "", Kind.QUALITY),
        ("CVR改善", "", Kind.QUALITY),
        ("ＣＶＲ", "", Kind.QUALITY),
        ("平均修正回数", "process", Kind.QUALITY),
        ("平均滞在時間", "customer", Kind.QUALITY),
        ("Customer satisfaction", "", Kind.QUALITY),
        ("仕様変更件数", "", Kind.RISK),
        ("Discount accounts", "", Kind.OTHER),
        ("ROAS", "financial", Kind.RETURN),
        ("売上", "", Kind.RETURN),
    ],
)
def test_what_a_kpi_looks_after(name: str, perspective: str, kind: Kind) -> None:
    """The first kind with a word in the name, and the perspective where words mislead."""
    assert kind_of(name, perspective) == kind


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("いい記事を早く、いい記事を", ("いい", "早く")),
        ("いいね数", ()),
        ("お取り扱いいただく件数", ()),
        ("二十分以内の応答", ()),
        ("十分な品質", ("十分な",)),
        ("Reply as soon as possible", ("soon",)),
        ("Good articles", ("good",)),
        ("Goods received", ()),
        ("納期遵守率", ()),
    ],
)
def test_vague_words(text: str, words: tuple[str, ...]) -> None:
    """Words that everybody understands in another way, and words that only look like them."""
    assert vague_words(text) == words


def test_numbers_in_names() -> None:
    """Full width or not."""
    assert has_number("毎月９５％以上")
    assert not has_number("毎月")


def test_the_codes_are_those_of_the_models() -> None:
    """The lint has no codes of its own."""
    assert [one.value for one in Side] == choices.ResponsibleSide.values
    assert [one.value for one in Perspective] == choices.Perspective.values
    assert {one.value for one in ValueSource} == set(choices.ValueSource.values)
    for frequency in choices.Frequency.values:
        coarser = summing(part("a", frequency=frequency), frequency="per_delivery")
        is_found = "TREE-GRAIN" in {finding.code for finding in lint(coarser)}
        assert is_found == (frequency != "per_delivery")


def test_a_large_tree() -> None:
    """2,000 nodes, in one comb and in one flat sum, come through."""
    comb = [kpi(str(at), str(at - 1) if at else "kgi", history=PAST) for at in range(2000)]
    flat = [part(str(at), source_ids=(str(at),)) for at in range(2000)]

    assert lint(tree(KGI, *comb))
    assert the("TREE-WIDE", summing(*flat)).params["count"] == 2000
