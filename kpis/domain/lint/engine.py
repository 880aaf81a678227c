"""Run the rules over a tree, and set aside what people decided to live with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from kpis.domain.lint.model import LintTree, NodeId
from kpis.domain.lint.rule import Finding, Reader, Severity, filled, japanese
from kpis.domain.lint.rules import RULE_BY_CODE, RULES

_SEVERITIES = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding that people live with, why, and up to which day.

    It is for one rule at one node; without node it is for what the rule finds in the tree as a
    whole, never for the nodes.
    """

    code: str
    node_id: NodeId | None
    reason: str
    expires_on: date

    def __post_init__(self) -> None:
        """Refuse a waiver without reason, and one of a rule that does not exist."""
        if not self.reason.strip():
            raise ValueError("a waiver needs a reason")
        if self.code not in RULE_BY_CODE:
            raise ValueError("no such rule")

    def holds(self, today: date) -> bool:
        """Tell whether it still counts; its last day is included."""
        return today <= self.expires_on


def lint(tree: LintTree) -> tuple[Finding, ...]:
    """Return all findings: worst first, then the tree as a whole, then by node, then by code."""
    places = {node.id: at for at, node in enumerate(tree.nodes)}
    found = [
        Finding(rule.code, rule.severity_in(tree), hit.node_id, hit.params, hit.fix)
        for rule in RULES
        for hit in rule.check(tree)
    ]

    def place(finding: Finding) -> tuple[int, int, str]:
        at = -1 if finding.node_id is None else places[finding.node_id]
        return _SEVERITIES.index(finding.severity), at, finding.code

    return tuple(sorted(found, key=place))


def apply_waivers(
    findings: Iterable[Finding], waivers: Iterable[Waiver], today: date
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Part the findings into active ones and waived ones; an expired waiver does not count."""
    held = {(waiver.code, waiver.node_id) for waiver in waivers if waiver.holds(today)}
    active: list[Finding] = []
    waived: list[Finding] = []
    for finding in findings:
        is_waived = (finding.code, finding.node_id) in held
        (waived if is_waived else active).append(finding)
    return tuple(active), tuple(waived)


def sentence(finding: Finding, read: Reader = japanese) -> str:
    """Write what was found, in Japanese unless `read` (gettext of `text.ja`) knows better."""
    return filled(RULE_BY_CODE[finding.code].message, finding.params, read)


def as_json(finding: Finding, read: Reader = japanese) -> dict[str, Any]:
    """Return a finding as JSON can hold it, with its sentences."""
    rule, fix = RULE_BY_CODE[finding.code], finding.fix
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "node_id": finding.node_id,
        "message": sentence(finding, read),
        "why": read(rule.why),
        "remedy": read(rule.remedy),
        "fix": None if fix is None else {"kind": fix.kind.value, "fields": dict(fix.fields)},
    }
