"""The pages of a round, as each side uses them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.http.response import HttpResponseBase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock, outbox, tenancy
from core.models import OutboxMessage
from quotes import operations
from quotes.models import RFQ, Quote, QuoteRevision
from quotes.operations.drafts import LineDraft
from tests.factories.quotes import (
    make_draft,
    make_opened,
    make_quote,
    make_sent,
    request_draft,
)
from tests.integration.quotes.conftest import Market
from tests.integration.quotes.pages import TOKEN, browser, fields_of, quote_form, text_of

Clock = list[datetime]


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Clock:
    """The database's clock for the views; a test moves it by setting `hands[0]`."""
    hands = [now]
    monkeypatch.setattr(clock, "database_now", lambda: hands[0])
    return hands


@pytest.fixture
def sent(market: Market, now: datetime, hands: Clock) -> RFQ:
    return make_sent(
        branch=market.branch, kpis=[market.kpi], vendors=market.asked, by=market.advisor, at=now
    )


def test_a_whole_round_in_the_browser(market: Market, now: datetime, hands: Clock) -> None:
    client, vendor = browser(market, "client"), browser(market, "vendor")
    start = {
        "title": "広告運用",
        "branch": str(market.branch.pk),
        "starts_on": "2026-06-01",
        "ends_on": "2027-06-01",
        "deadline_at": "2026-04-22T12:00",
    }

    response = client.post(reverse("quotes:rfq-create"), start)
    with tenancy.acting(market.client):
        rfq = RFQ.objects.get()
    assert response.headers["Location"] == reverse("quotes:rfq-edit", args=[rfq.pk])

    form = fields_of(client.get(response.headers["Location"]).content.decode())
    form |= {
        "scope": "運用代行",
        "few_vendors_reason": "対応できる会社が限られるため",
        "vendors": str(market.asked[0].pk),
        "lines-0-name": "運用",
        "lines-0-quantity": "１２",
        "criteria-0-kpi": str(market.kpi.pk),
        "criteria-0-weight": "50",
        "criteria-0-required_minimum": "80",
        "criteria-0-desired_level": "98",
    }
    client.post(reverse("quotes:rfq-edit", args=[rfq.pk]), form)
    detail = client.get(reverse("quotes:rfq-detail", args=[rfq.pk])).content.decode()
    sending = {"version": fields_of(detail)["version"]}
    client.post(reverse("quotes:rfq-send", args=[rfq.pk]), sending)

    with tenancy.acting(market.vendor):
        answer = quote_form(RFQ.objects.get(), 0, next="confirm")
    confirm = vendor.post(reverse("quotes:quote-edit", args=[rfq.pk]), answer)
    page = vendor.get(confirm.headers["Location"]).content.decode()
    assert "¥120,000" in page
    receipt = vendor.post(confirm.headers["Location"], {"version": fields_of(page)["version"]})
    assert (
        "保管されている内容とハッシュは一致しています"
        in vendor.get(receipt.headers["Location"]).content.decode()
    )

    hands[0] = now + timedelta(days=8)
    client.post(reverse("quotes:rfq-open", args=[rfq.pk]))
    comparison = client.get(reverse("quotes:rfq-comparison", args=[rfq.pk])).content.decode()
    assert "50 × 120,000 ÷ 120,000 = 50.0点" in comparison
    assert "50 × (95 − 80) ÷ (98 − 80) = 41.7点" in comparison
    decision = {"vendor": str(market.asked[0].pk), "reason": "約束の水準が高いため"}
    client.post(reverse("quotes:rfq-decide", args=[rfq.pk]), decision)

    final = client.get(reverse("quotes:rfq-detail", args=[rfq.pk])).content.decode()
    assert "約束の水準が高いため" in final
    assert "合意書を確認する" in final
    assert "貴社に発注することが決まりました" in text_of(
        vendor, reverse("quotes:rfq-detail", args=[rfq.pk])
    )


def test_a_vendor_sees_neither_tree_nor_hidden_ceiling_nor_hash(market: Market, sent: RFQ) -> None:
    vendor = browser(market, "vendor")
    pages = [
        text_of(vendor, reverse("quotes:rfq-list")),
        text_of(vendor, reverse("quotes:rfq-detail", args=[sent.pk])),
        text_of(vendor, reverse("quotes:quote-edit", args=[sent.pk])),
    ]

    for page in pages:
        assert page.startswith("200")
        for secret in (
            "5,000,000",
            "新規顧客の獲得",
            "広告からの獲得",
            sent.sent_sha256,
            "対応できる会社",
        ):
            assert secret not in page


def test_a_shown_ceiling_is_shown(market: Market, now: datetime, hands: Clock) -> None:
    draft = request_draft(
        branch=market.branch,
        kpis=[market.kpi],
        vendors=market.asked,
        deadline_at=now + timedelta(days=3),
    )
    rfq = make_sent(
        branch=market.branch,
        kpis=[market.kpi],
        vendors=market.asked,
        by=market.client,
        at=now,
        draft=replace(draft, is_ceiling_shown=True),
    )

    assert "¥5,000,000" in text_of(
        browser(market, "vendor"), reverse("quotes:rfq-detail", args=[rfq.pk])
    )


def test_a_stale_edit_is_refused_with_what_changed_and_keeps_what_was_typed(
    market: Market, now: datetime, hands: Clock
) -> None:
    rfq = make_draft(
        branch=market.branch, kpis=[market.kpi], vendors=market.asked, by=market.client, at=now
    )
    address = reverse("quotes:rfq-edit", args=[rfq.pk])
    client, advisor = browser(market, "client"), browser(market, "advisor")
    form = fields_of(client.get(address).content.decode())
    form["vendors"] = str(market.asked[0].pk)
    assert advisor.post(address, {**form, "title": "助言者の件名"}).status_code == 302

    response = client.post(address, {**form, "scope": "発注者の範囲"})

    page = response.content.decode()
    assert response.status_code == 409
    assert "advisor：件名" in page
    assert "発注者の範囲" in page
    with tenancy.acting(market.client):
        rfq.refresh_from_db()
    assert rfq.title == "助言者の件名"


def test_an_emptied_row_and_a_ticked_row_are_removed(
    market: Market, now: datetime, hands: Clock
) -> None:
    lines = [LineDraft(name=name, quantity=Decimal(1), unit="式") for name in ("一", "二", "三")]
    draft = request_draft(
        branch=market.branch,
        kpis=[market.kpi],
        vendors=market.asked,
        deadline_at=now + timedelta(days=3),
        lines=lines,
    )
    rfq = make_draft(
        branch=market.branch, kpis=[], vendors=[], by=market.client, at=now, draft=draft
    )
    client = browser(market, "client")
    address = reverse("quotes:rfq-edit", args=[rfq.pk])
    form = fields_of(client.get(address).content.decode())

    response = client.post(
        address, {**form, "lines-0-name": "", "lines-1-DELETE": "on", "add": "lines"}
    )

    assert response.headers["Location"] == f"{address}?more=1#lines"
    with tenancy.acting(market.client):
        assert [one.name for one in rfq.lines.all()] == ["三"]
    assert "lines-5-name" in client.get(response.headers["Location"]).content.decode()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"title": ""}, "件名を入力してください。"),
        ({"lines-0-quantity": "abc"}, "数値を入力してください"),
        ({"criteria-0-desired_level": "80"}, "最低水準と違う値にしてください"),
        ({"criteria-0-desired_level": "70"}, "最低水準より良い値にしてください"),
        ({"ends_on": "2026-01-01"}, "契約終了日は、契約開始日より後の日にしてください。"),
    ],
)
def test_complaints_say_what_to_do(
    market: Market, now: datetime, hands: Clock, change: dict[str, str], complaint: str
) -> None:
    rfq = make_draft(
        branch=market.branch, kpis=[market.kpi], vendors=market.asked, by=market.client, at=now
    )
    client = browser(market, "client")
    address = reverse("quotes:rfq-edit", args=[rfq.pk])
    form = fields_of(client.get(address).content.decode())

    page = client.post(address, {**form, **change}).content.decode()

    assert complaint in page


def test_a_late_quote_is_refused_with_the_reason(market: Market, sent: RFQ, hands: Clock) -> None:
    vendor = browser(market, "vendor")
    address = reverse("quotes:quote-submit", args=[sent.pk])
    with tenancy.acting(market.vendor):
        form = quote_form(sent, 0, next="confirm")
    vendor.post(reverse("quotes:quote-edit", args=[sent.pk]), form)

    hands[0] = sent.deadline_at
    late = vendor.post(address, {"version": "1"})
    hands[0] = sent.deadline_at - timedelta(microseconds=1)
    in_time = vendor.post(address, {"version": "1"})

    assert late.status_code == 409
    assert "提出期限を過ぎたため" in late.content.decode()
    assert in_time.status_code == 302


def test_opening_before_the_deadline_is_refused(market: Market, sent: RFQ, hands: Clock) -> None:
    hands[0] = sent.deadline_at - timedelta(microseconds=1)

    response = browser(market, "client").post(reverse("quotes:rfq-open", args=[sent.pk]))

    assert response.status_code == 409
    assert "提出期限が来るまで開封できません" in response.content.decode()


def test_an_automatic_save_answers_with_totals_and_the_next_version(
    market: Market, sent: RFQ
) -> None:
    vendor = browser(market, "vendor")
    address = reverse("quotes:quote-autosave", args=[sent.pk])
    with tenancy.acting(market.vendor):
        form = quote_form(sent, 0)

    saved = vendor.post(address, form, headers={"HX-Request": "true"}).content.decode()
    wrong = {**form, "version": "1", "asked-0-unit_price": "x"}
    refused = vendor.post(address, wrong, headers={"HX-Request": "true"}).content.decode()
    stale = vendor.post(address, form, headers={"HX-Request": "true"})

    assert "¥130,000" in saved
    assert 'value="1" hx-swap-oob="true"' in saved
    assert "数値を入力してください" in refused
    assert 'value="1" hx-swap-oob="true"' in refused
    assert stale.status_code == 409
    assert "<html" not in stale.content.decode()
    with tenancy.acting(market.vendor):
        assert Quote.objects.get().version == 1


def test_whose_quote_it_is_never_comes_from_the_form(market: Market, sent: RFQ) -> None:
    vendor, rival = browser(market, "vendor"), market.organizations["rival"]
    with tenancy.acting(market.vendor):
        forged = quote_form(
            sent,
            0,
            next="confirm",
            vendor=str(rival.pk),
            vendor_id=str(rival.pk),
            organization=str(rival.pk),
        )
    address = reverse("quotes:quote-edit", args=[sent.pk]) + f"?vendor={rival.pk}"

    vendor.post(address, forged)
    vendor.post(
        reverse("quotes:quote-submit", args=[sent.pk]),
        {"version": "1", "vendor_id": str(rival.pk)},
        headers={"X-Vendor": str(rival.pk)},
    )

    with tenancy.acting(market.rival):
        assert not Quote.objects.exists()
        assert not QuoteRevision.objects.exists()
    with tenancy.acting(market.vendor):
        assert QuoteRevision.objects.get().vendor_id == market.vendor.organization_id


def test_a_line_or_criterion_of_another_request_is_not_kept(
    market: Market, sent: RFQ, now: datetime
) -> None:
    other = make_sent(
        branch=market.branch, kpis=[market.kpi], vendors=market.asked, by=market.client, at=now
    )
    with tenancy.acting(market.vendor):
        form = quote_form(other, 0)

    browser(market, "vendor").post(reverse("quotes:quote-edit", args=[sent.pk]), form)

    with tenancy.acting(market.vendor):
        quote = Quote.objects.get(rfq=sent)
        assert {one.unit_price for one in quote.line_items.all()} == {None}
        assert not quote.commitments.exists()


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

    assert counts == {"client": [13, 13], "vendor": [13, 13]}


def queries_of(call: Callable[[], HttpResponseBase]) -> int:
    """Count the queries of a request."""
    with CaptureQueriesContext(connection) as captured:
        assert call().status_code == 200
    return len(captured)


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
