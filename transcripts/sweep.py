"""What a lost nudge, a dead worker or a restarted broker left lying. Safe to run at any time, and twice at once."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts import audit
from meetings.models import Recording
from transcripts import actions
from transcripts.models import Step, Transcription
from transcripts.nudges import MOST_AT_ONCE, messages_waiting, wake_workers

AT_ONCE = 200
State = Transcription.State


def sweep() -> None:
    _request_missing()
    _begin_forgotten()
    _revive_abandoned()
    _wake()


def _request_missing() -> None:
    ready = Recording.objects.filter(
        status=Recording.Status.READY, for_minutes=True, transcription=None, sound_erased_at=None, words_erased_at=None
    )
    for recording in ready.order_by("started_at")[:AT_ONCE]:
        actions.request_transcription(recording, actor=audit.SYSTEM)


def _begin_forgotten() -> None:
    """Jobs without a step to do: of an older version of Visio, or whose last track went away."""
    undone = Step.objects.filter(transcription=OuterRef("pk")).exclude(state=Step.State.DONE)
    without = Transcription.objects.filter(~Exists(undone), state__in=[State.QUEUED, State.RUNNING])
    for job in list(without.values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            transcription = without.select_for_update(skip_locked=True).filter(pk=job).first()
            if transcription is not None:
                actions.begin(transcription)


def _revive_abandoned() -> None:
    for step_id in list(Step.objects.abandoned().values_list("pk", flat=True)[:AT_ONCE]):
        actions.take_from_the_dead(step_id)


def _wake() -> None:
    """For steps that nobody was woken for; none if workers have messages left to take."""
    ready = len(Step.objects.ready().values_list("pk", flat=True)[:MOST_AT_ONCE])
    if ready:
        wake_workers(ready - messages_waiting())
