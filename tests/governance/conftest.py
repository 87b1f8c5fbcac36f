"""A meeting in which Claire, Bilal and a guest spoke; Dora is the data protection officer of their institution."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client

from accounts.models import User
from governance.models import PersonRequest
from governance.requests import actions
from meetings.models import Meeting, Participation, Recording, Track
from tests.accounts.local_cast import give, with_second_factor
from tests.cast import make_meeting, make_minutes, make_participation, make_recording, make_room, make_track
from transcripts.models import Transcription

GUEST = "Gaspard Invité"
VOICES = {"claire": b"OggS voice of Claire", "bilal": b"OggS voice of Bilal", "guest": b"OggS voice of the guest"}
SAID = {
    "claire": ["Le budget du nuage est voté.", "La migration commence lundi."],
    "bilal": ["Je refuse le calendrier proposé."],
    "guest": ["Notre société livrera en avril."],
}


@dataclass(frozen=True, slots=True)
class Held:
    meeting: Meeting
    recording: Recording
    minutes: Transcription
    people: dict[str, Participation]
    tracks: dict[str, Track]


@pytest.fixture
def held(claire: User, bilal: User) -> Held:
    meeting = make_meeting(make_room(claire, "Comité de pilotage"))
    recording = make_recording(meeting)
    people: dict[str, Participation] = {
        name: make_participation(meeting, who) for name, who in (("claire", claire), ("bilal", bilal), ("guest", GUEST))
    }
    tracks = {name: make_track(person, recording, content=VOICES[name]) for name, person in people.items()}
    said = [(tracks[name], 2.0 + 5 * n, words) for name in SAID for n, words in enumerate(SAID[name])]
    return Held(meeting, recording, make_minutes(recording, said), people, tracks)


@pytest.fixture
def officer(client: Client, dora: User) -> User:
    """Dora, signed in with a second factor."""
    assert dora.institution
    give(dora, "dpo", dora.institution)
    with_second_factor(client, dora)
    return dora


def ask(institution_of: User, kind: str = "access", *, actor: User, email: str = "person@example.org") -> PersonRequest:
    assert institution_of.institution
    asked = actions.Asked(kind=kind, channel="mail", contact_name="Une Personne", contact_email=email)
    return actions.open_request(institution_of.institution, asked, actor=actor)
