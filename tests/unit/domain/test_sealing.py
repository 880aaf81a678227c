"""Receipts and boxes of sealed quotes."""

from decimal import Decimal

import pytest

from quotes.domain.sealing import BrokenSeal, Envelope, new_round_key, sealed, unpacked, unsealed

NONCE = "0123456789abcdef0123456789abcdef"
QUOTE = {"price": Decimal(1200000), "on_time": Decimal(97)}
ENVELOPE = Envelope(QUOTE, NONCE)


def test_the_same_quote_has_the_same_receipt() -> None:
    assert Envelope(dict(reversed(QUOTE.items())), NONCE).digest == ENVELOPE.digest


def test_a_changed_quote_is_noticed() -> None:
    assert Envelope({**QUOTE, "price": Decimal(1200001)}, NONCE).digest != ENVELOPE.digest


def test_the_hash_alone_lets_nobody_try_prices() -> None:
    assert Envelope(QUOTE, "f" * 32).digest != ENVELOPE.digest


def test_a_guessable_nonce_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        Envelope(QUOTE, NONCE[:-1])


def test_only_the_rounds_key_opens_the_box() -> None:
    key, other = new_round_key(), new_round_key()
    box = sealed(ENVELOPE, key.public)

    opened = unsealed(box, key.private, digest=ENVELOPE.digest)

    assert opened.content == {"price": "1200000", "on_time": "97"}
    assert opened.digest == ENVELOPE.digest
    with pytest.raises(BrokenSeal):
        unsealed(box, other.private, digest=ENVELOPE.digest)


def test_a_box_with_another_quote_is_noticed() -> None:
    """Whoever can write to the database can make a box, but not one that fits the receipt."""
    key = new_round_key()
    swapped = sealed(Envelope({"price": Decimal(1)}, NONCE), key.public)

    with pytest.raises(BrokenSeal):
        unsealed(swapped, key.private, digest=ENVELOPE.digest)


@pytest.mark.parametrize("place", [0, 40, -1])
def test_a_changed_box_is_noticed(place: int) -> None:
    key = new_round_key()
    box = bytearray(sealed(ENVELOPE, key.public))
    box[place] ^= 1

    with pytest.raises(BrokenSeal):
        unsealed(bytes(box), key.private, digest=ENVELOPE.digest)


def test_the_size_of_a_box_tells_nothing_of_a_small_difference() -> None:
    key = new_round_key()
    longer = Envelope({**QUOTE, "note": "x" * 2000}, NONCE)

    assert len(sealed(ENVELOPE, key.public)) == len(sealed(longer, key.public))


@pytest.mark.parametrize("packed", [b"", b"[]", b"{}", b'{"content": {}, "nonce": "short"}'])
def test_what_is_no_envelope_is_refused(packed: bytes) -> None:
    with pytest.raises(BrokenSeal):
        unpacked(packed)
