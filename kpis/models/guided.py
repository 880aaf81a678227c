"""The guided start: five questions on the way to a KPI tree, left and taken up again."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import Organization, User
from core.models import Row
from core.tenancy import Actor
from kpis.models.trees import Tree

STEPS = 5


class GuidedStartQuerySet(models.QuerySet["GuidedStart"]):
    """Reads of guided starts."""

    def visible_to(self, actor: Actor) -> "GuidedStartQuerySet":
        """One's own, for clients that one still works for."""
        return self.filter(author_id=actor.user_id, client_id__in=actor.client_ids)

    def unfinished(self) -> "GuidedStartQuerySet":
        """Those without a tree that were not thrown away."""
        return self.filter(tree=None, discarded_at=None)


class GuidedStart(Row):
    """What somebody answered so far; `answers` holds what was typed, by step, right or wrong."""

    client = models.ForeignKey(Organization, models.PROTECT, related_name="guided_starts")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    answers = models.JSONField(default=dict)
    step = models.PositiveSmallIntegerField(default=1)
    tree = models.OneToOneField(Tree, models.PROTECT, null=True, related_name="guided_start")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    discarded_at = models.DateTimeField(null=True)

    objects = GuidedStartQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(step__range=(1, STEPS)), name="guided_start_has_five_steps"
            ),
            models.CheckConstraint(
                condition=Q(tree=None, finished_at=None)
                | Q(tree__isnull=False, finished_at__isnull=False, discarded_at=None),
                name="guided_start_ends_with_a_tree",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client} ({self.step}/{STEPS})"

    @property
    def title(self) -> str:
        """The name of the tree as typed so far."""
        return str(((self.answers.get("1") or {}).get("name") or [""])[0])
