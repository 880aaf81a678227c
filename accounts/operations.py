"""Every write about people and organizations."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import policies
from accounts.models import AdvisoryAssignment, Invitation, Membership, Organization, Role, User
from core import audit, outbox
from core.domain.organizations import OrganizationKind
from core.domain.refusals import Refusal
from core.policies import require
from core.tenancy import Actor

INVITATION_DAYS = 7
EDITABLE = ("name", "fiscal_year_first_month", "tax_rounding", "registration_number")


def hash_of(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def create_organization(
    *,
    name: str,
    kind: OrganizationKind,
    by: Actor,
    at: datetime,
    **settings: Any,
) -> Organization:
    """Make an organization whose owner is the person who makes it."""
    organization = Organization.objects.create(
        name=name, kind=kind.value, created_at=at, **settings
    )
    Membership.objects.create(
        user_id=str(by.user_id), organization=organization, role=Role.OWNER, joined_at=at
    )
    audit.record(
        event="accounts.organization_created",
        target=organization,
        by=by,
        at=at,
        organization_id=organization.pk,
        summary=f"組織「{name}」を登録しました。",
    )
    return organization


@transaction.atomic
def update_organization(
    *, organization: Organization, changes: dict[str, Any], by: Actor, at: datetime
) -> Organization:
    """Change the settings of an organization."""
    require(policies.why_not_manage(organization.pk, by))
    for name in EDITABLE:
        if name in changes:
            setattr(organization, name, changes[name])
    organization.save(update_fields=EDITABLE)
    audit.record(
        event="accounts.organization_updated",
        target=organization,
        by=by,
        at=at,
        organization_id=organization.pk,
        summary="組織の設定を変更しました。",
        data={"fields": sorted(set(changes) & set(EDITABLE))},
    )
    return organization


@transaction.atomic
def invite_member(
    *, organization: Organization, email: str, role: Role, by: Actor, at: datetime
) -> Invitation:
    """Invite a person by mail; an earlier open invitation to the same address ends."""
    require(policies.why_not_manage(organization.pk, by))
    email = email.lower()
    if Membership.objects.filter(organization=organization, user__email=email).exists():
        require(Refusal("accounts.member_already", _("この方はすでにメンバーです。"), 409))
    return _invite(organization, email, role, by=by, at=at)


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: Actor, at: datetime) -> Invitation:
    """Make an invitation useless."""
    require(policies.why_not_manage(invitation.organization_id, by))
    Invitation.objects.usable(at).filter(pk=invitation.pk).update(revoked_at=at)
    audit.record(
        event="accounts.invitation_revoked",
        target=invitation,
        by=by,
        at=at,
        organization_id=invitation.organization_id,
        summary=f"{invitation.email}への招待を取り消しました。",
    )
    return invitation


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User, by: Actor, at: datetime) -> Membership:
    """Join the organization; the invitation is used up."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    require(policies.why_not_accept(invitation, user, at))
    invitation.accepted_at, invitation.accepted_by = at, user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    membership, _created = Membership.objects.get_or_create(
        user=user,
        organization_id=invitation.organization_id,
        defaults={"role": invitation.role, "joined_at": at},
    )
    audit.record(
        event="accounts.invitation_accepted",
        target=membership,
        by=by,
        at=at,
        organization_id=invitation.organization_id,
        summary=f"{user.email}さんが参加しました。",
    )
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: Role, by: Actor, at: datetime) -> Membership:
    """Give a member another role; the last owner stays owner."""
    Organization.objects.select_for_update().get(pk=membership.organization_id)
    require(policies.why_not_change_member(membership, by))
    membership.role = role
    membership.save(update_fields=["role"])
    audit.record(
        event="accounts.role_changed",
        target=membership,
        by=by,
        at=at,
        organization_id=membership.organization_id,
        summary=f"{membership.user.email}さんの役割を「{Role(role).label}」に変更しました。",
    )
    return membership


@transaction.atomic
def remove_member(*, membership: Membership, by: Actor, at: datetime) -> None:
    """Take a person out of the organization; the rights end with the next request."""
    Organization.objects.select_for_update().get(pk=membership.organization_id)
    require(policies.why_not_change_member(membership, by))
    audit.record(
        event="accounts.member_removed",
        target=membership,
        by=by,
        at=at,
        organization_id=membership.organization_id,
        summary=f"{membership.user.email}さんをメンバーから外しました。",
    )
    membership.delete()


@transaction.atomic
def assign_advisor(
    *, client_id: UUID, firm: Organization, by: Actor, at: datetime
) -> AdvisoryAssignment:
    """Let an advisory firm act for the client from now on."""
    require(policies.why_not_assign(client_id, by))
    if firm.kind != OrganizationKind.ADVISORY:
        require(Refusal("accounts.no_firm", _("相談室として登録された組織を選んでください。"), 409))
    current = AdvisoryAssignment.objects.active().filter(client_id=client_id, firm=firm).first()
    if current is not None:
        return current
    assignment = AdvisoryAssignment.objects.create(
        client_id=client_id, firm=firm, started_at=at, started_by_id=by.user_id
    )
    audit.record(
        event="accounts.advisor_assigned",
        target=assignment,
        by=by,
        at=at,
        organization_id=client_id,
        summary=f"相談室「{firm.name}」を指定しました。",
    )
    return assignment


@transaction.atomic
def withdraw_advisor(*, assignment: AdvisoryAssignment, by: Actor, at: datetime) -> None:
    """End an advisory firm's rights; they are gone with the next request."""
    require(policies.why_not_withdraw(assignment, by))
    assignment.ended_at, assignment.ended_by_id = at, by.user_id
    assignment.save(update_fields=["ended_at", "ended_by"])
    audit.record(
        event="accounts.advisor_withdrawn",
        target=assignment,
        by=by,
        at=at,
        organization_id=assignment.client_id,
        summary=f"相談室「{assignment.firm.name}」の指定を取り消しました。",
    )


@transaction.atomic
def register_vendor_organization(
    *, name: str, contact_email: str, by: Actor, at: datetime
) -> Organization:
    """Make a vendor organization that is not on the site yet, and invite its owner by mail."""
    return _register(OrganizationKind.VENDOR, name, contact_email, by=by, at=at)


@transaction.atomic
def register_advisory_firm(
    *, name: str, contact_email: str, by: Actor, at: datetime
) -> AdvisoryAssignment:
    """Make an advisory firm that is not on the site yet, invite its owner, and assign it."""
    require(policies.why_not_assign(by.organization_id or UUID(int=0), by))
    firm = _register(OrganizationKind.ADVISORY, name, contact_email, by=by, at=at)
    assert by.organization_id is not None  # noqa: S101 - the policy has seen to it
    return assign_advisor(client_id=by.organization_id, firm=firm, by=by, at=at)


def _register(
    kind: OrganizationKind, name: str, contact_email: str, *, by: Actor, at: datetime
) -> Organization:
    organization = Organization.objects.create(name=name, kind=kind.value, created_at=at)
    audit.record(
        event="accounts.organization_registered",
        target=organization,
        by=by,
        at=at,
        organization_id=by.organization_id,
        summary=f"「{name}」を登録し、招待しました。",
    )
    if contact_email:
        _invite(organization, contact_email.lower(), Role.OWNER, by=by, at=at)
    return organization


def _invite(
    organization: Organization, email: str, role: Role, *, by: Actor, at: datetime
) -> Invitation:
    open_ones = Invitation.objects.usable(at).filter(organization=organization, email=email)
    open_ones.update(revoked_at=at)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        organization=organization,
        email=email,
        role=role,
        token_hash=hash_of(token),
        invited_by_id=by.user_id,
        created_at=at,
        expires_at=at + timedelta(days=INVITATION_DAYS),
    )
    outbox.mail(
        template="accounts/invitation",
        to=email,
        context={
            "organization": organization.name,
            "inviter": by.user_label,
            "inviter_organization": by.organization_name,
            "days": INVITATION_DAYS,
            "path": f"/organization/invitations/{token}/",
        },
        key=f"accounts.invitation:{invitation.pk}",
        due_at=at,
        organization_id=organization.pk,
    )
    audit.record(
        event="accounts.member_invited",
        target=invitation,
        by=by,
        at=at,
        organization_id=organization.pk,
        summary=f"{email}さんを「{Role(role).label}」として招待しました。",
    )
    return invitation
