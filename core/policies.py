"""The one way from a refusal to an exception, and who reads the audit trail."""

from django.utils.translation import gettext as _

from core.domain.refusals import Denied, Refusal
from core.tenancy import Actor


def require(refusal: Refusal | None) -> None:
    """Raise Denied when there is a refusal; do nothing otherwise."""
    if refusal is not None:
        raise Denied(refusal)


def why_not_read_audit(actor: Actor) -> Refusal | None:
    """The audit trail is for the owner of the organization that it speaks of."""
    if not actor.is_owner:
        return Refusal("core.audit_owner_only", _("操作履歴は組織の管理者だけが見られます。"))
    return None
