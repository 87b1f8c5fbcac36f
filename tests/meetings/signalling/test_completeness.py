"""Somebody whose coming Janus did not tell, or told to nobody, is received all the same."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from accounts.models import AuditEntry
from meetings.models import Room
from meetings.signalling import completeness, consumer
from tests.cast import make_agent, make_room
from tests.fakes.janus import FakeJanus
from tests.meetings.signalling.conftest import Browser, Door, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "CHORES", {completeness.check_streams: 0.05})
    monkeypatch.setattr(consumer, "LOOK_EVERY_S", 0.05)


@pytest.fixture
def room() -> Room:
    return make_room(make_agent("claire"))


async def come(door: Door, room: Room, name: str | None) -> Browser:
    browser = await door.open(room, None if name else room.organiser, guest_key=f"{name or 'claire':g<20}")
    await browser.join(name)
    return browser


def publishes_unheard(janus: FakeJanus, feed: str) -> None:
    janus.feeds[1000 + len(janus.feeds), 1] = feed
    janus.streams[feed] = [{"mid": "0", "description": "microphone", "type": "audio"}]


async def test_everybody_is_subscribed_to_what_they_lack_and_the_trail_says_so(
    door: Door, room: Room, janus: FakeJanus
) -> None:
    people = [await come(door, room, name) for name in (None, "Paul", "Marie")]
    await until(lambda: len(janus.feeds) == 3)
    lost = uuid.uuid4()
    publishes_unheard(janus, f"{lost.hex}.1")
    for browser in people:
        offer = await browser.hear("offer")
        assert [track["participant"] for track in offer["tracks"].values()] == [str(lost)]
    written = AuditEntry.objects.filter(verb="meeting.streams-restored")
    async with asyncio.timeout(5):
        while not await written.aexists():  # noqa: ASYNC110  (rows have no event)
            await asyncio.sleep(0.05)
    entry = await written.aget()
    assert entry.details["count"] == 3


async def test_nothing_is_done_where_nothing_lacks(door: Door, room: Room, janus: FakeJanus) -> None:
    for name in (None, "Paul", "Marie"):
        await (await come(door, room, name)).publish()
    before = len(janus.heard)
    await until(lambda: len([body for body in janus.heard[before:] if body["request"] == "listparticipants"]) >= 3)
    assert {body["request"] for body in janus.heard[before:]} <= {"listparticipants", "join", "update", "configure"}
    assert len([body for body in janus.asked("join") if body["ptype"] == "publisher"]) == 3  # nobody looked closer
    assert not await AuditEntry.objects.filter(verb="meeting.streams-restored").aexists()
