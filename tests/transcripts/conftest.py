"""A meeting of Claire's with Bilal, recorded; a guest was there and stayed off the record."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from accounts.models import User
from meetings.models import Consent, Meeting, Participation, Recording, Track
from tests.cast import make_consent, make_meeting, make_participation, make_recording, make_room, make_track
from tests.fakes.broker import FakeBroker
from tests.fakes.tracks import sound
from transcripts import nudges


@dataclass(frozen=True, slots=True)
class Held:
    meeting: Meeting
    recording: Recording
    claire: Track
    bilal: Track
    guest: Participation


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> FakeBroker:
    broker = FakeBroker()
    monkeypatch.setattr(nudges, "current_app", broker)
    return broker


@pytest.fixture
def held(claire: User, bilal: User) -> Held:
    meeting = make_meeting(make_room(claire, "Comité de suivi"))
    recording = make_recording(meeting)
    guest = make_participation(meeting, "Paul Invité")
    make_consent(guest, recording, Consent.Choice.DECLINED)
    return Held(
        meeting,
        recording,
        make_track(make_participation(meeting, claire), recording, start=1.5, duration=3.0, content=sound(3.0)),
        make_track(make_participation(meeting, bilal), recording, start=4.0, duration=2.0, content=sound(2.0)),
        guest,
    )
