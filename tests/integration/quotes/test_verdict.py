"""The chosen method ranks; the comparison says in words how firm its first place is, and why."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from core import tenancy
from core.tenancy import Actor
from quotes import operations
from quotes.models import RFQ
from quotes.queries.comparison import comparison_of
from quotes.queries.explanation import EN, JA, explanation
from quotes.queries.firmness import verdict_of
from quotes.queries.tables import tables_of
from tests.factories.quotes import make_quote, make_sent, quote_draft
from tests.integration.quotes.market import Market, draft_of
from tests.integration.quotes.pages import browser, fields_of, text_of

pytestmark = pytest.mark.django_db
# Prices for the two lines (12 months, 1 setup), and the promised level.
Bids = dict[str, tuple[Sequence[int], int]]
BIDS: Bids = {"vendor": ((200_000, 300_000), 95), "rival": ((180_000, 300_000), 95)}


def opened(market: Market, at: datetime, bids: Bids = BIDS, **changes: object) -> RFQ:
    """Return an opened round of vendor (2,700,000 yen) and rival (2,460,000 yen), both at 95%."""
    draft = replace(draft_of(market, at), **changes)  # type: ignore[arg-type]
    rfq = make_sent(branch=market.branch, kpis=[], vendors=[], by=market.client, at=at, draft=draft)
    for name, (prices, level) in bids.items():
        actor: Actor = getattr(market, name)
        with tenancy.acting(actor):
            quote = quote_draft(rfq, prices=prices, promises=[level])
        make_quote(rfq, by=actor, at=at + timedelta(days=1), draft=quote)
    with tenancy.acting(market.client):
        return operations.open_round(rfq=rfq, by=market.client, at=rfq.deadline_at)


def test_the_result_is_told_from_the_numbers(market: Market, now: datetime) -> None:
    """By hand: 40 points for 2,460,000, 40 × 2.46 ÷ 2.7 = 36.4 for 2,700,000, 25 for both at 95%.

    Vendor needs 3.56 points more: the lowest price, or 80 + 18 × 28.5556 ÷ 30 = 97.133334%.
    """
    rfq = opened(market, now)
    with tenancy.acting(market.client):
        comparison = comparison_of(rfq)
        told, english = explanation(comparison, JA), explanation(comparison, EN)

    assert told is not None
    assert told.why == (
        "1位はrival株式会社です（65.0点）。2位のvendor株式会社との差は3.6点です。差の内訳は、「価格」+3.6点です。"
    )
    assert told.why_not == (
        "2位のvendor株式会社は、1位より3.6点低く、主に「価格」−3.6点で差がつきました。"
    )
    assert told.firmness == (
        "配点をどのように変えたとしても、全体の100.0%の配点で1位です。"
        "加算方式・除算方式・TOPSISのどれでも1位は変わりません。"
    )
    assert told.change == (
        "配点のうち40.0点を「価格」から「納期遵守率」に移すと、vendor株式会社が並びます。"
        "vendor株式会社が1位に並ぶには、見積金額を¥2,460,000以下（いまは¥2,700,000）、"
        "「納期遵守率」を97.133334%以上（いまは95%）のいずれかにする必要があります。"
    )
    assert told.negotiate == (
        "rival株式会社の「納期遵守率」は95%で、望ましい水準の98%に届いていません。"
    )
    assert english is not None
    assert english.why == (
        "rival株式会社 comes first (65.0 points). It leads vendor株式会社, the second, by 3.6 points. "
        "The difference is made of: “価格” +3.6 points."
    )
    assert "a price of ¥2,460,000 or less (now ¥2,700,000)" in english.change


def test_a_dearer_first_is_told_with_its_price_and_the_cheapest(
    market: Market, now: datetime
) -> None:
    """36.4 + 30 = 66.4 against 40 + 0: the promise outweighs 240,000 yen."""
    bids: Bids = {"vendor": ((200_000, 300_000), 98), "rival": ((180_000, 300_000), 80)}
    with tenancy.acting(market.client):
        told = explanation(comparison_of(opened(market, now, bids)))

    assert told is not None
    assert "差の内訳は、「納期遵守率」+30.0点、「価格」−3.6点です。" in told.why
    assert (
        "最も安いのはrival株式会社（¥2,460,000）で、1位より¥240,000安い見積です。" in told.why_not
    )
    assert told.negotiate == "vendor株式会社の見積金額は、最も安い見積より¥240,000高い水準です。"


def test_by_division_the_value_is_points_per_price(market: Market, now: datetime) -> None:
    """(100 + 25) ÷ 2.46 million = 50.813; (100 + 25) ÷ 2.7 million = 46.296."""
    rfq = opened(market, now, method="division", division_base=Decimal(100))
    page = text_of(browser(market, "client"), reverse("quotes:rfq-comparison", args=[rfq.pk]))

    assert "評価値（¥1,000,000あたりの点数）" in page
    assert "50.813" in page
    assert "(100 + 25.0) ÷ 2,460,000 × 1,000,000" in page
    assert "除算方式（（標準点＋価格以外の点数）÷価格）・標準点100点" in page
    with tenancy.acting(market.client):
        told = explanation(comparison_of(rfq))
    assert told is not None
    assert told.why == (
        "1位はrival株式会社です（評価値50.813）。2位のvendor株式会社との差は4.517です。"
        "差の内訳は、見積金額−¥240,000です。"
    )
    # (100 + q) ÷ 2.7 = 50.813 needs 37.2 points of 30: only the price can do it.
    assert told.change.endswith(
        "vendor株式会社が1位に並ぶには、見積金額を¥2,460,000以下（いまは¥2,700,000）にする必要があります。"
    )


def test_by_topsis_the_distances_are_shown(market: Market, now: datetime) -> None:
    """Only the prices differ: one is the ideal itself, the other its opposite."""
    rfq = opened(market, now, method="topsis")
    with tenancy.acting(market.client):
        tables = tables_of(comparison_of(rfq))
        verdict = verdict_of(comparison_of(rfq))

    assert [(one.name, one.total) for one in tables.ranking] == [
        ("rival株式会社", "1.000"),
        ("vendor株式会社", "0.000"),
    ]
    assert [row.label for row in tables.totals] == [
        "最も良い値までの距離 d⁺",
        "最も不利な値までの距離 d⁻",
        "近さ（0〜1）",
    ]
    assert verdict is not None
    assert [one.id for one in verdict.charts] == ["places"]
    assert verdict.texts[0].why.endswith(
        "上回るのは「価格」（¥2,460,000、vendor株式会社は¥2,700,000）です。"
    )


def test_another_method_another_first_is_warned_of(market: Market, now: datetime) -> None:
    """40 × 2.46 ÷ 3.9 + 30 = 55.2 against 40; but (100 + 30) ÷ 3.9 = 33.3 against 100 ÷ 2.46 = 40.7."""
    bids: Bids = {"vendor": ((300_000, 300_000), 98), "rival": ((180_000, 300_000), 80)}
    with tenancy.acting(market.client):
        comparison = comparison_of(opened(market, now, bids))
        verdict = verdict_of(comparison)

    assert verdict is not None
    assert verdict.kind == "warning"
    assert [(one.winners, one.is_same) for one in verdict.methods][:2] == [
        ("vendor株式会社", True),
        ("rival株式会社", False),
    ]
    assert "除算方式" in verdict.reasons[0]


def test_one_quote_alone_is_said_to_be_alone(market: Market, now: datetime) -> None:
    rfq = opened(market, now, {"vendor": BIDS["vendor"]})
    page = text_of(browser(market, "client"), reverse("quotes:rfq-comparison", args=[rfq.pk]))

    assert "比べる相手のない見積です" in page
    assert "順位のたしかさ" not in page


def test_a_tie_is_said_to_be_one(market: Market, now: datetime) -> None:
    rfq = opened(market, now, {"vendor": BIDS["vendor"], "rival": BIDS["vendor"]})
    with tenancy.acting(market.client):
        verdict = verdict_of(comparison_of(rfq))

    assert verdict is not None
    assert verdict.reasons == ["1位と2位が同じ値です。決め方の規則だけで順位が付いています。"]
    assert "とは同じ値で" in verdict.texts[0].why


def test_vendors_read_the_method_before_they_quote(market: Market, now: datetime) -> None:
    draft = replace(draft_of(market, now), method="division", division_base=Decimal(50))
    rfq = make_sent(
        branch=market.branch, kpis=[], vendors=[], by=market.client, at=now, draft=draft
    )
    page = text_of(browser(market, "vendor"), reverse("quotes:rfq-detail", args=[rfq.pk]))

    assert "除算方式（（標準点＋価格以外の点数）÷価格）・標準点50点" in page


def test_the_method_is_chosen_in_the_editor_and_an_empty_base_is_100(
    market: Market, now: datetime
) -> None:
    client = browser(market, "client")
    rfq = opened(market, now)
    with tenancy.acting(market.client):
        draft = operations.create_rfq(
            branch=market.branch,
            title="次の依頼",
            starts_on=rfq.starts_on,
            ends_on=rfq.ends_on,
            deadline_at=now + timedelta(days=9),
            by=market.client,
            at=now,
        )
    address = reverse("quotes:rfq-edit", args=[draft.pk])
    form = fields_of(client.get(address).content.decode())
    assert (form["method"], form["division_base"]) == ("additive", "100")

    client.post(address, {**form, "method": "division", "division_base": ""})

    with tenancy.acting(market.client):
        draft.refresh_from_db()
    assert (draft.method, draft.division_base) == ("division", 100)
