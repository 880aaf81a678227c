"""Who works on trees in these tests, and the tree they work on."""

import pytest

from accounts.models import Organization
from core.domain.organizations import Role
from core.tenancy import Actor
from kpis.models import KPI, Tree
from kpis.queries.trees import goal_of
from tests.factories.accounts import make_actor, make_organization
from tests.factories.kpis import make_kpi, make_tree


@pytest.fixture
def company(db: None) -> Organization:
    return make_organization(name="東京製作所")


@pytest.fixture
def owner(company: Organization) -> Actor:
    return make_actor(organization=company)


@pytest.fixture
def colleague(company: Organization) -> Actor:
    return make_actor(organization=company, role=Role.EDITOR)


@pytest.fixture
def viewer(company: Organization) -> Actor:
    return make_actor(organization=company, role=Role.VIEWER)


@pytest.fixture
def stranger(db: None) -> Actor:
    return make_actor(organization=make_organization(name="別の会社"))


@pytest.fixture
def tree(owner: Actor) -> Tree:
    """新規顧客数 > (集客 > (クリック率, 獲得単価), 商談)."""
    tree = make_tree(by=owner)
    ads = make_kpi(tree=tree, by=owner, name="集客")
    make_kpi(tree=tree, by=owner, name="クリック率", parent=ads)
    make_kpi(tree=tree, by=owner, name="獲得単価", parent=ads)
    make_kpi(tree=tree, by=owner, name="商談")
    return tree


@pytest.fixture
def goal(tree: Tree) -> KPI:
    return goal_of(tree)


def named(tree: Tree, name: str) -> KPI:
    """Return the living KPI of this name."""
    return KPI.objects.living().select_related("tree__client").get(tree=tree, name=name)


def drawn(tree: Tree) -> str:
    """Write the tree down as names in brackets, in order."""
    kpis = list(KPI.objects.living().filter(tree=tree).order_by("position", "id"))

    def below(parent: KPI) -> str:
        inside = [below(one) for one in kpis if one.parent_id == parent.pk]
        return parent.name + (f"({' '.join(inside)})" if inside else "")

    return below(next(one for one in kpis if one.parent_id is None))
