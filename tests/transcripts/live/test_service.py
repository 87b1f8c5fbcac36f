"""From RTP on a port to words in the sockets of those who read; its Janus answers, and forwards nothing by itself."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from channels.layers import get_channel_layer

from meetings import events
from meetings.captions import actions, lines
from meetings.captions.actions import Captioned, Voice
from meetings.janus import videoroom
from meetings.janus.client import JanusClient
from meetings.media_room import room_keys
from meetings.signalling.media import feed_of
from tests.fakes.janus import FakeJanus
from tests.transcripts.live.sounds import packets, silence
from tests.transcripts.live.test_ear import Typist
from transcripts.live.rtp import Packet
from transcripts.live.service import Service

ROOM, MEETING = uuid4(), uuid4()


@dataclass
class World:
    """What the rows say, and what is forwarded."""

    janus: FakeJanus
    engine: Typist
    voices: list[Voice] = field(default_factory=list)
    left_out: list[UUID] = field(default_factory=list)
    mailbox: str = ""
    objects: set[UUID] = field(default_factory=set)
    service: Service = field(init=False)

    def may_be_read(self, meeting_id: UUID, participation_id: UUID) -> bool:
        return participation_id not in self.objects

    def captioned_on(self, node: str, most: int) -> tuple[list[Captioned], list[UUID]]:
        return ([Captioned(MEETING, ROOM, tuple(self.voices))] if self.voices else []), self.left_out

    async def enter(self, name: str) -> Voice:
        """Somebody who publishes a microphone."""
        client = await JanusClient.connect(self.janus.url, "secret")
        session = await client.open_session(lambda: None)
        handle = await session.attach(lambda frame: None)
        keys, voice = room_keys(MEETING), Voice(uuid4(), 1, name)
        await videoroom.create_room(handle, keys, recordings_dir="/nowhere")
        await videoroom.enter(handle, keys, feed_of(voice.participation_id, 1))
        await videoroom.publish(handle, "v=0", {"0": "microphone", "1": "camera"}, first=True)
        return voice

    def send(self, voice: Voice, sent: Iterable[Packet]) -> None:
        [forwarder] = [
            one for one in self.janus.forwarders.values() if one["publisher"] == feed_of(voice.participation_id, 1)
        ]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
            for packet in sent:
                level = struct.pack("!HHBBBB", 0xBEDE, 1, 0x10, packet.level or 0, 0, 0)
                head = struct.pack("!BBHII", 0x90, 111, packet.sequence, packet.timestamp, forwarder["ssrc"])
                door.sendto(head + level + packet.payload, ("127.0.0.1", forwarder["port"]))

    async def listens_to(self, people: int) -> None:
        """Janus forwards that many, and the service has been told which."""
        await until(lambda: len(self.janus.forwarders) == len(self.service._people) == people)

    async def told(self, kind: str, within_s: float = 10) -> dict[str, Any]:
        layer: Any = get_channel_layer()
        async with asyncio.timeout(within_s):
            while True:
                event: dict[str, Any] = (await layer.receive(self.mailbox))["values"]["event"]
                if event["type"] == kind:
                    return event


@pytest.fixture
async def world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    async with FakeJanus().serve() as janus:
        world = World(janus, Typist())
        monkeypatch.setattr(actions, "captioned_on", world.captioned_on)
        monkeypatch.setattr(actions, "may_be_read", world.may_be_read)
        layer: Any = get_channel_layer()
        world.mailbox = await layer.new_channel()
        await layer.group_add(events.group_of(ROOM), world.mailbox)
        world.service = Service("j1", janus.url, "secret", world.engine, most=1, language="fr")
        work = asyncio.create_task(world.service.run())
        yield world
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        lines.erase(MEETING)


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110  (what is waited for has no event of its own)
            await asyncio.sleep(0.02)


async def test_what_somebody_says_is_told_under_their_name(world: World) -> None:
    claire = await world.enter("Claire Fontaine")
    world.voices.append(claire)
    await world.listens_to(1)
    world.send(claire, packets(1.0))
    caption = await world.told("caption")
    assert (caption["name"], caption["participant"]) == ("Claire Fontaine", str(claire.participation_id))
    world.send(claire, silence(1.0, first=50))
    while not caption["over"]:
        caption = await world.told("caption")
    assert lines.kept(MEETING)[-1]["text"] == caption["final"]


async def test_one_connection_and_one_forwarder_serve_for_long(world: World) -> None:
    world.voices.append(await world.enter("Claire Fontaine"))
    await world.listens_to(1)
    before = len(world.janus.sockets)
    await asyncio.sleep(2.5)  # two more looks
    assert len(world.janus.sockets) == before
    assert len(world.janus.asked("rtp_forward")) == 1
    [forwarder] = world.janus.forwarders.values()
    assert (forwarder["mid"], world.janus.asked("rtp_forward")[0]["host"]) == ("0", "127.0.0.1")


async def test_who_objects_is_forwarded_no_more(world: World) -> None:
    claire, bilal = await world.enter("Claire Fontaine"), await world.enter("Bilal Mercier")
    world.voices += [claire, bilal]
    await world.listens_to(2)
    world.send(claire, packets(0.5))
    await world.told("caption")
    world.voices.remove(claire)
    await world.listens_to(1)
    assert [one["publisher"] for one in world.janus.forwarders.values()] == [feed_of(bilal.participation_id, 1)]
    assert world.engine.lines[0].is_abandoned


async def test_lines_of_who_has_just_objected_are_neither_told_nor_kept(world: World) -> None:
    claire, bilal = await world.enter("Claire Fontaine"), await world.enter("Bilal Mercier")
    world.voices += [claire, bilal]
    await world.listens_to(2)
    world.objects.add(claire.participation_id)  # after the look that said who is captioned
    for voice in (claire, bilal):
        world.send(voice, packets(1.0))
    caption = await world.told("caption")
    for voice in (claire, bilal):
        world.send(voice, silence(1.0, first=50))
    while not caption["over"]:
        caption = await world.told("caption")
    assert caption["name"] == "Bilal Mercier"
    assert [line["name"] for line in lines.kept(MEETING)] == ["Bilal Mercier"]


async def test_who_speaks_another_language_is_heard_in_it(world: World) -> None:
    guest = await world.enter("Ann Baker")
    world.voices.append(replace(guest, language="en"))
    await world.listens_to(1)
    world.send(guest, packets(1.0))
    assert (await world.told("caption"))["language"] == "en"
    assert world.engine.languages == ["en"]


async def test_a_janus_that_was_restarted_is_asked_again(world: World) -> None:
    world.voices.append(await world.enter("Claire Fontaine"))
    await world.listens_to(1)
    await world.janus.die()
    world.janus.forwarders.clear()
    world.voices[:] = [await world.enter("Claire Fontaine")]
    await world.listens_to(1)


async def test_readers_hear_each_second_how_it_goes(world: World) -> None:
    world.voices.append(await world.enter("Claire Fontaine"))
    assert (await world.told("captions-state"))["state"] == "ok"
    world.engine.late_s = 5.0
    while (await world.told("captions-state", within_s=3))["state"] != "late":
        pass
    world.voices.clear()
    world.left_out.append(ROOM)
    while (await world.told("captions-state", within_s=3))["state"] != "full":
        pass


async def test_an_engine_that_hangs_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    from transcripts.live.service import Stuck

    engine = Typist()
    engine.stuck_s = 61.0
    monkeypatch.setattr(actions, "captioned_on", lambda node, most: ([], []))
    service = Service("j1", "ws://127.0.0.1:9", "secret", engine, most=1, language="fr")
    with pytest.raises(Stuck):
        await asyncio.wait_for(service.run(), 5)
