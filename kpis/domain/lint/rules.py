"""All rules of the design lint, by theme."""

from collections.abc import Mapping

from kpis.domain.lint.arithmetic_rules import ARITHMETIC_RULES
from kpis.domain.lint.balance import BALANCE_RULES
from kpis.domain.lint.ownership import OWNERSHIP_RULES
from kpis.domain.lint.phase import PHASE_RULES
from kpis.domain.lint.pitfalls import PITFALL_RULES
from kpis.domain.lint.rule import Rule
from kpis.domain.lint.smart import SMART_RULES

RULES: tuple[Rule, ...] = (
    *SMART_RULES,
    *PITFALL_RULES,
    *OWNERSHIP_RULES,
    *BALANCE_RULES,
    *ARITHMETIC_RULES,
    *PHASE_RULES,
)

RULE_BY_CODE: Mapping[str, Rule] = {rule.code: rule for rule in RULES}
