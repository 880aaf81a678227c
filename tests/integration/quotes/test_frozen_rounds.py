# ruff: noqa: S608 - the statements are made of literals
"""What must never happen to a round, tried with plain SQL in the rights of each side."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from core import tenancy
from quotes.domain.states import RFQ_TRANSITIONS
from quotes.models import QuoteRevision
from tests.integration.quotes.rows import AFTER, DEADLINE, SENT, Rounds, outcome, run

pytestmark = pytest.mark.django_db
ACTORS = ("client", "advisor", "vendor", "rival", "outsider", "stranger", "unset")
ADVISED = ("client", "advisor")


def test_a_vendor_does_not_invite_itself(rounds: Rounds) -> None:
    """Neither with its own id as the client's nor with the right one."""
    for client in (rounds.outsider.pk, rounds.client.pk):
        found = outcome(
            rounds,
            "outsider",
            "INSERT INTO quotes_rfqinvitation (id, rfq_id, client_id, vendor_id, email, status,"
            " decline_reason, invited_at) VALUES (%s, %s, %s, %s, '', 'invited', '', now())",
            [uuid4(), rounds.open.pk, client, rounds.outsider.pk],
        )
        assert found == "error"


def test_a_stranger_does_not_invite_to_a_request_of_others(rounds: Rounds) -> None:
    found = outcome(
        rounds,
        "stranger",
        "INSERT INTO quotes_rfqinvitation (id, rfq_id, client_id, vendor_id, email, status,"
        " decline_reason, invited_at) VALUES (%s, %s, %s, %s, '', 'invited', '', now())",
        [uuid4(), rounds.open.pk, rounds.stranger.pk, rounds.outsider.pk],
    )

    assert found == "error"


def test_the_copy_of_the_client_in_an_invitation_is_right(rounds: Rounds) -> None:
    """It decides who reads the invitation: another client's id there would be a way around."""
    statement = (
        "INSERT INTO quotes_rfqinvitation (id, rfq_id, client_id, vendor_id, email, status,"
        " decline_reason, invited_at) VALUES (%s, %s, %s, %s, '', 'invited', '', now())"
    )
    values = [uuid4(), rounds.open.pk, rounds.stranger.pk, rounds.outsider.pk]

    assert outcome(rounds, "client", statement, values) == "error"
    values[2] = rounds.client.pk
    assert outcome(rounds, "client", statement, values) == 1


@pytest.mark.parametrize("column", ["rfq_id", "client_id", "vendor_id", "invited_at", "email"])
def test_a_vendor_changes_nothing_of_its_invitation_but_the_answer(
    rounds: Rounds, column: str
) -> None:
    values = {
        "rfq_id": rounds.draft.pk,
        "client_id": rounds.vendor.pk,
        "vendor_id": rounds.rival.pk,
        "invited_at": AFTER,
        "email": "x@example.com",
    }

    found = outcome(
        rounds, "vendor", f"UPDATE quotes_rfqinvitation SET {column} = %s", [values[column]]
    )

    assert found == "error"


def test_a_vendor_declines(rounds: Rounds) -> None:
    statement = "UPDATE quotes_rfqinvitation SET status = 'declined', decline_reason = 'x'"

    assert outcome(rounds, "vendor", statement) == 2
    assert outcome(rounds, "client", statement) == "error"


def test_a_vendor_locks_a_request_but_cannot_change_it(rounds: Rounds) -> None:
    assert run(rounds, "vendor", "SELECT 1 FROM quotes_rfq FOR SHARE") == 2
    assert outcome(rounds, "vendor", "UPDATE quotes_rfq SET title = 'x'") == "error"
    assert outcome(rounds, "vendor", "UPDATE quotes_rfq SET client_id = client_id") == "error"


@pytest.mark.parametrize(
    "change",
    [
        "title = 'x'",
        "ceiling = 1",
        "price_method = 'ceiling'",
        "sent_sha256 = 'x'",
        "deadline_at = deadline_at - interval '1 second'",
        "client_id = gen_random_uuid()",
        "status = 'draft'",
    ],
)
def test_a_sent_request_is_frozen(rounds: Rounds, change: str) -> None:
    found = outcome(
        rounds, "client", f"UPDATE quotes_rfq SET {change} WHERE id = %s", [rounds.open.pk]
    )

    assert found == "error"


def test_a_deadline_may_be_extended_until_the_opening(rounds: Rounds) -> None:
    statement = "UPDATE quotes_rfq SET deadline_at = deadline_at + interval '1 day' WHERE id = %s"

    assert outcome(rounds, "client", statement, [rounds.open.pk]) == 1
    assert outcome(rounds, "client", statement, [rounds.opened.pk]) == "error"


@pytest.mark.parametrize("value", [None, AFTER + timedelta(days=1)])
def test_an_opening_happens_once(rounds: Rounds, value: object) -> None:
    statement = "UPDATE quotes_rfq SET opened_at = %s WHERE id = %s"

    assert outcome(rounds, "client", statement, [value, rounds.opened.pk]) == "error"


def test_nothing_opens_before_the_database_clock_says_so(rounds: Rounds) -> None:
    opening = "UPDATE quotes_rfq SET status = 'opened', opened_at = %s WHERE id = %s"

    early = outcome(
        rounds, "client", opening, [DEADLINE - timedelta(microseconds=1), rounds.open.pk]
    )
    run(
        rounds,
        "client",
        "UPDATE quotes_rfq SET deadline_at = clock_timestamp() + interval '1 hour' WHERE id = %s",
        [rounds.open.pk],
    )
    pretended = outcome(
        rounds,
        "client",
        "UPDATE quotes_rfq SET status = 'opened', opened_at = deadline_at WHERE id = %s",
        [rounds.open.pk],
    )

    assert (early, pretended) == ("error", "error")


def test_a_revision_needs_the_right_client_and_an_open_request(rounds: Rounds) -> None:
    statement = (
        "INSERT INTO quotes_quoterevision (id, rfq_id, client_id, vendor_id, number, sealed,"
        " authors_copy, sha256, submitted_at) VALUES (gen_random_uuid(), %s, %s, %s, 2, 'x', 'x', '', %s)"
    )
    vendor, client = rounds.vendor.pk, rounds.client.pk

    good = [rounds.open.pk, client, vendor, DEADLINE - timedelta(microseconds=1)]
    bad = [
        [rounds.open.pk, client, vendor, DEADLINE],
        [rounds.open.pk, rounds.stranger.pk, vendor, SENT],
        [rounds.open.pk, client, rounds.rival.pk, SENT],
        [rounds.opened.pk, client, vendor, SENT],
        [rounds.draft.pk, client, vendor, SENT],
    ]

    assert outcome(rounds, "vendor", statement, good) == 1
    assert [outcome(rounds, "vendor", statement, values) for values in bad] == ["error"] * 5


def test_the_client_counts_sealed_quotes_without_reading_them(rounds: Rounds) -> None:
    counts = {}
    for actor in ACTORS:
        with tenancy.acting(rounds.actor(actor)), connection.cursor() as cursor:
            cursor.execute("SELECT quotes_submitted_count(%s)", [rounds.open.pk])
            counts[actor] = cursor.fetchone()[0]

    assert counts == {actor: 2 if actor in ADVISED else 0 for actor in ACTORS}
    with tenancy.acting(rounds.actor("client")):
        assert not QuoteRevision.objects.filter(rfq=rounds.open).exists()


def test_a_decision_names_a_vendor_that_quoted_for_this_request(rounds: Rounds) -> None:
    with tenancy.acting(rounds.actor("client")):
        revision = QuoteRevision.objects.filter(rfq=rounds.opened).first()
    assert revision is not None

    found = outcome(
        rounds,
        "client",
        "INSERT INTO quotes_decision (id, rfq_id, client_id, winner_id, revision_id, reason,"
        " comparison, decided_at) VALUES (gen_random_uuid(), %s, %s, %s, %s, 'x', '{}', now())",
        [rounds.opened.pk, rounds.client.pk, rounds.outsider.pk, revision.pk],
    )

    assert found == "error"


def test_the_database_knows_the_moves_of_the_domain() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'quotes_guard_request'")
        source = cursor.fetchone()[0]

    for before in RFQ_TRANSITIONS.table:
        for after in RFQ_TRANSITIONS.table:
            is_listed = f"('{before.value}', '{after.value}')" in source
            assert is_listed == RFQ_TRANSITIONS.allows(before, after)
