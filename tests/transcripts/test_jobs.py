from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts import audit
from tests.transcripts.conftest import Held
from transcripts import actions, jobs, steps
from transcripts.errors import LeaseLost
from transcripts.jobs import Lease
from transcripts.models import Step, Transcription
from transcripts.pipeline.chunks import WINDOW_S, WINDOWS_IN_CHUNK
from transcripts.turns import claim


@pytest.fixture
def queued(held: Held) -> Transcription:
    """A job of one step."""
    held.bilal.delete()
    return actions.request_transcription(held.recording, actor=audit.SYSTEM)


def claimed(transcription: Transcription) -> Lease:
    lease = claim(job=transcription.pk)
    assert lease
    return lease


def expire(transcription: Transcription) -> None:
    """Its worker was killed, and the sweep has seen it."""
    past = timezone.now() - timedelta(seconds=1)
    transcription.steps.filter(state="running").update(alive_until=past)
    for step in Step.objects.abandoned():
        actions.take_from_the_dead(step.pk)


def test_claimed_job_is_taken_until_its_lease_runs_out(queued: Transcription) -> None:
    first = claimed(queued)
    assert claim(job=queued.pk) is None
    expire(queued)
    second = claimed(queued)
    assert (first.attempt, second.attempt) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_one_of_many_workers_gets_the_job(queued: Transcription) -> None:
    gate = threading.Barrier(8)
    leases: list[Lease | None] = []

    def work() -> None:
        gate.wait()
        leases.append(claim(job=queued.pk))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(leases) == 8
    assert sum(lease is not None for lease in leases) == 1


WRITES: list[Callable[[Lease], object]] = [
    lambda lease: steps.finish_plan(lease, "late", {}, [1.0]),
    lambda lease: steps.finish_chunk(lease, "late", {}),
    lambda lease: steps.redo(lease, []),
    lambda lease: steps.store_minutes(lease, []),
    lambda lease: steps.fail(lease, "late"),
    lambda lease: steps.give_back(lease, "late"),
]


@pytest.mark.parametrize("write", WRITES, ids=["plan", "chunk", "redo", "store", "fail", "give back"])
def test_late_worker_writes_nothing(queued: Transcription, write: Callable[[Lease], object]) -> None:
    late = claimed(queued)
    expire(queued)
    current = claimed(queued)
    before = list(Transcription.objects.values()), list(Step.objects.values())
    with pytest.raises(LeaseLost):
        write(late)
    assert before == (list(Transcription.objects.values()), list(Step.objects.values()))
    assert jobs.held(current).exists()


def test_late_worker_moves_no_bar(queued: Transcription) -> None:
    late = claimed(queued)
    expire(queued)
    claimed(queued)
    assert not steps.note_progress(late, 0.9)
    queued.refresh_from_db()
    assert queued.progress == 0.0


def test_heartbeat_says_that_the_worker_lives_and_progress_that_it_does_not_hang(queued: Transcription) -> None:
    lease = claimed(queued)
    soon = timezone.now() + timedelta(seconds=2)
    Step.objects.update(alive_until=soon, lease_until=soon)
    assert jobs.beat(lease)
    step = Step.objects.get()
    assert step.alive_until
    assert step.alive_until > timezone.now() + timedelta(seconds=20)
    assert step.lease_until == soon
    assert steps.note_progress(lease, 0.5)
    step.refresh_from_db()
    assert step.lease_until
    assert step.lease_until > timezone.now() + timedelta(minutes=15)
    expire(queued)
    claimed(queued)
    assert not jobs.beat(lease)


def test_worker_that_beats_without_progress_hangs_and_loses_its_step(queued: Transcription) -> None:
    lease = claimed(queued)
    Step.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert not jobs.beat(lease)
    assert Step.objects.abandoned().count() == 1


@pytest.mark.django_db(transaction=True)
def test_process_that_hangs_ends(queued: Transcription, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    monkeypatch.setattr(jobs, "BEAT_EVERY_S", 0.02)
    monkeypatch.setattr(jobs, "HUNG_S", 0.05)
    monkeypatch.setattr(jobs, "end_process", ended.set)
    lease = claimed(queued)
    Step.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    with jobs.keep_alive(lease):
        assert ended.wait(5)


def test_chunk_is_shorter_than_the_visibility_timeout_which_is_shorter_than_a_lease() -> None:
    """A chunk of large-v3-turbo takes 1.5 times its speech on one core, as measured."""
    chunk_s = WINDOW_S * WINDOWS_IN_CHUNK
    visibility_s = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    assert 1.5 * chunk_s < visibility_s <= jobs.LEASE.total_seconds()


@pytest.mark.django_db(transaction=True)
def test_heart_beats_beside_the_work_and_tells_when_the_job_is_lost(
    queued: Transcription, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BEAT_EVERY_S", 0.05)
    lease = claimed(queued)
    Step.objects.update(alive_until=timezone.now())
    with jobs.keep_alive(lease) as lost:
        assert not lost.wait(0.3)
        assert not Step.objects.abandoned().exists()
        Step.objects.update(owner="somebody else")
        assert lost.wait(2)


def test_job_that_nobody_has_is_not_claimed(queued: Transcription) -> None:
    assert claim(job=UUID(int=0)) is None
