"""A recording of three people, seeded: Claire is red and speaks first, Bilal is lime, Anne has a voice alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from meetings import storage_uploads
from meetings.models import Consent, Participation, Recording, Track
from tests.cast import make_agent, make_meeting, make_participation, make_recording, make_room, make_track
from tests.meetings.pictures.seeded import opus, webm

SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Seeded:
    recording: Recording
    claire: User
    bilal: User
    people: dict[str, Participation]


@pytest.fixture(scope="session")
def contents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("seeded")
    return {
        "claire": opus(folder, 440, SECONDS, [(0, 4)]).read_bytes(),
        "bilal": opus(folder, 880, SECONDS, [(4, 8)]).read_bytes(),
        "anne": opus(folder, 1320, SECONDS, [(5, 6)]).read_bytes(),
        "claire camera": webm(folder, "red", SECONDS).read_bytes(),
        "bilal camera": webm(folder, "lime", SECONDS).read_bytes(),
    }


@pytest.fixture
def seeded(db: None, contents: dict[str, bytes], tmp_path: Path, settings: Any) -> Seeded:
    settings.VAR_DIR = tmp_path
    claire, bilal = make_agent("claire"), make_agent("bilal")
    meeting = make_meeting(make_room(claire))
    recording = make_recording(meeting)
    recording.stopped_at = recording.started_at + timedelta(seconds=SECONDS)
    recording.save()
    cast: dict[str, User | str] = {"claire": claire, "bilal": bilal, "anne": "Anne"}
    people = {name: make_participation(meeting, who) for name, who in cast.items()}
    for name, content in contents.items():
        who, _, kind = name.partition(" ")
        keep(people[who], recording, content, kind or "microphone")
    for person in people.values():
        Consent.objects.create(
            recording=recording,
            participation=person,
            choice="accepted",
            transcript=True,
            picture=True,
            text_version="1",
        )
    return Seeded(recording, claire, bilal, people)


def keep(who: Participation, recording: Recording, content: bytes, kind: str) -> Track:
    track = make_track(who, recording, duration=SECONDS, content=content)
    track.kind = kind
    track.save()
    storage_uploads.put(track.key, content, content_type="video/webm" if kind != "microphone" else "audio/ogg")
    return track
