"""A round from the draft to the decision, and what each step refuses."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from core import tenancy
from core.domain.fingerprint import fingerprint
from core.domain.refusals import Denied
from core.models import AuditEvent, OutboxMessage
from core.tenancy import Actor
from quotes import operations
from quotes.domain.sealing import Seal, is_intact
from quotes.models import RFQ, Decision, QuoteRevision, RFQInvitation
from quotes.operations.drafts import PriceDraft, RequestDraft
from quotes.policies import rfqs as policies
from quotes.queries.content import request_content
from tests.factories.quotes import (
    ROUND,
    make_decision,
    make_draft,
    make_opened,
    make_quote,
    make_sent,
    quote_draft,
    request_draft,
)
from tests.integration.quotes.conftest import Market

SECOND = timedelta(microseconds=1)


@pytest.fixture
def sent(market: Market, now: datetime) -> RFQ:
    return make_sent(
        branch=market.branch, kpis=[market.kpi], vendors=market.asked, by=market.advisor, at=now
    )


@pytest.fixture
def opened(market: Market, now: datetime) -> RFQ:
    """The rival is cheaper."""
    return make_opened(
        branch=market.branch,
        kpis=[market.kpi],
        vendors=market.asked,
        quotes={market.vendor: (200_000, 300_000), market.rival: (180_000, 300_000)},
        by=market.client,
        at=now,
    )


def refused(code: str) -> "pytest.RaisesExc[Denied]":
    """Expect a refusal with this code."""
    return pytest.raises(Denied, check=lambda error: error.refusal.code == f"quotes.{code}")


def draft_of(market: Market, at: datetime) -> RequestDraft:
    return request_draft(
        branch=market.branch, kpis=[market.kpi], vendors=market.asked, deadline_at=at + ROUND
    )


def test_sending_freezes_with_a_hash_that_can_be_recomputed(market: Market, sent: RFQ) -> None:
    with tenancy.acting(market.client):
        assert sent.sent_sha256 == fingerprint(request_content(sent))
        with refused("frozen"):
            operations.save_rfq(
                rfq=sent,
                version=sent.version,
                draft=draft_of(market, sent.deadline_at),
                by=market.client,
                at=sent.deadline_at,
            )


def test_sending_asks_each_vendor_once_by_mail(market: Market, sent: RFQ) -> None:
    mails = OutboxMessage.objects.filter(name="quotes/invited").order_by("recipient")

    assert [one.recipient for one in mails] == [
        "rival@example.com",
        "sales-rival@example.com",
        "sales-vendor@example.com",
        "vendor@example.com",
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"scope": ""}, "no_scope"),
        ({"lines": ()}, "no_lines"),
        ({"criteria": ()}, "no_quality"),
        ({"price_weight": Decimal(0)}, "no_price"),
        ({"vendor_ids": ()}, "no_vendor"),
        ({"few_vendors_reason": " "}, "few_vendors"),
        ({"price_method": "ceiling", "ceiling": None}, "no_ceiling"),
    ],
)
def test_an_unfinished_request_is_not_sent(
    market: Market, now: datetime, change: dict[str, object], code: str
) -> None:
    draft = replace(draft_of(market, now), **change)  # type: ignore[arg-type]
    rfq = make_draft(
        branch=market.branch, kpis=[], vendors=[], by=market.client, at=now, draft=draft
    )

    with tenancy.acting(market.client), refused(code):
        operations.send_rfq(rfq=rfq, version=rfq.version, by=market.client, at=now)


def test_a_request_is_not_sent_at_its_deadline(market: Market, now: datetime) -> None:
    rfq = make_draft(
        branch=market.branch, kpis=[market.kpi], vendors=market.asked, by=market.client, at=now
    )
    with tenancy.acting(market.client):
        last = policies.why_not_send(rfq, market.client, rfq.deadline_at - SECOND)
        late = policies.why_not_send(rfq, market.client, rfq.deadline_at)

    assert last is None
    assert late is not None
    assert late.code == "quotes.deadline_past"


def test_a_stale_draft_is_refused(market: Market, now: datetime) -> None:
    rfq = make_draft(
        branch=market.branch, kpis=[market.kpi], vendors=market.asked, by=market.client, at=now
    )

    with tenancy.acting(market.advisor), refused("stale"):
        operations.save_rfq(
            rfq=rfq, version=1, draft=draft_of(market, now), by=market.advisor, at=now
        )


def test_nobody_outside_the_directory_is_asked(market: Market, now: datetime) -> None:
    draft = replace(
        draft_of(market, now),
        vendor_ids=[
            market.organizations["vendor"].pk,
            market.organizations["stranger"].pk,
            uuid4(),
        ],
    )
    rfq = make_draft(
        branch=market.branch, kpis=[], vendors=[], by=market.client, at=now, draft=draft
    )

    with tenancy.acting(market.client):
        assert [one.vendor for one in rfq.invitations.all()] == [market.organizations["vendor"]]


@pytest.mark.parametrize("name", ["viewer", "vendor", "stranger", "outsider"])
def test_only_editors_of_the_client_side_write_requests(
    market: Market, now: datetime, name: str
) -> None:
    by: Actor = getattr(market, name)
    with tenancy.acting(by), pytest.raises(Denied):
        operations.create_rfq(
            branch=market.branch,
            title="x",
            starts_on=now.date(),
            ends_on=now.date() + ROUND,
            deadline_at=now + ROUND,
            by=by,
            at=now,
        )


def test_the_receipt_is_the_hash_of_what_was_submitted(
    market: Market, sent: RFQ, now: datetime
) -> None:
    revision = make_quote(sent, by=market.vendor, at=now)

    with tenancy.acting(market.vendor):
        stored = QuoteRevision.objects.get(pk=revision.pk)
    assert is_intact(stored.content, Seal(stored.sha256, stored.nonce))
    assert not is_intact({**stored.content, "exclusions": ""}, Seal(stored.sha256, stored.nonce))
    assert stored.content["totals"]["subtotal"] == "2700000"


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

    assert revision.content["totals"] == {
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
    second = make_quote(sent, by=market.vendor, at=now + SECOND, version=1)

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


def test_opening_waits_for_the_deadline_and_happens_once(
    market: Market, sent: RFQ, now: datetime
) -> None:
    make_quote(sent, by=market.vendor, at=now)
    with tenancy.acting(market.advisor):
        with refused("too_early"):
            operations.open_round(rfq=sent, by=market.advisor, at=sent.deadline_at - SECOND)
        assert not QuoteRevision.objects.filter(rfq=sent).exists()

        operations.open_round(rfq=sent, by=market.advisor, at=sent.deadline_at)

        assert QuoteRevision.objects.filter(rfq=sent).count() == 1
        with refused("not_open"):
            operations.open_round(rfq=sent, by=market.advisor, at=sent.deadline_at)
    events = AuditEvent.objects.filter(event="quotes.round_opened", target_id=str(sent.pk))
    assert events.count() == 1


@pytest.mark.parametrize("name", ["viewer", "vendor", "stranger"])
def test_others_do_not_open(market: Market, sent: RFQ, name: str) -> None:
    by: Actor = getattr(market, name)
    with tenancy.acting(market.client), pytest.raises(Denied):
        operations.open_round(rfq=sent, by=by, at=sent.deadline_at)


def test_the_decision_keeps_the_comparison_and_proposes_the_engagement(
    market: Market, opened: RFQ, now: datetime
) -> None:
    rival = market.organizations["rival"]
    decision = make_decision(
        opened, vendor_id=rival.pk, by=market.client, at=opened.deadline_at + ROUND
    )

    with tenancy.acting(market.client):
        opened.refresh_from_db()
        engagement = rival.vendor_engagements.get()
        (agreed,) = engagement.agreed_kpis.all()
    assert opened.status == "decided"
    assert [one["rank"] for one in decision.comparison["ranking"]] == [1, 2]
    assert decision.comparison["ranking"][0]["vendor"] == str(rival.pk)
    assert decision.comparison["request_sha256"] == opened.sent_sha256
    assert (engagement.rfq_id, engagement.amount) == (opened.pk, Decimal(2_460_000))
    assert (agreed.kpi, agreed.target, agreed.required_minimum) == (market.kpi, 95, 80)


def test_a_decision_never_changes(market: Market, opened: RFQ) -> None:
    decision = make_decision(
        opened, vendor_id=market.asked[1].pk, by=market.client, at=opened.deadline_at
    )

    with tenancy.acting(market.client):
        for statement in (
            lambda: Decision.objects.filter(pk=decision.pk).update(reason="x"),
            lambda: Decision.objects.filter(pk=decision.pk).delete(),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                statement()
        with refused("decided"):
            make_decision(
                opened, vendor_id=market.asked[0].pk, by=market.client, at=decision.decided_at
            )


def test_whoever_is_not_first_needs_a_word_more(market: Market, opened: RFQ) -> None:
    vendor = market.organizations["vendor"]

    with refused("not_first"):
        make_decision(
            opened,
            vendor_id=vendor.pk,
            by=market.client,
            at=opened.deadline_at,
            explains_rank=False,
        )
    decision = make_decision(opened, vendor_id=vendor.pk, by=market.client, at=opened.deadline_at)
    assert decision.winner == vendor


@pytest.mark.parametrize("name", ["advisor", "viewer", "vendor", "stranger"])
def test_only_the_client_decides(market: Market, opened: RFQ, name: str) -> None:
    by: Actor = getattr(market, name)
    with tenancy.acting(market.client), pytest.raises(Denied):
        operations.decide(
            rfq=opened,
            vendor_id=market.asked[0].pk,
            reason="x",
            explains_rank=True,
            by=by,
            at=opened.deadline_at,
        )


def test_a_quote_below_the_minimum_is_excluded_and_cannot_win(
    market: Market, sent: RFQ, now: datetime
) -> None:
    with tenancy.acting(market.vendor):
        low = quote_draft(sent, prices=(1, 1), promises=(Decimal("79.999999"),))
    make_quote(sent, by=market.vendor, at=now, draft=low)
    with tenancy.acting(market.rival):
        enough = quote_draft(sent, promises=(80,))
    make_quote(sent, by=market.rival, at=now, draft=enough)
    with tenancy.acting(market.client):
        operations.open_round(rfq=sent, by=market.client, at=sent.deadline_at)

    with refused("not_ranked"):
        make_decision(sent, vendor_id=market.asked[0].pk, by=market.client, at=sent.deadline_at)
    decision = make_decision(
        sent, vendor_id=market.asked[1].pk, by=market.client, at=sent.deadline_at
    )
    (excluded,) = decision.comparison["excluded"]
    assert excluded["reasons"] == [
        {
            "code": "below_minimum",
            "criterion": decision.comparison["criteria"][1]["id"],
            "value": "79.999999",
            "limit": "80",
        }
    ]


def test_losers_hear_nothing_of_the_others(market: Market, opened: RFQ) -> None:
    make_decision(opened, vendor_id=market.asked[1].pk, by=market.client, at=opened.deadline_at)

    lost = OutboxMessage.objects.filter(name="quotes/not_chosen")
    won = OutboxMessage.objects.filter(name="quotes/chosen")
    assert {one.recipient for one in lost} == {"vendor@example.com", "sales-vendor@example.com"}
    assert {one.recipient for one in won} == {"rival@example.com", "sales-rival@example.com"}
    assert all("rival" not in str(one.payload) for one in lost)


def test_a_cancelled_round_stays_sealed_for_ever(market: Market, sent: RFQ, now: datetime) -> None:
    make_quote(sent, by=market.vendor, at=now)

    with tenancy.acting(market.client):
        operations.cancel_rfq(rfq=sent, reason="予算の見直し", by=market.client, at=now)
        assert not QuoteRevision.objects.filter(rfq=sent).exists()
        with refused("not_open"):
            operations.open_round(rfq=sent, by=market.client, at=sent.deadline_at)
    with refused("cancelled"):
        make_quote(sent, by=market.vendor, at=now, version=1)
    assert OutboxMessage.objects.filter(name="quotes/cancelled").count() == 4


def test_every_operation_leaves_one_audit_event(market: Market, opened: RFQ) -> None:
    make_decision(opened, vendor_id=market.asked[1].pk, by=market.client, at=opened.deadline_at)

    events = AuditEvent.objects.filter(event__startswith="quotes.").order_by("at", "event")
    assert sorted(one.event for one in events) == [
        "quotes.decided",
        "quotes.quote_saved",
        "quotes.quote_saved",
        "quotes.quote_submitted",
        "quotes.quote_submitted",
        "quotes.rfq_created",
        "quotes.rfq_saved",
        "quotes.rfq_sent",
        "quotes.round_opened",
    ]
    sealed = events.filter(event__in=["quotes.quote_saved", "quotes.quote_submitted"])
    assert {one.organization_id for one in sealed} == {
        market.vendor.organization_id,
        market.rival.organization_id,
    }
