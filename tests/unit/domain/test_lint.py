"""The design lint: worked examples, order, waivers."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from kpis.domain.aggregation import Aggregation
from kpis.domain.calibration import natural_limits
from kpis.domain.lint.engine import Waiver, apply_waivers, lint, sentence
from kpis.domain.lint.model import (
    Combine,
    LintNode,
    LintTarget,
    LintTree,
    ValueSource,
)
from kpis.domain.lint.rule import Fix, FixKind, Severity, Term
from kpis.domain.scoring import Direction
from tests.unit.domain.lint_trees import (
    DEADLINE,
    GOOD,
    KGI,
    KPI,
    PAST,
    TODAY,
    found,
    goal,
    kpi,
    part,
    summing,
    the,
    tree,
    with_kpi,
)


def band(low: str, high: str | None) -> LintTarget:
    """Make a band with a reason, or half of one."""
    return replace(goal(0), value=None, low=D(low), high=None if high is None else D(high))


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
    findings = lint(with_kpi(history=PAST, target=goal(target)))

    assert found(findings) == expected
    for finding in findings:
        is_hard = finding.code == "PIT3-HARD"
        assert ("37.18～62.82" if is_hard else "これまでの50より") in sentence(finding)


@pytest.mark.parametrize(
    ("target", "is_hard"),
    [
        (band("63", "70"), True),
        (band("30", "37"), True),
        (band("60", "70"), False),
        (band("63", None), False),
    ],
)
def test_a_band_beside_the_past(target: LintTarget, is_hard: bool) -> None:
    """A band that the natural limits (37.18 to 62.82) do not reach is hard; half a band is none."""
    findings = lint(with_kpi(history=PAST, target=target, direction=Direction.BAND))

    assert ("PIT3-HARD" in found(findings)) == is_hard


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
    checked = summing(*parts, unit=unit, aggregation=Aggregation.RATIO, target=goal(95))

    assert "TREE-SUM" not in {finding.code for finding in lint(checked)}


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

    fields: dict[str, Any] = dict(fix.fields)
    nodes = [
        replace(node, **fields) if node.id == finding.node_id else node for node in checked.nodes
    ]

    assert code not in {one.code for one in lint(tree(*nodes))}


def test_findings_are_in_order() -> None:
    """Worst first, then the tree as a whole, then the outline, then the code; always the same."""
    checked = tree(
        KGI,
        kpi("b", data_source="", frequency="", deadline_on=None, baseline=D(99)),
        kpi("a", client_owner="", phases=frozenset({"growth"})),
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
    with pytest.raises(ValueError, match=r"a waiver needs|no such rule"):
        Waiver(code, None, reason, TODAY)


def test_a_large_tree() -> None:
    """2,000 nodes, in one comb and in one flat sum, come through."""
    comb = [kpi(str(at), str(at - 1) if at else "kgi", history=PAST) for at in range(2000)]
    flat = [part(str(at), source_ids=(str(at),)) for at in range(2000)]

    assert lint(tree(KGI, *comb))
    assert the("TREE-WIDE", summing(*flat)).params["count"] == 2000
