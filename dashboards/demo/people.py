"""The organizations and logins of the demo."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress

from accounts import operations
from accounts.models import Organization, User
from accounts.queries import actor_for
from core.domain.organizations import OrganizationKind
from core.tenancy import Actor
from vendors import operations as vendor_operations

PASSWORD = "aimitsu-demo-2026"  # noqa: S105 - the demo's logins are public
CLIENT, ADVISOR = "client@example.com", "advisor@example.com"
VENDOR_ONE, VENDOR_TWO = "hetero@example.com", "microlabs@example.com"


@dataclass(frozen=True, slots=True)
class Login:
    """One login of the demo, as `make run` prints it."""

    role: str
    email: str
    password: str = PASSWORD


LOGINS = (
    Login("発注者", CLIENT),
    Login("相談室（アドバイザー）", ADVISOR),
    Login("外注先（受注した会社）", VENDOR_ONE),
    Login("外注先（見積に参加した会社）", VENDOR_TWO),
)


def person(email: str, name: str) -> User:
    """Make a person whose address needs no confirmation."""
    user = User.objects.create_user(email, PASSWORD, name=name)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def company(name: str, kind: OrganizationKind, owner: User, at: datetime) -> Organization:
    """Make an organization with its owner."""
    maker = Actor(user_id=owner.pk, user_label=str(owner))
    return operations.create_organization(name=name, kind=kind, by=maker, at=at)


def vendor(
    name: str, email: str, contact: str, *, client: Actor, organization: Organization, at: datetime
) -> tuple[Organization, Actor]:
    """Make a vendor with a login, and enter it in the client's directory."""
    user = person(email, contact)
    made = company(name, OrganizationKind.VENDOR, user, at)
    vendor_operations.add_vendor(
        client=organization,
        organization=made,
        contact_name=contact,
        contact_email=email,
        by=client,
        at=at,
    )
    return made, actor_for(user)
