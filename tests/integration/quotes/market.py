"""Who takes part in the rounds of these tests, and what they say when refused."""

from dataclasses import dataclass
from datetime import datetime

import pytest

from accounts.models import Membership, Organization, Role, User
from accounts.queries import actor_of_membership
from core import tenancy
from core.domain.organizations import OrganizationKind
from core.domain.refusals import Denied
from core.tenancy import Actor
from kpis.models import KPI, Tree
from kpis.models.choices import Unit
from quotes.operations.drafts import RequestDraft
from tests.factories.quotes import ROUND, request_draft
from vendors.operations import add_vendor


@dataclass(frozen=True)
class Market:
    """A client with a tree, its advisor, two vendors of its directory, and a third one."""

    client: Actor
    viewer: Actor
    advisor: Actor
    vendor: Actor
    rival: Actor
    outsider: Actor
    stranger: Actor
    branch: KPI
    kpi: KPI
    organizations: dict[str, Organization]
    users: dict[str, User]

    @property
    def asked(self) -> list[Organization]:
        """The two vendors that are asked by default."""
        return [self.organizations["vendor"], self.organizations["rival"]]


def _actor(
    name: str, kind: OrganizationKind, organization: Organization | None, role: Role, at: datetime
) -> tuple[Actor, User, Organization]:
    organization = organization or Organization.objects.create(
        name=f"{name}株式会社", kind=kind.value, created_at=at
    )
    user = User.objects.create_user(f"{name}@example.com", "secret", name=name)
    membership = Membership.objects.create(
        user=user, organization=organization, role=role, joined_at=at
    )
    return actor_of_membership(membership), user, organization


def make_market(at: datetime) -> Market:
    """Write everybody down."""
    actors: dict[str, Actor] = {}
    users: dict[str, User] = {}
    organizations: dict[str, Organization] = {}
    cast = {
        "client": (OrganizationKind.CLIENT, None, Role.OWNER),
        "viewer": (OrganizationKind.CLIENT, "client", Role.VIEWER),
        "advisor": (OrganizationKind.ADVISORY, None, Role.EDITOR),
        "vendor": (OrganizationKind.VENDOR, None, Role.OWNER),
        "rival": (OrganizationKind.VENDOR, None, Role.OWNER),
        "outsider": (OrganizationKind.VENDOR, None, Role.OWNER),
        "stranger": (OrganizationKind.CLIENT, None, Role.OWNER),
    }
    for name, (kind, same, role) in cast.items():
        actors[name], users[name], organizations[name] = _actor(
            name, kind, organizations[same] if same else None, role, at
        )
    organizations["client"].advisory_assignments.create(
        firm=organizations["advisor"], started_at=at
    )
    advisor = Membership.objects.get(user=users["advisor"])
    actors["advisor"] = actor_of_membership(advisor)
    branch, kpi = _tree(organizations["client"], at)
    with tenancy.acting(actors["client"]):
        for name in ("vendor", "rival", "outsider"):
            add_vendor(
                client=organizations["client"],
                organization=organizations[name],
                contact_email=f"sales-{name}@example.com",
                by=actors["client"],
                at=at,
            )
    return Market(**actors, branch=branch, kpi=kpi, organizations=organizations, users=users)


def _tree(client: Organization, at: datetime) -> tuple[KPI, KPI]:
    tree = Tree.objects.create(client=client, name="新規顧客の獲得", created_at=at)
    goal = KPI.objects.create(tree=tree, key="goal", name="新規顧客数")
    branch = KPI.objects.create(tree=tree, parent=goal, key="ads", name="広告からの獲得")
    kpi = KPI.objects.create(
        tree=tree,
        parent=branch,
        key="on-time",
        name="納期遵守率",
        definition="期日までに納品した件数÷期日が来た件数",
        unit=Unit.PERCENT,
    )
    return branch, kpi


Clock = list[datetime]


def refused(code: str) -> "pytest.RaisesExc[Denied]":
    """Expect a refusal with this code."""
    return pytest.raises(Denied, check=lambda error: error.refusal.code == f"quotes.{code}")


def draft_of(market: Market, at: datetime) -> RequestDraft:
    return request_draft(
        branch=market.branch, kpis=[market.kpi], vendors=market.asked, deadline_at=at + ROUND
    )
