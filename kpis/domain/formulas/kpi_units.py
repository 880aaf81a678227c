"""The units of KPIs as formulas compose them: 売上（円）is 客数（人）× 客単価（円/人）."""

from collections.abc import Mapping

from kpis.domain.formulas.formula import Formula
from kpis.domain.formulas.messages import UnitProblem
from kpis.domain.formulas.units import PERCENT, PLAIN, Unit, unit_of

# 件, 人, 回 and PV are all counts: one person may stand for one inquiry, and rates lead from one to
# the other, so that telling them apart would refuse 契約数（件）= 来店客数（人）× 成約率（%）.
COUNTS = frozenset({"count", "people", "times", "page_views"})
RATES = frozenset({"percent", "percentage_points"})
BASES = {
    "yen": "円",
    "usd": "米ドル",
    "hours": "時間",
    "days": "日",
    "seconds": "秒",
    "points": "点",
    "rank": "位",
}


def unit_from(unit: str, per: str = "") -> Unit:
    """Return the unit of a KPI from its code, and from what it is counted per."""
    if unit in RATES and not per:
        return PERCENT
    return _base(unit).times(_base(per), -1) if per else _base(unit)


def _base(code: str) -> Unit:
    if code in COUNTS:
        return Unit.of({"件": 1})
    return Unit.of({BASES[code]: 1}) if code in BASES else PLAIN


def unit_misfit(formula: Formula, own: Unit, units: Mapping[str, Unit]) -> UnitProblem | None:
    """Say where the units of a formula do not go together, or do not give the KPI's own.

    A plain result fits a rate, and a formula without KPIs any unit: it is a constant.
    """
    if not formula.names:
        return None
    found = unit_of(formula, units)
    if found is None or isinstance(found, UnitProblem):
        return found
    if found == own or {found, own} == {PLAIN, PERCENT}:
        return None
    params = {"expected": own.text(), "found": found.text()}
    return UnitProblem("unit_result", 0, 0, params)
