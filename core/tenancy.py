"""Who acts, and for which organizations: set in the database for one transaction at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from core.domain.organizations import OrganizationKind, Role


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or the system) acting for one organization, with what follows from that."""

    user_id: UUID | None
    user_label: str
    organization_id: UUID | None = None
    organization_name: str = ""
    kind: OrganizationKind | None = None
    role: Role | None = None
    client_ids: frozenset[UUID] = frozenset()
    is_system: bool = False

    @property
    def organization_ids(self) -> frozenset[UUID]:
        """The organizations whose rows the database shows: its own and the clients it acts for."""
        own = frozenset() if self.organization_id is None else frozenset({self.organization_id})
        return own | self.client_ids

    @property
    def can_edit(self) -> bool:
        """Whether the role allows changes at all."""
        return self.is_system or self.role in {Role.OWNER, Role.EDITOR}

    @property
    def is_owner(self) -> bool:
        """Whether the person owns the active organization."""
        return self.role is Role.OWNER

    @property
    def is_client(self) -> bool:
        """Whether the active organization is a client."""
        return self.kind is OrganizationKind.CLIENT

    @property
    def is_vendor(self) -> bool:
        """Whether the active organization is a vendor."""
        return self.kind is OrganizationKind.VENDOR

    @property
    def is_advisor(self) -> bool:
        """Whether the active organization is an advisory firm."""
        return self.kind is OrganizationKind.ADVISORY


ANONYMOUS = Actor(user_id=None, user_label="")


def system_actor(*, organization_id: UUID, organization_name: str, kind: OrganizationKind) -> Actor:
    """Return the system acting for one organization, for tasks."""
    clients = frozenset({organization_id}) if kind is OrganizationKind.CLIENT else frozenset()
    return Actor(
        user_id=None,
        user_label="システム",
        organization_id=organization_id,
        organization_name=organization_name,
        kind=kind,
        client_ids=clients,
        is_system=True,
    )


def _read_settings() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('app.user_id', true), ''),"
            " coalesce(current_setting('app.organization_ids', true), '')"
        )
        user, organizations = cursor.fetchone()
    return user, organizations


def _set_local(user: str, organizations: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.user_id', %s, true), set_config('app.organization_ids', %s, true)",
            [user, organizations],
        )


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Open a transaction in which the database knows who acts; the setting ends with it.

    Nested uses (tests, tasks that act for several organizations) restore the outer setting.
    """
    is_nested = connection.in_atomic_block
    with transaction.atomic():
        outer = _read_settings() if is_nested else None
        _set_local(
            str(actor.user_id or ""), ",".join(sorted(str(one) for one in actor.organization_ids))
        )
        yield actor
        if outer is not None:
            _set_local(*outer)
