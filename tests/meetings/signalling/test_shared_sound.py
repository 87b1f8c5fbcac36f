"""The sound of a shared screen: heard by everybody, and no second microphone."""

from __future__ import annotations

import pytest
from channels.db import database_sync_to_async as in_db

from meetings.models import Room
from tests.cast import make_agent, make_room
from tests.fakes.janus import FakeJanus
from tests.meetings.signalling.conftest import Browser, Door, until

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
CODECS = {"audio": "111 opus/48000/2", "video": "96 VP8/90000"}
LINES = {"0": "microphone", "1": "screen", "2": "sound"}


def offer(*kinds: str) -> str:
    return HEAD + "".join(_section(kind, str(mid)) for mid, kind in enumerate(kinds))


def _section(kind: str, mid: str) -> str:
    payload = CODECS[kind].split()[0]
    head = f"m={kind} 9 UDP/TLS/RTP/SAVPF {payload}\r\nc=IN IP4 0.0.0.0\r\n"
    return f"{head}a=mid:{mid}\r\na=sendonly\r\na=rtpmap:{CODECS[kind]}\r\n"


@pytest.fixture
def room() -> Room:
    return make_room(make_agent("claire"))


async def share(door: Door, room: Room) -> Browser:
    bilal = await door.open(room, await in_db(make_agent)("bilal"))
    await bilal.join()
    await bilal.say("publish", sdp=offer("audio", "video", "audio"), sources=LINES)
    await bilal.hear("published")
    return bilal


@pytest.mark.parametrize("source", ["microphone", "screen"])
async def test_who_is_silenced_is_not_heard_through_it(door: Door, room: Room, janus: FakeJanus, source: str) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    bilal = await share(door, room)
    await claire.say("silence", participant=bilal.me, source=source)
    await bilal.hear("silenced")
    held = {mid for mid, one in LINES.items() if one in {source, "sound"}}
    await until(lambda: {body["mid"] for body in janus.asked("moderate") if body["mute"]} == held)


async def test_it_does_not_come_without_a_screen(door: Door, room: Room) -> None:
    bilal = await door.open(room, room.organiser)
    await bilal.join()
    await bilal.say("publish", sdp=offer("audio", "audio"), sources={"0": "microphone", "1": "sound"})
    assert await bilal.close_code() == 4400


async def test_film_does_not_make_a_speaker(door: Door, room: Room, janus: FakeJanus) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    bilal = await share(door, room)
    await claire.hear("offer")
    feed = next(feed for feed in janus.streams)
    await janus.say_talking(feed, "2")
    await claire.say("ping")
    heard: list[str] = []
    while not heard or heard[-1] != "pong":
        heard.append((await claire.socket.receive_json_from(timeout=5))["type"])
    assert "talking" not in heard
    await janus.say_talking(feed, "0")
    assert (await claire.hear("talking"))["id"] == bilal.me
