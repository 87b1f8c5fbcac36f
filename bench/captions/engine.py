"""An engine of a known cost: it speaks the protocol of Kyutai's servers, and tells each word DELAY_S after its end.

A word is a tone, and its name that of its pitch: what was said, and what is read, can be told from each other.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import msgpack
import numpy as np
import websockets
from websockets.asyncio.server import ServerConnection, serve

PORT = 28998  # that of the Makefile
RATE = 24_000
BLOCK = 240  # samples of 10 ms
LOUD = 0.02
QUIET_BLOCKS = 5  # without a tone: the word is over
LOWEST_HZ, STEP_HZ, NAMES = 400, 60, 20
DELAY_S = 0.5


def name_of(number: int) -> str:
    return f"mot{number % NAMES:02}"


@dataclass(slots=True)
class Hearing:
    """One line: which words are over, and when their last sound came."""

    word: list[np.ndarray] = field(default_factory=list)
    quiet: int = 0
    ended_at: float = 0.0

    def hear(self, samples: np.ndarray, now: float) -> list[tuple[str, float]]:
        over = []
        for block in np.split(samples, range(BLOCK, len(samples), BLOCK)):
            if np.abs(block).max(initial=0.0) > LOUD:
                self.word.append(block)
                self.quiet, self.ended_at = 0, now
                continue
            self.quiet += 1
            if self.word and self.quiet == QUIET_BLOCKS:
                over.append((name_of(_number_of(np.concatenate(self.word))), self.ended_at))
                self.word = []
        return over


def _number_of(tone: np.ndarray) -> int:
    """By its loudest frequency."""
    spectrum = np.abs(np.fft.rfft(tone * np.hanning(len(tone)), RATE))  # bins of 1 Hz
    return round((float(np.argmax(spectrum)) - LOWEST_HZ) / STEP_HZ)


@dataclass
class CostedEngine:
    delay_s: float = DELAY_S
    telling: set[asyncio.Task[None]] = field(default_factory=set)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[CostedEngine]:
        async with serve(self._serve, "127.0.0.1", PORT, compression=None):
            yield self

    async def _serve(self, socket: ServerConnection) -> None:
        hearing = Hearing()
        await _tell(socket, type="Ready")
        try:
            async for frame in socket:
                message: dict[str, Any] = msgpack.unpackb(frame)
                if message["type"] == "Marker":
                    self._later(socket, self.delay_s, type="Marker", id=message["id"])
                    continue
                now = time.monotonic()
                await _tell(socket, type="Step", step_idx=0, prs=[0.1] * 4, buffered_pcm=0)
                for word, ended_at in hearing.hear(np.array(message["pcm"], np.float32), now):
                    self._later(socket, self.delay_s - (now - ended_at), type="Word", text=word, start_time=0.0)
        except websockets.ConnectionClosed:
            pass

    def _later(self, socket: ServerConnection, seconds: float, **message: Any) -> None:
        task = asyncio.create_task(_tell_in(socket, seconds, message))
        self.telling.add(task)
        task.add_done_callback(self.telling.discard)


async def _tell_in(socket: ServerConnection, seconds: float, message: dict[str, Any]) -> None:
    await asyncio.sleep(max(0.0, seconds))
    with suppress(websockets.ConnectionClosed):
        await _tell(socket, **message)


async def _tell(socket: ServerConnection, **message: Any) -> None:
    await socket.send(msgpack.packb(message, use_single_float=True))
