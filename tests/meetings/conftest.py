"""Claire, who organises, and a guest, in one meeting: as participations, and no longer as agents."""

from __future__ import annotations

import pytest

from meetings import actions
from meetings.models import Participation
from meetings.persons import Person
from tests.cast import make_agent, make_room


@pytest.fixture
def claire() -> Participation:
    room = make_room(make_agent("claire"))
    return actions.join_meeting(room, person=Person(room.organiser), shared_microphone=False)


@pytest.fixture
def guest(claire: Participation) -> Participation:
    person = Person(None, "g" * 20, "Invitée")
    return actions.join_meeting(claire.meeting.room, person=person, shared_microphone=False)
