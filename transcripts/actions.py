"""The verbs of minutes: each writes in one transaction, leaves its audit row, and tells on commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts import audit
from accounts.audit import Actor
from accounts.models import User
from meetings import ceilings
from meetings.errors import NotAllowed
from meetings.models import Recording, Track
from transcripts import events, jobs
from transcripts.errors import INTERRUPTED, NotFailed
from transcripts.jobs import Lease
from transcripts.lines import Line
from transcripts.models import Segment, TrackWords, Transcription
from transcripts.nudges import nudge_transcribing, wait_before_nudge

State = Transcription.State
_NO_LEASE = {"lease_owner": "", "lease_until": None}
_BATCH = 500


@transaction.atomic
def request_transcription(recording: Recording, *, actor: Actor) -> Transcription:
    """Ask for the minutes of a READY recording. Asking again gives the same row, and changes nothing."""
    transcription, is_new = Transcription.objects.get_or_create(
        recording=recording,
        defaults={"tracks_total": recording.tracks.count(), "nudge_at": timezone.now() + wait_before_nudge(0)},
    )
    if is_new:
        audit.record("minutes.requested", actor=actor, target=transcription)
        events.publish(recording.pk)
        _nudge(transcription.pk)
    return transcription


@transaction.atomic
def retry(transcription: Transcription, *, actor: User) -> None:
    """Begin again what has failed; tracks already heard are not heard again. Raises NotAllowed, NotFailed."""
    if not may_retry(transcription.recording, actor):
        raise NotAllowed("retry")
    failed = Transcription.objects.filter(pk=transcription.pk, state=State.FAILED)
    if not failed.update(attempts=0, failure="", finished_at=None, **_queued()):
        raise NotFailed
    audit.record("minutes.retried", actor=actor, target=transcription)
    events.publish(transcription.recording_id)
    _nudge(transcription.pk)


def may_retry(recording: Recording, user: User) -> bool:
    return ceilings.organises(recording.meeting.room, user)


@transaction.atomic
def begin_tracks(lease: Lease, *, total: int, done: int, model_name: str, model_card: dict[str, object]) -> None:
    """Raises LeaseLost."""
    transcription = jobs.lock(lease)
    jobs.held(lease).update(
        tracks_total=total,
        tracks_done=done,
        model_name=model_name,
        model_card=model_card,
    )
    events.publish(transcription.recording_id)


@transaction.atomic
def store_track(lease: Lease, track: Track, speech: dict[str, object]) -> None:
    """Keep what was heard on a track, so that it is never heard twice. Raises LeaseLost."""
    transcription = jobs.lock(lease)
    TrackWords.objects.get_or_create(transcription=transcription, track=track, defaults={"speech": speech})
    jobs.held(lease).update(tracks_done=transcription.track_words.count())
    events.publish(transcription.recording_id)


def note_progress(lease: Lease, recording_id: UUID, share: float) -> None:
    """The share of the whole work that is done, 0 to 1."""
    if jobs.held(lease).update(progress=min(max(share, 0.0), 1.0)):
        events.publish(recording_id)


@transaction.atomic
def store_minutes(lease: Lease, lines: Sequence[Line]) -> None:
    """The lines, all or none, in place of any there were; the checkpoints have served. Raises LeaseLost."""
    transcription = jobs.lock(lease)
    transcription.segments.all().delete()
    segments = (_segment(transcription, index, line) for index, line in enumerate(lines))
    Segment.objects.bulk_create(segments, batch_size=_BATCH)
    transcription.track_words.all().delete()
    jobs.held(lease).update(state=State.DONE, progress=1.0, failure="", finished_at=Now(), **_NO_LEASE)
    audit.record(
        "minutes.stored",
        actor=audit.SYSTEM,
        target=transcription,
        lines=len(lines),
        attempt=lease.attempt,
        model=transcription.model_name,
    )
    events.publish(transcription.recording_id)


def _segment(transcription: Transcription, index: int, line: Line) -> Segment:
    return Segment(
        transcription=transcription,
        index=index,
        start=line.start,
        end=line.end,
        track_id=line.track_id,
        participation_id=line.participation_id,
        speaker_name=line.speaker_name,
        assurance=line.assurance,
        voice=line.voice,
        text=line.text,
        words=[asdict(word) for word in line.words],
    )


@transaction.atomic
def fail(lease: Lease, code: str) -> None:
    """Trying again would end in the same way. Raises LeaseLost."""
    _fail(jobs.lock(lease), code)


@transaction.atomic
def give_back(lease: Lease, code: str) -> None:
    """This attempt went wrong, the next one may not: queue again, or fail if it was the last. Raises LeaseLost."""
    transcription = jobs.lock(lease)
    if transcription.attempts >= transcription.max_attempts:
        return _fail(transcription, code)
    _requeue(transcription)


@transaction.atomic
def take_from_the_dead(transcription_id: UUID) -> None:
    """The lease has run out: wake another worker at once, or fail if this was the last attempt."""
    abandoned = Transcription.objects.abandoned().select_for_update(skip_locked=True)
    transcription = abandoned.filter(pk=transcription_id).first()
    if transcription is None:
        return
    if transcription.attempts >= transcription.max_attempts:
        return _fail(transcription, INTERRUPTED)
    _requeue(transcription)
    _nudge(transcription.pk)


def _requeue(transcription: Transcription) -> None:
    """The caller holds the row's lock."""
    Transcription.objects.filter(pk=transcription.pk).update(**_queued())
    events.publish(transcription.recording_id)


def _queued() -> dict[str, Any]:
    return {"state": State.QUEUED, "nudges": 0, "nudge_at": Now() + wait_before_nudge(0), **_NO_LEASE}


def _fail(transcription: Transcription, code: str) -> None:
    """The caller holds the row's lock."""
    Transcription.objects.filter(pk=transcription.pk).update(
        state=State.FAILED, failure=code, finished_at=Now(), **_NO_LEASE
    )
    audit.record("minutes.failed", actor=audit.SYSTEM, target=transcription, code=code)
    events.publish(transcription.recording_id)


def _nudge(transcription_id: UUID) -> None:
    transaction.on_commit(lambda: nudge_transcribing(transcription_id))
