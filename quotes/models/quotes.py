"""Quotes: a vendor's private draft, and the frozen revisions that it submitted."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from core.models import Row
from core.tenancy import Actor
from quotes.models.rfqs import RFQ, Criterion, RFQLine


class QuoteQuerySet(models.QuerySet["Quote"]):
    """Reads of drafts."""

    def visible_to(self, actor: Actor) -> "QuoteQuerySet":
        """A draft belongs to its author alone, for ever."""
        if not actor.is_vendor:
            return self.none()
        return self.filter(vendor_id=actor.organization_id)


class Quote(Row):
    """A vendor's working copy for one request; the client never reads it, only its revisions."""

    rfq = models.ForeignKey(RFQ, models.PROTECT, related_name="quotes")
    vendor = models.ForeignKey(Organization, models.PROTECT, related_name="quotes")
    discount = models.DecimalField(
        _("値引き（税抜）"),
        max_digits=20,
        decimal_places=4,
        default=0,
        validators=[MinValueValidator(0)],
    )
    valid_until = models.DateField(_("見積の有効期限"), null=True, blank=True)
    payment_terms = models.CharField(_("支払条件"), max_length=300, blank=True)
    delivery_terms = models.CharField(_("納期・納入条件"), max_length=300, blank=True)
    assumptions = models.TextField(_("前提条件"), blank=True)
    exclusions = models.TextField(_("見積に含まないもの"), blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    objects = QuoteQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rfq", "vendor"], name="quote_once_per_vendor"),
            models.CheckConstraint(condition=Q(discount__gte=0), name="quote_discount"),
        ]

    def __str__(self) -> str:
        return f"{self.rfq} / {self.vendor}"


class LineItem(Row):
    """A priced line of a draft; lines without `rfq_line` are the vendor's own additions."""

    quote = models.ForeignKey(Quote, models.CASCADE, related_name="line_items")
    rfq_line = models.ForeignKey(RFQLine, models.PROTECT, null=True, related_name="+")
    position = models.PositiveIntegerField(default=0)
    name = models.CharField(_("品目"), max_length=200)
    quantity = models.DecimalField(
        _("数量"), max_digits=16, decimal_places=4, validators=[MinValueValidator(0)]
    )
    unit = models.CharField(_("単位"), max_length=20)
    unit_price = models.DecimalField(
        _("単価（税抜）"), max_digits=20, decimal_places=4, null=True, blank=True
    )
    tax_rate = models.DecimalField(_("税率（%）"), max_digits=5, decimal_places=2, default=10)
    note = models.CharField(_("備考"), max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["quote", "rfq_line"],
                condition=Q(rfq_line__isnull=False),
                name="line_item_once",
            ),
            models.CheckConstraint(
                condition=Q(tax_rate__gte=0, tax_rate__lt=100), name="line_item_tax_rate"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Commitment(Row):
    """The level of one KPI that the vendor promises in its draft."""

    quote = models.ForeignKey(Quote, models.CASCADE, related_name="commitments")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    value = models.DecimalField(
        _("約束する水準"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    note = models.CharField(_("根拠・条件"), max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["quote", "criterion"], name="commitment_once")
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"


class QuoteRevisionQuerySet(models.QuerySet["QuoteRevision"]):
    """Reads of submitted quotes."""

    def visible_to(self, actor: Actor) -> "QuoteRevisionQuerySet":
        """The author at any time; the client's side only after the opening."""
        if actor.is_vendor:
            return self.filter(vendor_id=actor.organization_id)
        return self.filter(client_id__in=actor.client_ids, rfq__opened_at__isnull=False)

    def newest(self) -> "QuoteRevisionQuerySet":
        """The newest revision of each vendor for each request."""
        return self.order_by("rfq_id", "vendor_id", "-number").distinct("rfq_id", "vendor_id")


class QuoteRevision(Row):
    """A submitted quote: sealed until the opening, with the receipt's hash; never changed."""

    append_only: ClassVar[bool] = True

    rfq = models.ForeignKey(RFQ, models.PROTECT, related_name="revisions")
    # Copies, so that the row-level policies need no join for the vendor's side.
    client = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    vendor = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("改訂"))
    # Line items, discount, taxes, totals, terms and commitments as they were submitted.
    content = models.JSONField()
    sha256 = models.CharField(_("受領番号（内容のハッシュ）"), max_length=64)
    # Part of what is hashed: without it, whoever sees the hash could try prices until one fits.
    nonce = models.CharField(max_length=64)
    submitted_at = models.DateTimeField(_("提出日時"))
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(_("受付日時"), db_default=Now())

    objects = QuoteRevisionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["rfq", "vendor", "number"], name="quote_revision_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rfq} / {self.vendor} #{self.number}"
