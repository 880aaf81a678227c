"""Quotes of vendors: drafts, sealed revisions, declining."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from core import tenancy
from quotes import operations
from quotes.domain.drafts import PriceDraft
from quotes.domain.sealing import Envelope
from quotes.models import RFQ, QuoteRevision, RFQInvitation
from quotes.queries.sealed import authors_envelope
from tests.factories.quotes import (
    make_quote,
    quote_draft,
)
from tests.integration.quotes.market import Market, refused

SECOND = timedelta(microseconds=1)


def test_the_receipt_is_the_hash_of_what_was_submitted(
    market: Market, sent: RFQ, now: datetime
) -> None:
    revision = make_quote(sent, by=market.vendor, at=now)

    with tenancy.acting(market.vendor):
        stored = QuoteRevision.objects.get(pk=revision.pk)
        envelope = authors_envelope(stored)
    changed = Envelope({**envelope.content, "exclusions": ""}, envelope.nonce)
    assert (envelope.digest == stored.sha256, changed.digest == stored.sha256) == (True, False)
    assert envelope.content["totals"]["subtotal"] == "2700000"


def test_tax_is_computed_once_per_rate(market: Market, sent: RFQ, now: datetime) -> None:
    """Three lines of 105 yen at 10 %: 31 yen of tax, not 30; the fourth is at 8 %."""
    with tenancy.acting(market.vendor):
        draft = quote_draft(
            sent,
            prices=(Decimal("8.75"), 105),
            tax_rates=(10, 10),
            extra=[
                PriceDraft(name="撮影", unit="式", unit_price=Decimal(105)),
                PriceDraft(name="茶菓", unit="式", unit_price=Decimal(99), tax_rate=Decimal(8)),
            ],
        )
    revision = make_quote(sent, by=market.vendor, at=now, draft=draft)

    assert authors_envelope(revision).content["totals"] == {
        "lines_sum": "414",
        "subtotal": "414",
        "tax": "38",
        "total": "452",
        "by_rate": [
            {"tax_rate": "10", "net": "315", "tax": "31"},
            {"tax_rate": "8", "net": "99", "tax": "7"},
        ],
    }


def test_the_deadline_itself_is_too_late(market: Market, sent: RFQ, now: datetime) -> None:
    last = make_quote(sent, by=market.vendor, at=sent.deadline_at - SECOND)

    assert last.number == 1
    with refused("late"):
        make_quote(sent, by=market.rival, at=sent.deadline_at)


def test_a_revision_gets_the_next_number_and_the_old_one_stays(
    market: Market, sent: RFQ, now: datetime
) -> None:
    first = make_quote(sent, by=market.vendor, at=now)
    with tenancy.acting(market.vendor):
        cheaper = quote_draft(sent, prices=(190_000, 280_000))
    second = make_quote(sent, by=market.vendor, at=now + SECOND, version=1, draft=cheaper)

    with tenancy.acting(market.vendor):
        kept = list(QuoteRevision.objects.order_by("number").values_list("sha256", flat=True))
    assert kept == [first.sha256, second.sha256]
    assert second.number == 2


@pytest.mark.parametrize(
    ("prices", "promises", "code"),
    [
        ((200_000, 0), (), "no_commitment"),
        ((0, 0), (95,), "free"),
    ],
)
def test_an_incomplete_quote_is_not_submitted(
    market: Market,
    sent: RFQ,
    now: datetime,
    prices: tuple[int, int],
    promises: tuple[int],
    code: str,
) -> None:
    with tenancy.acting(market.vendor):
        draft = quote_draft(sent, prices=prices, promises=promises)
    with refused(code):
        make_quote(sent, by=market.vendor, at=now, draft=draft)


def test_a_quote_without_a_price_for_a_line_is_not_submitted(
    market: Market, sent: RFQ, now: datetime
) -> None:
    with tenancy.acting(market.vendor):
        draft = quote_draft(sent)
    with refused("unpriced"):
        make_quote(sent, by=market.vendor, at=now, draft=replace(draft, lines=draft.lines[:1]))


def test_a_discount_above_the_lines_is_not_submitted(
    market: Market, sent: RFQ, now: datetime
) -> None:
    with tenancy.acting(market.vendor):
        draft = quote_draft(sent, discount=Decimal(2_700_001))
    with refused("discount"):
        make_quote(sent, by=market.vendor, at=now, draft=draft)


def test_an_uninvited_vendor_learns_nothing(market: Market, sent: RFQ, now: datetime) -> None:
    with tenancy.acting(market.vendor):
        draft = quote_draft(sent)
    with refused("not_asked"):
        make_quote(sent, by=market.outsider, at=now, draft=draft)


def test_declining_is_final_and_tells_why(market: Market, sent: RFQ, now: datetime) -> None:
    with tenancy.acting(market.vendor):
        operations.decline(rfq=sent, reason="人手が足りないため", by=market.vendor, at=now)

    with tenancy.acting(market.client):
        invitation = RFQInvitation.objects.get(vendor=market.organizations["vendor"])
    assert invitation.decline_reason == "人手が足りないため"
    with tenancy.acting(market.vendor), refused("declined"):
        operations.save_quote(
            rfq=sent, version=0, draft=quote_draft(sent), by=market.vendor, at=now
        )


def test_a_submitted_quote_stands(market: Market, sent: RFQ, now: datetime) -> None:
    make_quote(sent, by=market.vendor, at=now)

    with tenancy.acting(market.vendor), refused("submitted"):
        operations.decline(rfq=sent, reason="x", by=market.vendor, at=now)
