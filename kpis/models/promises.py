"""Qualitative promises: sentences beside the numbers, signed and reviewed, never scored."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from core.models import Row
from core.tenancy import Actor
from kpis.models.choices import ResponsibleSide
from kpis.models.trees import KPI, Tree


class PromiseQuerySet(models.QuerySet["Promise"]):
    """Reads of promises."""

    def visible_to(self, actor: Actor) -> "PromiseQuerySet":
        """Promises of the clients that the actor acts for; a vendor reads its agreement instead."""
        return self.filter(tree__client_id__in=actor.client_ids)

    def standing(self) -> "PromiseQuerySet":
        """Promises that were not retired."""
        return self.filter(retired_at=None)


class Promise(Row):
    """What one side promises in words, for the whole tree or beside one KPI."""

    tree = models.ForeignKey(Tree, models.PROTECT, related_name="promises")
    kpi = models.ForeignKey(
        KPI, models.PROTECT, null=True, related_name="promises", verbose_name=_("KPI")
    )
    text = models.CharField(_("約束"), max_length=500)
    side = models.CharField(_("約束する側"), max_length=10, choices=ResponsibleSide.choices)
    # The vendor whose agreement holds it, whichever side promises.
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("対象の外注先"),
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField(null=True)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tree", "kpi", "text", "organization"],
                condition=models.Q(retired_at=None),
                nulls_distinct=False,
                name="promise_once",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def responsible(self) -> str:
        """Who promises: the side, and the vendor by its name where it is one."""
        is_vendors = self.side == ResponsibleSide.VENDOR and self.organization is not None
        return str(self.organization) if is_vendors else str(self.get_side_display())
