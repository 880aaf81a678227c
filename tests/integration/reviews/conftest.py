"""A client with its advisor, and an engagement that both sides signed."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accounts.models import Organization
from accounts.queries import system_actor_of
from core.domain.organizations import OrganizationKind, Role
from core.tenancy import Actor
from kpis.models import KPI, Score, Scorecard, Tree
from tests.factories import accounts, kpis
from tests.factories.vendors import make_active, make_vendor
from vendors.models import Engagement

# 2026-04-01 is a Wednesday: the business days of April start 1, 2, 3, 6, 7, 8, 9, 10, 13 ...


@dataclass(frozen=True)
class Stage:
    """Who is there, and what they have."""

    client: Organization
    owner: Actor
    viewer: Actor
    advisor: Actor
    vendor: Actor
    rival: Actor
    stranger: Actor
    tree: Tree
    on_time: KPI
    cost: KPI
    engagement: Engagement

    @property
    def system(self) -> Actor:
        """The system acting for the client."""
        return system_actor_of(self.client)

    @property
    def vendor_organization(self) -> Organization:
        """The vendor's organization."""
        return Organization.objects.get(pk=str(self.vendor.organization_id))


def tokyo(day: date, hour: int = 10) -> datetime:
    """Return a moment of a day in Tokyo."""
    return datetime(day.year, day.month, day.day, hour - 9, tzinfo=UTC)


def make_stage() -> Stage:
    """Make the people, the tree and the signed engagement of the on-time rate."""
    client = accounts.make_organization(name="東都商事")
    owner = accounts.make_actor(organization=client)
    firm = accounts.make_organization(kind=OrganizationKind.ADVISORY, name="みなと相談室")
    accounts.assign_advisor(client=client, firm=firm, by=owner)
    vendor = accounts.make_organization(kind=OrganizationKind.VENDOR, name="北斗広告")
    rival = accounts.make_organization(kind=OrganizationKind.VENDOR, name="南風企画")
    make_vendor(client=client, by=owner, organization=vendor)
    tree = kpis.make_tree(by=owner)
    on_time = kpis.make_kpi(tree=tree, by=owner, name="納期遵守率", **kpis.RATE)
    cost = kpis.make_kpi(tree=tree, by=owner, name="獲得単価", unit="yen", direction="lower")
    engagement = make_active(
        vendor=accounts.make_actor(organization=vendor),
        tree=tree,
        kpis=[on_time],
        by=owner,
        starts_on=date(2025, 4, 1),
        ends_on=date(2027, 4, 1),
    )
    return Stage(
        client=client,
        owner=owner,
        viewer=accounts.make_actor(organization=client, role=Role.VIEWER),
        advisor=accounts.make_actor(organization=firm),
        vendor=accounts.make_actor(organization=vendor),
        rival=accounts.make_actor(organization=rival),
        stranger=accounts.make_actor(organization=accounts.make_organization(name="別の会社")),
        tree=tree,
        on_time=on_time,
        cost=cost,
        engagement=engagement,
    )


@pytest.fixture
def stage(db: None) -> Stage:
    """Set the stage."""
    return make_stage()


@dataclass(frozen=True)
class Result:
    """A row of a scorecard, as a test says it."""

    value: Decimal | None
    points: Decimal | None
    status: str
    reason: str = ""


MET = Result(Decimal(97), Decimal(100), "met")
MISSED = Result(Decimal(82), Decimal(13), "missed")
NEAR = Result(Decimal("93.5"), Decimal(90), "near")
NO_DATA = Result(None, None, "none", "no_data")


def worse(result: Result, by: int) -> Result:
    """Return the same verdict with a lower value."""
    assert result.value is not None
    return replace(result, value=result.value - by)


def score(tree: Tree, kpi: KPI, month: date, result: Result) -> Score:
    """Store a result as the computation would."""
    scorecard, _new = Scorecard.objects.get_or_create(
        tree=tree,
        period_start=month,
        defaults={"tree_version": 1, "input_version": 1, "computed_at": accounts.NOW},
    )
    return Score.objects.create(
        scorecard=scorecard,
        kpi=kpi,
        value=result.value,
        target=95,
        attainment=None if result.value is None else result.value * 100 / 95,
        own_score=result.points,
        score=result.points,
        status=result.status,
        reason=result.reason,
        weight=1,
        coverage=100,
    )
