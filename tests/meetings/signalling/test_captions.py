"""Captions through the sockets: words come to those who read them, and to nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from channels.db import database_sync_to_async as in_db
from channels.layers import get_channel_layer

from meetings import events
from meetings.captions import lines
from meetings.captions.lines import Line
from meetings.models import Meeting, Participation, Room
from tests.cast import make_agent, make_room
from tests.meetings.signalling.conftest import Door, Frame

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = {"type": "caption", "line": "1", "participant": "2", "name": "Claire", "final": "Bonjour", "partial": "à"}


@pytest.fixture
def room() -> Room:
    return make_room(make_agent("claire"))


async def say(room: Room, event: Frame) -> None:
    """As the captions' process does."""
    message = {"type": "room.news", "name": "caption", "values": {"event": event}}
    layer: Any = get_channel_layer()
    await layer.group_send(events.group_of(room.pk), message)


async def test_words_reach_those_who_read_them_alone(door: Door, room: Room) -> None:
    reader, other = await door.open(room, room.organiser), await door.open(room, None, guest_key="g" * 20)
    await reader.join()
    await other.join("Anne")
    await reader.say("captions", on=True)
    assert (await reader.hear("captions"))["lines"] == []
    await say(room, WORDS)
    assert (await reader.hear("caption"))["final"] == "Bonjour"
    await reader.say("captions", on=False)
    await reader.say("ping")
    await reader.hear("pong")
    await say(room, WORDS)
    for browser in (reader, other):
        await browser.say("chat", text="fin")
        while (frame := await browser.socket.receive_json_from(timeout=5))["type"] != "chat":
            assert frame["type"] != "caption"


async def test_who_comes_late_reads_what_was_said(door: Door, room: Room) -> None:
    reader = await door.open(room, room.organiser)
    await reader.join()
    meeting = await Meeting.objects.aget(room=room, ended_at=None)
    line = Line(line="1", participant="2", name="Claire", text="Bonjour à tous.", language="fr", at=1.0)
    await in_db(lines.add)(meeting.pk, line)
    await reader.say("captions", on=True)
    assert (await reader.hear("captions"))["lines"] == [line]


async def test_captions_are_refused_where_they_are_not_allowed(door: Door, room: Room) -> None:
    room.captions = False
    await room.asave()
    browser = await door.open(room, room.organiser)
    await browser.join()
    assert "caption" not in browser.permissions
    await browser.say("captions", on=True)
    refused = await browser.hear("error")
    assert (refused["code"], refused["verb"]) == ("not-allowed", "captions")
    assert not await Participation.objects.filter(reads_captions=True).aexists()


async def test_who_comes_again_reads_nothing_until_they_say_so(door: Door, room: Room) -> None:
    browser = await door.open(room, room.organiser)
    await browser.join()
    await browser.say("captions", on=True)
    await browser.hear("captions")
    again = await door.open(room, room.organiser)
    await again.join()
    assert not await Participation.objects.filter(reads_captions=True).aexists()


async def test_an_objection_is_seen_by_everybody(door: Door, room: Room) -> None:
    browser = await door.open(room, room.organiser)
    await browser.join()
    assert browser.snapshot["participants"][0]["captionable"] is True
    await browser.say("caption-me", on=False)
    assert (await browser.hear("participant-changed"))["participant"]["captionable"] is False


async def test_the_language_that_somebody_speaks_is_told(door: Door, room: Room) -> None:
    browser = await door.open(room, room.organiser)
    await browser.join()
    await browser.say("speak", language="en")
    assert (await browser.hear("participant-changed"))["participant"]["speaks"] == "en"
    await browser.say("speak", language="tlh")
    assert (await browser.socket.receive_output(timeout=5))["code"] == 4400
