"""The one way from a refusal to an exception."""

from core.domain.refusals import Denied, Refusal


def require(refusal: Refusal | None) -> None:
    """Raise Denied when there is a refusal; do nothing otherwise."""
    if refusal is not None:
        raise Denied(refusal)
