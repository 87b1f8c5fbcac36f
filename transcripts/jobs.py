"""Who works on a step: keep it, and write only while it is one's own.

A message of Celery's may come twice, late or never, and a worker may be killed, cut off or hang. So the row says whose
step it is: a heartbeat (the process lives), a lease that progress renews (it does not hang), and a fence (owner and
attempt) on everything that is written.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.db import DatabaseError, connection
from django.db.models.functions import Now

from transcripts.errors import LeaseLost
from transcripts.models import Step, StepQuerySet, Transcription

logger = logging.getLogger(__name__)

BEAT_EVERY_S = 10.0
BEAT = timedelta(seconds=BEAT_EVERY_S)
ALIVE_FOR = timedelta(seconds=30)
# Between two signs of progress. A chunk takes minutes, and the broker's visibility timeout lies between the two:
# see `settings.base`.
LEASE = timedelta(minutes=20)
MOST_ATTEMPTS = 5  # of one step
HUNG_S = 60.0  # work that has lost its step and does not end within: so does its process


@dataclass(frozen=True, slots=True)
class Lease:
    """A step is ours while its row still names this owner and this attempt."""

    step_id: int
    transcription_id: UUID
    owner: str
    attempt: int
    track_id: UUID | None = None


def new_owner() -> str:
    return f"{_home()}:{os.getpid()}:{secrets.token_hex(8)}"


def _home() -> str:
    """Where process numbers mean something: a machine, or a container of it."""
    return f"{socket.gethostname()[:60]}/{Path('/proc/self/ns/pid').stat().st_ino}"


def expire_dead() -> list[int]:
    """Steps whose process was of this machine, and is gone: nobody need wait for the end of their heartbeat."""
    rows = Step.objects.filter(state=Step.State.RUNNING, owner__startswith=f"{_home()}:").values_list("pk", "owner")
    dead = [(pk, owner) for pk, owner in rows if not Path("/proc", owner.split(":")[1]).exists()]
    for pk, owner in dead:
        Step.objects.filter(pk=pk, owner=owner).update(alive_until=Now() - BEAT)
    return [pk for pk, _ in dead]


def held(lease: Lease) -> StepQuerySet:
    """The row, while it is ours: what is written through this queryset is fenced."""
    return Step.objects.filter(pk=lease.step_id, state=Step.State.RUNNING, owner=lease.owner, attempts=lease.attempt)


def lock(lease: Lease) -> Transcription:
    """The row of the job, locked until the transaction ends, while the step is ours. Raises LeaseLost.

    Whoever changes a job holds this lock: its steps neither come nor go meanwhile.
    """
    transcription = Transcription.objects.select_for_update().filter(pk=lease.transcription_id).first()
    if transcription is None or not held(lease).select_for_update().exists():
        raise LeaseLost
    return transcription


def beat(lease: Lease) -> bool:
    """False once the step is not ours, or has made no progress for as long as its lease."""
    return held(lease).filter(lease_until__gt=Now()).update(alive_until=Now() + ALIVE_FOR) == 1


@contextmanager
def keep_alive(lease: Lease) -> Iterator[threading.Event]:
    """A heartbeat beside the work. The event given is set when the step is lost: the work should then end."""
    lost, over = threading.Event(), threading.Event()
    beating = threading.Thread(target=_beat, args=(lease, lost, over), name="heartbeat", daemon=True)
    beating.start()
    try:
        yield lost
    finally:
        over.set()
        beating.join()


def _beat(lease: Lease, lost: threading.Event, over: threading.Event) -> None:
    while not over.wait(BEAT_EVERY_S):
        try:
            if not beat(lease):
                lost.set()
                break
        except DatabaseError as error:  # the next beat tries again; the fence holds whatever happens
            logger.warning("heartbeat of step %s not written: %s", lease.step_id, type(error).__name__)
        finally:
            connection.close()  # this thread's own
    if lost.is_set() and not over.wait(HUNG_S):
        logger.error("step %s hangs: its process ends", lease.step_id)
        end_process()


def end_process() -> None:
    """Python can't interrupt a library that does not return. Celery starts another process."""
    os.kill(os.getpid(), signal.SIGKILL)
