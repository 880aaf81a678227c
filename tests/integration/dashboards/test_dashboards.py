"""Dashboards: a vendor's part is its agreed KPIs for the time of its order, and nothing else."""

from datetime import date
from decimal import Decimal as D

import pytest

from accounts.models import Organization
from core.domain.organizations import OrganizationKind
from core.tenancy import Actor
from dashboards import charts, queries
from dashboards.charts import Bar
from kpis.models import KPI, Tree
from tests.factories.accounts import make_actor, make_organization
from tests.factories.kpis import (
    RATE,
    compute_scorecards,
    make_kpi,
    make_measurement,
    make_target,
    make_tree,
)
from tests.factories.vendors import make_active, make_proposed, make_vendor

pytestmark = pytest.mark.django_db
BEFORE, DURING = date(2026, 2, 1), date(2026, 4, 1)


@pytest.fixture
def client() -> Actor:
    return make_actor(organization=make_organization())


@pytest.fixture
def vendor(client: Actor) -> Actor:
    organization = make_organization(kind=OrganizationKind.VENDOR)
    entered_by = Organization.objects.get(pk=str(client.organization_id))
    make_vendor(client=entered_by, by=client, organization=organization)
    return make_actor(organization=organization)


@pytest.fixture
def tree(client: Actor) -> Tree:
    return make_tree(by=client, **RATE)


@pytest.fixture
def rate(tree: Tree, client: Actor) -> KPI:
    kpi = make_kpi(tree=tree, by=client, name="納期遵守率", **RATE)
    for month, on_time in ((BEFORE, 5), (DURING, 9)):
        make_measurement(kpi=kpi, by=client, period_start=month, numerator=on_time, denominator=10)
    return kpi


def test_a_vendor_sees_its_kpis_for_the_time_of_its_order(
    tree: Tree, rate: KPI, client: Actor, vendor: Actor
) -> None:
    other = make_kpi(tree=tree, by=client, name="ほかの外注先のKPI", **RATE)
    make_measurement(kpi=other, by=client, period_start=DURING, numerator=1, denominator=10)
    engagement = make_active(
        vendor=vendor, tree=tree, kpis=[rate], by=client, starts_on=date(2026, 4, 1)
    )
    compute_scorecards(tree=tree, by=client)

    part = queries.engagement_dashboard(engagement, month=BEFORE)

    assert [row.kpi for row in part.rows] == [rate]
    assert part.months == [DURING]
    assert part.month == DURING
    assert part.headline is not None
    assert part.headline.previous is None
    assert {cell.value for row in part.trends[0].rows for cell in row[1:2]} == {90}


def test_an_unsigned_order_shows_nothing(
    tree: Tree, rate: KPI, client: Actor, vendor: Actor
) -> None:
    organization = Organization.objects.get(pk=str(vendor.organization_id))
    proposed = make_proposed(vendor=organization, tree=tree, kpis=[rate], by=client)
    compute_scorecards(tree=tree, by=client)

    assert queries.engagement_dashboard(proposed).rows == []


def test_the_change_of_a_rate_is_in_points(tree: Tree, client: Actor) -> None:
    kpi = make_kpi(tree=tree, by=client, name="納期遵守率", **RATE)
    make_target(kpi=kpi, by=client)
    for month, on_time in ((date(2026, 3, 1), 95), (DURING, 97)):
        make_measurement(kpi=kpi, by=client, period_start=month, numerator=on_time, denominator=100)
    compute_scorecards(tree=tree, by=client)

    row = next(one for one in queries.dashboard(tree, month=DURING).rows if one.kpi == kpi)

    assert row.change == 2


def test_two_kpis_of_one_name_are_two_bars() -> None:
    bars = [
        Bar("納期遵守率", D(80), "near", "もう少し"),
        Bar("納期遵守率", D(50), "improve", "要改善"),
    ]

    chart = charts.scores(chart_id="x", title="x", bars=bars, headers=("KPI", "スコア", "状態"))

    assert chart.figure is not None
    assert chart.figure["data"][0]["y"] == [0, 1]
    assert chart.figure["layout"]["yaxis"]["ticktext"] == ["納期遵守率", "納期遵守率"]


def test_a_name_is_text_in_a_drawing() -> None:
    bar = Bar("<a href='https://evil.example'>押す</a>", D(80), "near", "もう少し")

    chart = charts.scores(chart_id="x", title="x", bars=[bar], headers=("KPI", "スコア", "状態"))

    assert "<a" not in str(chart.figure)


def test_without_data_nothing_is_drawn() -> None:
    points = [charts.Point(date(2026, 1, 1), None, D(5))]

    chart = charts.trend(chart_id="x", title="x", unit="件", points=points)

    assert chart.figure is None
    assert "まだありません" in chart.summary
