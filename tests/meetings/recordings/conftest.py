"""The folder where Janus writes, and a recording of two people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from meetings import actions, consents
from meetings.models import Participation, Recording
from meetings.persons import Person
from tests.cast import make_agent, make_room
from tests.meetings.test_recordings import begin


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.JANUS_RECORDINGS_DIR = tmp_path / "recordings"
    settings.JANUS_RECORDINGS_DIR.mkdir()
    return tmp_path / "recordings"


@pytest.fixture
def claire(db: None) -> Participation:
    room = make_room(make_agent("claire"))
    return actions.join_meeting(room, person=Person(room.organiser), shared_microphone=False)


@pytest.fixture
def bilal(claire: Participation) -> Participation:
    return actions.join_meeting(claire.meeting.room, person=Person(make_agent("bilal")), shared_microphone=False)


@pytest.fixture
def going_on(claire: Participation, bilal: Participation) -> Recording:
    """Both have agreed."""
    recording = begin(claire)
    for person in (claire, bilal):
        consents.answer_consent(person.pk, recording.pk, "accepted")
    return recording


@pytest.fixture
def stopped(claire: Participation, going_on: Recording) -> Recording:
    return actions.stop_recording(claire.pk)
