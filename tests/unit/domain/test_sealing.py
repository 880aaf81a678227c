"""Receipts of sealed quotes."""

from decimal import Decimal

import pytest

from quotes.domain.sealing import Seal, is_intact, seal

NONCE = "0123456789abcdef0123456789abcdef"
QUOTE = {"price": Decimal(1200000), "on_time": Decimal(97)}


def test_the_same_quote_has_the_same_receipt() -> None:
    assert seal(QUOTE, NONCE) == seal(dict(reversed(QUOTE.items())), NONCE)
    assert is_intact(QUOTE, seal(QUOTE, NONCE))


def test_a_changed_quote_is_noticed() -> None:
    assert not is_intact({**QUOTE, "price": Decimal(1200001)}, seal(QUOTE, NONCE))


def test_the_hash_alone_lets_nobody_try_prices() -> None:
    other = "f" * 32

    assert seal(QUOTE, NONCE).digest != seal(QUOTE, other).digest
    assert not is_intact(QUOTE, Seal(seal(QUOTE, NONCE).digest, other))


def test_a_guessable_nonce_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        seal(QUOTE, NONCE[:-1])
