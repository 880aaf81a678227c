"""What people decided to live with in the design of a tree."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import Row
from core.tenancy import Actor
from kpis.models.trees import KPI, Tree


class LintWaiverQuerySet(models.QuerySet["LintWaiver"]):
    """Reads of waivers."""

    def visible_to(self, actor: Actor) -> "LintWaiverQuerySet":
        """Waivers of trees of the clients that the actor acts for."""
        return self.filter(tree__client_id__in=actor.client_ids)

    def standing(self) -> "LintWaiverQuerySet":
        """Waivers that nobody took back; perhaps expired."""
        return self.filter(withdrawn_at=None)


class LintWaiver(Row):
    """A finding of the design check that is accepted, with the reason, up to a day."""

    tree = models.ForeignKey(Tree, models.PROTECT, related_name="lint_waivers")
    kpi = models.ForeignKey(KPI, models.PROTECT, null=True, related_name="lint_waivers")
    code = models.CharField(max_length=30)
    reason = models.TextField(_("許容する理由"))
    expires_on = models.DateField(_("期限"))
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = LintWaiverQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tree", "kpi", "code"],
                condition=models.Q(withdrawn_at=None),
                name="lint_waiver_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.kpi or self.tree}"
