"""People and organizations for tests, made by the operations themselves."""

from datetime import UTC, datetime
from itertools import count

from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts import operations
from accounts.models import AdvisoryAssignment, ApiToken, Membership, Organization, User
from accounts.models import Role as AccountRole
from accounts.queries import actor_of_membership
from core.domain.organizations import OrganizationKind, Role
from core.tenancy import Actor

NOW = datetime(2026, 4, 15, 3, 0, tzinfo=UTC)
PASSWORD = "correct-horse-battery"
_numbers = count(1)


def make_user(
    *, name: str = "山田 花子", email: str | None = None, password: str = PASSWORD
) -> User:
    """Make a person whose address is confirmed."""
    user = User.objects.create_user(
        email or f"person{next(_numbers)}@example.jp", password, name=name
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_organization(
    *,
    kind: OrganizationKind = OrganizationKind.CLIENT,
    name: str | None = None,
    owner: User | None = None,
) -> Organization:
    """Make an organization with an owner."""
    person = owner or make_user()
    return operations.create_organization(
        name=name or f"組織{next(_numbers)}",
        kind=kind,
        by=Actor(user_id=person.pk, user_label=str(person)),
        at=NOW,
    )


def make_actor(
    *, organization: Organization, role: Role = Role.OWNER, user: User | None = None
) -> Actor:
    """Return a member of the organization with this role; made by invitation when there is none."""
    existing = Membership.objects.filter(organization=organization, role=role)
    if user is None and role is Role.OWNER and (found := existing.first()):
        return actor_of_membership(found)
    person = user or make_user()
    owner = organization.memberships.owners().select_related("user", "organization").first()
    assert owner is not None, "an organization without an owner cannot invite"
    invitation = operations.invite_member(
        organization=organization,
        email=person.email,
        role=AccountRole(role),
        by=actor_of_membership(owner),
        at=NOW,
    )
    membership = operations.accept_invitation(
        invitation=invitation,
        user=person,
        by=Actor(user_id=person.pk, user_label=str(person)),
        at=NOW,
    )
    return actor_of_membership(membership)


def user_of(actor: Actor) -> User:
    """Return the person behind an actor."""
    return User.objects.get(pk=str(actor.user_id))


def refreshed(actor: Actor) -> Actor:
    """Return the same person with the rights of now (assignments change them)."""
    return actor_of_membership(
        Membership.objects.get(
            user_id=str(actor.user_id), organization_id=str(actor.organization_id)
        )
    )


def assign_advisor(*, client: Organization, firm: Organization, by: Actor) -> AdvisoryAssignment:
    """Let the firm act for the client."""
    return operations.assign_advisor(client_id=client.pk, firm=firm, by=by, at=NOW)


def make_token(
    *, by: Actor, scope: ApiToken.Scope = ApiToken.Scope.WRITE, at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make an API token that works while the test looks; return it with its secret."""
    moment = at or timezone.now()
    return operations.create_token(name="連携", scope=scope, days=90, by=by, at=moment)
