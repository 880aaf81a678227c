"""Units of KPIs in formulas: yen are people times yen per person."""

import pytest

from kpis.domain.formulas.kpi_units import unit_from, unit_misfit
from kpis.domain.formulas.parse import parse
from kpis.domain.formulas.units import PERCENT, PLAIN

UNITS = {
    "guests": ("people", ""),
    "price": ("yen", "people"),
    "sales": ("yen", ""),
    "cost": ("yen", ""),
    "rate": ("percent", ""),
    "inquiries": ("count", ""),
    "wait": ("hours", ""),
    "growth": ("multiple", ""),
}


def misfit(text: str, unit: str, per: str = "") -> str | None:
    """Return the problem's code."""
    formula = parse(text, keys=frozenset(UNITS))
    units = {key: unit_from(*value) for key, value in UNITS.items()}
    problem = unit_misfit(formula, unit_from(unit, per), units)
    return problem.code if problem else None


@pytest.mark.parametrize(
    ("text", "unit", "per"),
    [
        ("guests * price", "yen", ""),
        ("sales / guests", "yen", "people"),
        ("sales / inquiries", "yen", "count"),
        ("sales - cost", "yen", ""),
        ("(sales - cost) / cost * 100", "percent", ""),
        ("(sales - cost) / cost", "multiple", ""),
        ("inquiries * rate", "people", ""),
        ("sales * growth", "yen", ""),
        ("5000", "yen", "people"),
    ],
)
def test_units_that_compose_are_accepted(text: str, unit: str, per: str) -> None:
    assert misfit(text, unit, per) is None


@pytest.mark.parametrize(
    ("text", "unit", "per", "code"),
    [
        ("guests * sales", "yen", "", "unit_result"),
        ("guests * price", "people", "", "unit_result"),
        ("guests + sales", "yen", "", "unit_differs"),
        ("sales / guests", "yen", "", "unit_result"),
        ("wait * guests", "hours", "", "unit_result"),
        ("guests * price * price", "yen", "", "unit_result"),
    ],
)
def test_units_that_do_not_are_refused(text: str, unit: str, per: str, code: str) -> None:
    assert misfit(text, unit, per) == code


def test_a_rate_has_no_base_and_a_multiple_is_plain() -> None:
    assert unit_from("percent") == unit_from("percentage_points") == PERCENT
    assert unit_from("multiple") == PLAIN
    assert unit_from("count", "people") == PLAIN
    assert unit_from("percent", "days").text() == "1/日"
