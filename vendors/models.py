"""The vendor directory, engagements, agreed KPIs, agreements with signatures, shares of dashboards."""

from datetime import date, datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from core.models import Row
from core.tenancy import Actor
from kpis.models import KPI, Tree


class OutsourcingType(models.TextChoices):
    """What a client has others do."""

    CREATIVE = "creative", _("制作・デザイン")
    DEVELOPMENT = "development", _("システム開発")
    MARKETING = "marketing", _("広告・マーケティング")
    SUPPORT = "support", _("サポート・事務")
    PROCUREMENT = "procurement", _("調達・製造")
    OTHER = "other", _("その他")


class VendorQuerySet(models.QuerySet["Vendor"]):
    """Reads of the directory."""

    def visible_to(self, actor: Actor) -> "VendorQuerySet":
        """The directory of the clients that the actor acts for; a vendor never sees it."""
        return self.filter(client_id__in=actor.client_ids)


class Vendor(Row):
    """A client's entry for a vendor organization: the client's own notes, unseen by the vendor."""

    client = models.ForeignKey(Organization, models.PROTECT, related_name="vendors")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    contact_name = models.CharField(_("担当者名"), max_length=100, blank=True)
    contact_email = models.EmailField(_("連絡先メール"), blank=True)
    outsourcing_types = ArrayField(
        models.CharField(max_length=15, choices=OutsourcingType.choices),
        verbose_name=_("外注の種類"),
        default=list,
        blank=True,
    )
    # Names under which this vendor appears in the client's files.
    aliases = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    notes = models.TextField(_("メモ"), blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = VendorQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client", "organization"], name="vendor_once"),
            models.CheckConstraint(
                condition=~Q(client=F("organization")), name="vendor_is_another"
            ),
        ]

    def __str__(self) -> str:
        return str(self.organization)

    @property
    def type_labels(self) -> list[str]:
        """The words for what this vendor does."""
        return [str(OutsourcingType(one).label) for one in self.outsourcing_types]


class EngagementStatus(models.TextChoices):
    """The life of an order; the moves are in vendors.domain.states."""

    PROPOSED = "proposed", _("合意待ち")
    ACTIVE = "active", _("履行中")
    ENDED = "ended", _("終了")


class EngagementQuerySet(models.QuerySet["Engagement"]):
    """Reads of engagements."""

    def visible_to(self, actor: Actor) -> "EngagementQuerySet":
        """Engagements of the clients that the actor acts for, or of the vendor itself."""
        if actor.is_vendor:
            return self.filter(vendor_id=actor.organization_id)
        return self.filter(client_id__in=actor.client_ids)

    def active(self) -> "EngagementQuerySet":
        """Engagements that both sides signed and that run."""
        return self.filter(status=EngagementStatus.ACTIVE)


class Engagement(Row):
    """An order from a client to a vendor, with the KPIs that both agreed on."""

    client = models.ForeignKey(Organization, models.PROTECT, related_name="engagements")
    vendor = models.ForeignKey(Organization, models.PROTECT, related_name="vendor_engagements")
    tree = models.ForeignKey(Tree, models.PROTECT, related_name="engagements")
    # The request this order comes from; quotes is a floor above, so no foreign key.
    rfq_id = models.UUIDField(null=True)
    title = models.CharField(_("件名"), max_length=200)
    starts_on = models.DateField(_("開始日"))
    ends_on = models.DateField(_("終了日"))
    # The day on which somebody ended it early; what was planned stays readable.
    ended_on = models.DateField(null=True)
    amount = models.DecimalField(_("金額（税抜）"), max_digits=20, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, default="JPY")
    status = models.CharField(
        _("状態"),
        max_length=10,
        choices=EngagementStatus.choices,
        default=EngagementStatus.PROPOSED,
    )
    created_at = models.DateTimeField()

    objects = EngagementQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="engagement_period"
            ),
            models.UniqueConstraint(
                fields=["rfq_id", "vendor"],
                condition=Q(rfq_id__isnull=False),
                name="engagement_once_per_rfq",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def until(self) -> date:
        """The first day that does not count any more: periods are half-open."""
        return min(self.ends_on, self.ended_on or self.ends_on)

    @property
    def status_kind(self) -> str:
        """The kind of badge that shows the status."""
        return {"proposed": "warning", "active": "success"}.get(self.status, "neutral")


class AgreedKPI(Row):
    """A KPI that the vendor promised in an engagement: the level, and the line of the score."""

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="agreed_kpis")
    kpi = models.ForeignKey(KPI, models.PROTECT, related_name="agreements")
    target = models.DecimalField(_("約束する水準"), max_digits=20, decimal_places=6)
    required_minimum = models.DecimalField(
        _("最低水準"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    measured_by = models.CharField(_("測定する人"), max_length=200, blank=True)
    reported_by = models.CharField(_("報告する人"), max_length=200, blank=True)
    acted_by = models.CharField(_("改善する人"), max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["engagement", "kpi"], name="agreed_kpi_once")
        ]

    def __str__(self) -> str:
        return f"{self.kpi}: {self.target}"


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """Reads of agreements."""

    def visible_to(self, actor: Actor) -> "AgreementQuerySet":
        """Agreements of engagements that the actor sees."""
        return self.filter(engagement__in=Engagement.objects.visible_to(actor))


class Agreement(Row):
    """The frozen text of what is agreed, with its hash: both sides sign this and nothing else."""

    append_only: ClassVar[bool] = True

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="agreements")
    version = models.PositiveIntegerField(_("版"))
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()

    objects = AgreementQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["engagement", "version"], name="agreement_version")
        ]

    def __str__(self) -> str:
        return f"{self.engagement} v{self.version}"


class Signature(Row):
    """One side's signature under one agreement: who, when, and the hash of what was signed."""

    append_only: ClassVar[bool] = True

    class Side(models.TextChoices):
        """Who signs."""

        CLIENT = "client", _("発注者")
        VENDOR = "vendor", _("外注先")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=10, choices=Side.choices)
    sha256 = models.CharField(max_length=64)
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=200)
    signed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "side"], name="signature_once_per_side")
        ]

    def __str__(self) -> str:
        return f"{self.agreement} / {self.get_side_display()}"


class DashboardShareQuerySet(models.QuerySet["DashboardShare"]):
    """Reads of shares."""

    def visible_to(self, actor: Actor) -> "DashboardShareQuerySet":
        """Shares of the clients that the actor acts for."""
        return self.filter(tree__client_id__in=actor.client_ids)

    def usable(self, at: datetime) -> "DashboardShareQuerySet":
        """Neither expired nor revoked."""
        return self.filter(revoked_at=None, expires_at__gt=at)


class DashboardShare(Row):
    """A link to exactly one dashboard, by a token of which only the hash is kept."""

    tree = models.ForeignKey(Tree, models.PROTECT, related_name="shares")
    # Set when the link shows only the part of one engagement.
    engagement = models.ForeignKey(Engagement, models.PROTECT, null=True, related_name="shares")
    label = models.CharField(_("共有先のメモ"), max_length=100)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField(_("有効期限"))
    revoked_at = models.DateTimeField(_("取り消し日時"), null=True)
    viewed_count = models.PositiveIntegerField(_("閲覧回数"), default=0)
    last_viewed_at = models.DateTimeField(_("最終閲覧"), null=True)

    objects = DashboardShareQuerySet.as_manager()

    def __str__(self) -> str:
        return self.label
