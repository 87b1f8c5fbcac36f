"""A captions server that dies, hangs, says garbage or is slow: readers are told, and words come again by themselves."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from meetings.captions.actions import Voice
from tests.fakes.kyutai_server import FRAME_S, KEY, SLOW_S, FakeKyutai
from tests.journeys.recoveries import note
from tests.transcripts.live.sounds import packets, silence
from tests.transcripts.live.world import World, served
from transcripts.live import kyutai, service
from transcripts.live.kyutai import KyutaiEngine

WHOLE = os.environ.get("RELIABILITY_TABLE") == "1"
LATE_S, END_S = (service.LATE_S, kyutai.END_S) if WHOLE else (1.0, 1.5)
TOLD_S = 2.0  # after that
PHRASE_S, PAUSE_S = 2.0, 0.6  # just long enough to end a line: who says nothing is not late


@dataclass(frozen=True)
class Fault:
    mood: str
    name: str
    is_late_after_s: float


FAULTS = (
    Fault("dies", "Captions server, connections cut", 0.0),
    Fault("garbage", "Captions server, answers garbage", 0.0),
    Fault("hangs", "Captions server, hangs", LATE_S),
    Fault("slow", "Captions server, five times too slow", LATE_S / (1 - FRAME_S / SLOW_S)),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.mood)
async def test_readers_are_told_and_words_come_again(monkeypatch: pytest.MonkeyPatch, fault: Fault) -> None:
    monkeypatch.setattr(service, "LATE_S", LATE_S)
    monkeypatch.setattr(kyutai, "END_S", END_S)
    async with FakeKyutai().running() as server:
        engine = KyutaiEngine([server.url], KEY)
        async with served(engine, monkeypatch) as world, _talking(world):
            await _words(world)
            server.mood = fault.mood
            told_s = await _told(world, "late")
            server.mood = "well"
            words_s = await _told(world, "ok") + await _words(world)
        await engine.close()
    promised_s = fault.is_late_after_s + TOLD_S
    note(fault.name, "readers are told after", f"{told_s:.1f} s", f"{promised_s:.0f} s")
    note(fault.name, "words again after", f"{words_s:.1f} s", "–")
    assert told_s <= promised_s


@asynccontextmanager
async def _talking(world: World) -> AsyncIterator[None]:
    """Somebody says one phrase after the other, at the pace of speech."""
    claire = await world.enter("Claire Fontaine")
    world.voices.append(claire)
    await world.listens_to(1)
    talk = asyncio.create_task(_talk(world, claire))
    yield
    talk.cancel()
    await asyncio.gather(talk, return_exceptions=True)


async def _talk(world: World, voice: Voice) -> None:
    first = 0
    while True:
        phrase = [*packets(PHRASE_S, first=first), *silence(PAUSE_S, first=first + round(PHRASE_S / 0.02))]
        begun = time.monotonic()
        for number, packet in enumerate(phrase):
            await asyncio.sleep(begun + number * 0.02 - time.monotonic())
            world.send(voice, [packet])
        first += len(phrase)


async def _words(world: World) -> float:
    """Seconds until the next one."""
    begun = time.monotonic()
    while not (await world.told("caption"))["final"]:
        pass
    return time.monotonic() - begun


async def _told(world: World, state: str) -> float:
    """Seconds until readers hear that."""
    begun = time.monotonic()
    async with asyncio.timeout(60):
        while (await world.told("captions-state"))["state"] != state:
            pass
    return time.monotonic() - begun
