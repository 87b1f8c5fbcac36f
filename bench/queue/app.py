"""The workers of the benchmark: Visio's queue of steps, and plain Celery, both with an effect in PostgreSQL.

A job that is to kill its worker does so the first time that it is done: half of them before the effect is there, half
after it, when nobody has been told yet.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from transcripts import jobs  # noqa: E402
from transcripts.jobs import Lease  # noqa: E402
from transcripts.models import Step  # noqa: E402
from transcripts.run import Desk, Tools, work  # noqa: E402
from transcripts.speech_settings import Speech  # noqa: E402
from transcripts.telling import Teller  # noqa: E402
from visio_site.celery import app  # noqa: E402

OURS, THEIRS = "bench.queue.ours", "bench.queue.theirs"
EVERY = 40  # one before and one after: 5 %
EFFECTS = "CREATE TABLE IF NOT EXISTS bench_effect (job bigint NOT NULL)"


@app.task(name=OURS)  # type: ignore[untyped-decorator]
def ours() -> None:
    work(Tools(_no_speech, Path(settings.VAR_DIR)), perform=_perform)


def _perform(lease: Lease, desk: Desk, teller: Teller) -> None:
    """Effect and end are one transaction, while the step is ours: what `transcripts.steps` does."""
    _die_once(lease.step_id, before=True)
    with transaction.atomic():
        jobs.lock(lease)
        _leave_effect(lease.step_id)
        jobs.held(lease).update(state=Step.State.DONE, owner="", alive_until=None, lease_until=None)
    _die_once(lease.step_id, before=False)


def _no_speech(name: str) -> Speech:
    raise NotImplementedError


@app.task(name=THEIRS)  # type: ignore[untyped-decorator]
def theirs(job: int) -> None:
    _die_once(job, before=True)
    _leave_effect(job)
    _die_once(job, before=False)


def _leave_effect(job: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_effect VALUES (%s)", [job])


def _die_once(job: int, *, before: bool) -> None:
    if job % EVERY == (0 if before else EVERY // 2):
        mark = Path(settings.VAR_DIR, "queue", str(job))
        try:
            mark.touch(exist_ok=False)
        except FileExistsError:
            return
        os.kill(os.getpid(), signal.SIGKILL)
