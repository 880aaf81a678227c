"""Why a tree moved and what would move it: the same numbers on pages and over the API."""

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.tenancy import Actor
from kpis.domain.calibration import natural_limits
from kpis.domain.tree import LinkKind
from kpis.models import KPI, Measurement, Score, Tree
from kpis.operations import tree_commands
from kpis.operations.links import link_kpis
from kpis.queries.movement import bridge, signed
from kpis.queries.scenarios import Leaf, Past, Quadrant, Scenario
from kpis.queries.trees import goal_of
from tests.factories.accounts import NOW, make_actor, make_organization, user_of
from tests.factories.kpis import (
    compute_scorecards,
    make_kpi,
    make_measurement,
    make_target,
    make_tree,
)

pytestmark = pytest.mark.django_db
FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)


@pytest.fixture
def owner() -> Actor:
    return make_actor(organization=make_organization(name="東京製作所"))


@pytest.fixture
def tree(owner: Actor) -> Tree:
    """売上（円）= 客数（人）× 客単価（円/人）: 100 × 5,000 in February, 110 × 5,100 in March."""
    tree = make_tree(by=owner, name="売上を伸ばす")
    guests = make_kpi(tree=tree, by=owner, name="客数", unit="people", perspective="customer")
    price = make_kpi(
        tree=tree, by=owner, name="客単価", unit="yen", unit_per="people", perspective="financial"
    )
    quality = make_kpi(tree=tree, by=owner, name="クレーム率", unit="percent", aggregation="ratio")
    tree.refresh_from_db()
    tree_commands.update_kpi(
        kpi=goal_of(tree),
        version=tree.version,
        fields={
            "name": "売上",
            "unit": "yen",
            "value_source": "formula",
            "formula": f"{guests.key} * {price.key}",
        },
        by=owner,
        at=NOW,
    )
    for kpi, target, values in ((guests, 200, (100, 110)), (price, 5000, (5000, 5100))):
        make_target(kpi=kpi, by=owner, value=target, worst=0, valid_from=FEBRUARY)
        for month, value in zip((FEBRUARY, MARCH), values, strict=True):
            make_measurement(kpi=kpi, by=owner, period_start=month, value=value)
    for month in (FEBRUARY, MARCH):
        make_measurement(kpi=quality, by=owner, period_start=month, numerator=1, denominator=50)
    compute_scorecards(tree=tree, by=owner)
    return tree


def named(tree: Tree, name: str) -> KPI:
    return KPI.objects.get(tree=tree, name=name)


def browser(actor: Actor) -> Client:
    """Return a signed-in browser."""
    client = Client()
    client.force_login(user_of(actor))
    return client


def test_the_bridge_adds_up_to_the_yen(tree: Tree) -> None:
    found = bridge(tree, goal_of(tree), FEBRUARY, MARCH)

    assert not found.is_score
    assert (found.before, found.after, found.change) == (500_000, 561_000, 61_000)
    parts = {one.kpi.name: one.contribution for one in found.tops}
    assert parts == {"客数": 50_500, "客単価": 10_500}
    assert "売上」の値は500,000円から561,000円になりました（+61,000円）" in found.sentences
    assert [one.contribution for one in found.sides] == [61_000]


def test_without_a_formula_the_score_is_explained(tree: Tree, owner: Actor) -> None:
    found = bridge(tree, goal_of(tree), FEBRUARY, MARCH, is_score=True)

    assert found.change is not None
    assert found.change > 0
    assert sum(one.contribution for one in found.tops) == round(found.change, 1)
    assert found.unit == "点"


def test_a_measured_kpi_says_why_it_has_no_parts(tree: Tree) -> None:
    found = bridge(tree, named(tree, "客数"), FEBRUARY, MARCH)

    assert found.lines == []
    assert "実績を直接入力" in found.reason or "値がない" in found.reason
    nothing = bridge(tree, named(tree, "客数"), date(2020, 1, 1), MARCH, is_score=False)
    assert nothing.change is None
    assert "どちらかの月に値がありません" in nothing.sentences


def test_the_pages_show_the_same(tree: Tree, owner: Actor) -> None:
    client = browser(owner)

    def text(page: str, **query: str) -> str:
        response = client.get(reverse(f"dashboards:{page}", args=[tree.pk]), query)
        assert response.status_code == 200
        return response.content.decode()

    why = text("tree-why")
    assert "+50,500円" in why
    assert "+10,500円" in why
    lmdi = text("tree-why", method="lmdi", what="value")
    assert "+61,000円" in lmdi
    assert "比べられる月" not in why
    assert "先に手を打つ" in text("tree-matrix")
    assert "視点が決まっていないKPI" in text("tree-perspectives")
    assert "客単価" in text("tree-what-if")


def test_imagining_changes_nothing_that_is_kept(tree: Tree, owner: Actor) -> None:
    guests = named(tree, "客数")
    kept = (
        list(Measurement.objects.order_by("pk").values()),
        list(Score.objects.order_by("pk").values()),
    )
    client = browser(owner)

    page = client.get(
        reverse("dashboards:tree-what-if", args=[tree.pk]),
        {f"v-{guests.pk}": "２00", "goal": "1020000"},
    ).content.decode()

    assert "1,020,000円" in page
    assert "この値を目標案にする" in page
    assert "ふだんの範囲を超えています" in page
    after = (
        list(Measurement.objects.order_by("pk").values()),
        list(Score.objects.order_by("pk").values()),
    )
    assert after == kept
    odd = client.get(
        reverse("dashboards:tree-what-if", args=[tree.pk]), {f"v-{guests.pk}": "多い", "goal": "x"}
    ).content.decode()
    assert odd.count("数字で入力してください。") == 2


def test_ten_percent_more_guests_are_ten_percent_more_sales(tree: Tree) -> None:
    scenario = Scenario(tree, MARCH)

    effects = {one.leaf.kpi.name: one for one in scenario.effects}

    assert effects["客数"].value_change == 56_100
    assert effects["客数"].elasticity == 1
    assert effects["クレーム率"].elasticity is None
    wanted = {
        one.leaf.kpi.name: one.found for one in scenario.wanted(Decimal(1_020_000), is_score=False)
    }
    assert wanted["客数"] is not None
    assert wanted["客数"].value == 200


def test_the_matrix_puts_first_what_is_heavy_and_behind(tree: Tree) -> None:
    spots = {one.kpi.name: one for one in Scenario(tree, MARCH).spots()}

    assert spots["客数"].quadrant is Quadrant.ACT
    assert spots["客単価"].quadrant is Quadrant.KEEP
    assert spots["クレーム率"].quadrant is Quadrant.UNKNOWN


def test_the_api_tells_the_same(tree: Tree, owner: Actor) -> None:
    client = browser(owner)

    def get(name: str, **query: str) -> Any:
        return client.get(reverse(f"kpis-api:tree-{name}", args=[tree.pk]), query)

    found = get("bridge", **{"from": "2026-02", "to": "2026-03"}).json()
    assert Decimal(found["change"]) == 61_000
    assert sum(Decimal(one["contribution"]) for one in found["contributions"]) == 61_000
    assert get("bridge", **{"from": "2019-01"}).status_code == 409
    assert get("bridge", method="magic").status_code == 400
    assert get("bridge", kpi="x").status_code == 404
    assert get("sensitivity", month="June").status_code == 400
    assert get("sensitivity").json()[0]["elasticity"].startswith("1.0")
    assert {one["quadrant"] for one in get("matrix").json()} == {"act", "keep", "unknown"}
    assert get("perspectives").json()["month"] == "2026-03"
    spots = {one["kpi"]: one for one in get("matrix").json()}
    assert isinstance(spots[str(named(tree, "客数").pk)]["share"], str)
    assert sum(Decimal(one["share"]) for one in spots.values()) == pytest.approx(1)
    balance = get("perspectives").json()
    assert {"weight", "score", "coverage", "perspective"} <= balance["perspectives"][0].keys()
    wanted = get("goal-seek", goal="1020000").json()
    assert [
        Decimal(one["value"]) for one in wanted if one["kpi"] == str(named(tree, "客数").pk)
    ] == [200]
    assert get("goal-seek").status_code == 400
    assert get("goal-seek", goal="1", measure="both").status_code == 400
    address = reverse("kpis-api:tree-what-if", args=[tree.pk])
    body = {"values": [{"kpi": str(named(tree, "客数").pk), "value": "200"}]}
    imagined = client.post(address, json.dumps(body), content_type="application/json").json()
    assert Decimal(imagined["outcomes"][0]["value_after"]) == 1_020_000
    body = {"values": [{"kpi": str(goal_of(tree).pk), "value": "200"}]}
    refused = client.post(address, json.dumps(body), content_type="application/json")
    assert refused.status_code == 400


def test_a_tree_without_months_explains_nothing_and_says_so(owner: Actor) -> None:
    empty = make_tree(by=owner, name="空のツリー")
    client = browser(owner)

    for page in ("tree-why", "tree-what-if", "tree-matrix", "tree-perspectives"):
        response = client.get(reverse(f"dashboards:{page}", args=[empty.pk]))
        assert "まだありません" in response.content.decode(), page
    assert client.get(reverse("kpis-api:tree-matrix", args=[empty.pk])).status_code == 404
    assert client.get(reverse("kpis-api:tree-bridge", args=[empty.pk])).status_code == 409


def test_a_change_is_written_with_its_sign() -> None:
    assert signed(Decimal(1200), 0, "円") == "+1,200円"
    assert signed(Decimal("-0.54"), 1, "点") == "−0.5点"
    assert signed(Decimal("0.01"), 1, "点") == "±0.0点"


def test_months_without_targets_are_explained_by_their_values(tree: Tree, owner: Actor) -> None:
    """No target, no score: the newest month with values is shown then."""
    Score.objects.update(score=None)
    client = browser(owner)

    why = client.get(reverse("dashboards:tree-why", args=[tree.pk])).content.decode()
    first = client.get(reverse("dashboards:tree-why", args=[tree.pk]), {"to": "2026-02"})

    assert "+50,500円" in why
    assert "対象月より前の月がありません" in first.content.decode()
    assert client.get(reverse("kpis-api:tree-bridge", args=[tree.pk])).json()["end"] == "2026-03"


def test_a_kpi_of_another_tree_is_not_explained(tree: Tree, owner: Actor) -> None:
    other = make_tree(by=owner, name="別のツリー")
    page = reverse("dashboards:tree-why", args=[tree.pk])

    for kpi in (str(goal_of(other).pk), "x"):
        assert browser(owner).get(page, {"kpi": kpi}).status_code == 404


def test_the_usual_range_is_what_the_past_varies_by_itself(tree: Tree) -> None:
    """Six months of 10, 12, 10 …: mean 11, moving range 2, so 11 ± 5.32; never below 0."""
    kpi = KPI(unit="count")
    past = [Decimal(one) for one in (10, 12, 10, 12, 10, 12)]
    limits = natural_limits(past)

    assert limits == (Decimal("5.68"), Decimal("16.32"))
    assert Leaf(kpi, past[-1], Past(past[0], past[1], limits), Fraction(1)).usual == limits
    few = Past(Decimal(1), Decimal(9), None)
    assert Leaf(kpi, past[-1], few, Fraction(1)).usual == (1, 9)
    low = Past(Decimal(0), Decimal(90), (Decimal(-20), Decimal(120)))
    assert Leaf(kpi, past[-1], low, Fraction(1)).usual == (0, 120)
    rising = Past(Decimal(1), Decimal(9), (Decimal(3), Decimal(8)))
    assert Leaf(kpi, past[-1], rising, Fraction(1)).usual == (1, 9)  # what was is plausible
    assert Leaf(KPI(unit="percent"), past[-1], low, Fraction(1)).usual == (0, 100)


def test_the_strategy_map_draws_what_supports_what(tree: Tree, owner: Actor) -> None:
    guests, price = named(tree, "客数"), named(tree, "客単価")
    KPI.objects.filter(pk=goal_of(tree).pk).update(perspective="financial")
    KPI.objects.filter(pk__in=[guests.pk, price.pk]).update(perspective="customer")
    tree.refresh_from_db()
    link_kpis(
        tree=tree,
        version=tree.version,
        node_id=guests.pk,
        target_id=price.pk,
        kind=LinkKind.INFLUENCE,
        by=owner,
        at=NOW,
    )

    page = browser(owner).get(reverse("dashboards:tree-perspectives", args=[tree.pk]))
    drawn = page.context["map"]

    assert [one.label for one in drawn.bands] == ["財務", "顧客"]
    assert sorted((one.kind, one.words) for one in drawn.lines) == [
        ("influence", "客数 → 客単価"),
        ("tree", "客単価 → 売上"),
        ("tree", "客数 → 売上"),
    ]
    places = {one.kpi.name: (one.x, one.y) for one in drawn.cards}
    assert places["売上"][1] < places["客数"][1] == places["客単価"][1]
    assert len(set(places.values())) == 3
    assert all(0 < one.y < drawn.height and one.x < drawn.width for one in drawn.cards)


def test_the_matrix_is_paged(tree: Tree, owner: Actor) -> None:
    page = browser(owner).get(reverse("dashboards:tree-matrix", args=[tree.pk]))

    assert page.context["page"].paginator.per_page == 100
    assert len(page.context["spots"]) == 3
