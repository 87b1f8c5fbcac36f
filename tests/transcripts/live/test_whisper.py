"""Lines grow, are heard again, and end; one that fails takes no other with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import numpy as np
import pytest

from transcripts.live import whisper
from transcripts.live.engine import Heard
from transcripts.live.whisper import WhisperEngine
from transcripts.pipeline.audio import SAMPLE_RATE, Waveform, duration_of
from transcripts.pipeline.hearing import Hints, Passage
from transcripts.pipeline.speech import Word


class Counting:
    """Hears a number for each half second, however often it is asked."""

    windows_at_once = 1

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.fails = False

    def hear(self, windows: Sequence[Waveform], *, language: str | None, hints: Hints) -> list[list[Passage]]:
        if self.fails:
            raise RuntimeError("out of memory")
        seconds = duration_of(windows[0])
        self.asked.append(seconds)
        words = tuple(Word(n * 0.5, n * 0.5 + 0.5, str(n), probability=0.9) for n in range(int(seconds * 2)))
        return [[Passage(words)] if words else []]

    def detect_language(self, windows: Sequence[Waveform]) -> str | None:
        return None


@pytest.fixture
def recogniser() -> Counting:
    return Counting()


@pytest.fixture
async def engine(recogniser: Counting) -> AsyncIterator[WhisperEngine]:
    engine = WhisperEngine(lambda: recogniser)
    engine.warm_up()
    yield engine
    await engine.close()


def sound(seconds: float) -> Waveform:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110  (what is waited for has no event of its own)
            await asyncio.sleep(0.01)


async def test_a_line_grows_and_its_words_become_final(engine: WhisperEngine, recogniser: Counting) -> None:
    told: list[Heard] = []
    stream = engine.open("fr", told.append)
    stream.feed(sound(1.0))
    await until(lambda: len(told) == 1)
    assert (told[0].final, told[0].partial) == ("", "0 1")
    stream.feed(sound(1.0))
    await until(lambda: len(told) == 2)
    assert (told[1].final, told[1].partial) == ("0 1", "2 3")
    stream.feed(sound(0.3))  # too little to hear it all again
    stream.finish()
    await until(lambda: told[-1].is_over)
    assert (told[-1].final, told[-1].partial) == ("0 1 2 3", "")
    assert recogniser.asked == [1.0, 2.0, 2.3]
    assert engine.late_s == 0.0


async def test_what_was_kept_from_before_is_no_reason_to_hear_a_line(
    engine: WhisperEngine, recogniser: Counting
) -> None:
    """Each hearing takes the same time however short the line is: the first one is for words."""
    stream = engine.open("fr", lambda heard: None)
    stream.feed(sound(1.0), is_kept=True)
    stream.feed(sound(0.4))
    other = engine.open("fr", lambda heard: None)
    other.feed(sound(1.5))
    await until(lambda: bool(recogniser.asked))
    stream.feed(sound(0.6))
    await until(lambda: len(recogniser.asked) == 2)
    assert recogniser.asked == [1.5, 2.0]


async def test_a_line_without_words_ends_empty(engine: WhisperEngine) -> None:
    told: list[Heard] = []
    stream = engine.open("fr", told.append)
    stream.feed(sound(0.2))
    stream.finish()
    await until(lambda: bool(told))
    assert told == [Heard("", "", is_over=True)]


async def test_the_longest_line_is_followed_by_another(engine: WhisperEngine) -> None:
    told: list[Heard] = []
    stream = engine.open("fr", told.append)
    stream.feed(sound(whisper.LONGEST_S + 1))
    await until(lambda: bool(told) and told[-1].is_over)
    assert stream.is_finished


async def test_an_engine_that_fails_ends_the_line_and_hears_the_next_one(
    engine: WhisperEngine, recogniser: Counting
) -> None:
    told: list[Heard] = []
    recogniser.fails = True
    stream = engine.open("fr", told.append)
    stream.feed(sound(1.0))
    stream.finish()
    await until(lambda: bool(told) and told[-1].is_over)
    recogniser.fails = False
    other = engine.open("fr", told.append)
    other.feed(sound(1.0))
    other.finish()
    await until(lambda: told[-1].final == "0 1")


async def test_who_is_abandoned_is_heard_no_more(engine: WhisperEngine) -> None:
    told: list[Heard] = []
    stream = engine.open("fr", told.append)
    stream.feed(sound(1.0))
    await until(lambda: bool(told))
    stream.abandon()
    stream.feed(sound(2.0))
    other = engine.open("fr", told.append)
    other.feed(sound(1.0))
    other.finish()
    await until(lambda: told[-1].is_over)
    assert [heard.is_over for heard in told] == [False, True]
    assert engine.late_s == 0.0
