"""Who belongs to a side of an engagement."""

from collections.abc import Iterable
from uuid import UUID

from accounts.models import Membership, Organization, Role, User
from core.tenancy import Actor
from vendors.models import Vendor


def signers_of(organization_id: UUID) -> list[User]:
    """Return the people who may sign for an organization: its owners and editors."""
    memberships = (
        Membership.objects.filter(
            organization_id=organization_id,
            role__in=[Role.OWNER, Role.EDITOR],
            user__is_active=True,
        )
        .select_related("user")
        .order_by("user__email")
    )
    return [membership.user for membership in memberships]


def addresses_of(organization_id: UUID, *, client_id: UUID) -> list[str]:
    """Return where to write to an organization; a vendor without members has its contact."""
    found = [user.email for user in signers_of(organization_id)]
    if found:
        return found
    entry = Vendor.objects.filter(client_id=client_id, organization_id=organization_id).first()
    return [entry.contact_email] if entry and entry.contact_email else []


def clients_of(actor: Actor) -> list[Organization]:
    """Return the clients for which the actor may work, by name."""
    return list(Organization.objects.filter(pk__in=actor.client_ids).order_by("name", "id"))


def names_of(organization_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of organizations by id."""
    found = Organization.objects.filter(pk__in=list(organization_ids))
    return dict(found.values_list("pk", "name"))
