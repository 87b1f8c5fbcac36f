from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts import audit
from accounts.models import AuditEntry
from meetings.models import Recording
from meetings.signals import recording_ready
from tests.transcripts.conftest import Held
from transcripts import actions, jobs, nudges
from transcripts.models import Transcription
from transcripts.sweep import sweep
from transcripts.tasks import sweep_transcriptions

State = Transcription.State


@pytest.fixture
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the transcriptions for which a worker was woken."""
    sent: list[str] = []

    class Broker:
        def send_task(self, name: str, args: list[str]) -> None:
            assert name == nudges.TASK
            sent.extend(args)

    monkeypatch.setattr(nudges, "current_app", Broker())
    return sent


def test_ready_recording_asks_for_its_minutes_once(
    held: Held, nudged: list[str], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        recording_ready.send(sender=Recording, recording=held.recording)
        recording_ready.send(sender=Recording, recording=held.recording)
    transcription = Transcription.objects.get()
    assert nudged == [str(transcription.pk)]
    assert (transcription.recording, transcription.tracks_total) == (held.recording, 2)
    assert AuditEntry.objects.get(verb="minutes.requested").actor_kind == "system"


def test_ready_recording_whose_signal_was_lost_is_found(
    held: Held, nudged: list[str], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        sweep_transcriptions()
    assert nudged == [str(Transcription.objects.get().pk)]


@pytest.mark.parametrize("status", [Recording.Status.ACTIVE, Recording.Status.STOPPING, Recording.Status.FAILED])
def test_recording_that_is_not_ready_is_left_alone(held: Held, nudged: list[str], status: str) -> None:
    Recording.objects.update(status=status)
    sweep()
    assert not Transcription.objects.exists()


def test_lost_nudge_is_sent_again_less_and_less_often(held: Held, nudged: list[str]) -> None:
    transcription = actions.request_transcription(held.recording, actor=audit.SYSTEM)
    sweep()
    assert nudged == []
    waits = []
    for _ in range(8):
        Transcription.objects.update(nudge_at=timezone.now())
        sweep()
        transcription.refresh_from_db()
        waits.append(round((transcription.nudge_at - timezone.now()).total_seconds()))
    assert nudged == [str(transcription.pk)] * 8
    assert waits == [30, 60, 120, 240, 480, 600, 600, 600]


def test_job_of_a_dead_worker_is_queued_again_at_once(
    held: Held, nudged: list[str], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    transcription = actions.request_transcription(held.recording, actor=audit.SYSTEM)
    jobs.claim(transcription.pk)
    sweep()
    transcription.refresh_from_db()
    assert transcription.state == State.RUNNING
    Transcription.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        sweep()
    transcription.refresh_from_db()
    assert (transcription.state, transcription.lease_owner) == (State.QUEUED, "")
    assert nudged == [str(transcription.pk)]


def test_job_that_kills_every_worker_fails_with_a_code(held: Held, nudged: list[str]) -> None:
    transcription = actions.request_transcription(held.recording, actor=audit.SYSTEM)
    for _ in range(transcription.max_attempts):
        assert jobs.claim(transcription.pk)
        Transcription.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        sweep()
    transcription.refresh_from_db()
    assert (transcription.state, transcription.failure) == (State.FAILED, "interrupted")
    assert AuditEntry.objects.get(verb="minutes.failed").details == {"code": "interrupted"}
    sweep()
    assert jobs.claim(transcription.pk) is None


def test_silent_broker_loses_a_nudge_and_nothing_else(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def send_task(self, name: str, args: list[str]) -> None:
            raise OperationalError

    monkeypatch.setattr(nudges, "current_app", Broken())
    transcription = actions.request_transcription(held.recording, actor=audit.SYSTEM)
    Transcription.objects.update(nudge_at=timezone.now())
    sweep()
    transcription.refresh_from_db()
    assert (transcription.state, transcription.nudges) == (State.QUEUED, 1)
