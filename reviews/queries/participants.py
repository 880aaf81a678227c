"""Who takes part in a review: the client, its advisors, and the vendor of the engagement."""

from uuid import UUID

from accounts.models import AdvisoryAssignment, Membership, MembershipQuerySet
from reviews.models import Review


def organization_ids(review: Review) -> list[UUID]:
    """Return the organizations, the client first."""
    firms = AdvisoryAssignment.objects.active().filter(client_id=review.client_id)
    found = [review.client_id, *firms.values_list("firm_id", flat=True)]
    if review.engagement is not None:
        found.append(review.engagement.vendor_id)
    return found


def members(review: Review) -> MembershipQuerySet:
    """Return the people of these organizations."""
    return Membership.objects.filter(organization_id__in=organization_ids(review)).select_related(
        "user", "organization"
    )
