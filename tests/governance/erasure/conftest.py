"""One person whose name, words and voice are like nobody's, in every place where a person can be; and the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from governance.models import Access
from meetings import storage, storage_uploads
from meetings.captions import lines as captions
from meetings.models import (
    ChatMessage,
    Invitation,
    Knock,
    Meeting,
    Participation,
    Recording,
    RecordingShare,
    Room,
    Series,
    Track,
    TrackLevels,
)
from meetings.recordings import manifest
from tests.accounts.local_cast import give
from tests.cast import (
    make_consent,
    make_meeting,
    make_minutes,
    make_participation,
    make_recording,
    make_room,
    make_track,
)
from transcripts.corrections import actions as corrections
from transcripts.models import Comment, GlossaryTerm, Item, ItemLine, Transcription

FIRST, LAST = "Zéphyrine", "Quetzalcoatlus"
NAME = f"{FIRST} {LAST}"
EMAIL = "zq.unique@rare-domain.example"
WORD = "xylopolyphonie"
VOICE = "VOICEBYTES-9f3a77"
GUEST = "Wolfgangamède Pterodaustro"
TRACES = (FIRST, LAST, EMAIL, WORD, VOICE, GUEST)


@pytest.fixture
def dpo(dora: User) -> User:
    assert dora.institution
    give(dora, "dpo", dora.institution)
    return dora


@pytest.fixture
def store() -> Iterator[None]:
    """Empty before and after."""
    _empty()
    yield
    _empty()


def _empty() -> None:
    for folder in ("recordings/", "imports/", "tombstones/"):
        storage.erase(folder)


@dataclass(frozen=True, slots=True)
class Scene:
    person: User
    participation: Participation
    recording: Recording
    track: Track
    other: Track
    transcription: Transcription
    as_guest: Participation


@pytest.fixture
def redis_cache(settings: Any) -> None:
    """The real one, which other tests do without."""
    location = f"{settings.REDIS_URL}?db=1"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": location}}
    cache.clear()


@pytest.fixture
def scene(claire: User, store: None, redis_cache: None) -> Scene:
    person = User.objects.create(
        sub="sub-zq", given_name=FIRST, usual_name=LAST, email=EMAIL, institution=claire.institution, uid=EMAIL
    )
    room = make_room(claire, "Réunion")
    meeting = make_meeting(room)
    recording = make_recording(meeting)
    theirs = make_track(make_participation(meeting, person), recording, content=VOICE.encode())
    other = make_track(make_participation(meeting, claire), recording, start=1.0, content=b"claire")
    storage_uploads.put(theirs.key, VOICE.encode(), content_type="audio/ogg")
    storage_uploads.put(other.key, b"claire", content_type="audio/ogg")
    recording.manifest_key = f"recordings/{recording.pk}/manifest.json"
    recording.save()
    storage_uploads.put(recording.manifest_key, manifest.as_bytes(recording), content_type="application/json")
    TrackLevels.objects.create(track=theirs, step_ms=50, steps=b"\1\2")
    said = [(theirs, 2.0, f"La {WORD} avance."), (other, 5.0, "Merci beaucoup."), (theirs, 8.0, f"Oui, {WORD}.")]
    transcription = make_minutes(recording, said)
    _work_on(transcription, claire, person)
    _around(room, claire, person)
    guest_meeting = make_meeting(room, started_at=meeting.started_at + timedelta(days=1))
    as_guest = make_participation(guest_meeting, GUEST)
    sign_in(person)
    return Scene(person, theirs.participation, recording, theirs, other, transcription, as_guest)


def _work_on(transcription: Transcription, claire: User, person: User) -> None:
    lines = list(transcription.segments.order_by("index"))
    corrections.correct(transcription, lines[0].pk, 0, f"La {WORD} progresse.", actor=claire)
    Comment.objects.create(
        transcription=transcription, line=lines[1].pk, participation=lines[1].participation, by=person, text=WORD
    )
    action = {"kind": "action", "start": 5.0, "text": "Écrire la note", "who": NAME}
    item = Item.objects.create(transcription=transcription, state="accepted", by=claire, **action)
    ItemLine.objects.create(item=item, line=lines[1].pk, participation=lines[1].participation, start=5.0)
    drawn = Item.objects.create(
        transcription=transcription, kind="decision", state="accepted", start=2.0, text=f"Faire la {WORD}", by=claire
    )
    ItemLine.objects.create(item=drawn, line=lines[0].pk, participation=lines[0].participation, start=2.0)


def _around(room: Room, claire: User, person: User) -> None:
    now = timezone.now()
    series = Series.objects.create(
        room=room, title="Suite", start=now, duration_minutes=30, time_zone="Europe/Paris", uid="u1"
    )
    Invitation.objects.create(series=series, user=person, email=EMAIL, name=NAME, invited_by=claire)
    Knock.objects.create(room=room, user=person, display_name=NAME, assurance="verified", seen_at=now)
    there = Participation.objects.get(user=person)
    ChatMessage.objects.create(meeting=there.meeting, participation=there, text=f"voir {WORD}")
    RecordingShare.objects.create(recording=Recording.objects.get(), user=person, by=claire)
    assert claire.institution
    GlossaryTerm.objects.create(institution=claire.institution, term=NAME)
    EmailAddress.objects.create(user=person, email=EMAIL, verified=True, primary=True)
    _read_for_a_reason(there.meeting, claire)
    who = str(there.pk)
    line = captions.Line(line="1", participant=who, name=NAME, text=WORD, language="fr", at=1.0)
    captions.add(there.meeting_id, line)


def _read_for_a_reason(meeting: Meeting, claire: User) -> None:
    until = timezone.now() + timedelta(minutes=30)
    by = {"by": claire, "role": "dpo", "institution": meeting.room.institution}
    Access.objects.create(meeting=meeting, reason="complaint", words=f"Plainte de {NAME}", until=until, **by)


def sign_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="accounts.oidc.ProConnectBackend")
    session = client.session
    session["oidc_id_token"] = NAME
    session.save()
    client.get(reverse("meetings"))
    return client


def agree(participation: Participation, recording: Recording) -> None:
    make_consent(participation, recording, "accepted")
