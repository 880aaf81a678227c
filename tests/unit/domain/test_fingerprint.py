"""The content hash of receipts and agreements."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import pytest

from core.domain.fingerprint import canonical_json, fingerprint


class Colour(StrEnum):
    """Some enumeration."""

    RED = "red"


def test_every_kind_of_value_has_one_form() -> None:
    content = {
        "b": Decimal("2.980"),
        "a": [None, True, 3, "納期"],
        "day": date(2026, 4, 1),
        "moment": datetime(2026, 4, 1, 9, tzinfo=timezone(timedelta(hours=9))),
        "id": UUID(int=1),
        "colour": Colour.RED,
        "nested": {"z": (1, 2)},
    }

    assert canonical_json(content) == (
        '{"a":[null,true,3,"納期"],"b":"2.98","colour":"red","day":"2026-04-01",'
        '"id":"00000000-0000-0000-0000-000000000001","moment":"2026-04-01T00:00:00+00:00",'
        '"nested":{"z":[1,2]}}'
    )


def test_the_hash_is_sha_256_of_the_canonical_json() -> None:
    digest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

    assert fingerprint({}) == digest


def test_the_order_of_keys_changes_nothing() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})


@pytest.mark.parametrize(
    ("one", "other"),
    [("1", "1.000000"), ("100", "1E+2"), ("0", "-0.00"), ("97.5", "97.50")],
)
def test_a_trip_through_the_database_changes_nothing(one: str, other: str) -> None:
    assert fingerprint({"target": Decimal(one)}) == fingerprint({"target": Decimal(other)})


def test_one_changed_number_changes_the_hash() -> None:
    assert fingerprint({"target": Decimal(97)}) != fingerprint({"target": Decimal(98)})


@pytest.mark.parametrize("value", [0.1, {1, 2}, object(), b"x"])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        fingerprint({"value": value})


def test_keys_are_text() -> None:
    with pytest.raises(TypeError, match="keys"):
        fingerprint({"inner": {1: "one"}})


@pytest.mark.parametrize("value", [Decimal("NaN"), datetime(2026, 4, 1)])  # noqa: DTZ001
def test_values_without_one_meaning_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"finite|time zone"):
        fingerprint({"value": value})


def test_moments_are_compared_in_universal_time() -> None:
    tokyo = timezone(timedelta(hours=9))

    assert fingerprint({"at": datetime(2026, 4, 1, 9, tzinfo=tokyo)}) == fingerprint(
        {"at": datetime(2026, 4, 1, tzinfo=UTC)}
    )
