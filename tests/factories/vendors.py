"""Vendors and engagements in every state that the operations can reach."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from accounts.models import Organization
from core.tenancy import Actor
from kpis.models import KPI, Tree
from tests.factories.accounts import NOW
from vendors import operations
from vendors.domain.promises import Promise
from vendors.models import DashboardShare, Engagement, Vendor
from vendors.operations import agreements, shares
from vendors.queries.agreements import latest_agreement

STARTS, ENDS = date(2026, 1, 1), date(2027, 1, 1)


def make_vendor(
    *,
    client: Organization,
    by: Actor,
    organization: Organization | None = None,
    contact_email: str = "contact@vendor.example.jp",
    at: datetime = NOW,
) -> Vendor:
    """Enter a vendor in the client's directory."""
    return operations.add_vendor(
        client=client,
        organization=organization,
        name="株式会社外注",
        contact_email=contact_email,
        outsourcing_types=["marketing"],
        by=by,
        at=at,
    )


def promises_for(kpis: Sequence[KPI], *, target: int = 95, minimum: int = 80) -> list[Promise]:
    """Promise the same level for each KPI."""
    return [
        Promise(kpi_id=kpi.pk, target=Decimal(target), required_minimum=Decimal(minimum))
        for kpi in kpis
    ]


def make_proposed(
    *,
    vendor: Organization,
    tree: Tree,
    kpis: Sequence[KPI],
    by: Actor,
    title: str = "広告運用",
    starts_on: date = STARTS,
    ends_on: date = ENDS,
    at: datetime = NOW,
) -> Engagement:
    """Return an engagement that waits for both signatures."""
    return operations.propose_engagement(
        client_id=tree.client_id,
        vendor_id=vendor.pk,
        tree=tree,
        rfq_id=None,
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        amount=Decimal(2_400_000),
        currency="JPY",
        promises=promises_for(kpis),
        by=by,
        at=at,
    )


def sign(engagement: Engagement, *, by: Sequence[Actor], at: datetime = NOW) -> Engagement:
    """Let these people sign the newest version, one after the other."""
    sha256 = latest_agreement(engagement).sha256
    for actor in by:
        agreements.sign_agreement(engagement=engagement, seen_sha256=sha256, by=actor, at=at)
    engagement.refresh_from_db()
    return engagement


def make_active(
    *,
    vendor: Actor,
    tree: Tree,
    kpis: Sequence[KPI],
    by: Actor,
    title: str = "広告運用",
    starts_on: date = STARTS,
    ends_on: date = ENDS,
    at: datetime = NOW,
) -> Engagement:
    """Return an engagement that both sides signed; `by` is the client, `vendor` its vendor."""
    organization = Organization.objects.get(pk=str(vendor.organization_id))
    engagement = make_proposed(
        vendor=organization,
        tree=tree,
        kpis=kpis,
        by=by,
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        at=at,
    )
    return sign(engagement, by=[by, vendor], at=at)


def make_share(
    *, tree: Tree, by: Actor, engagement: Engagement | None = None, at: datetime = NOW
) -> tuple[DashboardShare, str]:
    """Return a share that lives for thirty days, with its token."""
    return shares.create_share(
        tree=tree,
        engagement=engagement,
        label="経営会議",
        expires_at=at + timedelta(days=30),
        by=by,
        at=at,
    )
