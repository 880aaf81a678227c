"""A reminder goes out once, also when the worker is killed in between: measured, not believed.

Exactly once in the app; by mail at least once, and a second copy only of a mail that the server
had accepted when its sender was killed, with the same Message-ID.
"""

import time
from collections import Counter, defaultdict
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

REMINDERS = 20
KILL_AT = (3, 7, 12, 16)
# aiosmtpd still answers to names that Python 3.12 and later warn about.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:aiosmtpd")


def make_overdue_actions(count: int) -> None:
    """Make actions that were due yesterday: the worker's own scheduler has to find them."""
    stage, now = make_stage(), timezone.now()
    month = add_months(timezone.localdate(now).replace(day=1), -1)
    cycle = make_cycle(tree=stage.tree, by=stage.owner, starts_on=month, at=now)
    review = make_review(cycle=cycle, by=stage.owner, month=month, at=now)
    for number in range(count):
        make_action(
            review=review,
            by=stage.owner,
            due_on=timezone.localdate(now) - timedelta(days=1),
            owner=stage.client.memberships.get(role="owner").user,
            title=f"手配 {number:02}",
            at=now,
        )


def wait_until(is_true: Callable[[], bool], seconds: float) -> bool:
    """Ask again and again until it is true, or the time is over."""
    end = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def overdue_mails() -> int:
    """Count the mails that the outbox holds as delivered."""
    done = OutboxMessage.objects.filter(name="reviews/action_overdue", state="done")
    return done.count()


def copies_by_action(sink: SlowMailServer) -> dict[str, list[str]]:
    """Return the Message-IDs of the copies of each reminder, by the action it is about."""
    found: dict[str, list[str]] = defaultdict(list)
    for mail in sink.accepted:
        title = str(mail["Subject"]).split("「")[1].split("」")[0]
        if title.startswith("手配"):
            found[title].append(str(mail["Message-ID"]))
    return found


def test_killed_while_sending(committed_db: dict[str, str], tmp_path: Path) -> None:
    make_overdue_actions(REMINDERS)
    # What the stage itself mails (agreements) is no reminder, and not what is counted here.
    OutboxMessage.objects.all().delete()

    with mail_server() as (sink, url), worker(committed_db, tmp_path, url) as sender:
        sender.start()
        for count in KILL_AT:
            sink.wait_for(count, seconds=15)
            sender.restart()
        all_done = wait_until(lambda: overdue_mails() == REMINDERS, seconds=20)
        assert all_done, sender.log()
        arrived = len(sink.accepted)
        time.sleep(1.5)  # a sweep or two more must find nothing
        assert len(sink.accepted) == arrived

    copies = copies_by_action(sink)
    doubled = {title: ids for title, ids in copies.items() if len(ids) > 1}
    assert len(copies) == REMINDERS, "every reminder arrived"
    assert 1 <= sum(len(ids) - 1 for ids in doubled.values()) <= len(KILL_AT)
    assert all(len(set(ids)) == 1 for ids in copies.values()), "copies share their Message-ID"
    assert len({ids[0] for ids in copies.values()}) == REMINDERS, "and nobody else's"
    rows = Reminder.objects.filter(kind=Reminder.Kind.ACTION_OVERDUE)
    assert Counter(rows.values_list("subject_id", flat=True)).most_common(1)[0][1] == 1
    assert rows.count() == REMINDERS


def test_killed_before_the_send(committed_db: dict[str, str], tmp_path: Path) -> None:
    make_overdue_actions(4)
    OutboxMessage.objects.all().delete()

    with mail_server(delay=0) as (sink, url), worker(committed_db, tmp_path, url) as sender:
        sink.is_holding.set()
        sender.start()
        assert sink.is_asked.wait(15), sender.log()
        sender.kill()
        sink.is_holding.clear()
        assert sink.accepted == []
        sender.start()
        all_done = wait_until(lambda: overdue_mails() == 4, seconds=15)
        assert all_done, sender.log()
        time.sleep(1.5)

    copies = copies_by_action(sink)
    assert {title: len(ids) for title, ids in copies.items()} == {
        f"手配 {number:02}": 1 for number in range(4)
    }
    assert Reminder.objects.filter(kind=Reminder.Kind.ACTION_OVERDUE).count() == 4
