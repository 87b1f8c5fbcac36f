from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from meetings.models import Room
from meetings.signalling import handlers
from meetings.signalling.consumer import RoomConsumer
from tests.fakes.janus import FakeJanus

OFFER = (
    "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendonly\r\na=rtpmap:111 opus/48000/2\r\n"
)
ANSWER = OFFER.replace("sendonly", "recvonly")
Frame = dict[str, Any]


@dataclass
class Browser:
    """A participant's end of the socket."""

    socket: WebsocketCommunicator
    me: str = ""
    permissions: list[str] = field(default_factory=list)
    snapshot: Frame = field(default_factory=dict)

    async def say(self, verb: str, **fields: Any) -> None:
        await self.socket.send_json_to({"type": verb, **fields})

    async def hear(self, event: str) -> Frame:
        """The next frame of that type; others are passed over."""
        while True:
            frame: Frame = await self.socket.receive_json_from(timeout=5)
            if frame["type"] == event:
                return frame

    async def join(self, name: str | None = None, *, shared_microphone: bool = False) -> Frame:
        await self.say("join", name=name, shared_microphone=shared_microphone)
        joined = await self.hear("joined")
        self.me, self.permissions, self.snapshot = joined["me"], joined["permissions"], joined["snapshot"]
        return joined

    async def publish(self) -> None:
        await self.say("publish", sdp=OFFER, sources={"0": "microphone"})
        await self.hear("published")

    async def close_code(self) -> int:
        while True:
            output = await self.socket.receive_output(timeout=5)
            if output["type"] == "websocket.close":
                return int(output.get("code", 1000))


@dataclass
class Door:
    """Opens sockets, and closes those that a test leaves open."""

    browsers: list[Browser] = field(default_factory=list)

    async def open(
        self,
        room: Room | str,
        user: User | None,
        guest_key: str = "",
        *,
        address: str = "192.0.2.1",
        forwarded: str = "",
    ) -> Browser:
        code = room if isinstance(room, str) else room.code
        headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
        socket = WebsocketCommunicator(RoomConsumer.as_asgi(), f"/ws/rooms/{code}/", headers)
        scope: Any = socket.scope
        scope["client"] = [address, 40000]
        scope["user"] = user or AnonymousUser()
        scope["session"] = {"guest_key": guest_key} if guest_key else {}
        scope["url_route"] = {"kwargs": {"code": code}}
        connected, _ = await socket.connect(timeout=5)
        assert connected
        browser = Browser(socket)
        self.browsers.append(browser)
        return browser


@pytest.fixture
async def janus(settings: Any) -> AsyncIterator[FakeJanus]:
    async with FakeJanus().serve() as fake:
        settings.JANUS_NODES = {"j1": fake.url}
        yield fake
        await handlers.stop_watching()


@pytest.fixture
async def door(janus: FakeJanus) -> AsyncIterator[Door]:
    door = Door()
    yield door
    for browser in door.browsers:
        await browser.socket.disconnect(timeout=5)


async def until(condition: Any) -> None:
    """Wait for what happens on the other side of a socket. Fails after 5 s."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  (what is waited for has no event of its own)
            await asyncio.sleep(0.01)
