"""Speaks the protocol of Kyutai's moshi-server as its source documents it: msgpack maps, one step for each 80 ms."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import msgpack
import websockets
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

FRAME = 1_920
FRAME_S = 0.08
SLOW_S = 0.4  # for a frame
DELAY_STEPS = 6  # asr_delay_in_tokens: a word comes 480 ms after it was said
KEY = "a-key"


@dataclass
class FakeKyutai:
    """Says the next of `words` for each 400 ms of sound that is not silence. `slots`: sockets that it takes at once."""

    words: tuple[str, ...] = ("Bonjour", "à", "tous")
    slots: int = 64
    mood: str = "well"  # or "hangs", "dies", "garbage", "slow"
    url: str = ""
    frames: list[int] = field(default_factory=list)  # how many samples each had
    served: int = 0
    used: int = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[FakeKyutai]:
        async with serve(
            self._serve, "127.0.0.1", 0, process_request=self._check, compression=None, close_timeout=0.2
        ) as server:
            self.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            yield self

    def _check(self, connection: ServerConnection, request: Request) -> Response | None:
        if request.path != "/api/asr-streaming":
            return connection.respond(HTTPStatus.NOT_FOUND, "")
        if request.headers.get("kyutai-api-key") != KEY:
            return connection.respond(HTTPStatus.UNAUTHORIZED, "")
        return None

    async def _serve(self, socket: ServerConnection) -> None:
        if self.used >= self.slots:
            await self._tell(socket, type="Error", message="no free channels")
            return
        self.used += 1
        self.served += 1
        try:
            await self._tell(socket, type="Ready")
            await self._hear(socket)
        except websockets.ConnectionClosed:
            pass
        finally:
            self.used -= 1

    async def _hear(self, socket: ServerConnection) -> None:
        step = loud = said = quiet = 0
        markers: list[tuple[int, int]] = []
        async for frame in socket:
            if self.mood == "hangs":
                return await socket.wait_closed()
            if self.mood == "dies" and step > 3:
                socket.transport.abort()
                return
            if self.mood == "garbage":
                await socket.send(b"\xc1\xff\x00")
            message = msgpack.unpackb(frame)
            if message["type"] == "Marker":
                markers.append((step + DELAY_STEPS, message["id"]))
                continue
            if self.mood == "slow":
                await asyncio.sleep(SLOW_S)
            samples = message["pcm"]
            self.frames.append(len(samples))
            step += 1
            is_loud = max(map(abs, samples)) > 0.01
            loud, quiet = loud + is_loud, 0 if is_loud else quiet + 1
            pauses = [0.9 if quiet * FRAME_S > seconds else 0.1 for seconds in (0.5, 1, 2, 3)]
            await self._tell(socket, type="Step", step_idx=step + 1_000, prs=pauses, buffered_pcm=0)
            if loud // 5 > said and said < len(self.words):
                await self._tell(socket, type="Word", text=self.words[said], start_time=step * 0.08)
                await self._tell(socket, type="EndWord", stop_time=step * 0.08 + 0.3)
                said += 1
            for due, number in [marker for marker in markers if marker[0] <= step]:
                markers.remove((due, number))
                await self._tell(socket, type="Marker", id=number)

    async def _tell(self, socket: ServerConnection, **message: Any) -> None:
        await socket.send(msgpack.packb(message, use_single_float=True))
