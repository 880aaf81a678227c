"""Opening and submitting at the same moment: one comes first, and nothing is lost or let in late."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import connection

from core import tenancy
from core.domain.refusals import Denied
from core.models import AuditEvent
from core.tenancy import Actor
from quotes import operations
from quotes.models import RFQ, Quote, QuoteRevision
from tests.factories.quotes import make_sent, quote_draft
from tests.integration.quotes.market import Market, make_market

LAST = timedelta(microseconds=1)


def in_threads(*calls: Callable[[], object]) -> list[object]:
    """Run the calls at the same moment; return what each returned or how it was refused."""
    start = threading.Barrier(len(calls))
    results: list[object] = [None] * len(calls)

    def run(place: int, call: Callable[[], object]) -> None:
        try:
            start.wait(10)
            results[place] = call()
        except Denied as denied:
            results[place] = denied.refusal.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def prepared(market: Market, at: datetime) -> RFQ:
    """Return a sent request with a draft of each vendor."""
    rfq = make_sent(
        branch=market.branch, kpis=[market.kpi], vendors=market.asked, by=market.client, at=at
    )
    for vendor in (market.vendor, market.rival):
        with tenancy.acting(vendor):
            operations.save_quote(rfq=rfq, version=0, draft=quote_draft(rfq), by=vendor, at=at)
    return rfq


def submit(rfq: RFQ, by: Actor) -> QuoteRevision:
    with tenancy.acting(by):
        return operations.submit_quote(rfq=rfq, version=1, by=by, at=rfq.deadline_at - LAST)


def open_it(rfq: RFQ, by: Actor) -> RFQ:
    with tenancy.acting(by):
        return operations.open_round(rfq=rfq, by=by, at=rfq.deadline_at)


def test_what_is_opened_is_what_was_received(committed_db: dict[str, str], now: datetime) -> None:
    market = make_market(now)
    outcomes = set()
    for _round in range(8):
        rfq = prepared(market, now)

        first, second, opened = in_threads(
            partial(submit, rfq, market.vendor),
            partial(submit, rfq, market.rival),
            partial(open_it, rfq, market.client),
        )

        receipts = {one.sha256 for one in (first, second) if isinstance(one, QuoteRevision)}
        refusals = {one for one in (first, second) if isinstance(one, str)}
        outcomes.add(len(receipts))
        assert isinstance(opened, RFQ)
        assert refusals <= {"quotes.late"}
        with tenancy.acting(market.client):
            read = set(QuoteRevision.objects.filter(rfq=rfq).values_list("sha256", flat=True))
        event = AuditEvent.objects.get(event="quotes.round_opened", target_id=str(rfq.pk))
        assert read == receipts == set(event.data["receipts"])
    assert outcomes <= {0, 1, 2}


def test_two_people_open_once(committed_db: dict[str, str], now: datetime) -> None:
    market = make_market(now)
    rfq = prepared(market, now)

    results = in_threads(lambda: open_it(rfq, market.client), lambda: open_it(rfq, market.advisor))

    assert sorted(isinstance(one, RFQ) for one in results) == [False, True]
    assert "quotes.not_open" in results
    assert AuditEvent.objects.filter(event="quotes.round_opened").count() == 1


def test_two_people_submit_one_after_the_other(committed_db: dict[str, str], now: datetime) -> None:
    """Two members of one vendor send the same draft at once: one revision, the other is told."""
    market = make_market(now)
    rfq = prepared(market, now)

    results = in_threads(lambda: submit(rfq, market.vendor), lambda: submit(rfq, market.vendor))

    assert "quotes.same" in results
    with tenancy.acting(market.vendor):
        numbers = QuoteRevision.objects.filter(rfq=rfq).order_by("number")
        assert list(numbers.values_list("number", flat=True)) == [1]


def test_two_first_saves_make_one_draft(committed_db: dict[str, str], now: datetime) -> None:
    market = make_market(now)
    rfq = make_sent(
        branch=market.branch, kpis=[market.kpi], vendors=market.asked, by=market.client, at=now
    )

    def save() -> Quote:
        with tenancy.acting(market.vendor):
            return operations.save_quote(
                rfq=rfq, version=0, draft=quote_draft(rfq), by=market.vendor, at=now
            )

    results = in_threads(save, save)

    assert sorted(isinstance(one, Quote) for one in results) == [False, True]
    assert "quotes.stale" in results


def test_an_opening_waits_for_a_submission_in_progress(
    committed_db: dict[str, str], now: datetime
) -> None:
    """The submission holds the request until it is committed; only then is it opened."""
    market = make_market(now)
    rfq = prepared(market, now)
    held, results = threading.Event(), []

    def opening() -> None:
        held.wait(10)
        results.append(open_it(rfq, market.client))
        connection.close()

    thread = threading.Thread(target=opening)
    thread.start()
    with tenancy.acting(market.vendor):
        operations.submit_quote(rfq=rfq, version=1, by=market.vendor, at=rfq.deadline_at - LAST)
        held.set()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(30)

    assert len(results) == 1
    with tenancy.acting(market.client):
        assert QuoteRevision.objects.filter(rfq=rfq).count() == 1
