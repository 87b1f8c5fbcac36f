"""The cast of all tests, as rows: Claire (organiser), Bilal (agent), Chen (outsider), Dora (DPO)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from accounts import audit
from accounts.models import Institution, User
from meetings import actions, consents
from meetings.models import Assurance, Consent, Meeting, Participation, Recording, Room, Track
from meetings.policy import Role
from transcripts import actions as minutes_actions
from transcripts import steps, turns
from transcripts.jobs import Lease
from transcripts.lines import attribute
from transcripts.models import Transcription
from transcripts.pipeline.speech import Utterance, Word

CAST = {
    "claire": ("Claire", "Fontaine", "13002526500013", "DINUM"),
    "bilal": ("Bilal", "Mercier", "13002526500013", "DINUM"),
    "chen": ("Chen", "Garnier", "18008901303720", "CNRS"),
    "dora": ("Dora", "Petit", "13002526500013", "DINUM"),
}


def make_agent(name: str) -> User:
    given_name, usual_name, siret, label = CAST[name]
    institution, _ = Institution.objects.get_or_create(siret=siret, defaults={"label": label})
    user, _ = User.objects.get_or_create(
        sub=f"sub-{name}",
        defaults={
            "given_name": given_name,
            "usual_name": usual_name,
            "email": f"{name}@example.gouv.fr",
            "institution": institution,
        },
    )
    return user


def make_room(organiser: User, title: str = "Point hebdomadaire") -> Room:
    return actions.create_room(title, actor=organiser)


# A meeting that is over, as if it had been held: rows without sockets, Janus or files.
HELD_AT = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
HELD_FOR = timedelta(minutes=30)


def make_meeting(room: Room, *, started_at: datetime = HELD_AT) -> Meeting:
    ended_at = started_at + HELD_FOR
    return Meeting.objects.create(room=room, title=room.title, node="n1", started_at=started_at, ended_at=ended_at)


def make_participation(meeting: Meeting, who: User | str, *, shared_microphone: bool = False) -> Participation:
    """Of an agent, or of a guest by the name that they give."""
    user = who if isinstance(who, User) else None
    is_organiser = user == meeting.room.organiser
    return Participation.objects.create(
        meeting=meeting,
        user=user,
        guest_key="" if user else f"key-{who}"[:40],
        display_name=who.get_full_name() if isinstance(who, User) else who,
        institution_label=str(user.institution) if user else "",
        assurance=Assurance.VERIFIED if user else Assurance.DECLARED,
        role=Role.ORGANISER if is_organiser else Role.AGENT if user else Role.GUEST,
        shared_microphone=shared_microphone,
        joined_at=meeting.started_at,
        left_at=meeting.ended_at,
        seen_at=meeting.started_at,
    )


def make_recording(meeting: Meeting, *, status: str = Recording.Status.READY) -> Recording:
    stopped_at = None if status == Recording.Status.ACTIVE else meeting.started_at + HELD_FOR
    started_at = meeting.started_at + timedelta(minutes=1)
    return Recording.objects.create(meeting=meeting, status=status, started_at=started_at, stopped_at=stopped_at)


def make_consent(participation: Participation, recording: Recording, choice: str) -> Consent:
    return Consent.objects.create(
        recording=recording,
        participation=participation,
        choice=choice,
        transcript=choice == Consent.Choice.ACCEPTED,
        text_version=consents.TEXT_VERSION,
    )


def make_track(
    participation: Participation,
    recording: Recording,
    *,
    start: float = 0.0,
    duration: float = 60.0,
    content: bytes = b"",
) -> Track:
    """Of somebody who agreed. `content` is what the object store would hold."""
    make_consent(participation, recording, Consent.Choice.ACCEPTED)
    name = f"{participation.pk}.{recording.tracks.count()}.mjr"
    return Track.objects.create(
        recording=recording,
        participation=participation,
        source_name=name,
        key=f"recordings/{recording.pk}/{name}.opus",
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        start=start,
        duration=duration,
        shared_microphone=participation.shared_microphone,
    )


def hold_join(transcription: Transcription) -> Lease:
    """The last step of a job, as if all others were done."""
    transcription.steps.all().delete()
    minutes_actions.note_steps(transcription)
    lease = turns.claim(job=transcription.pk)
    assert lease
    return lease


def make_minutes(recording: Recording, said: Sequence[tuple[Track, float, str]]) -> Transcription:
    """Minutes of what was `said`: (track, seconds from the start of the recording, sentence)."""
    transcription = minutes_actions.request_transcription(recording, actor=audit.SYSTEM)
    lease = hold_join(transcription)
    card = {"name": "demo", "demonstration": True, "description": {"fr": "670 mots.", "en": "670 words."}}
    heard = [
        Utterance(start, start + 2.0, str(track.pk), text, (Word(start, start + 2.0, text),))
        for track, start, text in said
    ]
    lines = attribute(heard, list(recording.tracks.select_related("participation")))
    steps.store_minutes(lease, lines, model_name="demo", model_card=card)
    return Transcription.objects.get(pk=transcription.pk)
