# ruff: noqa: S608 - the statements are made of literals
"""PostgreSQL itself keeps each side of a round to its own rows, whatever the application asks."""

from typing import Any

import pytest
from django.db import connection

from core import tenancy
from quotes.models import QuoteRevision
from tests.integration.quotes.rows import SENT, Rounds, outcome, run

pytestmark = pytest.mark.django_db

ACTORS = ("client", "advisor", "vendor", "rival", "outsider", "stranger", "unset")
ADVISED = ("client", "advisor")
# How many rows each actor reads: three requests (one a draft) with one line each, two vendors.
READS: dict[str, dict[str, int]] = {
    "rfq": {"client": 3, "advisor": 3, "vendor": 2, "rival": 2},
    "rfqline": {"client": 3, "advisor": 3, "vendor": 2, "rival": 2},
    "criterion": {"client": 3, "advisor": 3, "vendor": 2, "rival": 2},
    "rfqinvitation": {"client": 6, "advisor": 6, "vendor": 2, "rival": 2},
    "quote": {"vendor": 2, "rival": 2},
    # The client reads what is opened; the other request's two stay sealed.
    "quoterevision": {"client": 2, "advisor": 2, "vendor": 2, "rival": 2},
    # The key of the open request stays hidden from its own client, and every key from vendors.
    "roundkey": {"client": 1, "advisor": 1},
    "openedquote": {"client": 2, "advisor": 2},
    "decision": {"client": 1, "advisor": 1},
}
# How many rows a blanket DELETE takes; "error" when the table refuses it aloud. (What else hangs
# from the rows is checked by the deferred foreign keys at the commit, not here.)
DELETES: dict[str, dict[str, int | str]] = {
    "rfq": dict.fromkeys(ADVISED, 1),  # the draft
    "rfqline": dict.fromkeys(ADVISED, "error"),
    "criterion": dict.fromkeys(ADVISED, "error"),
    "rfqinvitation": dict.fromkeys(ADVISED, "error"),
    "quote": {"vendor": 2, "rival": 2},
    "quoterevision": dict.fromkeys(ACTORS, "error"),
    "roundkey": dict.fromkeys(ACTORS, "error"),
    "openedquote": dict.fromkeys(ACTORS, "error"),
    "decision": dict.fromkeys(ACTORS, "error"),
}
# A blanket UPDATE that changes something in each row.
CHANGES = {
    "rfq": "version = version + 1",
    "rfqline": "note = 'x'",
    "criterion": "definition = 'x'",
    "rfqinvitation": "email = 'x@example.com'",
    "quote": "locked_draft = 'x'",
    "roundkey": "locked_key = 'x'",
    "openedquote": "nonce = 'x'",
    "quoterevision": "sha256 = 'x'",
    "decision": "reason = 'x'",
}
UPDATES: dict[str, dict[str, int | str]] = {
    "rfq": {"client": 3, "advisor": 3, "vendor": "error", "rival": "error"},
    "rfqline": dict.fromkeys(ADVISED, "error"),
    "criterion": dict.fromkeys(ADVISED, "error"),
    "rfqinvitation": {"client": 6, "advisor": 6, "vendor": "error", "rival": "error"},
    "quote": {"vendor": 2, "rival": 2},
    "quoterevision": dict.fromkeys(ACTORS, "error"),
    "roundkey": dict.fromkeys(ACTORS, "error"),
    "openedquote": dict.fromkeys(ACTORS, "error"),
    "decision": dict.fromkeys(ACTORS, "error"),
}


def test_every_table_of_quotes_has_forced_policies() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class"
            " WHERE relkind = 'r' AND relname LIKE 'quotes\\_%'"
        )
        found = {name: (on, forced) for name, on, forced in cursor.fetchall()}

    assert found.keys() == {f"quotes_{table}" for table in READS}
    assert set(found.values()) == {(True, True)}


def test_no_policy_is_for_all_rights() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_policies WHERE schemaname = 'public' AND cmd = 'ALL'"
        )
        assert cursor.fetchone()[0] == 0


@pytest.mark.parametrize("table", READS)
def test_reads(rounds: Rounds, table: str) -> None:
    found = {actor: run(rounds, actor, f"SELECT 1 FROM quotes_{table}") for actor in ACTORS}

    assert found == {actor: READS[table].get(actor, 0) for actor in ACTORS}


@pytest.mark.parametrize("table", DELETES)
def test_deletes(rounds: Rounds, table: str) -> None:
    found = {actor: outcome(rounds, actor, f"DELETE FROM quotes_{table}") for actor in ACTORS}

    assert found == {actor: DELETES[table].get(actor, 0) for actor in ACTORS}


@pytest.mark.parametrize("table", UPDATES)
def test_updates(rounds: Rounds, table: str) -> None:
    statement = f"UPDATE quotes_{table} SET {CHANGES[table]}"

    found = {actor: outcome(rounds, actor, statement) for actor in ACTORS}

    assert found == {actor: UPDATES[table].get(actor, 0) for actor in ACTORS}


INSERTS: dict[str, tuple[str, frozenset[str]]] = {
    "rfq": (
        "INSERT INTO quotes_rfq (id, client_id, title, scope, deliverables, terms, starts_on,"
        " ends_on, currency, deadline_at, is_ceiling_shown, price_method, method,"
        " division_base, status, created_at,"
        " sent_sha256, cancel_reason, few_vendors_reason, version) VALUES (gen_random_uuid(),"
        " %(client)s, 'x', 'x', '', '', '2026-01-01', '2026-02-01', 'JPY', now(), false, 'lowest',"
        " 'additive', 100, 'draft', now(), '', '', '', 1)",
        frozenset({"client", "advisor"}),
    ),
    "rfqline": (
        "INSERT INTO quotes_rfqline (id, rfq_id, position, name, quantity, unit, note)"
        " VALUES (gen_random_uuid(), %(draft)s, 9, 'x', 1, 'x', '')",
        frozenset({"client", "advisor"}),
    ),
    "criterion": (
        "INSERT INTO quotes_criterion (id, rfq_id, position, kind, name, weight, definition, unit,"
        " direction, required_minimum, desired_level) VALUES (gen_random_uuid(), %(draft)s, 9,"
        " 'commitment', 'x', 1, '', 'percent', 'higher', 1, 2)",
        frozenset({"client", "advisor"}),
    ),
    "rfqinvitation": (
        "INSERT INTO quotes_rfqinvitation (id, rfq_id, client_id, vendor_id, email, status,"
        " decline_reason, invited_at) VALUES (gen_random_uuid(), %(open)s, %(client)s,"
        " %(outsider)s, '', 'invited', '', now())",
        frozenset({"client", "advisor"}),
    ),
    "quote": (
        "INSERT INTO quotes_quote (id, rfq_id, vendor_id, locked_draft, version, updated_at)"
        " VALUES (gen_random_uuid(), %(open)s, %(outsider)s, 'x', 1, now())",
        frozenset(),
    ),
    "roundkey": (
        "INSERT INTO quotes_roundkey (id, rfq_id, client_id, locked_key) VALUES"
        " (gen_random_uuid(), %(draft)s, %(client)s, 'x')",
        frozenset({"client", "advisor"}),
    ),
    "openedquote": (
        "INSERT INTO quotes_openedquote (id, revision_id, rfq_id, client_id, vendor_id, content,"
        " nonce) VALUES (gen_random_uuid(), %(revision)s, %(open)s, %(client)s, %(vendor)s, '{}',"
        " 'x')",
        frozenset(),  # the open request is not opened
    ),
    "quoterevision": (
        "INSERT INTO quotes_quoterevision (id, rfq_id, client_id, vendor_id, number, sealed,"
        " authors_copy, sha256, submitted_at) VALUES (gen_random_uuid(), %(open)s, %(client)s,"
        " %(vendor)s, 2, 'x', 'x', '', %(sent)s)",
        frozenset({"vendor"}),
    ),
    "decision": (
        "INSERT INTO quotes_decision (id, rfq_id, client_id, winner_id, revision_id, reason,"
        " comparison, decided_at) VALUES (gen_random_uuid(), %(open)s, %(client)s, %(vendor)s,"
        " %(revision)s, 'x', '{}', now())",
        frozenset(),  # the open request is not opened
    ),
}


def names(rounds: Rounds) -> dict[str, Any]:
    """Return the ids that the inserts mention."""
    with tenancy.acting(rounds.actor("vendor")):
        revision = QuoteRevision.objects.get(rfq=rounds.open)
    return {
        "client": rounds.client.pk,
        "vendor": rounds.vendor.pk,
        "outsider": rounds.outsider.pk,
        "draft": rounds.draft.pk,
        "open": rounds.open.pk,
        "revision": revision.pk,
        "sent": SENT,
    }


@pytest.mark.parametrize("table", INSERTS)
def test_inserts(rounds: Rounds, table: str) -> None:
    statement, allowed = INSERTS[table]
    values = names(rounds)

    found = {actor: outcome(rounds, actor, statement % quoted(values)) for actor in ACTORS}

    assert found == {actor: 1 if actor in allowed else "error" for actor in ACTORS}


def quoted(values: dict[str, Any]) -> dict[str, str]:
    """Return the values as SQL literals."""
    return {key: f"'{value}'" for key, value in values.items()}
