"""Nobody but its author reads a sealed quote, and no vendor learns of another: on no page."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.urls import NoReverseMatch, reverse

from core import tenancy
from core.models import AuditEvent, OutboxMessage
from quotes import operations
from quotes.domain.drafts import PriceDraft
from quotes.models import RFQ, QuoteRevision
from quotes.queries.sealed import authors_envelope
from tests.factories.quotes import make_decision, make_quote, make_sent, quote_draft
from tests.integration.quotes.market import Clock, Market
from tests.integration.quotes.pages import NAMES, browser, text_of

CANARY = "カナリア-7319"
PRICES = (73_193, 91_371)
# How the prices of the rival would look on a page: typed, written, as line and as total.
TRACES = (CANARY, "73193", "73,193", "91371", "91,371", "878,316", "969,688")
ROUTES = (
    "rfq-detail",
    "rfq-edit",
    "rfq-cancel",
    "rfq-comparison",
    "rfq-decide",
    "quote-edit",
    "quote-submit",
    "rfq-decline",
)
ELSEWHERE = ("dashboards:home", "core:audit-log", "vendors:vendor-list", "vendors:engagement-list")


def rival_quotes(market: Market, rfq: RFQ, at: datetime) -> QuoteRevision:
    """Let the rival submit a quote in which every text and price is a canary."""
    with tenancy.acting(market.rival):
        draft = quote_draft(
            rfq,
            prices=PRICES,
            promises=(Decimal("91.73"),),
            note=CANARY,
            extra=[PriceDraft(name=CANARY, unit="式", unit_price=Decimal(1))],
        )
        draft = replace(draft, payment_terms=CANARY, delivery_terms=CANARY, exclusions=CANARY)
    return make_quote(rfq, by=market.rival, at=at, draft=draft)


def addresses(rfq_id: UUID, revision_id: UUID | None) -> Iterator[str]:
    """Yield every page that could show something of a quote."""
    yield reverse("quotes:rfq-list")
    yield reverse("quotes:rfq-list") + "?state=open&q=見積"
    yield reverse("quotes:rfq-create")
    for route in ROUTES:
        yield reverse(f"quotes:{route}", args=[rfq_id])
    if revision_id:
        yield reverse("quotes:revision-detail", args=[revision_id])
    for name in ELSEWHERE:
        try:
            yield reverse(name)
        except NoReverseMatch:  # a page of another floor
            continue


def crawl(market: Market, name: str, rfq: RFQ, revision: QuoteRevision | None) -> dict[str, str]:
    """Return every page as this person sees it."""
    person = browser(market, name)
    return {
        address: text_of(person, address)
        for address in addresses(rfq.pk, revision.pk if revision else None)
    }


def test_the_author_meets_its_canaries(market: Market, sent: RFQ, now: datetime) -> None:
    """The crawl would find them: the control of the tests below."""
    revision = rival_quotes(market, sent, now)

    pages = "".join(crawl(market, "rival", sent, revision).values())

    assert all(trace in pages for trace in TRACES)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "rival"])
def test_no_page_shows_a_sealed_quote(market: Market, sent: RFQ, now: datetime, name: str) -> None:
    revision = rival_quotes(market, sent, now)

    for address, page in crawl(market, name, sent, revision).items():
        for trace in (*TRACES, revision.sha256, authors_envelope(revision).nonce, "91.73"):
            assert trace not in page, address


@pytest.mark.parametrize("name", ["vendor", "outsider"])
def test_no_vendor_ever_meets_another(
    market: Market, sent: RFQ, now: datetime, hands: Clock, name: str
) -> None:
    """Not before the opening, not after it, not after the decision."""
    revision = rival_quotes(market, sent, now)
    make_quote(sent, by=market.vendor, at=now)
    names = (
        market.organizations["rival"].name,
        "rival@example.com",
        str(market.organizations["rival"].pk),
    )

    seen = [crawl(market, name, sent, revision)]
    hands[0] = sent.deadline_at
    with tenancy.acting(market.client):
        operations.open_round(rfq=sent, by=market.client, at=sent.deadline_at)
    seen.append(crawl(market, name, sent, revision))
    make_decision(sent, vendor_id=market.organizations["rival"].pk, by=market.client, at=hands[0])
    seen.append(crawl(market, name, sent, revision))

    for pages in seen:
        for address, page in pages.items():
            for trace in (*TRACES, *names, revision.sha256):
                assert trace not in page, address


def test_a_vendors_pages_are_the_same_with_and_without_a_rivals_quote(
    market: Market, sent: RFQ, now: datetime
) -> None:
    make_quote(sent, by=market.vendor, at=now)
    before = crawl(market, "vendor", sent, None)

    rival_quotes(market, sent, now)

    assert crawl(market, "vendor", sent, None) == before


def test_a_vendors_pages_are_the_same_when_nobody_else_is_asked(
    market: Market, now: datetime, hands: Clock
) -> None:
    """Two rounds that differ in who else is asked, up to their own ids."""
    found = []
    for vendors in (market.asked[:1], [*market.asked, market.organizations["outsider"]]):
        rfq = make_sent(
            branch=market.branch, kpis=[market.kpi], vendors=vendors, by=market.client, at=now
        )
        with tenancy.acting(market.vendor):
            ids = {str(rfq.pk): "ID"}
            ids |= {str(one.pk): f"L{i}" for i, one in enumerate(rfq.lines.order_by("position"))}
            ids |= {str(one.pk): f"C{i}" for i, one in enumerate(rfq.criteria.order_by("position"))}
        pages = []
        person = browser(market, "vendor")
        for route in ("rfq-detail", "quote-edit", "rfq-decline", "rfq-edit", "rfq-comparison"):
            page = text_of(person, reverse(f"quotes:{route}", args=[rfq.pk]))
            for real, plain in ids.items():
                page = page.replace(real, plain)
            pages.append(page)
        found.append(pages)

    assert found[0] == found[1]


def test_the_client_learns_how_many_answered_but_not_who(
    market: Market, sent: RFQ, now: datetime
) -> None:
    client = browser(market, "client")
    rival_quotes(market, sent, now)
    with_rival = text_of(client, reverse("quotes:rfq-detail", args=[sent.pk]))
    other = make_sent(
        branch=market.branch, kpis=[market.kpi], vendors=market.asked, by=market.advisor, at=now
    )
    make_quote(other, by=market.vendor, at=now)
    with_vendor = text_of(client, reverse("quotes:rfq-detail", args=[other.pk]))

    assert ">1件<" in with_rival
    assert with_rival.replace(str(sent.pk), "") == with_vendor.replace(str(other.pk), "").replace(
        other.sent_sha256, sent.sent_sha256
    )


def test_neither_audit_nor_outbox_holds_what_is_sealed(
    market: Market, sent: RFQ, now: datetime
) -> None:
    rival_quotes(market, sent, now)

    written = [str(one) for one in AuditEvent.objects.values_list("summary", "data")]
    written += [str(one) for one in OutboxMessage.objects.values_list("payload", flat=True)]

    assert not any(trace in text for text in written for trace in TRACES)


def test_pages_are_not_kept_by_caches(market: Market, sent: RFQ, now: datetime) -> None:
    response = browser(market, "vendor").get(reverse("quotes:rfq-detail", args=[sent.pk]))

    assert response.headers["Cache-Control"] == "private, no-store"
    assert not response.has_header("ETag")


def test_the_fields_change_with_time_alone(market: Market, sent: RFQ, hands: Clock) -> None:
    """After the deadline the vendor's page says so, whoever else has answered."""
    hands[0] = sent.deadline_at + timedelta(days=1)
    late = text_of(browser(market, "vendor"), reverse("quotes:rfq-detail", args=[sent.pk]))

    assert "提出期限を過ぎました" in late
