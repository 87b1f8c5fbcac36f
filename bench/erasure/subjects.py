"""People to be erased: each with the same meetings, lines, voice and remarks, whatever else there is."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from meetings import storage_uploads
from meetings.models import Consent, Meeting, Participation, Recording, Room, Track
from transcripts.models import Segment, Transcription

MEETINGS = 5
LINES = 20  # of theirs in each meeting, and as many of somebody else
VOICE = b"voice" * 2000


def make(person: User, organiser: User) -> None:
    for number in range(MEETINGS):
        _meet(person, organiser, number)


def _meet(person: User, organiser: User, number: int) -> None:
    assert organiser.institution
    start = timezone.now() - timedelta(days=number + 1)
    room = Room.objects.create(title="Point", organiser=organiser, institution=organiser.institution)
    meeting = Meeting.objects.create(room=room, title="Point", started_at=start, ended_at=start + timedelta(hours=1))
    recording = Recording.objects.create(
        meeting=meeting, status=Recording.Status.READY, started_at=start, stopped_at=meeting.ended_at
    )
    transcription = Transcription.objects.create(recording=recording, state=Transcription.State.DONE, version=1)
    lines = []
    for place, user in enumerate((person, organiser)):
        there = Participation.objects.create(
            meeting=meeting,
            user=user,
            display_name=user.get_full_name(),
            assurance="verified",
            role="agent",
            joined_at=start,
            seen_at=start,
        )
        Consent.objects.create(
            recording=recording, participation=there, choice="accepted", transcript=True, text_version="bench"
        )
        track = Track.objects.create(
            recording=recording,
            participation=there,
            source_name=str(there.pk),
            key=f"recordings/{recording.pk}/{there.pk}.opus",
            sha256=hashlib.sha256(VOICE).hexdigest(),
            size_bytes=len(VOICE),
            start=0.0,
            duration=3600.0,
        )
        storage_uploads.put(track.key, VOICE, content_type="audio/ogg")
        lines += [_line(transcription, track, there, 2 * index + place) for index in range(LINES)]
    Segment.objects.bulk_create(lines)


def _line(transcription: Transcription, track: Track, there: Participation, index: int) -> Segment:
    return Segment(
        transcription=transcription,
        index=index,
        start=5.0 * index,
        end=5.0 * index + 4,
        track=track,
        participation=there,
        speaker_name=there.display_name,
        assurance="verified",
        text="Nous avons voté la décision sur le budget de l’année prochaine.",
    )
