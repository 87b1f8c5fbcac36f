"""Captions by the recogniser that also makes the minutes: it hears the line again and again as it grows."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from transcripts.live.agreement import Agreement, text_of
from transcripts.live.engine import Heard, Tell
from transcripts.pipeline.audio import SAMPLE_RATE, Waveform, duration_of
from transcripts.pipeline.hearing import NO_HINTS, Recogniser
from transcripts.pipeline.phantoms import sift
from transcripts.pipeline.speech import Word

logger = logging.getLogger(__name__)

AGAIN_AFTER_S = 0.8  # of new sound
LONGEST_S = 20.0  # of a line: who speaks without a pause begins another one
SHORTEST_S = 0.3


class WhisperStream:
    def __init__(self, language: str | None, tell: Tell, wake: Callable[[], None]) -> None:
        self.language = language
        self._tell = tell
        self._wake = wake
        self._parts: list[Waveform] = []
        self._waits_since: float | None = None
        self._heard_s = 0.0
        self._agreement = Agreement()
        self.is_finished = False
        self.is_over = False

    def feed(self, samples: Waveform, *, is_kept: bool = False) -> None:
        if len(samples) and not self.is_finished:
            self._parts.append(samples)
            if is_kept:
                self._heard_s = self.seconds  # the first hearing is for what is said now
            self._waits_since = self._waits_since or time.monotonic()
            self._wake()

    def finish(self) -> None:
        self.is_finished = True
        self._wake()

    def abandon(self) -> None:
        self.is_over = True

    @property
    def is_due(self) -> bool:
        return not self.is_over and (self.is_finished or self.seconds - self._heard_s >= AGAIN_AFTER_S)

    @property
    def seconds(self) -> float:
        return sum(map(duration_of, self._parts))

    @property
    def late_s(self) -> float:
        return time.monotonic() - self._waits_since if self._waits_since and not self.is_over else 0.0

    def take(self) -> tuple[Waveform, bool]:
        """All that was said, and whether that is all."""
        self._waits_since = None
        if self.seconds >= LONGEST_S:
            self.is_finished = True
        samples = np.concatenate([np.zeros(0, np.float32), *self._parts])
        self._parts, self._heard_s = [samples], duration_of(samples)
        return samples, self.is_finished

    def hear(self, words: list[Word], is_all: bool) -> None:
        if self.is_over:
            return
        if is_all:
            self._agreement.finish(words)
            self.is_over = True
        else:
            self._agreement.hear(words, self._heard_s)
        final, partial = self._agreement.final, self._agreement.partial
        self._tell(Heard(text_of(final), text_of(partial), is_over=self.is_over))


class WhisperEngine:
    """One model, one thread: lines take their turns, those that are finished first."""

    sample_rate = SAMPLE_RATE

    def __init__(self, load: Callable[[], Recogniser]) -> None:
        self._load = load
        self._recogniser: Recogniser | None = None
        self._streams: list[WhisperStream] = []
        self._due = asyncio.Event()
        self._is_wanted = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="captions")
        self._since: float | None = None  # the thread has been at work
        self._work = asyncio.create_task(self._run())

    def warm_up(self) -> None:
        self._is_wanted.set()

    def open(self, language: str | None, tell: Tell) -> WhisperStream:
        stream = WhisperStream(language, tell, self._due.set)
        self._streams.append(stream)
        return stream

    @property
    def late_s(self) -> float:
        return max((stream.late_s for stream in self._streams), default=0.0)

    @property
    def stuck_s(self) -> float:
        return time.monotonic() - self._since if self._since else 0.0

    async def close(self) -> None:
        self._work.cancel()
        await asyncio.gather(self._work, return_exceptions=True)
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _run(self) -> None:
        await self._is_wanted.wait()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._prepare)
        while True:
            await self._due.wait()
            self._due.clear()
            while stream := self._next():
                await self._hear(stream)

    def _next(self) -> WhisperStream | None:
        self._streams = [stream for stream in self._streams if not stream.is_over]
        due = [stream for stream in self._streams if stream.is_due]
        return max(due, key=lambda stream: (stream.is_finished, stream.late_s), default=None)

    async def _hear(self, stream: WhisperStream) -> None:
        samples, is_all = stream.take()
        loop = asyncio.get_running_loop()
        self._since = time.monotonic()
        try:
            words = await loop.run_in_executor(self._thread, self._words, samples, stream.language)
        except Exception as error:  # noqa: BLE001  (an engine may raise anything; the other lines go on)
            logger.error("line not recognised: %s", type(error).__name__)
            words = []
        finally:
            self._since = None
        stream.hear(words, is_all)

    def _prepare(self) -> None:
        self._recogniser = self._load()

    def _words(self, samples: Waveform, language: str | None) -> list[Word]:
        """In the thread. Sentences that nobody said stay out, as in minutes."""
        seconds = duration_of(samples)
        if seconds < SHORTEST_S or self._recogniser is None:
            return []
        [passages] = self._recogniser.hear([samples], language=language, hints=NO_HINTS)
        kept, _ = sift(passages, seconds)
        return [word for passage in kept for word in passage.words]
