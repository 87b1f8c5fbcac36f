"""A file that somebody brought: looked into and made into sound of ours, in a sandbox; then it is a recording.

Nothing of the original is kept: no pictures, no names of devices, no places. Killed anywhere, it begins again.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import tempfile
from datetime import datetime, time, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from accounts import audit
from meetings import actions as meeting_actions
from meetings import storage, storage_uploads
from meetings.errors import Refused
from meetings.models import Assurance, Consent, Meeting, Participation, Recording, Track
from meetings.policy import Role
from transcripts import actions as minutes_actions
from transcripts.hints import hints_of
from transcripts.imports import limits
from transcripts.imports.actions import STATEMENT, refuse
from transcripts.imports.errors import ImportRefused
from transcripts.imports.words import SPEAKER_NAME
from transcripts.models import Import
from transcripts.parameters import Parameters
from transcripts.pipeline.convert import to_opus
from transcripts.pipeline.diarize import SpeakerCount, speakers_among
from transcripts.pipeline.errors import AudioUnreadable
from transcripts.pipeline.probe import probe

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=40)  # longer than the sandbox lets anything last
MOST_ATTEMPTS = 5
State = Import.State


def check_waiting(scratch: Path) -> None:
    """Each that waits; those that another worker has are not asked for."""
    while (upload := _take()) is not None:
        try:
            if upload.attempts > MOST_ATTEMPTS:  # whoever checked it died of it
                raise ImportRefused("internal")
            _check(upload, scratch)
        except (AudioUnreadable, ImportRefused, Refused) as error:
            _refuse(upload, error)
        except (storage.StorageUnavailable, OSError) as error:
            logger.warning("import %s: not checked, %s", upload.pk, type(error).__name__)
            _later(upload)


def _take() -> Import | None:
    with transaction.atomic():
        waiting = Import.objects.to_check().select_for_update(skip_locked=True).order_by("next_try_at").first()
        if waiting is None:
            return None
        Import.objects.filter(pk=waiting.pk).update(next_try_at=Now() + LEASE, attempts=F("attempts") + 1)
        waiting.attempts += 1
        return waiting


def _later(upload: Import) -> None:
    if upload.attempts >= MOST_ATTEMPTS:
        return _refuse(upload, ImportRefused("internal"))
    Import.objects.filter(pk=upload.pk, state=State.CHECKING).update(
        next_try_at=Now() + timedelta(minutes=upload.attempts)
    )


def _refuse(upload: Import, error: Exception) -> None:
    code = str(error).replace(" ", "-") if isinstance(error, AudioUnreadable) else getattr(error, "code", "not-allowed")
    storage.delete(upload.key)
    storage.delete(upload.sound_key)
    refuse(upload, code[:40])


def _check(upload: Import, scratch: Path) -> None:
    """Raises AudioUnreadable, ImportRefused, Refused, StorageUnavailable, OSError."""
    scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="import-", dir=scratch))
    try:
        original, sound = folder / "original", folder / "sound.opus"
        storage.get_to_file(upload.key, original)
        found = probe(original)
        if found.seconds is not None:
            limits.require_time(upload, found.seconds)
        to_opus(original, sound)
        seconds = probe(sound).seconds or 0.0
        limits.require_time(upload, seconds)
        storage_uploads.put(upload.sound_key, sound, content_type="audio/ogg")
        with sound.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        track = Track(key=upload.sound_key, sha256=digest, size_bytes=sound.stat().st_size, start=0.0, duration=seconds)
        if not _keep(upload, track):
            storage.delete(upload.sound_key)  # erased meanwhile, or another worker was faster
        storage.delete(upload.key)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@transaction.atomic
def _keep(upload: Import, track: Track) -> bool:
    """A meeting that was held, with one microphone for everybody. False if it is no longer waited for."""
    locked = Import.objects.select_for_update().filter(pk=upload.pk, state=State.CHECKING).first()
    if locked is None or locked.user is None:
        return False
    recording = _make_recording(locked, track)
    Import.objects.filter(pk=locked.pk).update(state=State.READY, recording=recording, seconds=track.duration)
    audit.record("import.ready", actor=audit.SYSTEM, target=locked, seconds=round(track.duration))
    minutes_actions.request_transcription(
        recording, actor=locked.user, parameters=_parameters(locked, recording), priority=minutes_actions.LATER
    )
    return True


def _make_recording(upload: Import, track: Track) -> Recording:
    """Raises Refused where its agent may no longer create meetings."""
    assert upload.user  # noqa: S101 -- for the types
    began = timezone.make_aware(datetime.combine(upload.held_on, time(0, 0)))
    ended = began + timedelta(seconds=track.duration)
    room = meeting_actions.create_room(upload.title, actor=upload.user)
    room.closed_at = timezone.now()  # nobody meets there
    room.save(update_fields=["closed_at"])
    meeting = Meeting.objects.create(room=room, title=upload.title, started_at=began, ended_at=ended)
    recording = Recording.objects.create(
        meeting=meeting, status=Recording.Status.READY, started_by=upload.user, started_at=began, stopped_at=ended
    )
    voices = Participation.objects.create(
        meeting=meeting,
        guest_key=str(upload.pk),
        display_name=SPEAKER_NAME[upload.statement_language],
        assurance=Assurance.DECLARED,
        role=Role.GUEST,
        shared_microphone=True,
        joined_at=began,
        left_at=ended,
        seen_at=ended,
    )
    Consent.objects.create(
        recording=recording,
        participation=voices,
        choice=Consent.Choice.ACCEPTED,
        transcript=True,
        text_version=STATEMENT,
        language=upload.statement_language,
        way=Consent.Way.IMPORT,
    )
    track.recording, track.participation, track.shared_microphone = recording, voices, True
    track.source_name = track.key
    track.save(force_insert=True)
    return recording


def _parameters(upload: Import, recording: Recording) -> Parameters:
    hints = hints_of(recording)
    counted = SpeakerCount(upload.speakers, upload.speakers)
    return Parameters(
        language=upload.language or None,
        speakers=counted if upload.speakers else speakers_among(hints.names),
        hints=hints,
    )
