"""A client with a tree and a directory, its advisor, two vendors and a stranger."""

from dataclasses import dataclass

import pytest

from accounts.models import Organization
from core.domain.organizations import OrganizationKind, Role
from core.tenancy import Actor
from kpis.models import KPI, Tree
from tests.factories import accounts, kpis
from tests.factories.vendors import make_vendor


@dataclass(frozen=True)
class Stage:
    """Who is there, and what they have."""

    client: Organization
    owner: Actor
    viewer: Actor
    advisor: Actor
    vendor: Actor
    vendor_viewer: Actor
    rival: Actor
    stranger: Actor
    tree: Tree
    on_time: KPI
    cost: KPI

    @property
    def vendor_organization(self) -> Organization:
        """The vendor's organization."""
        return Organization.objects.get(pk=str(self.vendor.organization_id))


def make_stage() -> Stage:
    """Make the people, the tree and a directory with one vendor."""
    client = accounts.make_organization(name="東都商事")
    owner = accounts.make_actor(organization=client)
    firm = accounts.make_organization(kind=OrganizationKind.ADVISORY, name="みなと相談室")
    accounts.assign_advisor(client=client, firm=firm, by=owner)
    vendor = accounts.make_organization(kind=OrganizationKind.VENDOR, name="北斗広告")
    rival = accounts.make_organization(kind=OrganizationKind.VENDOR, name="南風企画")
    make_vendor(client=client, by=owner, organization=vendor)
    tree = kpis.make_tree(by=owner)
    on_time = kpis.make_kpi(
        tree=tree,
        by=owner,
        name="納期遵守率",
        definition="期限までに納めた件数の割合",
        **kpis.RATE,
    )
    cost = kpis.make_kpi(tree=tree, by=owner, name="獲得単価", unit="yen", direction="lower")
    return Stage(
        client=client,
        owner=owner,
        viewer=accounts.make_actor(organization=client, role=Role.VIEWER),
        advisor=accounts.make_actor(organization=firm),
        vendor=accounts.make_actor(organization=vendor),
        vendor_viewer=accounts.make_actor(organization=vendor, role=Role.VIEWER),
        rival=accounts.make_actor(organization=rival),
        stranger=accounts.make_actor(organization=accounts.make_organization(name="別の会社")),
        tree=tree,
        on_time=on_time,
        cost=cost,
    )


@pytest.fixture
def stage(db: None) -> Stage:
    """Set the stage."""
    return make_stage()
