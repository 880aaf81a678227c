"""The 選定理由書 and the comparison report: real documents, with what was decided and why."""

from datetime import datetime
from urllib.parse import unquote

import pytest
from django.urls import reverse

from core import tenancy
from quotes.models import RFQ, Decision
from quotes.queries import report
from quotes.queries.comparison import comparison_of
from tests.factories.quotes import make_decision
from tests.integration.quotes.market import Market
from tests.integration.quotes.pages import browser
from tests.integration.quotes.test_comparison import many, opened_with
from tests.integration.quotes.test_verdict import opened

pytestmark = pytest.mark.django_db


def decided(market: Market, rfq: RFQ, at: datetime) -> Decision:
    winner = market.organizations["rival"].pk
    return make_decision(rfq, vendor_id=winner, by=market.client, at=at, explains_rank=False)


def test_before_the_decision_it_is_a_comparison_report(market: Market, now: datetime) -> None:
    rfq = opened(market, now, title="広告/運用 #panic() $x$ \\ 見積")
    answer = browser(market, "advisor").get(reverse("quotes:rfq-report", args=[rfq.pk]))

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert "見積比較報告書_広告／運用" in unquote(answer.headers["Content-Disposition"])


def test_the_reasons_of_the_decision_are_in_it(market: Market, now: datetime) -> None:
    rfq = opened(market, now)
    decision = decided(market, rfq, rfq.deadline_at)
    with tenancy.acting(market.client):
        content = report.content(comparison_of(rfq), decision, rfq.deadline_at)

    assert content["heading"] == "選定理由書"
    assert ["発注先", "rival株式会社"] in content["decision"]
    assert ["選定理由", "品質の約束と価格の釣り合いが最も良いため"] in content["decision"]
    assert content["ranking"]["rows"] == [
        ["1位", "rival株式会社", "65.0点", "¥2,460,000"],
        ["2位", "vendor株式会社", "61.4点", "¥2,700,000"],
    ]
    assert ["依頼先が3社未満である理由", "対応できる会社が限られるため"] in content["request"]
    told = dict(content["explanation"])
    assert told["1位の理由"].startswith("1位はrival株式会社です（65.0点）。")
    assert dict(content["english"])["Why the first"].startswith("rival株式会社 comes first")
    assert rfq.sent_sha256[:16] in content["footer"]


def test_the_decision_keeps_what_it_was_told(market: Market, now: datetime) -> None:
    rfq = opened(market, now)
    kept = decided(market, rfq, rfq.deadline_at).comparison

    assert kept["method"] == "additive"
    assert kept["explanation"]["ja"].startswith("1位はrival株式会社です（65.0点）。")
    assert kept["explanation"]["en"].startswith("rival株式会社 comes first (65.0 points).")


def test_many_vendors_stand_one_below_another(market: Market, now: datetime) -> None:
    rfq = opened_with(market, many(market, 10, now), 2, now)
    with tenancy.acting(market.client):
        comparison = comparison_of(rfq)
        content = report.content(comparison, None, rfq.deadline_at)
        document = report.selection_report(comparison, None, rfq.deadline_at)

    assert content["scores"]["header"][2:] == ["外注先", "点数", "計算"]
    assert len(content["scores"]["rows"]) == 3 * 10
    assert document.startswith(b"%PDF-")


def test_without_a_quote_that_counts_it_says_so(market: Market, now: datetime) -> None:
    rfq = opened(market, now, {"vendor": ((200_000, 300_000), 10)})
    with tenancy.acting(market.client):
        content = report.content(comparison_of(rfq), None, rfq.deadline_at)
        document = report.selection_report(comparison_of(rfq), None, rfq.deadline_at)

    assert content["explanation"] == [["", "評価の対象になる見積はありません。"]]
    assert "最低水準 80% に届いていません" in content["excluded"][0]
    assert document.startswith(b"%PDF-")


def test_sealed_quotes_have_no_report(market: Market, now: datetime, sent: RFQ) -> None:
    for name in ("client", "advisor"):
        address = reverse("quotes:rfq-report", args=[sent.pk])
        assert browser(market, name).get(address).status_code == 409
