"""What others changed since a form was made, from the audit trail."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.models import AuditEvent


@dataclass(frozen=True, slots=True)
class Change:
    """One save by somebody: when, who, and what of it differs."""

    at: datetime
    who: str
    changed: str


def changes_since(target_id: UUID, *, event: str, version: int) -> list[Change]:
    """Return the saves of a draft after this version; the caller has shown that it may see it."""
    found = AuditEvent.objects.filter(
        event=event, target_id=str(target_id), data__version__gt=version
    )
    return [
        Change(one.at, one.user_label, "、".join(one.data.get("changed", [])))
        for one in found.order_by("at")
    ]
