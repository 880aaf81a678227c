"""Trees for the tests of the design lint: one without findings, and how to change it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from decimal import Decimal as D
from typing import Any

from kpis.domain.aggregation import Aggregation
from kpis.domain.lint.engine import lint
from kpis.domain.lint.model import (
    LintNode,
    LintTarget,
    LintTree,
    ValueSource,
)
from kpis.domain.lint.rule import Finding

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
