"""The receipt of a sealed quote: a hash that the vendor can verify and nobody can guess from."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.domain.fingerprint import fingerprint

NONCE_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Seal:
    """The hash that everybody may see, and the nonce that stays with the vendor until opening."""

    digest: str
    nonce: str


def seal(content: Mapping[str, object], nonce: str) -> Seal:
    """Seal the content with a random nonce of at least 32 characters, made by the caller.

    Without it, whoever sees the hash could try prices until one fits.
    """
    if len(nonce) < NONCE_LENGTH:
        raise ValueError("the nonce is too short")
    return Seal(digest=fingerprint({"content": dict(content), "nonce": nonce}), nonce=nonce)


def is_intact(content: Mapping[str, object], receipt: Seal) -> bool:
    """Tell whether the content is what was sealed."""
    return seal(content, receipt.nonce).digest == receipt.digest
