from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts import audit
from accounts.models import AuditEntry
from meetings.models import Recording
from meetings.signals import recording_ready
from tests.fakes.broker import FakeBroker
from tests.transcripts.conftest import Held
from transcripts import actions, jobs, nudges, sweep
from transcripts.models import Step, Transcription
from transcripts.sweep import sweep as sweep_now
from transcripts.tasks import sweep_transcriptions
from transcripts.turns import claim

State = Transcription.State


def test_ready_recording_asks_for_its_minutes_once(
    held: Held, broker: FakeBroker, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        recording_ready.send(sender=Recording, recording=held.recording)
        recording_ready.send(sender=Recording, recording=held.recording)
    transcription = Transcription.objects.get()
    assert broker.sent == [nudges.TASK] * 2  # a worker for each track
    assert (transcription.recording, transcription.steps_total) == (held.recording, 3)
    assert AuditEntry.objects.get(verb="minutes.requested").actor_kind == "system"


def test_ready_recording_whose_signal_was_lost_is_found(
    held: Held, broker: FakeBroker, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        sweep_transcriptions()
    assert Transcription.objects.count() == 1
    assert broker.sent


@pytest.mark.parametrize("status", [Recording.Status.ACTIVE, Recording.Status.STOPPING, Recording.Status.FAILED])
def test_recording_that_is_not_ready_is_left_alone(held: Held, broker: FakeBroker, status: str) -> None:
    Recording.objects.update(status=status)
    sweep_now()
    assert not Transcription.objects.exists()
    assert broker.sent == []


def test_lost_nudges_are_sent_again_where_workers_have_no_message_left(
    held: Held, broker: FakeBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis was flushed: the rows know."""
    actions.request_transcription(held.recording, actor=audit.SYSTEM)
    broker.sent.clear()
    sweep_now()
    assert broker.sent == [nudges.TASK] * 2
    monkeypatch.setattr(sweep, "messages_waiting", lambda: 2)
    sweep_now()
    assert broker.sent == [nudges.TASK] * 2


def test_job_of_an_older_version_has_its_steps_laid_out(held: Held, broker: FakeBroker) -> None:
    transcription = Transcription.objects.create(recording=held.recording, state=State.RUNNING)
    sweep_now()
    assert list(transcription.steps.values_list("kind", "state")) == [("plan", "waiting")] * 2


def test_step_of_a_dead_worker_waits_again_at_once(
    held: Held, broker: FakeBroker, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    actions.request_transcription(held.recording, actor=audit.SYSTEM)
    lease = claim()
    assert lease
    sweep_now()
    assert jobs.held(lease).exists()
    Step.objects.filter(pk=lease.step_id).update(alive_until=timezone.now() - timedelta(seconds=1))
    broker.sent.clear()
    with django_capture_on_commit_callbacks(execute=True):
        sweep_now()
    step = Step.objects.get(pk=lease.step_id)
    assert (step.state, step.owner, step.attempts) == (Step.State.WAITING, "", 1)
    assert broker.sent


def test_step_that_kills_every_worker_fails_its_job_with_a_code(held: Held, broker: FakeBroker) -> None:
    held.bilal.delete()
    transcription = actions.request_transcription(held.recording, actor=audit.SYSTEM)
    for _ in range(jobs.MOST_ATTEMPTS):
        assert claim()
        Step.objects.update(alive_until=timezone.now() - timedelta(seconds=1))
        sweep_now()
    transcription.refresh_from_db()
    assert (transcription.state, transcription.failure) == (State.FAILED, "interrupted")
    assert AuditEntry.objects.get(verb="minutes.failed").details == {"code": "interrupted"}
    sweep_now()
    assert claim() is None


def test_silent_broker_loses_nudges_and_nothing_else(
    held: Held, broker: FakeBroker, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    broker.is_away = True
    with django_capture_on_commit_callbacks(execute=True):
        transcription = actions.request_transcription(held.recording, actor=audit.SYSTEM)
        sweep_now()
    transcription.refresh_from_db()
    assert transcription.state == State.QUEUED
    assert claim()
