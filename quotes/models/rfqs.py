"""Requests for quotation: what is asked, how it is judged, who is asked, what was decided."""

from datetime import datetime
from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Count, F, Func, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from core.models import Row
from core.tenancy import Actor
from kpis.models import KPI, Tree
from kpis.models.choices import Direction, Unit


class RFQStatus(models.TextChoices):
    """The life of a request; the moves are in quotes.domain.states."""

    DRAFT = "draft", _("下書き")
    OPEN = "open", _("見積受付中")
    OPENED = "opened", _("開封済み")
    DECIDED = "decided", _("発注先決定")
    CANCELLED = "cancelled", _("取りやめ")


class RFQQuerySet(models.QuerySet["RFQ"]):
    """Reads of requests."""

    def visible_to(self, actor: Actor) -> "RFQQuerySet":
        """Requests of the clients that the actor acts for; sent ones to which the vendor is asked."""
        if actor.is_vendor:
            invited = RFQInvitation.objects.filter(vendor_id=actor.organization_id)
            return self.filter(pk__in=invited.values("rfq_id")).exclude(status=RFQStatus.DRAFT)
        return self.filter(client_id__in=actor.client_ids)

    def run_by(self, actor: Actor) -> "RFQQuerySet":
        """Requests on whose asking side the actor stands; none for a vendor."""
        return self.filter(client_id__in=actor.client_ids)

    def asked_of(self, actor: Actor) -> "RFQQuerySet":
        """Requests that the actor, a vendor, is asked to answer."""
        return self.visible_to(actor) if actor.is_vendor else self.none()

    def taking_quotes(self, at: datetime) -> "RFQQuerySet":
        """Open requests whose deadline has not come."""
        return self.filter(status=RFQStatus.OPEN, deadline_at__gt=at)

    def awaiting_opening(self, at: datetime) -> "RFQQuerySet":
        """Open requests whose deadline has come."""
        return self.filter(status=RFQStatus.OPEN, deadline_at__lte=at)

    def with_counts(self) -> "RFQQuerySet":
        """With `invited_count` and `submitted_count`: how many, not who, while quotes are sealed."""
        submitted = Func(
            F("pk"), function="quotes_submitted_count", output_field=models.BigIntegerField()
        )
        return self.annotate(
            invited_count=Count("invitations", distinct=True), submitted_count=submitted
        )


class RFQ(Row):
    """A request for quotation for a branch of a tree; frozen when it is sent."""

    class PriceMethod(models.TextChoices):
        """How a price becomes points."""

        CEILING = "ceiling", _("予定価格方式（配点×(1−価格÷予定価格)）")
        LOWEST = "lowest", _("最低価格方式（配点×最低価格÷価格）")

    class Method(models.TextChoices):
        """How the criteria become one ranking (quotes.domain.methods)."""

        ADDITIVE = "additive", _("加算方式（価格点＋価格以外の点数）")
        DIVISION = "division", _("除算方式（（標準点＋価格以外の点数）÷価格）")
        TOPSIS = "topsis", _("TOPSIS（すべての項目で最も良い値への近さ）")

    client = models.ForeignKey(Organization, models.PROTECT, related_name="rfqs")
    tree = models.ForeignKey(Tree, models.PROTECT, null=True, related_name="rfqs")
    branch = models.ForeignKey(
        KPI, models.PROTECT, null=True, related_name="rfqs", verbose_name=_("対象のKPI")
    )
    title = models.CharField(_("件名"), max_length=200)
    scope = models.TextField(_("依頼の範囲"))
    deliverables = models.TextField(_("成果物"), blank=True)
    terms = models.TextField(_("取引条件（検収・支払・権利）"), blank=True)
    starts_on = models.DateField(_("契約開始日"))
    ends_on = models.DateField(_("契約終了日"))
    currency = models.CharField(_("通貨"), max_length=3, default="JPY")
    deadline_at = models.DateTimeField(_("見積の提出期限"))
    ceiling = models.DecimalField(
        _("予定価格（税抜）"),
        max_digits=20,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    is_ceiling_shown = models.BooleanField(_("予定価格を外注先に見せる"), default=False)
    method = models.CharField(
        _("評価方式"), max_length=10, choices=Method.choices, default=Method.ADDITIVE
    )
    division_base = models.DecimalField(
        _("標準点（除算方式）"),
        max_digits=7,
        decimal_places=3,
        default=100,
        validators=[MinValueValidator(0)],
    )
    price_method = models.CharField(
        _("価格点の計算"), max_length=10, choices=PriceMethod.choices, default=PriceMethod.LOWEST
    )
    status = models.CharField(
        _("状態"), max_length=10, choices=RFQStatus.choices, default=RFQStatus.DRAFT
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # Hash of what was sent: scope, lines, criteria, weights and method are frozen from then on.
    sent_sha256 = models.CharField(max_length=64, blank=True)
    # Quotes are sealed for this key: the public half, 32 bytes, made at the sending.
    sealing_key = models.BinaryField(null=True)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    cancel_reason = models.CharField(_("取りやめの理由"), max_length=300, blank=True)
    # Why fewer than three vendors are asked, where that is so.
    few_vendors_reason = models.CharField(
        _("依頼先が3社未満である理由"), max_length=300, blank=True
    )
    version = models.PositiveIntegerField(default=1)

    objects = RFQQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="rfq_period"),
            models.CheckConstraint(
                condition=Q(opened_at=None) | Q(opened_at__gte=F("deadline_at")),
                name="rfq_opened_after_deadline",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["opened", "decided"], opened_at__isnull=False)
                | Q(status__in=["draft", "open"], opened_at=None)
                | Q(status="cancelled"),
                name="rfq_opened_status",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "cancelled"]) | Q(sealing_key__isnull=False),
                name="rfq_sent_has_key",
            ),
            models.CheckConstraint(
                condition=Q(ceiling=None) | Q(ceiling__gt=0), name="rfq_ceiling_positive"
            ),
            models.CheckConstraint(condition=Q(division_base__gte=0), name="rfq_division_base"),
            models.CheckConstraint(
                condition=Q(status="cancelled", cancelled_at__isnull=False)
                | (~Q(status="cancelled") & Q(cancelled_at=None)),
                name="rfq_cancelled_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_past_deadline(self, at: datetime) -> bool:
        """Whether quotes are no longer taken at this time."""
        return at >= self.deadline_at


class RoundKey(Row):
    """The private half of a round's key; locked, and never shown to a vendor."""

    append_only: ClassVar[bool] = True

    rfq = models.OneToOneField(RFQ, models.PROTECT, related_name="key")
    # A copy, so that the row-level policies need no join.
    client = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    locked_key = models.BinaryField()

    def __str__(self) -> str:
        return str(self.rfq)


class RFQLine(Row):
    """One line that every vendor is asked to price."""

    rfq = models.ForeignKey(RFQ, models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField(default=0)
    name = models.CharField(_("品目"), max_length=200)
    quantity = models.DecimalField(
        _("数量"), max_digits=16, decimal_places=4, validators=[MinValueValidator(0)]
    )
    unit = models.CharField(_("単位"), max_length=20)
    note = models.CharField(_("備考"), max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="rfq_line_quantity")
        ]

    def __str__(self) -> str:
        return self.name


class Criterion(Row):
    """One thing by which quotes are judged, with its weight."""

    class Kind(models.TextChoices):
        """What is judged."""

        PRICE = "price", _("価格")
        COMMITMENT = "commitment", _("KPIの約束")

    rfq = models.ForeignKey(RFQ, models.PROTECT, related_name="criteria")
    position = models.PositiveIntegerField(default=0)
    kind = models.CharField(_("種類"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("評価項目"), max_length=200)
    weight = models.DecimalField(
        _("配点"), max_digits=7, decimal_places=3, validators=[MinValueValidator(0)]
    )
    kpi = models.ForeignKey(
        KPI, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("KPI")
    )
    # The definition that measures the promise, frozen here: vendors do not see the client's tree.
    definition = models.TextField(_("測り方"), blank=True)
    unit = models.CharField(_("単位"), max_length=20, choices=Unit.choices, blank=True)
    direction = models.CharField(
        _("方向"), max_length=10, choices=Direction.choices, default=Direction.HIGHER
    )
    required_minimum = models.DecimalField(
        _("最低水準"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    desired_level = models.DecimalField(
        _("望ましい水準"), max_digits=20, decimal_places=6, null=True, blank=True
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["rfq"], condition=Q(kind="price"), name="criterion_one_price"
            ),
            models.CheckConstraint(condition=Q(weight__gte=0), name="criterion_weight"),
            models.CheckConstraint(
                condition=Q(kind="price")
                | Q(desired_level__isnull=False, required_minimum__isnull=False)
                & ~Q(desired_level=F("required_minimum")),
                name="criterion_levels",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RFQInvitationQuerySet(models.QuerySet["RFQInvitation"]):
    """Reads of who is asked."""

    def visible_to(self, actor: Actor) -> "RFQInvitationQuerySet":
        """All for the client's side; a vendor sees its own only, once it is asked."""
        if actor.is_vendor:
            return self.filter(vendor_id=actor.organization_id, invited_at__isnull=False)
        return self.filter(client_id__in=actor.client_ids)


class RFQInvitation(Row):
    """A vendor is asked for a quote; it never learns of the others."""

    class Status(models.TextChoices):
        """The vendor's answer so far."""

        INVITED = "invited", _("依頼中")
        DECLINED = "declined", _("辞退")

    rfq = models.ForeignKey(RFQ, models.PROTECT, related_name="invitations")
    # Copies of the request's client, so that the row-level policies need no join.
    client = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    vendor = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    email = models.EmailField(_("連絡先メール"), blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.INVITED)
    decline_reason = models.CharField(_("辞退の理由"), max_length=300, blank=True)
    # Empty until the request is sent: the row-level policies hide the invitation until then.
    invited_at = models.DateTimeField(null=True)

    objects = RFQInvitationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rfq", "vendor"], name="rfq_invitation_once"),
            models.CheckConstraint(
                condition=~Q(client=F("vendor")), name="rfq_invitation_two_sides"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rfq} -> {self.vendor}"


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Reads of decisions."""

    def visible_to(self, actor: Actor) -> "DecisionQuerySet":
        """Only the client's side reads the reason and the comparison."""
        return self.filter(client_id__in=actor.client_ids)


class Decision(Row):
    """Who gets the order, why, who decided, and the comparison as it was then."""

    append_only: ClassVar[bool] = True

    rfq = models.OneToOneField(RFQ, models.PROTECT, related_name="decision")
    client = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    winner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    revision = models.ForeignKey("quotes.QuoteRevision", models.PROTECT, related_name="+")
    reason = models.TextField(_("選定理由"))
    comparison = models.JSONField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = DecisionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.rfq} -> {self.winner}"
