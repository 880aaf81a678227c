"""Review cycles, reviews with agenda and minutes, action items, reminders in the app."""

from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from core.models import Row
from core.tenancy import Actor
from kpis.models import KPI, Promise, Tree
from vendors.models import AgreedKPI, Engagement


class ReviewCycleQuerySet(models.QuerySet["ReviewCycle"]):
    """Reads of cycles."""

    def visible_to(self, actor: Actor) -> "ReviewCycleQuerySet":
        """Cycles of the clients that the actor acts for."""
        return self.filter(client_id__in=actor.client_ids)

    def active(self) -> "ReviewCycleQuerySet":
        """Cycles that make reviews."""
        return self.filter(is_active=True)


class ReviewCycle(Row):
    """A monthly review of a tree, or of one engagement, on the nth business day."""

    client = models.ForeignKey(Organization, models.PROTECT, related_name="review_cycles")
    tree = models.ForeignKey(Tree, models.PROTECT, related_name="review_cycles")
    # When set, the vendor takes part and sees the reviews.
    engagement = models.ForeignKey(
        Engagement, models.PROTECT, null=True, blank=True, related_name="review_cycles"
    )
    name = models.CharField(_("名称"), max_length=200)
    business_day = models.PositiveSmallIntegerField(_("翌月の第何営業日"), default=5)
    remind_days_before = models.PositiveSmallIntegerField(_("何営業日前に知らせるか"), default=2)
    starts_on = models.DateField(_("開始月"))
    is_active = models.BooleanField(_("有効"), default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ReviewCycleQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(business_day__range=(1, 20)), name="review_cycle_business_day"
            ),
            models.CheckConstraint(
                condition=Q(remind_days_before__range=(0, 10)), name="review_cycle_remind_days"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__day=1), name="review_cycle_starts_with_month"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReviewStatus(models.TextChoices):
    """The life of a review; the moves are in reviews.domain.states."""

    SCHEDULED = "scheduled", _("予定")
    OPEN = "open", _("実施中")
    CLOSED = "closed", _("終了")


class ReviewQuerySet(models.QuerySet["Review"]):
    """Reads of reviews."""

    def visible_to(self, actor: Actor) -> "ReviewQuerySet":
        """The client's side, and the vendor of the engagement that is reviewed."""
        if actor.is_vendor:
            return self.filter(engagement__vendor_id=actor.organization_id)
        return self.filter(client_id__in=actor.client_ids)

    def unclosed(self) -> "ReviewQuerySet":
        """Reviews that still lie ahead or are being held."""
        return self.exclude(status=ReviewStatus.CLOSED)


class Review(Row):
    """One meeting about one month: agenda from the scorecard, minutes, decisions."""

    cycle = models.ForeignKey(ReviewCycle, models.PROTECT, related_name="reviews")
    client = models.ForeignKey(Organization, models.PROTECT, related_name="reviews")
    tree = models.ForeignKey(Tree, models.PROTECT, related_name="reviews")
    engagement = models.ForeignKey(Engagement, models.PROTECT, null=True, related_name="reviews")
    period_start = models.DateField(_("対象月"))
    scheduled_on = models.DateField(_("実施日"))
    status = models.CharField(
        _("状態"), max_length=10, choices=ReviewStatus.choices, default=ReviewStatus.SCHEDULED
    )
    minutes = models.TextField(_("議事録"), blank=True)
    # The numbers of the month as they were when the review was closed.
    frozen_numbers = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    agenda_made_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "period_start"], name="review_once"),
            models.CheckConstraint(
                condition=Q(status="closed") ^ Q(closed_at__isnull=True),
                name="review_closed_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle} {self.period_start:%Y-%m}"

    def get_absolute_url(self) -> str:
        """The page of the review."""
        return reverse("reviews:review-detail", kwargs={"pk": self.pk})

    @property
    def status_kind(self) -> str:
        """The kind of badge that shows the status."""
        return {"scheduled": "info", "open": "warning"}.get(self.status, "neutral")


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    """Reads of agenda items."""

    def visible_to(self, actor: Actor) -> "AgendaItemQuerySet":
        """Those of the reviews that the actor sees; a vendor only what is about its promises."""
        found = self.filter(review__in=Review.objects.visible_to(actor))
        if not actor.is_vendor:
            return found
        promised = AgreedKPI.objects.filter(
            engagement=OuterRef("review__engagement"), kpi=OuterRef("kpi")
        )
        return found.filter(Q(kpi=None) | Exists(promised))


class AgendaItem(Row):
    """One point of the agenda, with the numbers as they were when it was made."""

    class Kind(models.TextChoices):
        """Why it is on the agenda; values equal reviews.domain.agenda."""

        MISSED = "missed", _("目標未達")
        WORSENING = "worsening", _("悪化")
        AT_RISK = "at_risk", _("もう少し")
        MISSING_DATA = "missing_data", _("データなし")
        OVERDUE_ACTION = "overdue_action", _("期限超過のアクション")

    review = models.ForeignKey(Review, models.PROTECT, related_name="agenda_items")
    position = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=15, choices=Kind.choices)
    kpi = models.ForeignKey(KPI, models.PROTECT, null=True, related_name="+")
    numbers = models.JSONField(default=dict)
    note = models.TextField(_("メモ"), blank=True)
    decision = models.TextField(_("決定事項"), blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AgendaItemQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.kpi or ''}"

    @property
    def kind_badge(self) -> str:
        """The kind of badge that shows why it is on the agenda."""
        return {"missed": "danger", "overdue_action": "danger", "missing_data": "neutral"}.get(
            self.kind, "warning"
        )


class ActionStatus(models.TextChoices):
    """The life of an action item."""

    OPEN = "open", _("対応中")
    DONE = "done", _("完了")
    DROPPED = "dropped", _("取りやめ")


class ActionItemQuerySet(models.QuerySet["ActionItem"]):
    """Reads of action items."""

    def visible_to(self, actor: Actor) -> "ActionItemQuerySet":
        """Those of the reviews that the actor sees."""
        return self.filter(review__in=Review.objects.visible_to(actor))

    def open(self) -> "ActionItemQuerySet":
        """Those that still have to be done."""
        return self.filter(status=ActionStatus.OPEN)


class ActionItem(Row):
    """Who does what until when, to bring a KPI back."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="action_items")
    kpi = models.ForeignKey(KPI, models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(_("内容"), max_length=300)
    owner_organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="action_items", verbose_name=_("担当者")
    )
    due_on = models.DateField(_("期限"))
    expected_effect = models.CharField(_("期待する効果"), max_length=200, blank=True)
    status = models.CharField(
        _("状態"), max_length=10, choices=ActionStatus.choices, default=ActionStatus.OPEN
    )
    result = models.TextField(_("結果"), blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status="open", done_at=None)
                | ~Q(status="open") & Q(done_at__isnull=False),
                name="action_item_done_time",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def status_kind(self) -> str:
        """The kind of badge that shows the status."""
        return {"open": "info", "done": "success"}.get(self.status, "neutral")


class PromiseRatingQuerySet(models.QuerySet["PromiseRating"]):
    """Reads of ratings."""

    def visible_to(self, actor: Actor) -> "PromiseRatingQuerySet":
        """Those of the reviews that the actor sees."""
        return self.filter(review__in=Review.objects.visible_to(actor))


class PromiseRating(Row):
    """One side's word on a qualitative promise in a review; words, never a number."""

    class Side(models.TextChoices):
        """Who answers."""

        CLIENT = "client", _("発注者")
        VENDOR = "vendor", _("外注先")

    class Rating(models.TextChoices):
        """Whether it was kept."""

        KEPT = "kept", _("守られた")
        PARTLY = "partly", _("一部守られた")
        BROKEN = "broken", _("守られなかった")

    review = models.ForeignKey(Review, models.PROTECT, related_name="promise_ratings")
    promise = models.ForeignKey(Promise, models.PROTECT, related_name="+")
    # The signed words that were rated, whatever the promise says later.
    text = models.CharField(max_length=500)
    side = models.CharField(max_length=10, choices=Side.choices)
    rating = models.CharField(_("評価"), max_length=10, choices=Rating.choices)
    comment = models.TextField(_("コメント"))
    version = models.PositiveIntegerField(default=1)
    rated_at = models.DateTimeField()
    rated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = PromiseRatingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["review", "promise", "side"], name="promise_rating_once_per_side"
            )
        ]

    def __str__(self) -> str:
        return f"{self.review} {self.text} {self.get_side_display()}"

    @property
    def rating_kind(self) -> str:
        """The kind of badge that shows the rating."""
        return {"kept": "success", "partly": "warning"}.get(self.rating, "danger")


class ReminderQuerySet(models.QuerySet["Reminder"]):
    """Reads of reminders."""

    def visible_to(self, actor: Actor) -> "ReminderQuerySet":
        """A person's own reminders in the active organization."""
        if actor.user_id is None or actor.organization_id is None:
            return self.none()
        return self.filter(recipient_id=actor.user_id, organization_id=actor.organization_id)

    def unread(self) -> "ReminderQuerySet":
        """Those that the person has not opened."""
        return self.filter(read_at=None)


class Reminder(Row):
    """A notice in the app, exactly once per occasion and person; its mail goes through the outbox."""

    class Kind(models.TextChoices):
        """The occasion."""

        REVIEW_AHEAD = "review_ahead", _("振り返りの予定")
        ACTION_DUE = "action_due", _("アクションの期限")
        ACTION_OVERDUE = "action_overdue", _("アクションの期限超過")

    kind = models.CharField(max_length=15, choices=Kind.choices)
    subject_id = models.UUIDField()
    due_on = models.DateField()
    recipient = models.ForeignKey(User, models.PROTECT, related_name="reminders")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "subject_id", "recipient", "due_on"], name="reminder_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["recipient", "organization"],
                condition=Q(read_at=None),
                name="reminder_unread",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.recipient} {self.due_on}"
