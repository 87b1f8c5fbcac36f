"""Captions by Kyutai's streaming recogniser (`moshi-server`): one WebSocket a line, words as they are understood.

Protocol: kyutai-labs/moshi e6a55d27, rust/moshi-server. Binary frames, msgpack maps tagged by "type". Sound goes in
frames of 80 ms, each answered by a `Step`, by models that predict pauses; `Word` comes before its `EndWord`; after a
`Marker`, silence is sent until it comes back, and all words are out.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import msgpack
import numpy as np
import websockets

from transcripts.live.engine import Heard, Tell
from transcripts.pipeline.audio import Waveform

logger = logging.getLogger(__name__)

RATE = 24_000
FRAME = 1_920  # samples of 80 ms: the server takes one message a step, so a frame has exactly as many
PATH = "/api/asr-streaming"
OPENING_S = 3.0
END_S = 5.0  # for the last words, once somebody has paused
FIRST_REST_S, LONGEST_REST_S = 1.0, 60.0  # of a server that failed, doubled each time
SURE = 0.5  # of a pause of 1 s, rather than not: `prs` are probabilities for 0.5, 1, 2 and 3 s
SILENCE = np.zeros(FRAME, np.float32)
FLOAT_TAG = 0xCA  # of msgpack: a float of 32 bits follows
FLOAT = np.dtype([("tag", np.uint8), ("value", ">f4")])


class NoServer(Exception):
    """None answers, or all are full."""


@dataclass(slots=True)
class Server:
    """`url`: ws://host:port, without a path."""

    url: str
    lines: int = 0  # of ours that it hears now
    failures: int = 0
    rests_until: float = 0.0

    def fail(self) -> None:
        self.failures += 1
        self.rests_until = time.monotonic() + min(FIRST_REST_S * 2.0 ** (self.failures - 1), LONGEST_REST_S)

    def serve(self) -> None:
        self.failures, self.rests_until = 0, 0.0


@dataclass(slots=True, eq=False)
class KyutaiStream:
    """Words never change: all that came is final."""

    tell: Tell
    is_finished: bool = False
    sound: asyncio.Queue[Waveform | None] = field(default_factory=asyncio.Queue)  # None: no more
    words: list[str] = field(default_factory=list)
    work: asyncio.Task[None] | None = None
    waiting: deque[float] = field(default_factory=deque)  # when each frame was sent that was not answered yet
    has_steps: bool = False

    def feed(self, samples: Waveform, *, is_kept: bool = False) -> None:
        if len(samples) and not self.is_finished:
            self.sound.put_nowait(samples)

    def finish(self) -> None:
        if not self.is_finished:
            self.is_finished = True
            self.sound.put_nowait(None)

    def abandon(self) -> None:
        self.is_finished = True
        if self.work:
            self.work.cancel()

    def hear(self, message: dict[str, Any]) -> None:
        if message.get("type") == "Step":
            self.has_steps = True
            if self.waiting:
                self.waiting.popleft()
            if self.words and _says_pause(message):  # where levels tell none: they speak in a noisy room
                self.finish()
        elif not self.has_steps:
            self.waiting.clear()
        if message.get("type") == "Word" and str(message.get("text", "")).strip():
            self.words.append(str(message["text"]).strip())
            self.tell(Heard(" ".join(self.words), ""))

    def end(self) -> None:
        self.is_finished = True
        self.tell(Heard(" ".join(self.words), "", is_over=True))


def _says_pause(step: dict[str, Any]) -> bool:
    match step.get("prs"):
        case [_, float(probability), *_]:
            return probability > SURE
    return False


class KyutaiEngine:
    sample_rate = RATE
    stuck_s = 0.0  # nothing of ours can hang in it

    def __init__(self, urls: list[str], key: str) -> None:
        self._servers = [Server(url.rstrip("/")) for url in urls]
        self._key = key
        self._streams: set[KyutaiStream] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._markers = itertools.count(1)

    def warm_up(self) -> None:
        """The servers are warm."""

    def open(self, language: str | None, tell: Tell) -> KyutaiStream:
        stream = KyutaiStream(tell)
        self._streams.add(stream)
        stream.work = asyncio.create_task(self._serve(stream))
        stream.work.add_done_callback(lambda _: self._streams.discard(stream))
        return stream

    @property
    def late_s(self) -> float:
        """Beyond any bound while no server answers."""
        if self._servers and all(server.rests_until > time.monotonic() for server in self._servers):
            return float("inf")
        oldest = [stream.waiting[0] for stream in self._streams if stream.waiting]
        return time.monotonic() - min(oldest) if oldest else 0.0

    async def close(self) -> None:
        tasks = [stream.work for stream in self._streams if stream.work]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*self._closing, return_exceptions=True)

    async def _serve(self, stream: KyutaiStream) -> None:
        try:
            server, socket = await self._connect()
        except NoServer:
            logger.warning("no captions server")
            return stream.end()
        server.lines += 1
        try:
            await self._speak(stream, socket)
            server.serve()
        except (OSError, TimeoutError, websockets.WebSocketException, ValueError, KeyError) as error:
            server.fail()
            logger.warning("captions server failed: %s", type(error).__name__)
        finally:
            server.lines -= 1
            closing = asyncio.create_task(socket.close())  # nobody waits for a goodbye
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)
        stream.end()

    async def _connect(self) -> tuple[Server, websockets.ClientConnection]:
        """To the one with the fewest lines of ours, of those that do not rest. Raises NoServer."""
        now = time.monotonic()
        awake = [server for server in self._servers if server.rests_until <= now]
        for server in sorted(awake, key=lambda one: one.lines):
            try:
                async with asyncio.timeout(OPENING_S):
                    socket = await websockets.connect(
                        server.url + PATH,
                        additional_headers={"kyutai-api-key": self._key},
                        compression=None,
                        proxy=None,
                        close_timeout=OPENING_S,
                    )
                    await _await_ready(socket)
            except (OSError, TimeoutError, websockets.WebSocketException, ValueError, KeyError) as error:
                server.fail()
                logger.info("captions server not reached: %s", type(error).__name__)
                continue
            return server, socket
        raise NoServer

    async def _speak(self, stream: KyutaiStream, socket: websockets.ClientConnection) -> None:
        """All that is said, then the marker, then silence until it comes back. Raises TimeoutError and more."""
        marker = next(self._markers)
        tasks = [
            asyncio.create_task(_listen(stream, socket, marker)),
            asyncio.create_task(_send(stream, socket, marker)),
        ]
        listening, sending = tasks
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
                tasks.append(asyncio.create_task(_send_silence(socket)))
            async with asyncio.timeout(END_S):
                await listening
        finally:
            for task in tasks:
                task.cancel()


async def _await_ready(socket: websockets.ClientConnection) -> None:
    """It says first whether it has a place: "no free channels" is an Error. Raises ValueError."""
    if _read(await socket.recv()).get("type") != "Ready":
        raise ValueError("not ready")


async def _send(stream: KyutaiStream, socket: websockets.ClientConnection, marker: int) -> None:
    """In frames; then the marker."""
    rest = np.zeros(0, np.float32)
    while (samples := await stream.sound.get()) is not None:
        rest = np.concatenate([rest, samples])
        while len(rest) >= FRAME:
            await socket.send(_audio(rest[:FRAME]))
            stream.waiting.append(time.monotonic())
            rest = rest[FRAME:]
    await socket.send(_audio(np.concatenate([rest, SILENCE])[:FRAME]))
    await socket.send(msgpack.packb({"type": "Marker", "id": marker}))


async def _send_silence(socket: websockets.ClientConnection) -> None:
    """At the pace of sound."""
    while True:
        await socket.send(_audio(SILENCE))
        await asyncio.sleep(FRAME / RATE)


async def _listen(stream: KyutaiStream, socket: websockets.ClientConnection, marker: int) -> None:
    """Until the marker has come back. Raises ValueError on an Error, ConnectionClosed."""
    while True:
        message = _read(await socket.recv())
        if message.get("type") == "Error":
            raise ValueError("refused by the server")
        if message.get("type") == "Marker" and message.get("id") == marker:
            return
        stream.hear(message)


def _audio(samples: Waveform) -> bytes:
    """The numbers are packed by numpy: as a list of Python's they cost more than all else of a frame."""
    packer = msgpack.Packer(autoreset=False)
    packer.pack_map_header(2)
    for name in ("type", "Audio", "pcm"):
        packer.pack(name)
    packer.pack_array_header(len(samples))
    numbers = np.empty(len(samples), FLOAT)
    numbers["tag"], numbers["value"] = FLOAT_TAG, samples
    head: bytes = packer.bytes()
    return head + numbers.tobytes()


def _read(frame: str | bytes) -> dict[str, Any]:
    """Raises ValueError on anything that is not a map."""
    try:
        message = msgpack.unpackb(frame) if isinstance(frame, bytes) else {}
    except Exception as error:  # msgpack raises classes of several kinds
        raise ValueError("not msgpack") from error
    if not isinstance(message, dict):
        raise ValueError("not a map")
    return message
