"""Locks bytes for the database with keys that stand outside it: a dump alone tells nothing.

XChaCha20-Poly1305 of libsodium. What is locked says which key it needs, so that keys can be
changed: the first of AIMITSU_SEALING_KEYS locks, every one of them unlocks.
"""

from collections.abc import Sequence
from hashlib import blake2b

from django.conf import settings
from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.secret import Aead

FORMAT = b"\x01"
KEY_ID_LENGTH = 4
BLOCK = 1024
"""Lengths are padded to whole blocks, so that the size of what is locked tells little."""


class Unreadable(Exception):
    """Raised for bytes that none of the keys unlocks, or that were locked under another label."""


def lock(plain: bytes, *, label: str) -> bytes:
    """Return the bytes locked with the first key; `label` says whose they are and is checked."""
    key = _keys()[0]
    padded = sodium_pad(plain, BLOCK)
    return FORMAT + _key_id(key) + bytes(Aead(key).encrypt(padded, label.encode()))


def unlock(locked: bytes, *, label: str) -> bytes:
    """Return what was locked under this label. Raises Unreadable."""
    head, wanted, message = locked[:1], locked[1 : 1 + KEY_ID_LENGTH], locked[1 + KEY_ID_LENGTH :]
    key = next((one for one in _keys() if _key_id(one) == wanted), None)
    if head != FORMAT or key is None:
        raise Unreadable("no key fits")
    try:
        return sodium_unpad(Aead(key).decrypt(message, label.encode()), BLOCK)
    except (CryptoError, ValueError) as error:
        raise Unreadable("changed, or locked under another label") from error


def _keys() -> Sequence[bytes]:
    """Return the keys, 32 bytes each, made from the texts of the settings."""
    return [
        blake2b(text.encode(), digest_size=Aead.KEY_SIZE, person=b"aimitsu-vault").digest()
        for text in settings.SEALING_KEYS
    ]


def _key_id(key: bytes) -> bytes:
    return blake2b(key, digest_size=KEY_ID_LENGTH, person=b"aimitsu-key-id").digest()
