"""Trees, their KPIs, targets and the log of commands."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from core.models import Row
from core.tenancy import Actor
from kpis.models.choices import (
    Aggregation,
    Direction,
    Frequency,
    LibraryType,
    LinkKind,
    Perspective,
    Phase,
    RationaleKind,
    ResponsibleSide,
    TreeStatus,
    Unit,
    ValueSource,
)


class TreeQuerySet(models.QuerySet["Tree"]):
    """Reads of trees."""

    def visible_to(self, actor: Actor) -> "TreeQuerySet":
        """Trees of the clients that the actor acts for; a vendor sees none."""
        return self.filter(client_id__in=actor.client_ids)

    def in_use(self) -> "TreeQuerySet":
        """Trees that are not archived."""
        return self.exclude(status=TreeStatus.ARCHIVED)


class Tree(Row):
    """A KGI with the KPIs below it; `version` grows by one with each command."""

    client = models.ForeignKey(Organization, models.PROTECT, related_name="trees")
    name = models.CharField(_("ツリー名"), max_length=200)
    status = models.CharField(
        _("状態"), max_length=10, choices=TreeStatus.choices, default=TreeStatus.DRAFT
    )
    outsourcing_type = models.CharField(
        _("外注の種類"), max_length=20, choices=LibraryType.choices, blank=True
    )
    phase = models.CharField(_("フェーズ"), max_length=20, choices=Phase.choices, blank=True)
    # The lowest score of each band; exactly on a bound belongs to the better one.
    band_met = models.DecimalField(_("達成"), max_digits=6, decimal_places=3, default=100)
    band_near = models.DecimalField(_("もう少し"), max_digits=6, decimal_places=3, default=80)
    band_improve = models.DecimalField(_("要改善"), max_digits=6, decimal_places=3, default=50)
    version = models.PositiveIntegerField(_("版"), default=1)
    # Grows with everything a score depends on (measurements, targets, weights, structure).
    input_version = models.PositiveBigIntegerField(default=1)
    created_at = models.DateTimeField(_("作成日時"))
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = TreeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    band_met__lte=200,
                    band_met__gt=F("band_near"),
                    band_near__gt=F("band_improve"),
                    band_improve__gte=0,
                ),
                name="tree_bands_fall",
            )
        ]

    def __str__(self) -> str:
        return self.name


class KPIQuerySet(models.QuerySet["KPI"]):
    """Reads of KPIs."""

    def visible_to(self, actor: Actor) -> "KPIQuerySet":
        """KPIs of the clients that the actor acts for; a vendor sees its part through engagements."""
        return self.filter(tree__client_id__in=actor.client_ids)

    def living(self) -> "KPIQuerySet":
        """KPIs that are not deleted."""
        return self.filter(deleted_at=None)


class KPI(Row):
    """A node of a tree: the root is the KGI."""

    tree = models.ForeignKey(Tree, models.PROTECT, related_name="kpis")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    key = models.SlugField(_("キー"), max_length=60)
    position = models.PositiveIntegerField(_("並び順"), default=0)
    name = models.CharField(_("名称"), max_length=200)
    definition = models.TextField(_("定義"), blank=True)
    unit = models.CharField(_("単位"), max_length=20, choices=Unit.choices, default=Unit.COUNT)
    # 円/人: what one unit of the value is counted per.
    unit_per = models.CharField(_("あたり"), max_length=20, choices=Unit.choices, blank=True)
    decimals = models.PositiveSmallIntegerField(_("小数点以下の桁数"), default=0)
    direction = models.CharField(
        _("方向"), max_length=10, choices=Direction.choices, default=Direction.HIGHER
    )
    frequency = models.CharField(
        _("測定の頻度"), max_length=15, choices=Frequency.choices, default=Frequency.MONTH
    )
    aggregation = models.CharField(
        _("期間の集計"), max_length=10, choices=Aggregation.choices, default=Aggregation.SUM
    )
    value_source = models.CharField(
        _("値の出どころ"), max_length=10, choices=ValueSource.choices, default=ValueSource.MEASURED
    )
    # With the keys of other KPIs of the tree; read only when the value comes from it.
    formula = models.CharField(_("計算式"), max_length=500, blank=True)
    data_source = models.CharField(_("データの取得元"), max_length=200, blank=True)
    perspective = models.CharField(
        _("視点（BSC）"), max_length=10, choices=Perspective.choices, blank=True
    )
    importance = models.PositiveSmallIntegerField(
        _("重要度"), default=3, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    weight = models.DecimalField(
        _("重み"), max_digits=9, decimal_places=3, default=1, validators=[MinValueValidator(0)]
    )
    responsible_side = models.CharField(
        _("責任の所在"),
        max_length=10,
        choices=ResponsibleSide.choices,
        default=ResponsibleSide.CLIENT,
    )
    responsible_organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("担当の外注先"),
    )
    responsible_label = models.CharField(_("担当（部署・担当者）"), max_length=100, blank=True)
    client_owner = models.CharField(_("発注側の責任者"), max_length=100, blank=True)
    baseline = models.DecimalField(
        _("基準値（現状）"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    deadline_on = models.DateField(_("達成期限"), null=True, blank=True)
    notes = models.TextField(_("注意点"), blank=True)
    # The definition of the library that it was made of; says for which phases it is.
    library_code = models.CharField(_("KPIライブラリのコード"), max_length=60, blank=True)
    # First days of months: it counts from the one on, and from the other on no more.
    counts_from = models.DateField(_("評価の開始月"), null=True, blank=True)
    retired_from = models.DateField(_("終了月"), null=True, blank=True)
    deleted_at = models.DateTimeField(null=True)

    objects = KPIQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tree"], condition=Q(parent=None, deleted_at=None), name="kpi_one_root"
            ),
            models.UniqueConstraint(fields=["tree", "key"], name="kpi_key_once"),
            models.CheckConstraint(condition=Q(weight__gte=0), name="kpi_weight"),
            models.CheckConstraint(condition=Q(importance__range=(1, 5)), name="kpi_importance"),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")), name="kpi_not_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(counts_from=None) | Q(counts_from__day=1), name="kpi_counts_from_month"
            ),
            models.CheckConstraint(
                condition=Q(retired_from=None) | Q(retired_from__day=1, parent__isnull=False),
                name="kpi_retired_from_month",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def unit_text(self) -> str:
        """The unit as people write it: 円, or 円/人."""
        unit = str(Unit(self.unit).label)
        return f"{unit}/{Unit(self.unit_per).label}" if self.unit_per else unit

    @property
    def is_kgi(self) -> bool:
        """Whether this is the goal at the root."""
        return self.parent_id is None

    def check_settings(self) -> None:
        """Raise ValidationError when a value does not fit its field; reads no other row."""
        self.clean_fields(exclude=["tree", "parent", "responsible_organization", "deleted_at"])


class LinkQuerySet(models.QuerySet["Link"]):
    """Reads of links."""

    def visible_to(self, actor: Actor) -> "LinkQuerySet":
        """Links of the clients that the actor acts for."""
        return self.filter(tree__client_id__in=actor.client_ids)


class Link(Row):
    """A line beside the tree: a KPI that also belongs below another one, or influences it."""

    tree = models.ForeignKey(Tree, models.PROTECT, related_name="links")
    node = models.ForeignKey(KPI, models.PROTECT, related_name="links_from")
    target = models.ForeignKey(KPI, models.PROTECT, related_name="links_to")
    kind = models.CharField(_("線の種類"), max_length=10, choices=LinkKind.choices)
    note = models.CharField(_("根拠・メモ"), max_length=300, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["node", "target"], name="link_once"),
            models.CheckConstraint(condition=~Q(node=F("target")), name="link_not_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.node} {self.get_kind_display()} {self.target}"


class TargetQuerySet(models.QuerySet["Target"]):
    """Reads of targets."""

    def visible_to(self, actor: Actor) -> "TargetQuerySet":
        """Targets of the clients that the actor acts for."""
        return self.filter(kpi__tree__client_id__in=actor.client_ids)

    def standing(self) -> "TargetQuerySet":
        """Targets that no later entry for the same day replaced."""
        return self.filter(superseded_at=None)


class Target(Row):
    """What a KPI shall reach from a date on, and why; a change is a new row, the past stays."""

    kpi = models.ForeignKey(KPI, models.PROTECT, related_name="targets")
    valid_from = models.DateField(_("適用開始日"))
    value = models.DecimalField(_("目標値"), max_digits=20, decimal_places=6, null=True, blank=True)
    # The line of the score: worst is 0 points, the target 100. For a band all four limits are set.
    worst = models.DecimalField(
        _("0点とする値"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    accept_low = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    accept_high = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    worst_low = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    worst_high = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    rationale_kind = models.CharField(_("根拠の種類"), max_length=15, choices=RationaleKind.choices)
    rationale = models.TextField(_("根拠"))
    # Set when both sides signed an engagement that holds this target.
    agreed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    superseded_at = models.DateTimeField(null=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kpi", "valid_from"],
                condition=Q(superseded_at=None),
                name="target_one_per_day",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(worst__isnull=True) | ~Q(value=F("worst")),
                name="target_differs_from_worst",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False)
                | Q(accept_low__isnull=False, accept_high__isnull=False),
                name="target_has_value",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi}: {self.value} ({self.valid_from})"


class TreeCommandQuerySet(models.QuerySet["TreeCommand"]):
    """Reads of the command log."""

    def visible_to(self, actor: Actor) -> "TreeCommandQuerySet":
        """Commands on trees of the clients that the actor acts for."""
        return self.filter(tree__client_id__in=actor.client_ids)


class TreeCommand(Row):
    """One edit of a tree with its inverse: the log behind undo, redo and conflict messages."""

    append_only: ClassVar[bool] = True

    tree = models.ForeignKey(Tree, models.PROTECT, related_name="commands")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    payload = models.JSONField()
    inverse = models.JSONField()
    summary = models.CharField(max_length=300)
    by_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")

    objects = TreeCommandQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tree", "version"], name="tree_command_version")
        ]

    def __str__(self) -> str:
        return f"{self.tree} v{self.version}: {self.summary}"
