"""Reads of the vendor directory and of what each vendor has achieved."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from accounts.models import (
    Membership,
    Organization,
    OrganizationKind,
    OrganizationQuerySet,
    Role,
)
from core.tenancy import Actor
from kpis.domain.scoring import Status
from kpis.models import Score
from vendors.models import AgreedKPI, Engagement, EngagementStatus, Vendor, VendorQuerySet


def organization_of(email: str) -> Organization | None:
    """Return the vendor whose owner has exactly this address, if there is one.

    There is no other way to find a vendor: a client cannot browse who else is on the site. A
    registration number does not find one, for anybody can claim it and would get the requests.
    """
    if not email:
        return None
    owned = Membership.objects.filter(
        user__email__iexact=email,
        role=Role.OWNER,
        organization__kind=OrganizationKind.VENDOR,
    )
    membership = owned.select_related("organization").order_by("joined_at").first()
    return membership.organization if membership else None


def organizations_of(client_id: UUID) -> OrganizationQuerySet:
    """Return the organizations in a client's directory: only these can be named as responsible."""
    return Organization.objects.filter(
        pk__in=Vendor.objects.filter(client_id=client_id).values("organization_id")
    )


def directory(actor: Actor, *, search: str = "", outsourcing_type: str = "") -> VendorQuerySet:
    """Return the directory of the actor's clients, by name."""
    vendors = Vendor.objects.visible_to(actor).select_related("organization", "client")
    if search:
        vendors = vendors.filter(
            Q(organization__name__icontains=search)
            | Q(contact_name__icontains=search)
            | Q(contact_email__icontains=search)
            | Q(aliases__icontains=search)
        )
    if outsourcing_type:
        vendors = vendors.filter(outsourcing_types__contains=[outsourcing_type])
    return vendors.order_by("organization__name", "id")


@dataclass(frozen=True, slots=True)
class Kept:
    """How one promise went: the newest scored month, and how many months met the target."""

    agreed: AgreedKPI
    latest: Score | None
    month: date | None
    months_met: int
    months_scored: int


@dataclass(frozen=True, slots=True)
class Record:
    """One engagement with what became of its promises."""

    engagement: Engagement
    promises: Sequence[Kept]


def track_record(vendor: Vendor, actor: Actor) -> list[Record]:
    """Return the vendor's engagements for this client with the scores of what it promised."""
    engagements = list(
        Engagement.objects.visible_to(actor)
        .filter(client_id=vendor.client_id, vendor_id=vendor.organization_id)
        .select_related("tree")
        .order_by("-starts_on", "id")
    )
    return records_of(engagements)


def records_of(engagements: Sequence[Engagement]) -> list[Record]:
    """Return each engagement's promises with their scores; two queries, however many."""
    promises: dict[UUID, list[AgreedKPI]] = defaultdict(list)
    agreed = AgreedKPI.objects.filter(engagement__in=engagements).select_related("kpi")
    for one in agreed.order_by("kpi__position", "kpi__name"):
        promises[one.engagement_id].append(one)
    scores: dict[UUID, list[Score]] = defaultdict(list)
    final = Score.objects.filter(own_score__isnull=False, is_reference=False)
    for score in (
        final.filter(kpi__agreements__engagement__in=engagements)
        .distinct()
        .select_related("scorecard")
        .order_by("scorecard__period_start")
    ):
        scores[score.kpi_id].append(score)
    return [
        Record(
            engagement,
            [_kept(one, engagement, scores[one.kpi_id]) for one in promises[engagement.pk]],
        )
        for engagement in engagements
    ]


def _kept(agreed: AgreedKPI, engagement: Engagement, scores: Sequence[Score]) -> Kept:
    """Look only at months within a signed engagement: before it, nothing was promised."""
    within = [
        score
        for score in scores
        if engagement.status != EngagementStatus.PROPOSED
        and engagement.starts_on <= score.scorecard.period_start < engagement.until
    ]
    latest = within[-1] if within else None
    return Kept(
        agreed=agreed,
        latest=latest,
        month=latest.scorecard.period_start if latest else None,
        months_met=sum(score.status == Status.MET for score in within),
        months_scored=len(within),
    )
