"""Scorecards: the results per tree and month, and the runs that compute them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Row
from core.tenancy import Actor
from kpis.models.choices import Status
from kpis.models.trees import KPI, Tree


class ScorecardRunQuerySet(models.QuerySet["ScorecardRun"]):
    """Reads of runs."""

    def visible_to(self, actor: Actor) -> "ScorecardRunQuerySet":
        """Runs for trees of the clients that the actor acts for."""
        return self.filter(tree__client_id__in=actor.client_ids)


class ScorecardRun(Row):
    """One recomputation of a tree's scorecards, with its progress."""

    class Status(models.TextChoices):
        """Where a run stands."""

        QUEUED = "queued", _("待機中")
        RUNNING = "running", _("計算中")
        DONE = "done", _("完了")
        FAILED = "failed", _("失敗")

    tree = models.ForeignKey(Tree, models.PROTECT, related_name="runs")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    input_version = models.PositiveBigIntegerField()
    months_total = models.PositiveIntegerField(default=0)
    months_done = models.PositiveIntegerField(default=0)
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    objects = ScorecardRunQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.tree} {self.months_done}/{self.months_total}"


class ScorecardQuerySet(models.QuerySet["Scorecard"]):
    """Reads of scorecards."""

    def visible_to(self, actor: Actor) -> "ScorecardQuerySet":
        """Scorecards of trees of the clients that the actor acts for."""
        return self.filter(tree__client_id__in=actor.client_ids)


class TreeSettings(Row):
    """The structure, weights and other settings that scorecards were computed with.

    Never changed; what no scorecard points at any more is dropped.
    """

    tree = models.ForeignKey(Tree, models.PROTECT, related_name="settings_used")
    sha256 = models.CharField(max_length=64)
    content = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tree", "sha256"], name="tree_settings_once")
        ]

    def __str__(self) -> str:
        return f"{self.tree} {self.sha256[:8]}"


class Scorecard(Row):
    """The result of a tree for one month; a closed month keeps the settings it was scored with."""

    tree = models.ForeignKey(Tree, models.PROTECT, related_name="scorecards")
    period_start = models.DateField(_("対象月"))
    tree_version = models.PositiveIntegerField()
    input_version = models.PositiveBigIntegerField()
    settings = models.ForeignKey(TreeSettings, models.PROTECT, null=True, related_name="+")
    computed_at = models.DateTimeField(_("計算日時"))

    objects = ScorecardQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tree", "period_start"], name="scorecard_once")
        ]

    def __str__(self) -> str:
        return f"{self.tree} {self.period_start:%Y-%m}"


class ScoreQuerySet(models.QuerySet["Score"]):
    """Reads of scores."""

    def visible_to(self, actor: Actor) -> "ScoreQuerySet":
        """Scores of trees of the clients that the actor acts for."""
        return self.filter(scorecard__tree__client_id__in=actor.client_ids)


class Score(models.Model):
    """One row of a scorecard: a KPI in one month."""

    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="scores")
    kpi = models.ForeignKey(KPI, models.PROTECT, related_name="scores")
    value = models.DecimalField(max_digits=60, decimal_places=12, null=True)
    numerator = models.DecimalField(max_digits=60, decimal_places=6, null=True)
    denominator = models.DecimalField(max_digits=60, decimal_places=6, null=True)
    target = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    attainment = models.DecimalField(max_digits=60, decimal_places=12, null=True)
    own_score = models.DecimalField(max_digits=20, decimal_places=12, null=True)
    rolled_score = models.DecimalField(max_digits=20, decimal_places=12, null=True)
    score = models.DecimalField(max_digits=20, decimal_places=12, null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.NONE)
    weight = models.DecimalField(max_digits=9, decimal_places=3)
    coverage = models.DecimalField(max_digits=15, decimal_places=12)
    low = models.DecimalField(max_digits=20, decimal_places=12, null=True)
    high = models.DecimalField(max_digits=20, decimal_places=12, null=True)
    # Why there is no value or score, as a code of the domain.
    reason = models.CharField(max_length=30, blank=True)
    # Work is not scored against an unsigned target: then the score is a reference value (参考値).
    is_reference = models.BooleanField(default=False)

    objects = ScoreQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scorecard", "kpi"], name="score_once")
        ]

    def __str__(self) -> str:
        return f"{self.kpi} {self.score}"
