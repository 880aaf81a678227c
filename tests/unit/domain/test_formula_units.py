"""Units of formulas: composed, unknown, or not fitting."""

import pytest

from kpis.domain.formulas.formula import Formula
from kpis.domain.formulas.messages import UnitProblem
from kpis.domain.formulas.parse import parse
from kpis.domain.formulas.units import PERCENT, PLAIN, Unit, read_unit, unit_of


def read(text: str) -> Formula:
    return parse(text, keys=["sales", "cost", "leads", "cvr", "a", "b", "c"])


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("円", Unit((("円", 1),))),
        ("円/件", Unit.of({"円": 1, "件": -1})),
        ("円 ／ 件・", Unit.of({"円": 1, "件・": -1})),
        ("円/件/月", Unit.of({"円": 1, "件": -1, "月": -1})),
        ("円×件", Unit.of({"円": 1, "件": 1})),
        ("m^2", Unit.of({"m": 2})),
        ("1/月^2", Unit.of({"月": -2})),
        ("円/円", PLAIN),
        ("人日", Unit.of({"人日": 1})),
        ("％", PERCENT),
        ("percent", PERCENT),
        ("", PLAIN),
        ("1", PLAIN),
        ("円//件", None),
        ("円/100人", None),
        ("円^999", None),
        ("%/月", None),
        ("/", None),
    ],
)
def test_units_are_read(text: str, unit: Unit | None) -> None:
    assert read_unit(text) == unit
    if unit is not None:
        assert read_unit(str(unit)) == unit


UNITS = {
    "sales": read_unit("円"),
    "cost": read_unit("円"),
    "leads": read_unit("件"),
    "cvr": read_unit("%"),
    "a": read_unit("円/件"),
    "b": PLAIN,
}


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("leads * a", "円"),
        ("sales / leads", "円/件"),
        ("sales - cost", "円"),
        ("(sales - cost) / cost", ""),
        ("(sales - cost) / cost * 100", "%"),
        ("100 * b", "%"),
        ("cvr / 100", ""),
        ("cvr / 2", "%"),
        ("cvr * 2", "%"),
        ("cvr / cvr", ""),
        ("cvr * cvr", ""),
        ("cvr * sales", "円"),
        ("sales * 100", "円"),
        ("2% * sales", "円"),
        ("b + 2%", ""),
        ("-sales", "円"),
        ("sales^2 / cost", "円"),
        ("leads^-1", "1/件"),
        ("leads^0", ""),
        ("0^2", ""),
        ("max(0, sales)", "円"),
        ("0", ""),
        ("-0 + 0 * sales", "円"),
        ("0 + 0", ""),
        ("round(sales, 2)", "円"),
        ("abs(leads)", "件"),
        ("coalesce(sales, 0)", "円"),
        ("avg(sales, cost)", "円"),
        ("if(leads > 0, sales / leads, 0)", "円/件"),
        ("if(cvr >= 0, leads, 0)", "件"),
    ],
)
def test_the_unit_of_a_formula_is_composed(text: str, unit: str) -> None:
    found = unit_of(read(text), UNITS)

    assert isinstance(found, Unit)
    assert found.text() == unit


@pytest.mark.parametrize(
    "text",
    ["c", "c + sales", "c * sales", "sales / c", "c^2", "-c", "if(c > 1, c, sales)", "round(c)"],
)
def test_an_unknown_unit_spreads(text: str) -> None:
    assert unit_of(read(text), UNITS) is None


def test_an_unknown_condition_leaves_the_branches_known() -> None:
    assert unit_of(read("if(c > 1, sales, cost)"), {**UNITS, "c": None}) == read_unit("円")


@pytest.mark.parametrize(
    ("text", "code", "position", "length"),
    [
        ("sales + leads", "unit_differs", 8, 5),
        ("sales * (sales + leads) / 2", "unit_differs", 17, 5),
        ("2 / (sales + leads * 3)", "unit_differs", 13, 9),
        ("min(0, sales, c, leads)", "unit_differs", 17, 5),
        ("1 - cvr", "unit_differs", 4, 3),
        ("sales + 1", "unit_differs", 8, 1),
        ("(sales + leads)^2", "unit_differs", 9, 5),
        ("sales + (sales + leads)", "unit_differs", 17, 5),
        ("if(sales > leads, 1, 2)", "unit_compared", 11, 5),
        ("if(sales > 1, 1, 2)", "unit_compared", 11, 1),
        ("if(sales > 0, sales, leads)", "unit_differs", 21, 5),
    ],
)
def test_units_that_do_not_fit_are_told(text: str, code: str, position: int, length: int) -> None:
    found = unit_of(read(text), UNITS)

    assert isinstance(found, UnitProblem)
    assert (found.code, found.position, found.length) == (code, position, length)


def test_a_unit_problem_names_both_units() -> None:
    found = unit_of(read("1 + sales / leads"), UNITS)

    assert isinstance(found, UnitProblem)
    assert str(found).startswith("単位が合いません（単位なし と 円/件）。")
    assert found.text(lambda _: "%(expected)s") == "%(expected)s"
