"""Tables of the ground floor: audit trail, outbox, heartbeat; and the base of every other table."""

import uuid
from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import Actor


class Row(models.Model):
    """A table with a random key: ids tell nothing about how many rows there are."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Reads of the audit trail."""

    def visible_to(self, actor: Actor) -> "AuditEventQuerySet":
        """Only the owner of an organization reads its trail."""
        if not actor.is_owner or actor.organization_id is None:
            return self.none()
        return self.filter(organization_id=actor.organization_id)

    def matching(self, words: str) -> "AuditEventQuerySet":
        """Events whose sentence, person or kind contains every one of the words."""
        found = self
        for word in words.split():
            found = found.filter(
                models.Q(summary__icontains=word)
                | models.Q(user_label__icontains=word)
                | models.Q(acting_organization_name__icontains=word)
                | models.Q(event__icontains=word)
            )
        return found

    def between(self, first: date | None, last: date | None) -> "AuditEventQuerySet":
        """Events of these days, both of them included, in the site's time zone."""
        found = self
        if first is not None:
            found = found.filter(at__date__gte=first)
        if last is not None:
            found = found.filter(at__date__lte=last)
        return found


class AuditEvent(Row):
    """One operation that took place; no foreign keys, so that it outlives what it speaks of."""

    append_only: ClassVar[bool] = True

    at = models.DateTimeField(_("日時"))
    event = models.CharField(_("操作"), max_length=100)
    user_id = models.UUIDField(null=True)
    user_label = models.CharField(_("操作した人"), max_length=200)
    acting_organization_id = models.UUIDField(null=True)
    acting_organization_name = models.CharField(max_length=200, blank=True, db_default="")
    organization_id = models.UUIDField(null=True)
    target_type = models.CharField(max_length=100)
    target_id = models.CharField(max_length=64)
    summary = models.TextField(_("内容"))
    data = models.JSONField(default=dict)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organization_id", "-at"], name="audit_by_org"),
            models.Index(fields=["target_id", "event"], name="audit_by_target"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.event} {self.target_id}"

    @property
    def foreign_organization(self) -> str:
        """The organization of who did it, when it is not the one whose trail this is."""
        is_own = self.acting_organization_id == self.organization_id
        return "" if is_own else self.acting_organization_name


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    """Reads of the outbox."""

    def pending(self) -> "OutboxQuerySet":
        """Messages that are neither done nor given up."""
        return self.filter(state=OutboxMessage.State.QUEUED)


class OutboxMessage(Row):
    """A mail or a job that an operation causes, written in the operation's own transaction."""

    class Kind(models.TextChoices):
        """What is to be done."""

        MAIL = "mail"
        JOB = "job"

    class State(models.TextChoices):
        """Where it stands; `dead` needs a person."""

        QUEUED = "queued"
        DONE = "done"
        DEAD = "dead"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=100)
    key = models.CharField(max_length=200, unique=True)
    organization_id = models.UUIDField(null=True)
    actor = models.JSONField(default=dict)
    recipient = models.EmailField(blank=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=models.Q(state="queued"), name="outbox_due")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state="done") ^ models.Q(done_at__isnull=True),
                name="outbox_done_has_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name} {self.key} ({self.state})"


class Heartbeat(models.Model):
    """The last sign of life of a worker, written through scheduler, broker and database."""

    name = models.CharField(max_length=50, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"


class IdempotentAnswerQuerySet(models.QuerySet["IdempotentAnswer"]):
    """Reads of the answers that are kept for their Idempotency-Key."""

    def visible_to(self, actor: Actor) -> "IdempotentAnswerQuerySet":
        """What this person was answered, acting for the same organization."""
        return self.filter(user_id=actor.user_id, organization_id=actor.organization_id)

    def older_than(self, moment: datetime) -> "IdempotentAnswerQuerySet":
        """Answers to requests from before the moment, or at it."""
        return self.filter(created_at__lte=moment)


class IdempotentAnswer(Row):
    """The first answer to an Idempotency-Key, written in the transaction of what it answers."""

    user_id = models.UUIDField(null=True)
    organization_id = models.UUIDField(null=True)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    # Empty while the request is being answered, which nobody else sees.
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    headers = models.JSONField(default=dict)

    objects = IdempotentAnswerQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user_id", "organization_id", "key"],
                name="idempotent_answer_once",
                nulls_distinct=False,
            )
        ]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="idempotent_answer_age")]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"
