"""Lists, foreign addresses and mails."""

from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse

from core import outbox, tenancy
from core.models import OutboxMessage
from quotes import operations
from quotes.models import RFQ, QuoteRevision
from tests.factories.quotes import (
    make_opened,
    make_quote,
    make_sent,
)
from tests.integration.quotes.market import Clock, Market
from tests.integration.quotes.pages import TOKEN, browser, queries_of, text_of

ROUTES = (
    ("get", "rfq-detail"),
    ("get", "rfq-edit"),
    ("post", "rfq-edit"),
    ("post", "rfq-send"),
    ("post", "rfq-open"),
    ("get", "rfq-cancel"),
    ("post", "rfq-cancel"),
    ("get", "rfq-comparison"),
    ("get", "rfq-decide"),
    ("post", "rfq-decide"),
    ("get", "quote-edit"),
    ("post", "quote-edit"),
    ("post", "quote-autosave"),
    ("get", "quote-submit"),
    ("post", "quote-submit"),
    ("get", "rfq-decline"),
    ("post", "rfq-decline"),
)


@pytest.mark.parametrize("name", ["outsider", "stranger"])
def test_foreign_and_random_ids_give_the_same_answer(market: Market, sent: RFQ, name: str) -> None:
    other = browser(market, name)
    make_quote(sent, by=market.vendor, at=sent.sent_at or sent.created_at)
    with tenancy.acting(market.vendor):
        revision = QuoteRevision.objects.get()
    random = uuid4()
    targets = [(method, route, sent.pk) for method, route in ROUTES]
    targets.append(("get", "revision-detail", revision.pk))

    for method, route, real in targets:
        answers = [
            getattr(other, method)(reverse(f"quotes:{route}", args=[pk])) for pk in (real, random)
        ]
        bodies = [TOKEN.sub("", one.content.decode()) for one in answers]
        bodies = [one.replace(str(real), "").replace(str(random), "") for one in bodies]
        assert [one.status_code for one in answers] == [404, 404], route
        assert bodies[0] == bodies[1], route


def test_the_list_is_filtered_searched_and_paged(
    market: Market, now: datetime, hands: Clock
) -> None:
    for place in range(51):
        with tenancy.acting(market.client):
            RFQ.objects.create(
                client=market.organizations["client"],
                title=f"依頼 {place:02}",
                starts_on=now.date(),
                ends_on=now.date() + timedelta(days=1),
                deadline_at=now,
                created_at=now,
            )
    client = browser(market, "client")
    address = reverse("quotes:rfq-list")

    assert "51件中 1–50件" in text_of(client, address)
    assert "51件中 51–51件" in text_of(client, address + "?page=2")
    assert "1件中 1–1件" in text_of(client, address + "?q=依頼+07")
    assert "該当する見積依頼はありません" in text_of(client, address + "?state=closed")
    assert "見積依頼はまだありません" in text_of(browser(market, "stranger"), address)
    assert "届いている見積依頼はありません" in text_of(browser(market, "vendor"), address)


def test_the_list_takes_as_many_queries_for_many_as_for_one(
    market: Market, now: datetime, hands: Clock
) -> None:
    counts = {}
    for name in ("client", "vendor"):
        person, counted = browser(market, name), []
        for _round in range(2):
            make_sent(
                branch=market.branch,
                kpis=[market.kpi],
                vendors=market.asked,
                by=market.client,
                at=now,
            )
            counted.append(queries_of(partial(person.get, reverse("quotes:rfq-list"))))
        counts[name] = counted

    assert counts == {"client": [14, 14], "vendor": [14, 14]}


def test_mails_render_with_subject_and_absolute_links(
    market: Market, now: datetime, hands: Clock
) -> None:
    rfq = make_opened(
        branch=market.branch,
        kpis=[market.kpi],
        vendors=market.asked,
        quotes={market.vendor: (1, 2), market.rival: (3, 4)},
        by=market.client,
        at=now,
    )
    with tenancy.acting(market.client):
        operations.decide(
            rfq=rfq,
            vendor_id=market.asked[0].pk,
            reason="理由",
            explains_rank=False,
            by=market.client,
            at=rfq.deadline_at,
        )
    for message in OutboxMessage.objects.pending().filter(name__startswith="quotes/"):
        assert outbox.deliver_one(message.pk, at=message.due_at)
        message.refresh_from_db()
        assert message.state == OutboxMessage.State.DONE, message.last_error

    subjects = {one.subject for one in mail.outbox}
    assert subjects == {
        "【お見積もりのご依頼】広告運用の見積依頼（client株式会社）",
        "【受領証】広告運用の見積依頼 のお見積もり（第1版）",
        "【選定結果のご連絡】広告運用の見積依頼（client株式会社）",
    }
    invited = next(one for one in mail.outbox if "ご依頼" in one.subject)
    assert f"http://127.0.0.1:8000/quotes/{rfq.pk}/" in str(invited.body)
    assert "2026年4月22日（水）12:00" in str(invited.body)
