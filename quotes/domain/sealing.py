"""Sealed quotes: the receipt's hash, and the boxes that only the round's key opens.

X25519 with XSalsa20-Poly1305, the sealed boxes of libsodium: whoever has the public key can put
something in, only the holder of the private key can take it out.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from core.domain.fingerprint import canonical_json

NONCE_LENGTH = 32
BLOCK = 4096
"""Boxes are padded to whole blocks, so that their size tells nothing of the number of lines."""


class BrokenSeal(Exception):
    """Raised for a box that the key does not open, or that does not hold what the receipt says."""


@dataclass(frozen=True, slots=True)
class RoundKey:
    """The two halves of a round's key, 32 bytes each."""

    public: bytes
    private: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a vendor submits: the content, and a nonce of at least 32 characters from the caller.

    The hash covers both: without the nonce, whoever sees the hash could try prices until one fits.
    """

    content: Mapping[str, Any]
    nonce: str

    def __post_init__(self) -> None:
        """Refuse a nonce that could be guessed."""
        if len(self.nonce) < NONCE_LENGTH:
            raise ValueError("the nonce is too short")

    def packed(self) -> bytes:
        """Return the canonical JSON of content and nonce, in UTF-8."""
        return canonical_json({"content": dict(self.content), "nonce": self.nonce}).encode()

    @property
    def digest(self) -> str:
        """The receipt's hash: SHA-256 of the packed envelope, as 64 hexadecimal digits."""
        return sha256(self.packed()).hexdigest()


def unpacked(packed: bytes) -> Envelope:
    """Return the envelope that was packed. Raises BrokenSeal."""
    try:
        found = json.loads(packed)
        return Envelope(found["content"], found["nonce"])
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenSeal("no envelope") from error


def new_round_key() -> RoundKey:
    """Return a fresh pair of keys."""
    private = PrivateKey.generate()
    return RoundKey(public=bytes(private.public_key), private=bytes(private))


def sealed(envelope: Envelope, public_key: bytes) -> bytes:
    """Return the box that only the private half of this key opens."""
    padded = sodium_pad(envelope.packed(), BLOCK)
    return SealedBox(PublicKey(public_key)).encrypt(padded)


def unsealed(box: bytes, private_key: bytes, *, digest: str) -> Envelope:
    """Return what was sealed, if it is what the receipt's hash says. Raises BrokenSeal."""
    try:
        packed = sodium_unpad(SealedBox(PrivateKey(private_key)).decrypt(box), BLOCK)
    except (CryptoError, ValueError) as error:
        raise BrokenSeal("the key does not open this box") from error
    envelope = unpacked(packed)
    if envelope.digest != digest:
        raise BrokenSeal("not what the receipt says")
    return envelope
