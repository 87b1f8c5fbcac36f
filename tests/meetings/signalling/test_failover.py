"""A meeting whose Janus dies or falls silent goes on in another one: two of them, without media."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from channels.db import database_sync_to_async as in_db

from meetings.janus import nodes
from meetings.models import JanusNode, Meeting, Room
from meetings.signalling import handlers
from tests.cast import make_agent, make_room
from tests.fakes.janus import FakeJanus
from tests.meetings.signalling.conftest import Browser, Door, until

pytestmark = pytest.mark.django_db(transaction=True)

Pair = dict[str, FakeJanus]


@pytest.fixture
def room() -> Room:
    return make_room(make_agent("claire"))


@pytest.fixture
async def pair(settings: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pair]:
    for name in ("ASK_EVERY_S", "PATIENCE_S"):
        monkeypatch.setattr(nodes, name, 0.2)
    async with FakeJanus().serve() as first, FakeJanus().serve() as second:
        settings.JANUS_NODES = {"j1": first.url, "j2": second.url}
        yield {"j1": first, "j2": second}
        await handlers.stop_watching()


@pytest.fixture
async def door(pair: Pair) -> AsyncIterator[Door]:
    door = Door()
    yield door
    for browser in door.browsers:
        await browser.socket.disconnect(timeout=5)


async def node_of(room: Room) -> str:
    return (await Meeting.objects.aget(room=room)).node


async def come_back(door: Door, room: Room, *browsers: Browser) -> None:
    """As browsers do."""
    for browser in browsers:
        assert await browser.close_code() == 4503
        await browser.socket.disconnect(timeout=5)
        door.browsers.remove(browser)


async def test_silent_node_is_left_for_the_other_and_the_recording_goes_on_there(
    door: Door, room: Room, pair: Pair
) -> None:
    bilal = await in_db(make_agent)("bilal")
    people = [await door.open(room, who) for who in (room.organiser, bilal)]
    for browser in people:
        await browser.join()
        await browser.publish()
    await people[0].say("start-recording")
    recording = (await people[0].hear("recording-started"))["recording"]["id"]
    await people[0].say("consent", recording=recording, choice="accepted")
    old = await node_of(room)
    [new] = set(pair) - {old}
    await until(lambda: len(pair[old].recorded) == 1)
    pair[old].silent = True
    await come_back(door, room, *people)
    claire = await door.open(room, room.organiser)
    await claire.join()
    await claire.publish()
    assert await node_of(room) == new
    await until(lambda: len(pair[new].recorded) == 1)
    assert (await JanusNode.objects.aget(name=old)).down_since
    pair[old].silent = False
    await comes_true(lambda: JanusNode.objects.filter(name=old, down_since=None, epoch=2).aexists())
    assert await node_of(room) == new


async def comes_true(look: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(5):
        while not await look():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_others_are_sent_after_a_meeting_that_moved_even_if_their_node_still_answers_them(
    door: Door, room: Room, pair: Pair
) -> None:
    """Another process could not reach the node."""
    claire = await door.open(room, room.organiser)
    await claire.join()
    old = await node_of(room)
    await comes_true(lambda: JanusNode.objects.filter(name=old, seen_at__isnull=False).aexists())
    await JanusNode.objects.filter(name=old).aupdate(down_since="2026-11-25T10:00:00Z")
    bilal = await door.open(room, await in_db(make_agent)("bilal"))
    await bilal.join()
    assert await node_of(room) != old
    assert await claire.close_code() == 4503
