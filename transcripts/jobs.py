"""Who works on a transcription: claim it, keep it, and write only while it is one's own.

A message of Celery's may come twice, late or never, and a worker may be killed or cut off and come back. So the row
says whose turn it is: a lease that the owner renews, and a fence (owner and attempt) on everything that is written.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import DatabaseError, connection
from django.db.models.functions import Now

from transcripts.errors import LeaseLost
from transcripts.models import Transcription, TranscriptionQuerySet

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
RENEW_EVERY_S = 10.0

# The clock of the database, at this very statement: workers' clocks differ, and now() is that of the transaction.
_CLAIM = """
    UPDATE transcripts_transcription
    SET state = 'running', lease_owner = %(owner)s,
        lease_until = statement_timestamp() + make_interval(secs => %(seconds)s),
        attempts = attempts + 1, started_at = coalesce(started_at, statement_timestamp())
    WHERE id = %(id)s AND attempts < max_attempts
      AND (state = 'queued' OR (state = 'running' AND lease_until < statement_timestamp()))
    RETURNING attempts
"""


@dataclass(frozen=True, slots=True)
class Lease:
    """A job is ours while its row still names this owner and this attempt."""

    transcription_id: UUID
    owner: str
    attempt: int


def claim(transcription_id: UUID) -> Lease | None:
    """Take the job if nobody has it; None when it is taken, finished or was tried too often."""
    owner = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(8)}"
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"id": transcription_id, "owner": owner, "seconds": LEASE.total_seconds()})
        row = cursor.fetchone()
    return Lease(transcription_id, owner, row[0]) if row else None


def held(lease: Lease) -> TranscriptionQuerySet:
    """The row, while it is ours: what is written through this queryset is fenced."""
    return Transcription.objects.filter(
        pk=lease.transcription_id,
        state=Transcription.State.RUNNING,
        lease_owner=lease.owner,
        attempts=lease.attempt,
    )


def lock(lease: Lease) -> Transcription:
    """The row, ours and locked until the transaction ends: nobody takes it over meanwhile. Raises LeaseLost."""
    transcription = held(lease).select_for_update().first()
    if transcription is None:
        raise LeaseLost
    return transcription


def renew(lease: Lease) -> bool:
    return held(lease).update(lease_until=Now() + LEASE) == 1


@contextmanager
def keep_alive(lease: Lease) -> Iterator[threading.Event]:
    """Renew the lease beside the work. The event given is set when it is lost: the work should then end."""
    lost, over = threading.Event(), threading.Event()
    beating = threading.Thread(target=_beat, args=(lease, lost, over), name="lease", daemon=True)
    beating.start()
    try:
        yield lost
    finally:
        over.set()
        beating.join()


def _beat(lease: Lease, lost: threading.Event, over: threading.Event) -> None:
    while not over.wait(RENEW_EVERY_S):
        try:
            if not renew(lease):
                lost.set()
                return
        except DatabaseError as error:  # the next beat tries again; the fence holds whatever happens
            logger.warning("lease of %s not renewed: %s", lease.transcription_id, type(error).__name__)
        finally:
            connection.close()  # this thread's own
