"""The pages of the asking side."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from core import tenancy
from quotes.domain.drafts import LineDraft
from quotes.models import RFQ
from tests.factories.quotes import (
    make_draft,
    make_opened,
    request_draft,
)
from tests.integration.quotes.market import Clock, Market
from tests.integration.quotes.pages import browser, fields_of, quote_form, text_of


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


def test_opening_before_the_deadline_is_refused(market: Market, sent: RFQ, hands: Clock) -> None:
    hands[0] = sent.deadline_at - timedelta(microseconds=1)

    response = browser(market, "client").post(reverse("quotes:rfq-open", args=[sent.pk]))

    assert response.status_code == 409
    assert "提出期限が来るまで開封できません" in response.content.decode()


def test_a_client_cancels_with_a_reason_that_vendors_read(market: Market, sent: RFQ) -> None:
    client, address = browser(market, "client"), reverse("quotes:rfq-cancel", args=[sent.pk])

    empty = client.post(address, {"reason": ""})
    done = client.post(address, {"reason": "予算の見直し"})

    assert "取りやめの理由を入力してください。" in empty.content.decode()
    assert done.status_code == 302
    detail = reverse("quotes:rfq-detail", args=[sent.pk])
    assert "予算の見直し" in text_of(browser(market, "vendor"), detail)


def test_choosing_another_than_the_first_asks_for_a_word_more(
    market: Market, now: datetime, hands: Clock
) -> None:
    rfq = make_opened(
        branch=market.branch,
        kpis=[market.kpi],
        vendors=market.asked,
        quotes={market.vendor: (200_000, 300_000), market.rival: (180_000, 300_000)},
        by=market.client,
        at=now,
    )
    client, address = browser(market, "client"), reverse("quotes:rfq-decide", args=[rfq.pk])
    form = {"vendor": str(market.asked[0].pk), "reason": "実績があるため"}

    warned = client.post(address, form)
    done = client.post(address, {**form, "explains_rank": "on"})

    assert "合計点が1位ではありません" in warned.content.decode()
    assert done.status_code == 302
    assert "すでに決まっています" in client.get(address).content.decode()
