"""Who takes part in the rounds of these tests, and what they say when refused."""

from dataclasses import dataclass
from datetime import datetime

import pytest

from accounts.models import Organization, User
from core.domain.organizations import OrganizationKind, Role
from core.domain.refusals import Denied
from core.tenancy import Actor
from kpis.models import KPI
from quotes.domain.drafts import RequestDraft
from tests.factories import kpis
from tests.factories.accounts import (
    assign_advisor,
    make_actor,
    make_organization,
    make_user,
    refreshed,
)
from tests.factories.quotes import ROUND, request_draft
from tests.factories.vendors import make_vendor


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


def make_market(at: datetime) -> Market:
    """Make everybody through the operations."""
    cast = {
        "client": OrganizationKind.CLIENT,
        "advisor": OrganizationKind.ADVISORY,
        "vendor": OrganizationKind.VENDOR,
        "rival": OrganizationKind.VENDOR,
        "outsider": OrganizationKind.VENDOR,
        "stranger": OrganizationKind.CLIENT,
    }
    users = {name: make_user(name=name, email=f"{name}@example.com") for name in (*cast, "viewer")}
    organizations = {
        name: make_organization(kind=kind, name=f"{name}株式会社", owner=users[name])
        for name, kind in cast.items()
    }
    actors = {name: make_actor(organization=one) for name, one in organizations.items()}
    client = organizations["client"]
    actors["viewer"] = make_actor(organization=client, role=Role.VIEWER, user=users["viewer"])
    assign_advisor(client=client, firm=organizations["advisor"], by=actors["client"])
    actors["advisor"] = refreshed(actors["advisor"])
    tree = kpis.make_tree(by=actors["client"], name="新規顧客の獲得", at=at)
    branch = kpis.make_kpi(tree=tree, by=actors["client"], name="広告からの獲得", at=at)
    kpi = kpis.make_kpi(
        tree=tree,
        by=actors["client"],
        parent=branch,
        name="納期遵守率",
        definition="期日までに納品した件数÷期日が来た件数",
        at=at,
        **kpis.RATE,
    )
    for name in ("vendor", "rival", "outsider"):
        make_vendor(
            client=client,
            organization=organizations[name],
            contact_email=f"sales-{name}@example.com",
            by=actors["client"],
            at=at,
        )
    return Market(**actors, branch=branch, kpi=kpi, organizations=organizations, users=users)


Clock = list[datetime]


def refused(code: str) -> "pytest.RaisesExc[Denied]":
    """Expect a refusal with this code."""
    return pytest.raises(Denied, check=lambda error: error.refusal.code == f"quotes.{code}")


def draft_of(market: Market, at: datetime) -> RequestDraft:
    return request_draft(
        branch=market.branch, kpis=[market.kpi], vendors=market.asked, deadline_at=at + ROUND
    )
