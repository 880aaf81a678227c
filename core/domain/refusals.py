"""A refusal says why something may not be done; one value blocks the operation and explains the button."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act is refused: a stable code, a sentence for the user, and the HTTP status it maps to."""

    code: str
    reason: str
    status: int = 403


class Denied(Exception):
    """Raised when an operation is refused; carries the refusal that the user reads."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal.reason))
        self.refusal = refusal
