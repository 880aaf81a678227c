"""Who may do what with people and organizations, and why not."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import AdvisoryAssignment, Invitation, Membership, Role, User
from core.domain.refusals import Refusal
from core.tenancy import Actor


def why_not_manage(organization_id: UUID, actor: Actor) -> Refusal | None:
    """Only an owner changes the organization, its members and its advisors."""
    if actor.organization_id != organization_id or not actor.is_owner:
        return Refusal("accounts.owner_only", _("組織の設定は管理者だけが変更できます。"))
    return None


def why_not_change_member(membership: Membership, actor: Actor) -> Refusal | None:
    """An organization keeps at least one owner."""
    if refusal := why_not_manage(membership.organization_id, actor):
        return refusal
    others = Membership.objects.filter(
        organization_id=membership.organization_id, role=Role.OWNER
    ).exclude(pk=membership.pk)
    if membership.role == Role.OWNER and not others.exists():
        return Refusal(
            "accounts.last_owner",
            _("管理者が一人もいなくなるため変更できません。先に別の方を管理者にしてください。"),
            409,
        )
    return None


def why_not_accept(invitation: Invitation, user: User, at: datetime) -> Refusal | None:
    """An invitation is for one address, once, for a while."""
    if invitation.accepted_at is not None:
        return Refusal("accounts.invitation_used", _("この招待はすでに使われています。"), 409)
    if invitation.revoked_at is not None or invitation.expires_at <= at:
        return Refusal(
            "accounts.invitation_expired",
            _("この招待は期限が切れたか、取り消されました。招待した方に再送をご依頼ください。"),
            409,
        )
    if invitation.email.lower() != user.email.lower():
        return Refusal(
            "accounts.invitation_other",
            _("この招待は別のメールアドレス宛てです。招待されたアドレスでログインしてください。"),
        )
    return None


def why_not_assign(client_id: UUID, actor: Actor) -> Refusal | None:
    """Only a client's owner lets an advisory firm act for it."""
    if not actor.is_client:
        return Refusal("accounts.client_only", _("相談室を指定できるのは発注者だけです。"))
    return why_not_manage(client_id, actor)


def why_not_withdraw(assignment: AdvisoryAssignment, actor: Actor) -> Refusal | None:
    """The client's owner withdraws an advisory firm."""
    if assignment.ended_at is not None:
        return Refusal(
            "accounts.assignment_ended", _("この相談室の担当はすでに終わっています。"), 409
        )
    return why_not_manage(assignment.client_id, actor)
