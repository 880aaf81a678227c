"""The pages of the answering side."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.urls import reverse

from core import tenancy
from quotes.models import RFQ, Quote, QuoteRevision
from quotes.queries.content import quote_content
from quotes.queries.sealed import draft_of
from tests.factories.quotes import (
    make_sent,
    request_draft,
)
from tests.integration.quotes.market import Clock, Market
from tests.integration.quotes.pages import browser, quote_form, text_of


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
        content = quote_content(quote, number=0)
        assert {one["unit_price"] for one in content["lines"]} == {None}
        assert content["commitments"] == []


def test_a_vendor_declines_with_a_reason(market: Market, sent: RFQ) -> None:
    vendor, address = browser(market, "vendor"), reverse("quotes:rfq-decline", args=[sent.pk])

    empty = vendor.post(address, {"reason": " "})
    done = vendor.post(address, {"reason": "人手が足りないため"})

    assert "辞退の理由を入力してください。" in empty.content.decode()
    assert done.status_code == 302
    detail = reverse("quotes:rfq-detail", args=[sent.pk])
    assert "人手が足りないため" in text_of(browser(market, "client"), detail)
    assert "人手が足りないため" in text_of(vendor, detail)
    assert "辞退済みです" in vendor.get(address).content.decode()


def test_going_back_and_submitting_again_makes_no_twin(
    market: Market, sent: RFQ, hands: Clock
) -> None:
    vendor = browser(market, "vendor")
    edit = reverse("quotes:quote-edit", args=[sent.pk])
    submit = reverse("quotes:quote-submit", args=[sent.pk])
    with tenancy.acting(market.vendor):
        vendor.post(edit, quote_form(sent, 0, next="confirm"))
    vendor.post(submit, {"version": "1"})

    again = vendor.post(submit, {"version": "1"})

    assert again.status_code == 409
    assert "第1版と同じ内容" in again.content.decode()
    with tenancy.acting(market.vendor):
        assert QuoteRevision.objects.filter(rfq=sent).count() == 1
        vendor.post(edit, {**quote_form(sent, 1), "payment_terms": "翌月15日払い"})
    assert vendor.post(submit, {"version": "2"}).status_code == 302
    with tenancy.acting(market.vendor):
        assert QuoteRevision.objects.filter(rfq=sent).count() == 2


def test_a_stale_quote_can_be_saved_after_seeing_what_changed(market: Market, sent: RFQ) -> None:
    """Two tabs: the second is told, and saving once more replaces knowingly."""
    vendor = browser(market, "vendor")
    edit = reverse("quotes:quote-edit", args=[sent.pk])
    with tenancy.acting(market.vendor):
        first, second = quote_form(sent, 0), quote_form(sent, 0)
    vendor.post(edit, {**first, "payment_terms": "甲の画面"})

    told = vendor.post(edit, {**second, "payment_terms": "乙の画面"})

    assert told.status_code == 409
    assert "乙の画面" in told.content.decode()
    assert told.context["version"] == 1
    saved = vendor.post(edit, {**second, "payment_terms": "乙の画面", "version": "1"})
    assert saved.status_code == 302
    with tenancy.acting(market.vendor):
        assert draft_of(Quote.objects.get(rfq=sent)).payment_terms == "乙の画面"
