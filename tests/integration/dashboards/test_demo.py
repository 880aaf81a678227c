"""The demo loads into an empty site, tells its story, and sends nothing."""

from datetime import UTC, datetime

import pytest

from accounts.models import User
from accounts.queries import actor_for
from core import tenancy
from core.models import OutboxMessage
from dashboards.demo import loader, people, procurement
from kpis.models import Measurement, Score
from quotes.models import Decision

NOW = datetime(2026, 4, 15, 3, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_the_demo_tells_why_the_cheapest_did_not_win() -> None:
    assert loader.is_empty()

    loader.load(at=NOW)

    assert not loader.is_empty()
    client = actor_for(User.objects.get(email=people.CLIENT))
    with tenancy.acting(client):
        decision = Decision.objects.get()
    assert decision.winner.name == procurement.WINNER
    assert Measurement.objects.current().filter(kpi__name="SCMS from RDC").exists()
    assert Score.objects.filter(score__isnull=False).exists()
    mails = OutboxMessage.objects.filter(kind=OutboxMessage.Kind.MAIL)
    assert mails.exists()
    assert not mails.pending().exists()
