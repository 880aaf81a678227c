"""Quotes: a vendor's private draft, and the frozen revisions that it submitted."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from core.models import Row
from core.tenancy import Actor
from quotes.models.rfqs import RFQ


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
    # Lines, terms and promises, locked: no dump tells what a vendor is about to offer.
    locked_draft = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    objects = QuoteQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rfq", "vendor"], name="quote_once_per_vendor")
        ]

    def __str__(self) -> str:
        return f"{self.rfq} / {self.vendor}"


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
    # What was submitted, twice: in a box that only the round's key opens, and for its author.
    sealed = models.BinaryField()
    authors_copy = models.BinaryField()
    sha256 = models.CharField(_("受領番号（内容のハッシュ）"), max_length=64)
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


class OpenedQuote(Row):
    """What was in a sealed revision: written once, at the opening, by the client's side."""

    append_only: ClassVar[bool] = True

    revision = models.OneToOneField(QuoteRevision, models.PROTECT, related_name="opened")
    # Copies, so that the row-level policies need no join.
    rfq = models.ForeignKey(RFQ, models.PROTECT, related_name="+")
    client = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    vendor = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    # Line items, discount, taxes, totals, terms and commitments as they were submitted.
    content = models.JSONField()
    # Part of what is hashed: without it, whoever sees the hash could try prices until one fits.
    nonce = models.CharField(max_length=64)

    def __str__(self) -> str:
        return str(self.revision)
