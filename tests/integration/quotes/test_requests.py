"""Write and send a request: what each step does, and what it refuses."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from core import tenancy
from core.domain.fingerprint import fingerprint
from core.domain.refusals import Denied
from core.models import OutboxMessage
from core.tenancy import Actor
from quotes import operations
from quotes.models import RFQ
from quotes.policies import rfqs as policies
from quotes.queries.content import request_content
from tests.factories.quotes import (
    ROUND,
    make_draft,
)
from tests.integration.quotes.market import Market, draft_of, refused

SECOND = timedelta(microseconds=1)


def test_sending_freezes_with_a_hash_that_can_be_recomputed(market: Market, sent: RFQ) -> None:
    with tenancy.acting(market.client):
        assert sent.sent_sha256 == fingerprint(request_content(sent))
        with refused("frozen"):
            operations.save_rfq(
                rfq=sent,
                version=sent.version,
                draft=draft_of(market, sent.deadline_at),
                by=market.client,
                at=sent.deadline_at,
            )


def test_sending_asks_each_vendor_once_by_mail(market: Market, sent: RFQ) -> None:
    mails = OutboxMessage.objects.filter(name="quotes/invited").order_by("recipient")

    assert [one.recipient for one in mails] == [
        "rival@example.com",
        "sales-rival@example.com",
        "sales-vendor@example.com",
        "vendor@example.com",
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"scope": ""}, "no_scope"),
        ({"lines": ()}, "no_lines"),
        ({"criteria": ()}, "no_quality"),
        ({"price_weight": Decimal(0)}, "no_price"),
        ({"vendor_ids": ()}, "no_vendor"),
        ({"few_vendors_reason": " "}, "few_vendors"),
        ({"price_method": "ceiling", "ceiling": None}, "no_ceiling"),
    ],
)
def test_an_unfinished_request_is_not_sent(
    market: Market, now: datetime, change: dict[str, object], code: str
) -> None:
    draft = replace(draft_of(market, now), **change)  # type: ignore[arg-type]
    rfq = make_draft(
        branch=market.branch, kpis=[], vendors=[], by=market.client, at=now, draft=draft
    )

    with tenancy.acting(market.client), refused(code):
        operations.send_rfq(rfq=rfq, version=rfq.version, by=market.client, at=now)


def test_a_request_is_not_sent_at_its_deadline(market: Market, now: datetime) -> None:
    rfq = make_draft(
        branch=market.branch, kpis=[market.kpi], vendors=market.asked, by=market.client, at=now
    )
    with tenancy.acting(market.client):
        last = policies.why_not_send(rfq, market.client, rfq.deadline_at - SECOND)
        late = policies.why_not_send(rfq, market.client, rfq.deadline_at)

    assert last is None
    assert late is not None
    assert late.code == "quotes.deadline_past"


def test_a_stale_draft_is_refused(market: Market, now: datetime) -> None:
    rfq = make_draft(
        branch=market.branch, kpis=[market.kpi], vendors=market.asked, by=market.client, at=now
    )

    with tenancy.acting(market.advisor), refused("stale"):
        operations.save_rfq(
            rfq=rfq, version=1, draft=draft_of(market, now), by=market.advisor, at=now
        )


def test_nobody_outside_the_directory_is_asked(market: Market, now: datetime) -> None:
    draft = replace(
        draft_of(market, now),
        vendor_ids=[
            market.organizations["vendor"].pk,
            market.organizations["stranger"].pk,
            uuid4(),
        ],
    )
    rfq = make_draft(
        branch=market.branch, kpis=[], vendors=[], by=market.client, at=now, draft=draft
    )

    with tenancy.acting(market.client):
        assert [one.vendor for one in rfq.invitations.all()] == [market.organizations["vendor"]]


@pytest.mark.parametrize("name", ["viewer", "vendor", "stranger", "outsider"])
def test_only_editors_of_the_client_side_write_requests(
    market: Market, now: datetime, name: str
) -> None:
    by: Actor = getattr(market, name)
    with tenancy.acting(by), pytest.raises(Denied):
        operations.create_rfq(
            branch=market.branch,
            title="x",
            starts_on=now.date(),
            ends_on=now.date() + ROUND,
            deadline_at=now + ROUND,
            by=by,
            at=now,
        )
