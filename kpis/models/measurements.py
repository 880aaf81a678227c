"""Measurements with their revisions."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import Row
from core.tenancy import Actor
from kpis.models.imports import Import
from kpis.models.trees import KPI


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    """Reads of measurements."""

    def visible_to(self, actor: Actor) -> "MeasurementQuerySet":
        """Measurements of the clients that the actor acts for."""
        return self.filter(kpi__tree__client_id__in=actor.client_ids)

    def current(self) -> "MeasurementQuerySet":
        """The newest revision of each."""
        return self.filter(is_current=True)


class Measurement(Row):
    """A value of a KPI for a period; a correction is a new revision and the old one stays."""

    class Source(models.TextChoices):
        """How the value came in."""

        MANUAL = "manual", _("手入力")
        FILE = "file", _("ファイル")
        API = "api", _("API")

    kpi = models.ForeignKey(KPI, models.PROTECT, related_name="measurements")
    period_start = models.DateField(_("期間の開始日"))
    value = models.DecimalField(_("値"), max_digits=20, decimal_places=6, null=True)
    numerator = models.DecimalField(_("分子"), max_digits=20, decimal_places=6, null=True)
    denominator = models.DecimalField(_("分母"), max_digits=20, decimal_places=6, null=True)
    revision = models.PositiveIntegerField(_("改訂"), default=1)
    is_current = models.BooleanField(default=True)
    source = models.CharField(_("出どころ"), max_length=10, choices=Source.choices)
    source_import = models.ForeignKey(
        Import, models.PROTECT, null=True, related_name="measurements"
    )
    reason = models.CharField(_("訂正の理由"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(_("記録日時"))

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kpi", "period_start"],
                condition=Q(is_current=True),
                name="measurement_one_current",
            ),
            models.UniqueConstraint(
                fields=["kpi", "period_start", "revision"], name="measurement_revision"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False, numerator=None, denominator=None)
                | Q(value=None, numerator__isnull=False, denominator__isnull=False),
                name="measurement_value_or_ratio",
            ),
        ]

    def __str__(self) -> str:
        shown = self.value if self.value is not None else f"{self.numerator}/{self.denominator}"
        return f"{self.kpi} {self.period_start}: {shown}"
