"""The audit trail: one append-only row per operation, in the operation's own transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from core.models import AuditEvent
from core.tenancy import Actor


def record(
    *,
    event: str,
    target: Model,
    by: Actor,
    at: datetime,
    organization_id: UUID | None,
    summary: str,
    data: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Write down that `by` did `event` to `target`; the owner of `organization_id` may read it.

    The summary is a Japanese sentence for people; `data` is JSON for machines and holds no secret.
    Somebody from another organization (an advisor, the other side) is named with it.
    """
    return AuditEvent.objects.create(
        at=at,
        event=event,
        user_id=by.user_id,
        user_label=by.user_label,
        acting_organization_id=by.organization_id,
        acting_organization_name=by.organization_name,
        organization_id=organization_id,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        summary=summary,
        data=dict(data or {}),
    )
