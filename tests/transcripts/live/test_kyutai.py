"""Against a server that speaks the protocol as it is documented; not against Kyutai's own weights."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgpack
import numpy as np
import pytest

from tests.fakes.kyutai_server import FRAME, KEY, FakeKyutai
from tests.transcripts.live.world import until
from transcripts.live import kyutai
from transcripts.live.engine import Heard
from transcripts.live.kyutai import KyutaiEngine, KyutaiStream

TONE = np.full(480, 0.2, np.float32)  # 20 ms at 24 kHz, as packets come


@pytest.fixture
async def server() -> AsyncIterator[FakeKyutai]:
    async with FakeKyutai().running() as fake:
        yield fake


@pytest.fixture
async def engine(server: FakeKyutai) -> AsyncIterator[KyutaiEngine]:
    engine = KyutaiEngine([server.url], KEY)
    yield engine
    await engine.close()


def speak(engine: KyutaiEngine, told: list[Heard], seconds: float = 2.0) -> KyutaiStream:
    stream = engine.open("fr", told.append)
    for _ in range(round(seconds / 0.02)):
        stream.feed(TONE)
    return stream


async def test_words_come_one_by_one_and_the_line_ends_with_all_of_them(
    server: FakeKyutai, engine: KyutaiEngine
) -> None:
    told: list[Heard] = []
    speak(engine, told).finish()
    await until(lambda: bool(told) and told[-1].is_over)
    assert [heard.final for heard in told] == ["Bonjour", "Bonjour à", "Bonjour à tous", "Bonjour à tous"]
    assert not any(heard.partial for heard in told)
    assert set(server.frames) == {FRAME}
    await until(lambda: server.used == 0)


@pytest.mark.parametrize("count", [0, 1, FRAME])
def test_sound_is_sent_as_msgpack_would_write_it(count: int) -> None:
    samples = np.linspace(-1, 1, count, dtype=np.float32)
    whole = {"type": "Audio", "pcm": samples.tolist()}
    assert kyutai._audio(samples) == msgpack.packb(whole, use_single_float=True)


async def test_words_do_not_wait_for_the_end(server: FakeKyutai, engine: KyutaiEngine) -> None:
    told: list[Heard] = []
    speak(engine, told)
    await until(lambda: bool(told))
    assert not told[0].is_over


async def test_a_pause_that_the_server_predicts_ends_the_line(server: FakeKyutai, engine: KyutaiEngine) -> None:
    told: list[Heard] = []
    stream = speak(engine, told)
    for _ in range(70):
        stream.feed(np.zeros(480, np.float32))
    await until(lambda: bool(told) and told[-1].is_over)
    assert stream.is_finished
    assert told[-1].final == "Bonjour à tous"


async def test_a_silence_before_the_first_word_ends_no_line(server: FakeKyutai, engine: KyutaiEngine) -> None:
    told: list[Heard] = []
    stream = engine.open("fr", told.append)
    for _ in range(100):
        stream.feed(np.zeros(480, np.float32))
    await until(lambda: len(server.frames) == 25 and not stream.waiting)  # each was answered
    assert not stream.is_finished
    stream.abandon()


async def test_a_wrong_key_is_no_server(server: FakeKyutai) -> None:
    engine = KyutaiEngine([server.url], "another")
    told: list[Heard] = []
    speak(engine, told)
    await until(lambda: bool(told))
    assert told == [Heard("", "", is_over=True)]
    assert engine.late_s == float("inf")


async def test_a_full_server_is_passed_over(server: FakeKyutai) -> None:
    async with FakeKyutai(slots=0).running() as full:
        engine = KyutaiEngine([full.url, server.url], KEY)
        told: list[Heard] = []
        speak(engine, told).finish()
        await until(lambda: bool(told) and told[-1].is_over)
        assert told[-1].final == "Bonjour à tous"
        assert (full.served, server.served) == (0, 1)
        assert engine.late_s == 0.0
        await engine.close()


async def test_lines_are_shared_between_servers(server: FakeKyutai) -> None:
    async with FakeKyutai().running() as other:
        engine = KyutaiEngine([server.url, other.url], KEY)
        for _ in range(4):
            stream = speak(engine, [], seconds=0.5)
            await until(lambda: server.used + other.used > 0 and stream.sound.empty())  # noqa: B023
            await asyncio.sleep(0.05)
        assert (server.served, other.served) == (2, 2)
        await engine.close()


@pytest.mark.parametrize("mood", ["dies", "garbage"])
async def test_a_server_that_fails_ends_the_line_and_rests(server: FakeKyutai, engine: KyutaiEngine, mood: str) -> None:
    server.mood = mood
    told: list[Heard] = []
    speak(engine, told)
    await until(lambda: bool(told) and told[-1].is_over)
    assert engine.late_s == float("inf")


async def test_it_comes_back_by_itself(
    server: FakeKyutai, engine: KyutaiEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kyutai, "FIRST_REST_S", 0.1)
    server.mood = "dies"
    told: list[Heard] = []
    speak(engine, told)
    await until(lambda: bool(told) and told[-1].is_over)
    server.mood = "well"
    await until(lambda: engine.late_s == 0.0)
    speak(engine, told).finish()
    await until(lambda: told[-1].final == "Bonjour à tous" and told[-1].is_over)


async def test_a_server_that_hangs_is_late(server: FakeKyutai, engine: KyutaiEngine) -> None:
    server.mood = "hangs"
    speak(engine, [])
    await until(lambda: engine.late_s > 0.1)


async def test_a_line_that_hangs_at_its_end_is_given_up(
    server: FakeKyutai, engine: KyutaiEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kyutai, "END_S", 0.2)
    server.mood = "hangs"
    told: list[Heard] = []
    speak(engine, told, seconds=0.2).finish()
    await until(lambda: bool(told) and told[-1].is_over)


async def test_who_is_abandoned_is_heard_no_more(server: FakeKyutai, engine: KyutaiEngine) -> None:
    told: list[Heard] = []
    stream = speak(engine, told)
    await until(lambda: bool(told))
    stream.abandon()
    count = len(told)
    await until(lambda: server.used == 0)
    assert len(told) == count
