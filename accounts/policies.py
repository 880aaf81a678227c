"""Who may do what with people and organizations, and why not."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from accounts import queries
from accounts.models import (
    AdvisoryAssignment,
    ApiToken,
    Invitation,
    Membership,
    Organization,
    OrganizationKind,
    Role,
    User,
)
from core.domain import organizations
from core.domain.refusals import Refusal
from core.tenancy import Actor

INVITATIONS_A_DAY = 100
TOKENS_A_MEMBER = 20
TOKEN_DAYS = 365


def why_not_found(actor: Actor) -> Refusal | None:
    """Only a person founds an organization: somebody must own it."""
    if actor.user_id is None:
        return Refusal("accounts.person_only", _("組織を登録するにはログインしてください。"))
    return None


def why_not_twice(name: str, kind: organizations.OrganizationKind, actor: Actor) -> Refusal | None:
    """Going back and sending a form again makes no second organization."""
    own = Membership.objects.owners().filter(user_id=str(actor.user_id))
    if not own.filter(organization__name=name, organization__kind=kind.value).exists():
        return None
    return Refusal(
        "accounts.twice",
        _("「%(name)s」はすでに登録しています。別の組織の場合は、区別できる名前にしてください。")
        % {"name": name},
        409,
    )


def why_not_manage(organization_id: UUID | None, actor: Actor) -> Refusal | None:
    """Only an owner changes the organization, its members and its advisors."""
    if organization_id is None or actor.organization_id != organization_id or not actor.is_owner:
        return Refusal("accounts.owner_only", _("組織の設定は管理者だけが変更できます。"))
    return None


def why_not_update(organization: Organization, version: int, actor: Actor) -> Refusal | None:
    """An owner changes the settings that they saw, not those that another one wrote since."""
    if refusal := why_not_manage(organization.pk, actor):
        return refusal
    if organization.version != version:
        return Refusal(
            "accounts.stale",
            _("この画面を開いたあとに、ほかの方が設定を変更しました。"),
            409,
        )
    return None


def why_not_invite(
    organization: Organization, email: str, actor: Actor, at: datetime
) -> Refusal | None:
    """An owner invites people who are not members yet, and not too many a day."""
    if refusal := why_not_manage(organization.pk, actor):
        return refusal
    if Membership.objects.filter(organization=organization, user__email__iexact=email).exists():
        return Refusal("accounts.member_already", _("この方はすでにメンバーです。"), 409)
    return why_not_mail(actor, at)


def why_not_mail(actor: Actor, at: datetime) -> Refusal | None:
    """An organization cannot be used to flood strangers with mail."""
    sent = Invitation.objects.filter(
        inviting_organization_id=actor.organization_id, created_at__gt=at - timedelta(days=1)
    )
    if sent.count() >= INVITATIONS_A_DAY:
        return Refusal(
            "accounts.too_many_invitations",
            _("一日に送れる招待の上限に達しました。明日もう一度お試しください。"),
            409,
        )
    return None


def why_not_manage_invitation(invitation: Invitation, actor: Actor) -> Refusal | None:
    """An owner manages the own ones; who registered an organization those nobody has answered."""
    if invitation.accepted_at is not None:
        return Refusal("accounts.invitation_used", _("この招待はすでに使われています。"), 409)
    if invitation.revoked_at is not None:
        return Refusal(
            "accounts.invitation_revoked", _("この招待はすでに取り消されています。"), 409
        )
    if Invitation.objects.registered_by(actor).filter(pk=invitation.pk).exists():
        return None
    return why_not_manage(invitation.organization_id, actor)


def why_not_change_member(
    membership: Membership, actor: Actor, *, owners: int | None = None
) -> Refusal | None:
    """An organization keeps at least one owner."""
    if refusal := why_not_manage(membership.organization_id, actor):
        return refusal
    count = queries.owner_count(membership.organization_id) if owners is None else owners
    if membership.role == Role.OWNER and count <= 1:
        return Refusal(
            "accounts.last_owner",
            _("管理者が一人もいなくなるため変更できません。先に別の方を管理者にしてください。"),
            409,
        )
    return None


def why_not_open(invitation: Invitation, at: datetime) -> Refusal | None:
    """An invitation works once, and for a while."""
    if invitation.accepted_at is not None:
        return Refusal("accounts.invitation_used", _("この招待はすでに使われています。"), 409)
    if invitation.revoked_at is not None or invitation.expires_at <= at:
        return Refusal(
            "accounts.invitation_expired",
            _("この招待は期限が切れたか、取り消されました。招待した方に再送をご依頼ください。"),
            409,
        )
    return None


def why_not_accept(invitation: Invitation, user: User, at: datetime) -> Refusal | None:
    """An invitation is for who can read the mails of its address."""
    if refusal := why_not_open(invitation, at):
        return refusal
    if invitation.email.lower() not in queries.confirmed_addresses(user):
        return Refusal(
            "accounts.invitation_other",
            _(
                "この招待は別のメールアドレス宛てです。招待されたアドレスでログインし直してから、"
                "メールのリンクをもう一度開いてください。"
            ),
        )
    return None


def why_not_assign(
    client_id: UUID | None, firm: Organization | None, actor: Actor
) -> Refusal | None:
    """Only a client's owner lets an advisory firm act for it; `firm` is None for a new one."""
    if not actor.is_client:
        return Refusal("accounts.client_only", _("相談室を指定できるのは発注者だけです。"))
    if refusal := why_not_manage(client_id, actor):
        return refusal
    if firm is None:
        return None
    if firm.kind != OrganizationKind.ADVISORY:
        return Refusal("accounts.no_firm", _("相談室として登録された組織を選んでください。"), 409)
    if AdvisoryAssignment.objects.active().filter(client_id=client_id, firm=firm).exists():
        return Refusal("accounts.assigned_already", _("この相談室はすでに指定しています。"), 409)
    return None


def why_not_withdraw(assignment: AdvisoryAssignment, actor: Actor) -> Refusal | None:
    """The client's owner withdraws an advisory firm."""
    if assignment.ended_at is not None:
        return Refusal(
            "accounts.assignment_ended", _("この相談室の担当はすでに終わっています。"), 409
        )
    return why_not_manage(assignment.client_id, actor)


def why_not_register_vendor(actor: Actor, at: datetime) -> Refusal | None:
    """Vendors are registered by those who order from them, or advise on it."""
    if not actor.can_edit or not (actor.is_client or actor.is_advisor):
        return Refusal(
            "accounts.register_vendor", _("外注先を登録できるのは発注者とその相談室です。")
        )
    return why_not_mail(actor, at)


def why_not_own_tokens(actor: Actor) -> Refusal | None:
    """A token is a member's, in the organization for which the member acts."""
    if actor.user_id is None or actor.organization_id is None:
        return Refusal("accounts.member_only", _("先に組織を登録するか、招待を受けてください。"))
    return None


def why_not_create_token(
    scope: ApiToken.Scope, days: int, actor: Actor, at: datetime
) -> Refusal | None:
    """A token ends within a year, may no more than its member, and a member has not too many."""
    if refusal := why_not_own_tokens(actor):
        return refusal
    if scope == ApiToken.Scope.WRITE and not actor.can_edit:
        reason = _("閲覧者が作れるのは、読み取りのみのトークンです。")
        return Refusal("accounts.token_scope", reason, 422)
    if not 1 <= days <= TOKEN_DAYS:
        return Refusal("accounts.token_days", _("有効期間は1日から365日までです。"), 422)
    own = ApiToken.objects.usable(at).filter(
        user_id=str(actor.user_id), organization_id=str(actor.organization_id)
    )
    if own.count() >= TOKENS_A_MEMBER:
        reason = _("有効なトークンは20個までです。使っていないものを取り消してください。")
        return Refusal("accounts.token_many", reason, 409)
    return None


def why_not_revoke_token(token: ApiToken, actor: Actor) -> Refusal | None:
    """One's own, or as the owner of the organization."""
    if token.organization_id == actor.organization_id and token.user_id == actor.user_id:
        return None
    return why_not_manage(token.organization_id, actor)
