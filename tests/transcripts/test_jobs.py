from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from accounts import audit
from tests.transcripts.conftest import Held
from transcripts import actions, jobs
from transcripts.errors import LeaseLost
from transcripts.jobs import Lease
from transcripts.models import Transcription


@pytest.fixture
def queued(held: Held) -> Transcription:
    return actions.request_transcription(held.recording, actor=audit.SYSTEM)


def claimed(transcription: Transcription) -> Lease:
    lease = jobs.claim(transcription.pk)
    assert lease
    return lease


def expire(transcription: Transcription) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Transcription.objects.filter(pk=transcription.pk).update(lease_until=past)


def test_claimed_job_is_taken_until_its_lease_runs_out(queued: Transcription) -> None:
    first = claimed(queued)
    assert jobs.claim(queued.pk) is None
    expire(queued)
    second = claimed(queued)
    assert (first.attempt, second.attempt) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_one_of_many_workers_gets_the_job(queued: Transcription) -> None:
    gate = threading.Barrier(8)
    leases: list[Lease | None] = []

    def work() -> None:
        gate.wait()
        leases.append(jobs.claim(queued.pk))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(leases) == 8
    assert sum(lease is not None for lease in leases) == 1


WRITES: list[Callable[[Lease], object]] = [
    lambda lease: actions.begin_tracks(lease, total=9, done=9, model_name="late", model_card={}),
    lambda lease: actions.store_minutes(lease, []),
    lambda lease: actions.fail(lease, "late"),
    lambda lease: actions.give_back(lease, "late"),
]


@pytest.mark.parametrize("write", WRITES, ids=["begin", "store", "fail", "give back"])
def test_late_worker_writes_nothing(queued: Transcription, write: Callable[[Lease], object]) -> None:
    late = claimed(queued)
    expire(queued)
    current = claimed(queued)
    before = Transcription.objects.values().get(pk=queued.pk)
    with pytest.raises(LeaseLost):
        write(late)
    assert Transcription.objects.values().get(pk=queued.pk) == before
    assert jobs.held(current).exists()


def test_late_worker_keeps_no_track_and_moves_no_bar(queued: Transcription, held: Held) -> None:
    late = claimed(queued)
    expire(queued)
    claimed(queued)
    with pytest.raises(LeaseLost):
        actions.store_track(late, held.claire, {"words": []})
    actions.note_progress(late, held.recording.pk, 0.9)
    queued.refresh_from_db()
    assert (queued.progress, queued.track_words.count()) == (0.0, 0)


def test_renewed_lease_runs_longer_and_a_lost_one_is_not_renewed(queued: Transcription) -> None:
    lease = claimed(queued)
    Transcription.objects.filter(pk=queued.pk).update(lease_until=timezone.now() + timedelta(seconds=2))
    assert jobs.renew(lease)
    queued.refresh_from_db()
    assert queued.lease_until
    assert queued.lease_until > timezone.now() + timedelta(seconds=20)
    expire(queued)
    claimed(queued)
    assert not jobs.renew(lease)


@pytest.mark.django_db(transaction=True)
def test_heart_beats_beside_the_work_and_tells_when_the_job_is_lost(
    queued: Transcription, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "RENEW_EVERY_S", 0.05)
    lease = claimed(queued)
    expire(queued)
    with jobs.keep_alive(lease) as lost:
        assert not lost.wait(0.3)
        assert not Transcription.objects.abandoned().exists()
        Transcription.objects.filter(pk=queued.pk).update(lease_owner="somebody else")
        assert lost.wait(2)


def test_unknown_and_worn_out_jobs_are_not_claimed(queued: Transcription) -> None:
    assert jobs.claim(UUID(int=0)) is None
    Transcription.objects.filter(pk=queued.pk).update(attempts=5)
    assert jobs.claim(queued.pk) is None
