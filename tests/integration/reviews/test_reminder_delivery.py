"""A reminder goes out once, also when the worker is killed in between: measured, not believed.

Exactly once in the app; by mail at least once, and a second copy only of a mail that the server
had accepted when its sender was killed, with the same Message-ID.
"""

import time
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from core.domain.periods import add_months
from core.models import OutboxMessage
from reviews.models import Reminder
from tests.factories.reviews import make_action, make_cycle, make_review
from tests.integration.reviews.conftest import make_stage
from tests.integration.reviews.worker import SlowMailServer, mail_server, worker

KILL_AT = (3, 6, 10)
# aiosmtpd still answers to names that Python 3.12 and later warn about.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:aiosmtpd")


def make_occasions(*, actions: int) -> int:
    """Make what the worker's own scheduler has to find: returns how many reminders are due.

    Today's review is one for the owner, the viewer and the advisor; the actions were due yesterday.
    """
    stage, now = make_stage(), timezone.now()
    month = add_months(timezone.localdate(now).replace(day=1), -1)
    cycle = make_cycle(tree=stage.tree, by=stage.owner, starts_on=month, at=now)
    review = make_review(cycle=cycle, by=stage.owner, month=month, at=now)
    for number in range(actions):
        make_action(
            review=review,
            by=stage.owner,
            due_on=timezone.localdate(now) - timedelta(days=1),
            owner=stage.client.memberships.get(role="owner").user,
            title=f"手配 {number:02}",
            at=now,
        )
    # What the stage itself mails and asks to be computed is not what is counted here.
    OutboxMessage.objects.all().delete()
    return 3 + actions


def wait_until(is_true: Callable[[], bool], seconds: float) -> bool:
    """Ask again and again until it is true, or the time is over."""
    end = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def is_all_delivered(reminders: int) -> bool:
    """Whether the scheduler found every occasion, and the outbox holds every mail as delivered."""
    mails = OutboxMessage.objects.filter(kind="mail")
    return mails.filter(state="done").count() == mails.count() == reminders


def copies_by_reminder(sink: SlowMailServer) -> dict[tuple[str, str], list[str]]:
    """Return the Message-IDs of the copies of each mail, by whom it is to and what it is about."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for mail in sink.accepted:
        found[str(mail["To"]), str(mail["Subject"])].append(str(mail["Message-ID"]))
    return found


def assert_rows_are_single(reminders: int) -> None:
    """In the app every person has every notice exactly once."""
    rows = Reminder.objects.values_list("kind", "subject_id", "recipient_id")
    assert len(set(rows)) == len(rows) == reminders


def test_killed_while_sending(committed_db: dict[str, str], tmp_path: Path) -> None:
    reminders = make_occasions(actions=12)

    with (
        mail_server() as (sink, url),
        worker(committed_db, tmp_path, url, valkey_database=10) as sender,
    ):
        sender.start()
        for count in KILL_AT:
            sink.wait_for(count, seconds=15)
            sender.restart()
        assert wait_until(lambda: is_all_delivered(reminders), seconds=20), sender.log()
        arrived = len(sink.accepted)
        time.sleep(1.5)  # a sweep or two more must find nothing
        assert len(sink.accepted) == arrived

    copies = copies_by_reminder(sink)
    doubled = sum(len(ids) - 1 for ids in copies.values())
    assert len(copies) == reminders, "every reminder arrived"
    assert 1 <= doubled <= len(KILL_AT), "doubled are at most those in flight at a kill"
    assert all(len(set(ids)) == 1 for ids in copies.values()), "copies share their Message-ID"
    assert len({ids[0] for ids in copies.values()}) == reminders, "and nobody else's"
    assert_rows_are_single(reminders)


def test_killed_before_the_send(committed_db: dict[str, str], tmp_path: Path) -> None:
    reminders = make_occasions(actions=2)

    with (
        mail_server(delay=0) as (sink, url),
        worker(committed_db, tmp_path, url, valkey_database=11) as sender,
    ):
        sink.is_holding.set()
        sender.start()
        assert sink.is_asked.wait(15), sender.log()
        sender.kill()
        sink.is_holding.clear()
        assert sink.accepted == []
        sender.start()
        assert wait_until(lambda: is_all_delivered(reminders), seconds=15), sender.log()
        time.sleep(1.5)

    copies = copies_by_reminder(sink)
    assert [len(ids) for ids in copies.values()] == [1] * reminders
    assert_rows_are_single(reminders)
