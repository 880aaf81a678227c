"""KPIs that are computed by a formula: typed with names, kept by keys, scored, never in a circle."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.domain.refusals import Denied
from core.tenancy import Actor
from kpis.forms.kpis import KPIForm
from kpis.models import KPI, Score, Tree
from kpis.operations import measurements, tree_commands
from kpis.queries.formulas import vocabulary_of
from tests.factories.accounts import NOW, user_of
from tests.factories.kpis import compute_scorecards, make_kpi, make_measurement, make_target
from tests.integration.kpis.conftest import named

JANUARY = date(2026, 1, 1)


def update(kpi: KPI, by: Actor, **fields: Any) -> KPI:
    kpi = KPI.objects.select_related("tree__client").get(pk=kpi.pk)
    return tree_commands.update_kpi(kpi=kpi, version=kpi.tree.version, fields=fields, by=by, at=NOW)


def computed(kpi: KPI, by: Actor, text: str) -> KPI:
    formula = vocabulary_of(kpi.tree, without=kpi).parse(text).text()
    return update(kpi, by, value_source="formula", formula=formula)


@pytest.fixture
def sales(tree: Tree, owner: Actor) -> KPI:
    return make_kpi(tree=tree, by=owner, name="増加売上", unit="yen")


@pytest.fixture
def cost(tree: Tree, owner: Actor) -> KPI:
    return make_kpi(tree=tree, by=owner, name="外注費用", unit="yen")


@pytest.fixture
def roi(tree: Tree, owner: Actor, sales: KPI, cost: KPI) -> KPI:
    """(5,000,000 - 1,000,000) / 1,000,000 is 400 %, not 500 %."""
    kpi = make_kpi(tree=tree, by=owner, name="ROI", unit="percent", aggregation="last")
    make_target(kpi=kpi, by=owner, value=400, worst=0, valid_from=JANUARY)
    return computed(kpi, owner, "([増加売上] − [外注費用]) ÷ [外注費用] × 100")


def score_of(kpi: KPI) -> Score:
    return Score.objects.get(kpi=kpi, scorecard__period_start=JANUARY)


def test_roi_is_400_percent(tree: Tree, owner: Actor, roi: KPI, sales: KPI, cost: KPI) -> None:
    make_measurement(kpi=sales, by=owner, period_start=JANUARY, value=5_000_000)
    make_measurement(kpi=cost, by=owner, period_start=JANUARY, value=1_000_000)

    compute_scorecards(tree=tree, by=owner)

    assert (score_of(roi).value, score_of(roi).score) == (400, 100)


def test_what_is_missing_is_not_zero(tree: Tree, owner: Actor, roi: KPI, sales: KPI) -> None:
    make_measurement(kpi=sales, by=owner, period_start=JANUARY, value=5_000_000)

    compute_scorecards(tree=tree, by=owner)

    assert (score_of(roi).value, score_of(roi).reason) == (None, "no_data")


def test_a_division_by_zero_is_no_value(
    tree: Tree, owner: Actor, roi: KPI, sales: KPI, cost: KPI
) -> None:
    make_measurement(kpi=sales, by=owner, period_start=JANUARY, value=5_000_000)
    make_measurement(kpi=cost, by=owner, period_start=JANUARY, value=0)

    compute_scorecards(tree=tree, by=owner)

    assert (score_of(roi).value, score_of(roi).reason) == (None, "zero_denominator")


def test_a_formula_over_a_formula_and_a_sum(
    tree: Tree, owner: Actor, roi: KPI, sales: KPI, cost: KPI
) -> None:
    double = make_kpi(tree=tree, by=owner, name="ROIの2倍", unit="percent", aggregation="last")
    computed(double, owner, "[ROI] * 2")
    make_measurement(kpi=sales, by=owner, period_start=JANUARY, value=300)
    make_measurement(kpi=cost, by=owner, period_start=JANUARY, value=100)

    compute_scorecards(tree=tree, by=owner)

    assert score_of(double).value == 400


def test_a_rename_changes_no_formula(tree: Tree, owner: Actor, roi: KPI, sales: KPI) -> None:
    update(sales, owner, name="売上の増加")
    roi.refresh_from_db()

    shown = vocabulary_of(tree).shown(roi.formula)

    assert shown == "([売上の増加] - [外注費用]) / [外注費用] * 100"
    assert vocabulary_of(tree).parse(shown).text() == roi.formula


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "式が空です"),
        ("[増加売り上げ] / 2", "増加売上"),
        ("[増加売上] +", "文字目"),
        ("[ROI] * 2", "ROI"),
        ("__import__('os')", "文字目"),
    ],
)
def test_a_wrong_formula_is_told_at_its_field(
    tree: Tree, owner: Actor, roi: KPI, text: str, says: str
) -> None:
    client = Client()
    client.force_login(user_of(owner))
    tree.refresh_from_db()
    page = client.get(reverse("kpis:kpi-edit", args=[roi.pk]))
    form: KPIForm = page.context["form"]
    data = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else value for name, value in data.items()}
    assert data["formula"] == "([増加売上] - [外注費用]) / [外注費用] * 100"

    answer = client.post(reverse("kpis:kpi-edit", args=[roi.pk]), {**data, "formula": text})

    assert answer.status_code == 422
    assert says in " ".join(answer.context["form"].errors["formula"])
    before = roi.formula
    roi.refresh_from_db()
    assert roi.formula == before


def test_nobody_needs_its_own_value(tree: Tree, owner: Actor, roi: KPI, sales: KPI) -> None:
    with pytest.raises(Denied, match=r"循環しています：.*ROI"):
        computed(sales, owner, "[ROI] + 1")


def test_a_sum_of_children_is_part_of_the_circle(tree: Tree, owner: Actor) -> None:
    parent = make_kpi(tree=tree, by=owner, name="合計", value_source="children")
    child = make_kpi(tree=tree, by=owner, parent=parent, name="部分")

    with pytest.raises(Denied, match="循環"):
        computed(child, owner, "[合計] / 2")


def test_a_computed_kpi_takes_no_values(tree: Tree, owner: Actor, roi: KPI) -> None:
    with pytest.raises(Denied, match="計算式から計算される"):
        measurements.record_measurement(
            kpi=KPI.objects.select_related("tree").get(pk=roi.pk),
            period_start=JANUARY,
            value=1,  # type: ignore[arg-type]
            by=owner,
            at=NOW,
        )


def test_a_formula_whose_kpi_was_deleted_has_no_value(
    tree: Tree, owner: Actor, roi: KPI, sales: KPI, cost: KPI
) -> None:
    for kpi in (sales, cost):
        make_measurement(kpi=kpi, by=owner, period_start=JANUARY, value=100)
    tree.refresh_from_db()
    tree_commands.delete_kpi(kpi=cost, version=tree.version, by=owner, at=NOW)

    compute_scorecards(tree=tree, by=owner)

    assert score_of(roi).value is None


def test_units_that_do_not_compose_are_refused_when_saved(tree: Tree, owner: Actor) -> None:
    ads = named(tree, "集客")
    guests, price = named(tree, "クリック率"), named(tree, "獲得単価")

    def change(kpi: KPI, **fields: Any) -> None:
        """Change a KPI on the newest version."""
        tree.refresh_from_db()
        tree_commands.update_kpi(kpi=kpi, version=tree.version, fields=fields, by=owner, at=NOW)

    change(guests, unit="people")
    change(price, unit="yen")
    product = f"{guests.key} * {price.key}"
    with pytest.raises(Denied) as caught:
        change(ads, unit="yen", value_source="formula", formula=product)
    assert caught.value.refusal.code == "kpis.formula_units"
    assert "「件×円」" in str(caught.value.refusal.reason)

    change(price, unit_per="people")
    change(ads, unit="yen", value_source="formula", formula=product)
    with pytest.raises(Denied) as caught:
        change(price, unit_per="")
    assert "「集客」の計算式と合わなくなります" in str(caught.value.refusal.reason)
    change(price, name="客単価")
    assert named(tree, "客単価").unit_text == "円/人"
