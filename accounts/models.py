"""Users, organizations, memberships, invitations and advisory assignments."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.domain import organizations
from core.models import Row
from core.tenancy import Actor


class OrganizationKind(models.TextChoices):
    """What an organization is on this site."""

    CLIENT = organizations.OrganizationKind.CLIENT.value, _("発注者")
    VENDOR = organizations.OrganizationKind.VENDOR.value, _("外注先")
    ADVISORY = organizations.OrganizationKind.ADVISORY.value, _("相談室（アドバイザー）")


class Role(models.TextChoices):
    """What a member may do."""

    OWNER = organizations.Role.OWNER.value, _("管理者")
    EDITOR = organizations.Role.EDITOR.value, _("編集者")
    VIEWER = organizations.Role.VIEWER.value, _("閲覧者")


class UserManager(BaseUserManager["User"]):
    """Makes users who sign in with their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a user; without a password the account can only be used after a reset."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(Row, AbstractUser):
    """A person; what they may do follows from their memberships."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("メールアドレス"), unique=True)
    name = models.CharField(_("氏名"), max_length=100)
    locale = models.CharField(_("言語"), max_length=5, default="ja")

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.name or self.email


class OrganizationQuerySet(models.QuerySet["Organization"]):
    """Reads of organizations."""

    def visible_to(self, actor: Actor) -> "OrganizationQuerySet":
        """The actor's own organization and the clients it acts for."""
        return self.filter(pk__in=actor.organization_ids)

    def of_kind(self, kind: organizations.OrganizationKind) -> "OrganizationQuerySet":
        """Only clients, only vendors or only advisory firms."""
        return self.filter(kind=kind.value)


class Organization(Row):
    """A company on the site: a client, a vendor or an advisory firm."""

    class Rounding(models.TextChoices):
        """How a fraction of a yen of consumption tax is rounded."""

        FLOOR = "floor", _("切り捨て")
        HALF_UP = "half_up", _("四捨五入")
        CEILING = "ceil", _("切り上げ")

    name = models.CharField(_("組織名"), max_length=200)
    kind = models.CharField(_("種別"), max_length=10, choices=OrganizationKind.choices)
    time_zone = models.CharField(_("タイムゾーン"), max_length=50, default="Asia/Tokyo")
    fiscal_year_first_month = models.PositiveSmallIntegerField(
        _("会計年度の開始月"),
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    currency = models.CharField(_("通貨"), max_length=3, default="JPY")
    tax_rounding = models.CharField(
        _("消費税の端数処理"), max_length=10, choices=Rounding.choices, default=Rounding.FLOOR
    )
    locale = models.CharField(_("言語"), max_length=5, default="ja")
    registration_number = models.CharField(
        _("適格請求書発行事業者の登録番号"), max_length=14, blank=True
    )
    created_at = models.DateTimeField(_("登録日時"))
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(fiscal_year_first_month__range=(1, 12)),
                name="organization_fiscal_month",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=OrganizationKind.values), name="organization_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which this organization's days begin and end."""
        return ZoneInfo(self.time_zone)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Reads of memberships."""

    def visible_to(self, actor: Actor) -> "MembershipQuerySet":
        """The members of the active organization, and of clients it acts for."""
        return self.filter(organization_id__in=actor.organization_ids)

    def of(self, user: User) -> "MembershipQuerySet":
        """The organizations of one person, by name."""
        return self.filter(user=user).select_related("organization").order_by("organization__name")

    def owners(self) -> "MembershipQuerySet":
        """Only those who may do everything."""
        return self.filter(role=Role.OWNER)

    def matching(self, words: str) -> "MembershipQuerySet":
        """Members whose name or address contains every one of the words."""
        found = self
        for word in words.split():
            found = found.filter(
                models.Q(user__name__icontains=word) | models.Q(user__email__icontains=word)
            )
        return found


class Membership(Row):
    """A person in an organization, with a role."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="memberships")
    role = models.CharField(_("役割"), max_length=10, choices=Role.choices)
    joined_at = models.DateTimeField(_("参加日時"))

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "organization"], name="membership_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} / {self.organization} ({self.role})"


def _registered_by(organization_id: UUID) -> models.Q:
    members = Membership.objects.filter(organization_id=models.OuterRef("organization_id"))
    return models.Q(~models.Exists(members), inviting_organization_id=organization_id)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Reads of invitations."""

    def visible_to(self, actor: Actor) -> "InvitationQuerySet":
        """Into the active organization, for its owner; and those of `registered_by`."""
        if not actor.is_owner or actor.organization_id is None:
            return self.registered_by(actor)
        own = models.Q(organization_id=actor.organization_id)
        return self.filter(own | _registered_by(actor.organization_id))

    def registered_by(self, actor: Actor) -> "InvitationQuerySet":
        """Into organizations that the active one registered and that nobody has joined yet."""
        if not actor.can_edit or actor.organization_id is None:
            return self.none()
        return self.filter(_registered_by(actor.organization_id))

    def open(self) -> "InvitationQuerySet":
        """Neither accepted nor revoked; perhaps expired, and then they can be sent again."""
        return self.filter(accepted_at=None, revoked_at=None)

    def usable(self, at: datetime) -> "InvitationQuerySet":
        """Neither accepted, nor revoked, nor expired."""
        return self.open().filter(expires_at__gt=at)


class Invitation(Row):
    """An e-mailed, single-use, expiring way into an organization; only the token's hash is kept."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="invitations")
    email = models.EmailField(_("メールアドレス"))
    role = models.CharField(_("役割"), max_length=10, choices=Role.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    inviting_organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("招待日時"))
    expires_at = models.DateTimeField(_("有効期限"))
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(accepted_at=None, accepted_by=None)
                | models.Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_pair",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(revoked_at=None),
                name="invitation_one_end",
            ),
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} -> {self.organization}"


class AdvisoryAssignmentQuerySet(models.QuerySet["AdvisoryAssignment"]):
    """Reads of advisory assignments."""

    def active(self) -> "AdvisoryAssignmentQuerySet":
        """Assignments that the client has not withdrawn."""
        return self.filter(ended_at=None)

    def visible_to(self, actor: Actor) -> "AdvisoryAssignmentQuerySet":
        """The client's own assignments, or those given to the firm."""
        return self.filter(
            models.Q(client_id=actor.organization_id) | models.Q(firm_id=actor.organization_id)
        )

    def matching(self, words: str) -> "AdvisoryAssignmentQuerySet":
        """Assignments of clients whose name contains every one of the words."""
        found = self
        for word in words.split():
            found = found.filter(client__name__icontains=word)
        return found


class AdvisoryAssignment(Row):
    """A client lets an advisory firm act for it, until it withdraws."""

    client = models.ForeignKey(Organization, models.PROTECT, related_name="advisory_assignments")
    firm = models.ForeignKey(Organization, models.PROTECT, related_name="client_assignments")
    started_at = models.DateTimeField(_("開始日時"))
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(_("終了日時"), null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = AdvisoryAssignmentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["client", "firm"],
                condition=models.Q(ended_at=None),
                name="advisory_assignment_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(client=models.F("firm")), name="advisory_assignment_two_sides"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client} <- {self.firm}"


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Reads of API tokens."""

    def visible_to(self, actor: Actor) -> "ApiTokenQuerySet":
        """One's own in the active organization; its owner sees those of every member."""
        if actor.organization_id is None or actor.user_id is None:
            return self.none()
        found = self.filter(organization_id=actor.organization_id)
        return found if actor.is_owner else found.filter(user_id=actor.user_id)

    def usable(self, at: datetime) -> "ApiTokenQuerySet":
        """Neither revoked nor expired."""
        return self.filter(revoked_at=None, expires_at__gt=at)


class ApiToken(Row):
    """A program's way in: acts for one member in one organization; only the secret's hash is kept."""

    class Scope(models.TextChoices):
        """What the program may do, within the rights of the member."""

        READ = "read", _("読み取りのみ")
        WRITE = "write", _("読み取りと変更")

    user = models.ForeignKey(User, models.PROTECT, related_name="api_tokens")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="api_tokens")
    name = models.CharField(_("名前"), max_length=100)
    scope = models.CharField(_("できること"), max_length=10, choices=Scope.choices)
    prefix = models.CharField(max_length=12, unique=True)
    secret_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("作成日時"))
    expires_at = models.DateTimeField(_("有効期限"))
    last_used_on = models.DateField(_("最終利用日"), null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(scope__in=["read", "write"]), name="api_token_scope"
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="api_token_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
