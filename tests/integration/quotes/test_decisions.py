"""Open, compare, decide, give up."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from core import tenancy
from core.domain.refusals import Denied
from core.models import AuditEvent, OutboxMessage
from core.tenancy import Actor
from quotes import operations
from quotes.models import RFQ, Decision, QuoteRevision
from tests.factories.quotes import (
    ROUND,
    make_decision,
    make_quote,
    quote_draft,
)
from tests.integration.quotes.market import Market, refused

SECOND = timedelta(microseconds=1)


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
