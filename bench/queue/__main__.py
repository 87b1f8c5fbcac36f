"""What it costs that no job is lost or done twice: Visio's queue of steps beside plain Celery `delay`.

JOBS jobs that do nothing but leave a row, two worker processes, five of a hundred jobs kill the worker that does them.
Plain Celery acknowledges late and takes back what a killed worker had: what is done and not acknowledged is done twice
there, which is the control of the counting.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Institution, User  # noqa: E402
from bench.queue.app import EFFECTS, OURS, THEIRS  # noqa: E402
from bench.report import FEWEST_RUNS, Report, Void, quartiles, ratios, report, say, scaled  # noqa: E402
from meetings.models import Meeting, Recording, Room  # noqa: E402
from transcripts.models import Step, Transcription  # noqa: E402
from visio_site.celery import app  # noqa: E402

JOBS = 2000
INSTITUTIONS = 10
PROCESSES = 2
LONGEST_S = 600.0
QUEUE = "bench"


@dataclass(frozen=True, slots=True)
class Run:
    per_s: float
    lost: int
    doubled: int


async def measure() -> Report:
    return await asyncio.to_thread(_measure)


def _measure() -> Report:
    jobs = scaled(JOBS, least=100)
    call_command("migrate", verbosity=0)
    our: list[Run] = []
    their: list[Run] = []
    with _workers():
        for number in range(FEWEST_RUNS):
            our.append(_run(_ask_ours, jobs))
            their.append(_run(_ask_theirs, jobs))
            say(f"{number + 1}/{FEWEST_RUNS}: {our[-1].per_s:.0f} jobs/s, plain Celery {their[-1].per_s:.0f}")
    if not any(run.doubled for run in their):
        raise Void("plain Celery did nothing twice: no worker was killed, or effects are not counted")
    shares = ratios([run.per_s for run in our], [run.per_s for run in their])
    return Report(
        bench="queue",
        figures={
            "throughput_ratio": median(shares),
            "lost": sum(run.lost for run in our),
            "doubled_effects": sum(run.doubled for run in our),
        },
        spread={"throughput_ratio": quartiles(shares)},
        runs=FEWEST_RUNS,
        information={
            "jobs_per_s": median(run.per_s for run in our),
            "celery_jobs_per_s": median(run.per_s for run in their),
            "celery_lost": sum(run.lost for run in their),
            "celery_doubled_effects": sum(run.doubled for run in their),
        },
    )


def _run(ask: Callable[[int], list[int]], count: int) -> Run:
    shutil.rmtree(settings.VAR_DIR / "queue", ignore_errors=True)
    (settings.VAR_DIR / "queue").mkdir(parents=True)
    with connection.cursor() as cursor:
        cursor.execute(EFFECTS)
        cursor.execute("TRUNCATE bench_effect")
    Step.objects.all().delete()
    began = time.monotonic()
    jobs = ask(count)
    while len(_effects()) < count and time.monotonic() - began < LONGEST_S:
        time.sleep(0.1)
    lasted = time.monotonic() - began
    time.sleep(2.0)  # for what is done twice
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bench_effect")
        [total] = cursor.fetchone() or [0]
    done = _effects()
    return Run(count / lasted, len(set(jobs) - done), total - len(done))


def _effects() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT job FROM bench_effect")
        return {job for (job,) in cursor.fetchall()}


def _ask_ours(count: int) -> list[int]:
    """A row and a message for each job."""
    parents = _transcriptions()
    asked = []
    for number in range(count):
        parent = parents[number % INSTITUTIONS]
        step = Step.objects.create(
            transcription=parent,
            kind=Step.Kind.CHUNK,
            number=number,
            institution_id=parent.recording.meeting.room.institution_id,
        )
        app.send_task(OURS, queue=QUEUE)
        asked.append(step.pk)
    return asked


def _ask_theirs(count: int) -> list[int]:
    for number in range(count):
        app.send_task(THEIRS, args=[number], queue=QUEUE)
    return list(range(count))


def _transcriptions() -> list[Transcription]:
    found = list(Transcription.objects.select_related("recording__meeting__room"))
    for number in range(len(found), INSTITUTIONS):
        institution = Institution.objects.create(siret=f"{number:014d}", label=f"Institution {number}")
        agent = User.objects.create(sub=f"bench-{number}", institution=institution)
        room = Room.objects.create(title="", organiser=agent, institution=institution)
        meeting = Meeting.objects.create(room=room, title="", node="n1", started_at=timezone.now())
        recording = Recording.objects.create(meeting=meeting, status="ready", started_at=timezone.now())
        found.append(Transcription.objects.create(recording=recording, state="running"))
    return found


@contextmanager
def _workers() -> Iterator[None]:
    """Of their own: those of Visio would take the steps."""
    command = [sys.executable, "-m", "celery", "-A", "bench.queue.app", "worker", "-Q", QUEUE, "-n", "bench@visio"]
    options = ["-c", str(PROCESSES), "--without-gossip", "--without-mingle", "--loglevel=CRITICAL"]
    workers = subprocess.Popen(command + options, stdout=sys.stderr)
    try:
        time.sleep(5.0)
        yield
    finally:
        workers.terminate()
        workers.wait()


if __name__ == "__main__":
    sys.exit(report(measure))
