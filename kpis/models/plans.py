"""What people planned for a month to come: changes of settings, of the bands, of the phase."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import Row
from core.tenancy import Actor
from kpis.models.trees import KPI, Tree, TreeCommand


class PlannedChangeQuerySet(models.QuerySet["PlannedChange"]):
    """Reads of planned changes."""

    def visible_to(self, actor: Actor) -> "PlannedChangeQuerySet":
        """Plans for trees of the clients that the actor acts for."""
        return self.filter(tree__client_id__in=actor.client_ids)

    def pending(self) -> "PlannedChangeQuerySet":
        """Plans that have not been applied yet, nor withdrawn."""
        return self.filter(applied_at=None, withdrawn_at=None)

    def applied(self) -> "PlannedChangeQuerySet":
        """Plans that took effect."""
        return self.filter(applied_at__isnull=False)

    def in_order(self) -> "PlannedChangeQuerySet":
        """In the order in which they take effect: of one month, the earlier entry first."""
        return self.order_by("effective_month", "planned_at", "id")


class PlannedChange(Row):
    """New values from a month on, with the reason; kept when it was applied or withdrawn."""

    class Kind(models.TextChoices):
        """What is going to change."""

        SETTINGS = "settings", _("KPIの設定")
        BANDS = "bands", _("状態の基準点")
        PHASE = "phase", _("フェーズ")

    tree = models.ForeignKey(Tree, models.PROTECT, related_name="plans")
    kpi = models.ForeignKey(KPI, models.PROTECT, null=True, related_name="plans")
    kind = models.CharField(_("種類"), max_length=10, choices=Kind.choices)
    fields = models.JSONField()
    # What the fields replaced: the months before keep it.
    before = models.JSONField(null=True)
    # A switch of the phase: the KPIs that were added for it, and those that end with it.
    added_ids = models.JSONField(default=list)
    retired_ids = models.JSONField(default=list)
    effective_month = models.DateField(_("適用開始月"))
    reason = models.TextField(_("理由"))
    planned_at = models.DateTimeField(_("登録日時"))
    planned_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    command = models.ForeignKey(TreeCommand, models.PROTECT, null=True, related_name="+")
    # Why it could not be applied when its month came.
    refusal = models.CharField(max_length=300, blank=True)

    objects = PlannedChangeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(effective_month__day=1), name="plan_starts_with_a_month"
            ),
            models.CheckConstraint(
                condition=Q(kind="settings") ^ Q(kpi__isnull=True), name="plan_settings_of_a_kpi"
            ),
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="plan_applied_or_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) ^ Q(before__isnull=False),
                name="plan_applied_knows_before",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tree}: {self.get_kind_display()} ({self.effective_month:%Y-%m})"

    @property
    def is_pending(self) -> bool:
        """Whether it still lies ahead."""
        return self.applied_at is None and self.withdrawn_at is None

    @property
    def replaced(self) -> Mapping[str, Any]:
        """What the new values replaced; nothing as long as it lies ahead."""
        return self.before or {}
