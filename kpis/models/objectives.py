"""Objectives (OKR) beside a tree: key results point at its KPIs and hold no values of their own."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import Row
from core.tenancy import Actor
from kpis.domain.states import LIVING_OBJECTIVES, ObjectiveState
from kpis.models.trees import KPI, Tree


class ObjectiveStatus(models.TextChoices):
    """The life of an objective; the moves are in kpis.domain.states."""

    DRAFT = "draft", _("下書き")
    ACTIVE = "active", _("進行中")
    CONTINUED = "continued", _("継続")
    ACHIEVED = "achieved", _("達成")
    DROPPED = "dropped", _("取りやめ")


class Confidence(models.TextChoices):
    """How sure the owner is that the objective will be reached."""

    HIGH = "high", _("高い")
    MEDIUM = "medium", _("ふつう")
    LOW = "low", _("低い")


class ObjectiveQuerySet(models.QuerySet["Objective"]):
    """Reads of objectives."""

    def visible_to(self, actor: Actor) -> "ObjectiveQuerySet":
        """Objectives of the clients that the actor acts for; a vendor sees none."""
        return self.filter(tree__client_id__in=actor.client_ids)

    def open(self) -> "ObjectiveQuerySet":
        """Objectives that nobody has achieved or given up."""
        return self.exclude(status__in=[ObjectiveStatus.ACHIEVED, ObjectiveStatus.DROPPED])


class Objective(Row):
    """A direction for a period; its life does not depend on scores, and it enters none."""

    tree = models.ForeignKey(Tree, models.PROTECT, related_name="objectives")
    title = models.CharField(_("目標"), max_length=200)
    description = models.TextField(_("説明"), blank=True)
    starts_on = models.DateField(_("開始日"))
    ends_on = models.DateField(_("終了日"))
    owner = models.CharField(_("責任者"), max_length=100)
    status = models.CharField(
        _("状態"), max_length=10, choices=ObjectiveStatus.choices, default=ObjectiveStatus.DRAFT
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="objective_period"
            ),
            models.UniqueConstraint(
                fields=["tree", "title"],
                condition=~Q(status__in=["achieved", "dropped"]),
                name="objective_open_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_alive(self) -> bool:
        """Whether people work towards it."""
        return ObjectiveState(self.status) in LIVING_OBJECTIVES

    @property
    def status_kind(self) -> str:
        """The kind of badge that shows the status."""
        return {"active": "info", "continued": "warning", "achieved": "success"}.get(
            self.status, "neutral"
        )


class KeyResult(Row):
    """From where to where a KPI shall move; its progress is read from the KPI's measurements."""

    objective = models.ForeignKey(Objective, models.CASCADE, related_name="key_results")
    kpi = models.ForeignKey(KPI, models.PROTECT, related_name="key_results")
    start_value = models.DecimalField(_("開始時の値"), max_digits=20, decimal_places=6)
    target_value = models.DecimalField(_("目標の値"), max_digits=20, decimal_places=6)
    due_on = models.DateField(_("期限"))
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["objective", "kpi"], name="key_result_kpi_once"),
            models.CheckConstraint(
                condition=~Q(start_value=F("target_value")), name="key_result_has_distance"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objective}: {self.kpi}"


class CheckIn(Row):
    """What the owner said of an objective on a day; an outcome stands here with its lessons."""

    append_only: ClassVar[bool] = True

    objective = models.ForeignKey(Objective, models.PROTECT, related_name="check_ins")
    on = models.DateField(_("日付"))
    confidence = models.CharField(
        _("自信度"), max_length=10, choices=Confidence.choices, blank=True
    )
    note = models.TextField(_("メモ"))
    # Set when this row closed the objective or carried it on.
    outcome = models.CharField(
        _("結果"), max_length=10, choices=ObjectiveStatus.choices, blank=True
    )
    lessons = models.TextField(_("学んだこと"), blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(confidence="") ^ Q(outcome=""), name="check_in_or_outcome"
            )
        ]

    def __str__(self) -> str:
        return f"{self.objective} {self.on}"

    @property
    def confidence_kind(self) -> str:
        """The kind of badge that shows the confidence."""
        return {"high": "success", "medium": "warning"}.get(self.confidence, "danger")
