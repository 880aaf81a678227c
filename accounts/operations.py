"""Every write about people and organizations."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import policies
from accounts.models import (
    AdvisoryAssignment,
    ApiToken,
    Invitation,
    Membership,
    Organization,
    Role,
    User,
)
from core import audit, outbox
from core.domain.organizations import OrganizationKind
from core.domain.refusals import Denied, Refusal
from core.policies import require
from core.tenancy import Actor
from core.tokens import hash_of, new_api_token, new_token

INVITATION_DAYS = 7
EDITABLE = ("name", "fiscal_year_first_month", "tax_rounding", "registration_number")


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
    require(policies.why_not_found(by))
    require(policies.why_not_twice(name, kind, by))
    organization = Organization.objects.create(
        name=name, kind=kind.value, created_at=at, **settings
    )
    Membership.objects.create(
        user_id=str(by.user_id), organization=organization, role=Role.OWNER, joined_at=at
    )
    audit.record(
        event="accounts.organization_created",
        target=organization,
        by=_as_person(by),
        at=at,
        organization_id=organization.pk,
        summary=f"組織「{name}」を登録しました。",
    )
    return organization


@transaction.atomic
def update_organization(
    *, organization: Organization, changes: dict[str, Any], version: int, by: Actor, at: datetime
) -> Organization:
    """Change the settings of an organization, as they were in this version."""
    organization = _locked(organization.pk)
    require(policies.why_not_update(organization, version, by))
    changed = [
        name
        for name in EDITABLE
        if name in changes and changes[name] != getattr(organization, name)
    ]
    before = {name: getattr(organization, name) for name in changed}
    for name in changed:
        setattr(organization, name, changes[name])
    organization.version += 1
    organization.save(update_fields=[*changed, "version"])
    audit.record(
        event="accounts.organization_updated",
        target=organization,
        by=by,
        at=at,
        organization_id=organization.pk,
        summary="組織の設定を変更しました。",
        data={"before": before, "after": {name: changes[name] for name in changed}},
    )
    return organization


@transaction.atomic
def invite_member(
    *, organization: Organization, email: str, role: Role, by: Actor, at: datetime
) -> Invitation:
    """Invite a person by mail; an earlier open invitation to the same address ends."""
    organization = _locked(organization.pk)
    require(policies.why_not_invite(organization, email, by, at))
    invitation = _invite(organization, email, role, by=by, at=at)
    audit.record(
        event="accounts.member_invited",
        target=invitation,
        by=by,
        at=at,
        organization_id=organization.pk,
        summary=f"{invitation.email}さんを「{Role(role).label}」として招待しました。",
    )
    return invitation


@transaction.atomic
def resend_invitation(*, invitation: Invitation, by: Actor, at: datetime) -> Invitation:
    """Send a new link for as long again; the link of the earlier mail ends."""
    organization = _locked(invitation.organization_id)
    invitation.refresh_from_db()
    require(policies.why_not_manage_invitation(invitation, by))
    require(policies.why_not_mail(by, at))
    again = _invite(organization, invitation.email, Role(invitation.role), by=by, at=at)
    audit.record(
        event="accounts.invitation_resent",
        target=again,
        by=by,
        at=at,
        organization_id=by.organization_id,
        summary=f"「{organization.name}」への招待を{again.email}さんに再送しました。",
    )
    return again


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: Actor, at: datetime) -> Invitation:
    """Make an invitation useless."""
    organization = _locked(invitation.organization_id)
    invitation.refresh_from_db()
    require(policies.why_not_manage_invitation(invitation, by))
    invitation.revoked_at = at
    invitation.save(update_fields=["revoked_at"])
    audit.record(
        event="accounts.invitation_revoked",
        target=invitation,
        by=by,
        at=at,
        organization_id=by.organization_id,
        summary=f"「{organization.name}」への{invitation.email}さんの招待を取り消しました。",
    )
    return invitation


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User, by: Actor, at: datetime) -> Membership:
    """Join the organization; the invitation is used up."""
    _locked(invitation.organization_id)
    invitation = Invitation.objects.get(pk=invitation.pk)
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
        by=_as_person(by),
        at=at,
        organization_id=invitation.organization_id,
        summary=f"{user.email}さんが「{membership.get_role_display()}」として参加しました。",
    )
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: Role, by: Actor, at: datetime) -> Membership:
    """Give a member another role; the last owner stays owner."""
    membership = _locked_member(membership)
    require(policies.why_not_change_member(membership, by))
    before = Role(membership.role)
    membership.role = role
    membership.save(update_fields=["role"])
    audit.record(
        event="accounts.role_changed",
        target=membership,
        by=by,
        at=at,
        organization_id=membership.organization_id,
        summary=f"{membership.user.email}さんの役割を「{Role(role).label}」に変更しました。",
        data={"before": before.value, "after": Role(role).value},
    )
    return membership


@transaction.atomic
def remove_member(*, membership: Membership, by: Actor, at: datetime) -> None:
    """Take a person out of the organization; the rights end with the next request."""
    membership = _locked_member(membership)
    require(policies.why_not_change_member(membership, by))
    audit.record(
        event="accounts.member_removed",
        target=membership,
        by=by,
        at=at,
        organization_id=membership.organization_id,
        summary=f"{membership.user.email}さんをメンバーから外しました。",
    )
    ApiToken.objects.usable(at).filter(
        user_id=membership.user_id, organization_id=membership.organization_id
    ).update(revoked_at=at, revoked_by_id=by.user_id)
    membership.delete()


@transaction.atomic
def create_token(
    *, name: str, scope: ApiToken.Scope, days: int, by: Actor, at: datetime
) -> tuple[ApiToken, str]:
    """Make an API token of the member in the active organization; its secret is told only now."""
    require(policies.why_not_create_token(scope, days, by, at))
    prefix, secret = new_api_token()
    token = ApiToken.objects.create(
        user_id=str(by.user_id),
        organization_id=str(by.organization_id),
        name=name,
        scope=scope,
        prefix=prefix,
        secret_hash=hash_of(secret),
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    _audit_token(token, "accounts.token_created", "を作成しました。", by=by, at=at)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Actor, at: datetime) -> ApiToken:
    """Stop a token at once; twice is the same as once."""
    token = ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    require(policies.why_not_revoke_token(token, by))
    if token.revoked_at is None:
        token.revoked_at, token.revoked_by_id = at, by.user_id
        token.save(update_fields=["revoked_at", "revoked_by"])
        _audit_token(token, "accounts.token_revoked", "を取り消しました。", by=by, at=at)
    return token


def _audit_token(token: ApiToken, event: str, what: str, *, by: Actor, at: datetime) -> None:
    audit.record(
        event=event,
        target=token,
        by=by,
        at=at,
        organization_id=token.organization_id,
        summary=f"APIトークン「{token.name}」{what}",
        data={"prefix": token.prefix, "scope": token.scope},
    )


@transaction.atomic
def assign_advisor(
    *, client_id: UUID, firm: Organization, by: Actor, at: datetime
) -> AdvisoryAssignment:
    """Let an advisory firm act for the client from now on."""
    _locked(client_id)
    require(policies.why_not_assign(client_id, firm, by))
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
    assignment = AdvisoryAssignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
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
    require(policies.why_not_register_vendor(by, at))
    vendor = _register(OrganizationKind.VENDOR, name, contact_email, by=by, at=at)
    audit.record(
        event="accounts.vendor_registered",
        target=vendor,
        by=by,
        at=at,
        organization_id=by.organization_id,
        summary=f"外注先「{name}」を登録しました。",
        data={"email": contact_email},
    )
    return vendor


@transaction.atomic
def register_advisory_firm(
    *, name: str, contact_email: str, by: Actor, at: datetime
) -> AdvisoryAssignment:
    """Make an advisory firm that is not on the site yet, invite its owner, and assign it."""
    require(policies.why_not_assign(by.organization_id, None, by))
    require(policies.why_not_mail(by, at))
    firm = _register(OrganizationKind.ADVISORY, name, contact_email, by=by, at=at)
    assignment = AdvisoryAssignment.objects.create(
        client_id=str(by.organization_id), firm=firm, started_at=at, started_by_id=by.user_id
    )
    audit.record(
        event="accounts.advisory_firm_registered",
        target=assignment,
        by=by,
        at=at,
        organization_id=by.organization_id,
        summary=f"相談室「{name}」を登録して指定し、{contact_email}さんを招待しました。",
    )
    return assignment


def _register(
    kind: OrganizationKind, name: str, contact_email: str, *, by: Actor, at: datetime
) -> Organization:
    organization = Organization.objects.create(name=name, kind=kind.value, created_at=at)
    if contact_email:
        _invite(organization, contact_email, Role.OWNER, by=by, at=at)
    return organization


def _invite(
    organization: Organization, email: str, role: Role, *, by: Actor, at: datetime
) -> Invitation:
    email = email.lower()
    organization.invitations.open().filter(email=email).update(revoked_at=at)
    token = new_token()
    invitation = Invitation.objects.create(
        organization=organization,
        email=email,
        role=role,
        token_hash=hash_of(token),
        invited_by_id=by.user_id,
        inviting_organization_id=by.organization_id,
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
    return invitation


def _locked(organization_id: UUID) -> Organization:
    """Hold the organization, so that what is decided about its people is decided in order."""
    return Organization.objects.select_for_update().get(pk=organization_id)


def _locked_member(membership: Membership) -> Membership:
    """Hold the organization and read the membership as it is now."""
    _locked(membership.organization_id)
    now = Membership.objects.select_related("user").filter(pk=membership.pk).first()
    if now is None:
        reason = _("この方はすでにメンバーから外れています。")
        raise Denied(Refusal("accounts.member_gone", reason, 409))
    return now


def _as_person(by: Actor) -> Actor:
    """Leave out for whom else this person acts: the other organization must not learn it."""
    return replace(by, organization_id=None, organization_name="")
