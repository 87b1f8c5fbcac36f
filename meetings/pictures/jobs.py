"""Who works on a composition: the row says whose turn it is, by a lease, and a fence on everything that is written."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from meetings.models import Composition, Recording, Track

LEASE = timedelta(minutes=3)
MOST_ATTEMPTS = 5
State = Composition.State

# The clock of the database, at this very statement: workers' clocks differ, and now() is that of the transaction.
_CLAIM = """
    UPDATE meetings_composition
    SET state = 'running', lease_owner = %(owner)s, progress = 0, failure = '', attempts = attempts + 1,
        lease_until = statement_timestamp() + make_interval(secs => %(seconds)s)
    WHERE id = %(id)s::uuid AND attempts < %(most)s
      AND (state = 'queued' OR (state = 'running' AND lease_until < statement_timestamp()))
    RETURNING attempts
"""


class LeaseLost(Exception):
    """Cancelled, begun again without somebody, or taken by another worker."""


@dataclass(frozen=True, slots=True)
class Lease:
    composition_id: UUID
    owner: str
    attempt: int


def claim(composition_id: UUID) -> Lease | None:
    """None when it is taken, over, or was tried too often."""
    owner = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(8)}"
    values: dict[str, str | float] = {
        "id": str(composition_id),
        "owner": owner,
        "seconds": LEASE.total_seconds(),
        "most": MOST_ATTEMPTS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, values)
        row = cursor.fetchone()
    return Lease(composition_id, owner, row[0]) if row else None


def held(lease: Lease) -> QuerySet[Composition]:
    """The row, while it is ours."""
    return Composition.objects.filter(
        pk=lease.composition_id, state=State.RUNNING, lease_owner=lease.owner, attempts=lease.attempt
    )


def write(lease: Lease, **values: object) -> None:
    """Into the row, and hold it for another while. Raises LeaseLost."""
    if not held(lease).update(lease_until=Now() + LEASE, **values):
        raise LeaseLost


def put_back(lease: Lease) -> None:
    """For another time: it was nobody's fault here."""
    held(lease).update(state=State.QUEUED, lease_owner="", lease_until=None, attempts=lease.attempt - 1)


def try_again(lease: Lease) -> None:
    """Soon, and not for ever: see `give_up`."""
    held(lease).update(state=State.QUEUED, lease_owner="", lease_until=None)


def waiting() -> QuerySet[Composition]:
    """Queued, or left by a worker that died."""
    return Composition.objects.filter(Q(state=State.QUEUED) | Q(state=State.RUNNING, lease_until__lt=Now()))


def give_up() -> None:
    """What was tried too often: its worker died each time."""
    left = waiting().filter(attempts__gte=MOST_ATTEMPTS)
    left.update(state=State.FAILED, failure="tried-too-often", lease_owner="", lease_until=None)


def unmeasured() -> QuerySet[Track]:
    """Stored sound whose levels nobody has measured: the row that is missing is the work."""
    stored = Track.objects.filter(recording__status=Recording.Status.READY, kind=Track.Kind.MICROPHONE)
    return stored.filter(levels=None).order_by("recording__started_at")
