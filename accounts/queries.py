"""Reads across people and organizations; the making of an Actor."""

from uuid import UUID

from accounts.models import AdvisoryAssignment, Membership, Organization, User
from core.domain.organizations import OrganizationKind, Role
from core.tenancy import Actor, system_actor


def client_ids_of(organization: Organization) -> frozenset[UUID]:
    """Return the clients for which people of this organization may act."""
    if organization.kind == OrganizationKind.CLIENT:
        return frozenset({organization.pk})
    if organization.kind == OrganizationKind.ADVISORY:
        assigned = AdvisoryAssignment.objects.active().filter(firm=organization)
        return frozenset(assigned.values_list("client_id", flat=True))
    return frozenset()


def actor_of_membership(membership: Membership) -> Actor:
    """Return the person of this membership acting for its organization."""
    organization = membership.organization
    return Actor(
        user_id=membership.user_id,
        user_label=str(membership.user),
        organization_id=organization.pk,
        organization_name=organization.name,
        kind=OrganizationKind(organization.kind),
        role=Role(membership.role),
        client_ids=client_ids_of(organization),
    )


def actor_for(user: User, organization_id: UUID | str | None = None) -> Actor:
    """Return the user acting for the given organization, or for the first one by name.

    An organization that the user does not belong to is ignored.
    """
    memberships = list(Membership.objects.of(user).select_related("user"))
    if not memberships:
        return Actor(user_id=user.pk, user_label=str(user))
    chosen = [one for one in memberships if str(one.organization_id) == str(organization_id)]
    return actor_of_membership((chosen or memberships)[0])


def system_actor_of(organization: Organization) -> Actor:
    """Return the system acting for this organization."""
    return system_actor(
        organization_id=organization.pk,
        organization_name=organization.name,
        kind=OrganizationKind(organization.kind),
    )
