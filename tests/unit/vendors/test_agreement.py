"""The text of an agreement: read as written, the same hash, and every difference told."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from core.domain.fingerprint import fingerprint
from vendors.domain.agreement import (
    Change,
    Line,
    Party,
    PromiseLine,
    Terms,
    changes,
    content_of,
    terms_of,
)

LINE = Line(
    kpi_id="1",
    key="on-time",
    name="納期遵守率",
    definition="期限までに納めた割合",
    unit="percent",
    decimals=1,
    direction="higher",
    frequency="month",
    target=Decimal("95.000000"),
    required_minimum=Decimal("80.5"),
    measured_by="発注者",
    reported_by="外注先",
    acted_by="外注先",
)
TERMS = Terms(
    engagement_id="e",
    version=1,
    title="運用",
    client=Party("c", "東都商事", "T7000012050002"),
    vendor=Party("v", "北斗広告"),
    starts_on=date(2026, 4, 1),
    ends_on=date(2027, 3, 31),
    valid_from=date(2026, 4, 1),
    amount=None,
    currency="JPY",
    reason="",
    lines=[LINE],
)


def test_what_is_read_is_what_was_written() -> None:
    assert terms_of(content_of(TERMS)) == replace(
        TERMS, lines=[replace(LINE, target=Decimal(95), required_minimum=Decimal("80.5"))]
    )


def test_equal_terms_have_one_hash_whatever_the_database_adds() -> None:
    same = replace(TERMS, lines=[replace(LINE, target=Decimal(95))])
    other = replace(TERMS, lines=[replace(LINE, target=Decimal("95.0001"))])

    assert fingerprint(content_of(same)) == fingerprint(content_of(TERMS))
    assert fingerprint(content_of(other)) != fingerprint(content_of(TERMS))


def test_a_round_hundred_keeps_its_zeros() -> None:
    content = content_of(replace(TERMS, amount=Decimal("1000.0000")))

    assert content["amount"] == "1000"


def test_the_version_is_part_of_what_is_signed() -> None:
    later = replace(TERMS, version=2)

    assert fingerprint(content_of(later)) != fingerprint(content_of(TERMS))


def test_equal_terms_differ_in_nothing() -> None:
    assert changes(TERMS, terms_of(content_of(TERMS))) == []


def test_every_difference_is_told_in_the_order_of_the_text() -> None:
    new = replace(LINE, kpi_id="2", name="獲得単価")
    after = replace(
        TERMS,
        version=2,
        amount=Decimal(100),
        lines=[new, replace(LINE, target=Decimal(97), required_minimum=None)],
    )

    assert changes(TERMS, after) == [
        Change(None, "amount", None, Decimal(100)),
        Change("獲得単価", "added", None, Decimal("95.000000")),
        Change("納期遵守率", "target", Decimal("95.000000"), Decimal(97)),
        Change("納期遵守率", "required_minimum", Decimal("80.5"), None),
    ]


def test_a_kpi_that_is_gone_is_told_last() -> None:
    assert changes(TERMS, replace(TERMS, lines=[])) == [
        Change("納期遵守率", "removed", Decimal("95.000000"), None)
    ]


PROMISE = PromiseLine("p", "仕様の変更は前日までに相談する", "納期遵守率", "東都商事・北斗広告")


def test_what_was_signed_before_there_were_promises_keeps_its_hash() -> None:
    """The hash was taken with the code that knew no promises."""
    signed = "3e85f92efdec2ccfb2848e58e468b7857700f06f13732f42236cf8e9ab6537a9"

    assert fingerprint(content_of(TERMS)) == signed
    assert fingerprint(content_of(terms_of(content_of(TERMS)))) == signed


def test_promises_are_part_of_what_is_signed() -> None:
    promised = replace(TERMS, promises=(PROMISE,))
    reworded = replace(TERMS, promises=(replace(PROMISE, text="いつでも相談する"),))

    assert terms_of(content_of(promised)).promises == (PROMISE,)
    hashes = {fingerprint(content_of(one)) for one in (TERMS, promised, reworded)}
    assert len(hashes) == 3


def test_every_difference_in_a_promise_is_told() -> None:
    before = replace(TERMS, lines=[], promises=(PROMISE, replace(PROMISE, promise_id="q")))
    new = replace(PROMISE, promise_id="n", text="新しい約束")
    after = replace(TERMS, lines=[], promises=(replace(PROMISE, text="当日に相談する"), new))

    assert changes(before, after) == [
        Change("当日に相談する", "text", PROMISE.text, "当日に相談する"),
        Change("新しい約束", "promise_added", None, "新しい約束"),
        Change(PROMISE.text, "promise_removed", PROMISE.text, None),
    ]
