"""The example tree: whole, with reasons, and ready to be scored."""

from datetime import date

import pytest

from core.domain.refusals import Denied
from core.models import AuditEvent
from core.tenancy import Actor
from kpis.models import KPI, Target
from kpis.models.choices import Direction
from kpis.operations import trees
from kpis.queries.targets import fits_all
from kpis.queries.templates import example_tree
from kpis.queries.trees import goal_of
from tests.factories.accounts import NOW, make_organization
from tests.factories.kpis import client_of, make_tree

APRIL = date(2026, 4, 1)


def test_the_example_has_two_vendors_and_the_sales_department(owner: Actor) -> None:
    tree = make_tree(by=owner, example=True)

    goal = goal_of(tree)
    parties = goal.children.order_by("position").values_list("responsible_label", flat=True)
    assert list(parties) == ["マーケティング外注先", "クリエイティブ外注先", "営業部"]
    assert tree.kpis.count() == 14
    assert not Target.objects.filter(kpi__tree=tree).exists()


def test_every_kpi_of_the_example_that_is_scored_gets_a_target_with_a_reason(
    owner: Actor,
) -> None:
    tree = trees.create_from_template(
        template=example_tree(), client_id=client_of(owner), targets_from=APRIL, by=owner, at=NOW
    )

    for kpi in KPI.objects.filter(tree=tree).prefetch_related("targets"):
        found = list(kpi.targets.all())
        assert len(found) == (0 if kpi.direction == Direction.MONITOR else 1), kpi.name
        assert fits_all(kpi, found)
        assert all(one.rationale and one.valid_from == APRIL for one in found)
        assert kpi.definition
    assert goal_of(tree).deadline_on == date(2027, 4, 1)


def test_a_speed_kpi_stands_beside_a_quality_kpi(owner: Actor) -> None:
    tree = make_tree(by=owner, example=True)

    names = set(tree.kpis.values_list("name", flat=True))
    assert {"納期遵守率", "ランディングページの品質評価", "1件あたりの修正回数"} <= names


def test_making_a_tree_is_one_event(owner: Actor) -> None:
    before = AuditEvent.objects.count()

    trees.create_from_template(
        template=example_tree(), client_id=client_of(owner), targets_from=APRIL, by=owner, at=NOW
    )

    assert AuditEvent.objects.count() == before + 1


def test_nobody_makes_a_tree_for_a_strangers_company(stranger: Actor) -> None:
    company = make_organization()

    with pytest.raises(Denied):
        trees.create_from_template(
            template=example_tree(), client_id=company.pk, by=stranger, at=NOW
        )
    with pytest.raises(Denied):
        trees.create_tree(client_id=company.pk, name="x", kgi={"name": "x"}, by=stranger, at=NOW)


def test_an_unknown_organization_does_not_become_a_party(owner: Actor) -> None:
    with pytest.raises(Denied, match="外注先の一覧"):
        trees.create_from_template(
            template=example_tree(),
            client_id=client_of(owner),
            organizations={"marketing": make_organization().pk},
            by=owner,
            at=NOW,
        )
