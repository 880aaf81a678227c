"""What is locked for the database."""

import pytest
from django.conf import LazySettings

from core import vault

SECRET = "見積 1,200,000円".encode()


@pytest.fixture
def keys(settings: LazySettings) -> LazySettings:
    settings.SEALING_KEYS = ["old key of the site"]
    return settings


def test_only_the_same_label_unlocks(keys: LazySettings) -> None:
    locked = vault.lock(SECRET, label="quotes.quote:1")

    assert vault.unlock(locked, label="quotes.quote:1") == SECRET
    assert SECRET not in locked
    with pytest.raises(vault.Unreadable):
        vault.unlock(locked, label="quotes.quote:2")


def test_a_new_key_locks_and_the_old_one_still_unlocks(keys: LazySettings) -> None:
    before = vault.lock(SECRET, label="x")
    keys.SEALING_KEYS = ["new key", "old key of the site"]
    after = vault.lock(SECRET, label="x")

    assert [vault.unlock(one, label="x") for one in (before, after)] == [SECRET, SECRET]
    keys.SEALING_KEYS = ["new key"]
    assert vault.unlock(after, label="x") == SECRET
    with pytest.raises(vault.Unreadable):
        vault.unlock(before, label="x")


@pytest.mark.parametrize("place", [0, 3, 20, -1])
def test_every_change_is_noticed(keys: LazySettings, place: int) -> None:
    locked = bytearray(vault.lock(SECRET, label="x"))
    locked[place] ^= 1

    with pytest.raises(vault.Unreadable):
        vault.unlock(bytes(locked), label="x")


def test_what_is_locked_twice_looks_different_and_is_as_long(keys: LazySettings) -> None:
    first, second = (vault.lock(SECRET, label="x") for _ in range(2))
    longer = vault.lock(SECRET * 9, label="x")

    assert first != second
    assert len({len(one) for one in (first, second, longer)}) == 1
