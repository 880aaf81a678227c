"""The KPI library: definitions with their pitfalls, and the benchmarks that anybody may check."""

from collections.abc import Mapping
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from core.models import Row
from core.tenancy import Actor
from kpis.models.choices import (
    Aggregation,
    Direction,
    Frequency,
    LibraryType,
    Perspective,
    Phase,
    Unit,
)

# What is told in words, in Japanese and English.
TEXTS = (
    "name",
    "definition",
    "formula",
    "numerator",
    "denominator",
    "data_source",
    "pitfalls",
)


def in_language(text: Mapping[str, str] | None) -> str:
    """Return the text in the reader's language, in Japanese where there is no other."""
    if not text:
        return ""
    return text.get((get_language() or "ja")[:2]) or text.get("ja", "")


class DefinitionQuerySet(models.QuerySet["Definition"]):
    """Reads of the library."""

    def visible_to(self, actor: Actor) -> "DefinitionQuerySet":
        """The standard library, and what the actor's own clients and organization have added."""
        return self.filter(Q(organization=None) | Q(organization_id__in=actor.organization_ids))

    def current(self) -> "DefinitionQuerySet":
        """The newest version of each, without those that were retired."""
        return self.filter(is_current=True, retired_at=None)

    def matching(self, words: str) -> "DefinitionQuerySet":
        """Definitions that hold every one of the words, in either language."""
        found = self
        for word in words.casefold().split():
            found = found.filter(search_text__contains=word)
        return found


class Definition(Row):
    """How a KPI is defined: of the standard library, or an organization's own; versions stay."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="definitions"
    )
    code = models.CharField(_("コード"), max_length=60)
    version = models.PositiveIntegerField(_("版"), default=1)
    is_current = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)
    texts = models.JSONField(default=dict)
    search_text = models.TextField()
    unit = models.CharField(_("単位"), max_length=20, choices=Unit.choices)
    decimals = models.PositiveSmallIntegerField(_("小数点以下の桁数"), default=0)
    direction = models.CharField(_("方向"), max_length=10, choices=Direction.choices)
    frequency = models.CharField(_("測定の頻度"), max_length=15, choices=Frequency.choices)
    aggregation = models.CharField(_("期間の集計"), max_length=10, choices=Aggregation.choices)
    perspective = models.CharField(_("視点（BSC）"), max_length=10, choices=Perspective.choices)
    types = ArrayField(models.CharField(max_length=20, choices=LibraryType.choices))
    phases = ArrayField(models.CharField(max_length=20, choices=Phase.choices))
    pair = models.CharField(max_length=60, blank=True)
    suggested_target = models.JSONField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField(null=True)

    objects = DefinitionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "code", "version"],
                name="definition_version_once",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["organization", "code"],
                condition=Q(is_current=True),
                name="definition_one_current",
                nulls_distinct=False,
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["types"], name="definition_types"),
            GinIndex(fields=["phases"], name="definition_phases"),
        ]

    def __str__(self) -> str:
        return self.name

    def _text(self, name: str) -> str:
        return in_language(self.texts.get(name))

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self._text("name")

    @property
    def definition(self) -> str:
        """What it measures, in one sentence."""
        return self._text("definition")

    @property
    def formula(self) -> str:
        """How it is computed, in words."""
        return self._text("formula")

    @property
    def numerator(self) -> str:
        """What is counted above the line of a ratio; empty for what is no ratio."""
        return self._text("numerator")

    @property
    def denominator(self) -> str:
        """What is counted below the line of a ratio; empty for what is no ratio."""
        return self._text("denominator")

    @property
    def data_source(self) -> str:
        """Where the numbers usually come from."""
        return self._text("data_source")

    @property
    def pitfalls(self) -> str:
        """What goes wrong with this KPI."""
        return self._text("pitfalls")

    @property
    def type_labels(self) -> list[str]:
        """The types of outsourcing it is for, in words."""
        return [str(LibraryType(one).label) for one in self.types]

    @property
    def phase_labels(self) -> list[str]:
        """The phases it is for, in words."""
        return [str(Phase(one).label) for one in self.phases]


class Benchmark(Row):
    """A published figure with its year, population and source; no figure is no row."""

    code = models.CharField(max_length=60, db_index=True)
    position = models.PositiveIntegerField(unique=True)
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    low = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    high = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    unit = models.CharField(max_length=20, choices=Unit.choices)
    label = models.JSONField()
    year = models.CharField(max_length=40)
    population = models.JSONField()
    source_title = models.CharField(max_length=300)
    source_url = models.URLField(max_length=500)
    is_japan = models.BooleanField()
    note = models.JSONField(null=True)

    class Meta:
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return f"{self.code}: {self.words} ({self.year})"

    @property
    def words(self) -> str:
        """What the figure is of, in the reader's language."""
        return in_language(self.label)

    @property
    def whom(self) -> str:
        """Of whom it was taken."""
        return in_language(self.population)

    @property
    def remark(self) -> str:
        """What to mind when using it."""
        return in_language(self.note)
