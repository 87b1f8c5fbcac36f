"""What a lost nudge, a dead worker or a restarted broker left lying. Safe to run at any time, and twice at once."""

from __future__ import annotations

from django.db.models import F
from django.db.models.functions import Now

from accounts import audit
from meetings.models import Recording
from transcripts import actions
from transcripts.models import Transcription
from transcripts.nudges import nudge_transcribing, wait_before_nudge

AT_ONCE = 200


def sweep() -> None:
    _request_missing()
    _revive_abandoned()
    _nudge_forgotten()


def _request_missing() -> None:
    ready = Recording.objects.filter(status=Recording.Status.READY, for_minutes=True, transcription=None)
    for recording in ready.order_by("started_at")[:AT_ONCE]:
        actions.request_transcription(recording, actor=audit.SYSTEM)


def _revive_abandoned() -> None:
    for transcription_id in list(Transcription.objects.abandoned().values_list("pk", flat=True)[:AT_ONCE]):
        actions.take_from_the_dead(transcription_id)


def _nudge_forgotten() -> None:
    for transcription in Transcription.objects.forgotten().order_by("nudge_at")[:AT_ONCE]:
        mine = Transcription.objects.forgotten().filter(pk=transcription.pk)
        wait = wait_before_nudge(transcription.nudges + 1)
        if mine.update(nudges=F("nudges") + 1, nudge_at=Now() + wait):
            nudge_transcribing(transcription.pk)
