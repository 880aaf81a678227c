"""Reads across people and organizations; the making of an Actor."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import OuterRef, Subquery

from accounts.models import (
    AdvisoryAssignment,
    ApiToken,
    ApiTokenQuerySet,
    Invitation,
    InvitationQuerySet,
    Membership,
    Organization,
    OrganizationQuerySet,
    User,
)
from core.domain.organizations import OrganizationKind, Role
from core.tenancy import Actor, system_actor
from core.tokens import hash_of, is_same, prefix_of


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


def owner_count(organization_id: UUID) -> int:
    """Return how many people own the organization."""
    return Membership.objects.owners().filter(organization_id=organization_id).count()


def confirmed_addresses(user: User) -> frozenset[str]:
    """Return the addresses whose mails this person has shown to read, in lower case."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True)
    return frozenset(email.lower() for email in confirmed.values_list("email", flat=True))


def invitations_for(user: User, at: datetime) -> InvitationQuerySet:
    """Return the invitations that this person could accept now."""
    usable = Invitation.objects.usable(at).filter(email__in=confirmed_addresses(user))
    return usable.select_related("organization", "inviting_organization").order_by("created_at")


def firms_matching(words: str) -> OrganizationQuerySet:
    """Return the advisory firms with people in them whose name contains every one of the words.

    `domain` is the mail domain of the firm's first owner: anybody can take a name, so it tells
    a firm from another one that only calls itself the same.
    """
    owners = Membership.objects.owners().filter(organization=OuterRef("pk")).order_by("joined_at")
    firms = Organization.objects.of_kind(OrganizationKind.ADVISORY).annotate(
        owner_email=Subquery(owners.values("user__email")[:1])
    )
    for word in words.split():
        firms = firms.filter(name__icontains=word)
    return firms.exclude(owner_email=None).order_by("name", "pk")


@dataclass(frozen=True, slots=True)
class Firm:
    """An advisory firm as a client finds it."""

    id: UUID
    name: str
    domain: str
    registration_number: str
    is_assigned: bool


def firms_of(found: Iterable[Organization], client_id: UUID) -> list[Firm]:
    """Return what a client reads of the firms found, and which it has assigned already."""
    assigned = set(
        AdvisoryAssignment.objects.active()
        .filter(client_id=client_id)
        .values_list("firm_id", flat=True)
    )
    return [
        Firm(
            id=one.pk,
            name=one.name,
            domain=getattr(one, "owner_email", "").rpartition("@")[2],
            registration_number=one.registration_number,
            is_assigned=one.pk in assigned,
        )
        for one in found
    ]


NO_TOKEN = hash_of("")  # what an unknown token is compared with, so that it takes as long


def token_named(bearer: str, at: datetime) -> ApiToken | None:
    """Return the usable token that this is; the secret is compared in constant time."""
    usable = ApiToken.objects.usable(at).select_related("user")
    token = usable.filter(prefix=prefix_of(bearer)).first()
    is_right = is_same(bearer, token.secret_hash if token else NO_TOKEN)
    return token if is_right else None


def actor_of_token(token: ApiToken) -> Actor | None:
    """Return the member acting for the token's organization, in the role of now; None once gone."""
    members = Membership.objects.select_related("user", "organization")
    membership = members.filter(
        user_id=token.user_id, organization_id=token.organization_id, user__is_active=True
    ).first()
    return actor_of_membership(membership) if membership else None


def tokens_of(actor: Actor) -> ApiTokenQuerySet:
    """Return the tokens that the actor sees, newest first."""
    found = ApiToken.objects.visible_to(actor).select_related("user", "revoked_by")
    return found.order_by("-created_at", "-id")
