"""Uploaded files on their way to measurements."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import Row
from core.tenancy import Actor
from kpis.models.trees import Tree


class ImportQuerySet(models.QuerySet["Import"]):
    """Reads of imports."""

    def visible_to(self, actor: Actor) -> "ImportQuerySet":
        """Imports into trees of the clients that the actor acts for."""
        return self.filter(tree__client_id__in=actor.client_ids)


class Import(Row):
    """One uploaded file: what was detected, how it is mapped, and what became of it."""

    class Status(models.TextChoices):
        """Nothing is stored as measurement before `confirmed`."""

        UPLOADED = "uploaded", _("確認待ち")
        CONFIRMED = "confirmed", _("取り込み済み")
        DISCARDED = "discarded", _("取りやめ")

    tree = models.ForeignKey(Tree, models.PROTECT, related_name="imports")
    file_name = models.CharField(_("ファイル名"), max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("サイズ（バイト）"))
    profile = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    status = models.CharField(
        _("状態"), max_length=10, choices=Status.choices, default=Status.UPLOADED
    )
    rows_read = models.PositiveIntegerField(_("読み取った行"), default=0)
    rows_skipped = models.PositiveIntegerField(_("取り込まない行"), default=0)
    measurements_added = models.PositiveIntegerField(_("追加"), default=0)
    measurements_changed = models.PositiveIntegerField(_("変更"), default=0)
    measurements_same = models.PositiveIntegerField(_("変更なし"), default=0)
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(_("アップロード日時"))
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(_("取り込み日時"), null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status="confirmed") ^ Q(confirmed_at__isnull=True),
                name="import_confirmed_has_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.get_status_display()})"


class ImportFile(models.Model):
    """The bytes of an upload, compressed; kept apart so that lists stay light."""

    source = models.OneToOneField(Import, models.PROTECT, primary_key=True, related_name="file")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.source_id}"
