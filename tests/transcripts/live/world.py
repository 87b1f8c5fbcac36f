"""Who is captioned, as the rows say it, and what Janus forwards of them; the service of a node runs in it."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
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
from transcripts.live.engine import Engine
from transcripts.live.rtp import Packet
from transcripts.live.service import Service

ROOM, MEETING = uuid4(), uuid4()


@dataclass
class World:
    janus: FakeJanus
    voices: list[Voice] = field(default_factory=list)
    left_out: list[UUID] = field(default_factory=list)
    mailbox: str = ""
    objects: set[UUID] = field(default_factory=set)
    looks: int = 0  # of the service at all this
    service: Service = field(init=False)

    def may_be_read(self, meeting_id: UUID, participation_id: UUID) -> bool:
        return participation_id not in self.objects

    def captioned_on(self, node: str, most: int) -> tuple[list[Captioned], list[UUID]]:
        self.looks += 1
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

    async def looked_at(self, times: int) -> None:
        """So many times more."""
        enough = self.looks + times + 1  # the last one is over when the next begins
        await until(lambda: self.looks >= enough)

    async def told(self, kind: str, within_s: float = 10) -> dict[str, Any]:
        layer: Any = get_channel_layer()
        async with asyncio.timeout(within_s):
            while True:
                event: dict[str, Any] = (await layer.receive(self.mailbox))["values"]["event"]
                if event["type"] == kind:
                    return event


@asynccontextmanager
async def served(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    async with FakeJanus().serve() as janus:
        world = World(janus)
        monkeypatch.setattr(actions, "captioned_on", world.captioned_on)
        monkeypatch.setattr(actions, "may_be_read", world.may_be_read)
        layer: Any = get_channel_layer()
        world.mailbox = await layer.new_channel()
        await layer.group_add(events.group_of(ROOM), world.mailbox)
        world.service = Service("j1", janus.url, "secret", engine, most=1, language="fr")
        work = asyncio.create_task(world.service.run())
        yield world
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        lines.erase(MEETING)


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110  (what is waited for has no event of its own)
            await asyncio.sleep(0.01)
