"""The fixtures of rounds: everybody, the clock, a sent and an opened request."""

from datetime import datetime

import pytest

from core import clock
from quotes.models import RFQ
from tests.factories.quotes import make_opened, make_sent
from tests.integration.quotes.market import Clock, Market, make_market
from tests.integration.quotes.rows import Rounds, make_rounds


@pytest.fixture
def market(db: None, now: datetime) -> Market:
    """Everybody, in the test's transaction."""
    return make_market(now)


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


@pytest.fixture
def opened(market: Market, now: datetime, hands: Clock) -> RFQ:
    """The rival is cheaper."""
    return make_opened(
        branch=market.branch,
        kpis=[market.kpi],
        vendors=market.asked,
        quotes={market.vendor: (200_000, 300_000), market.rival: (180_000, 300_000)},
        by=market.client,
        at=now,
    )


@pytest.fixture
def rounds(db: None) -> Rounds:
    """Three requests of one client, with the quotes of two vendors."""
    return make_rounds()
