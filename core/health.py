"""Whether the site can do its work: database, broker, worker and outbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.db import DatabaseError

from core.models import Heartbeat, OutboxMessage

HEARTBEAT_AGE = timedelta(seconds=90)
OUTBOX_LAG = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing looked at: its name, whether it is well, and a word on why not."""

    name: str
    is_well: bool
    detail: str = ""


def readiness(*, at: datetime) -> list[Probe]:
    """Look at everything that a request or a reminder needs."""
    try:
        stored = [_worker(at), _outbox(at)]
    except DatabaseError as error:  # not there, or not migrated
        return [Probe("database", is_well=False, detail=type(error).__name__), _broker()]
    return [Probe("database", is_well=True), _broker(), *stored]


def _broker() -> Probe:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    try:
        client.ping()
    except redis.RedisError as error:
        return Probe("broker", is_well=False, detail=type(error).__name__)
    finally:
        client.close()
    return Probe("broker", is_well=True)


def _worker(at: datetime) -> Probe:
    seen = Heartbeat.objects.filter(name="worker").values_list("at", flat=True).first()
    if seen is None:
        return Probe("worker", is_well=False, detail="never seen")
    age = at - seen
    return Probe("worker", is_well=age <= HEARTBEAT_AGE, detail=f"{age.total_seconds():.0f}s")


def _outbox(at: datetime) -> Probe:
    oldest = (
        OutboxMessage.objects.pending().order_by("due_at").values_list("due_at", flat=True).first()
    )
    lag = at - oldest if oldest and oldest < at else timedelta(0)
    dead = OutboxMessage.objects.filter(state=OutboxMessage.State.DEAD).count()
    detail = f"{lag.total_seconds():.0f}s, {dead} given up"
    return Probe("outbox", is_well=lag <= OUTBOX_LAG, detail=detail)
