"""Models that cost what real ones do and hear nothing: the pipeline's own cost is what remains."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from tests.fakes.speech import FakeDetector, FakeDiarizer
from transcripts.pipeline.activity import SpeechDetector
from transcripts.pipeline.audio import Waveform, duration_of
from transcripts.pipeline.engines import Detector, Engines
from transcripts.pipeline.hearing import Hints, Passage
from transcripts.pipeline.speech import Word

COST_OF_A_SECOND = 0.25  # of processor, for a second of speech: about that of Whisper's base with 8-bit weights, twice


@dataclass(slots=True)
class StubRecogniser:
    """A word for each second of a window, and the time that it would take."""

    spent_s: float = 0.0
    windows_at_once: int = 4

    def hear(self, windows: Sequence[Waveform], *, language: str | None, hints: Hints) -> list[list[Passage]]:
        start = time.process_time()
        until = start + COST_OF_A_SECOND * sum(map(duration_of, windows))
        work = np.ones(4096, np.float32)
        while time.process_time() < until:
            np.sqrt(work)
        self.spent_s += time.process_time() - start
        return [
            [Passage((Word(n + 0.2, n + 0.8, f"mot{n}."),)) for n in range(int(duration_of(window)))]
            for window in windows
        ]

    def detect_language(self, windows: Sequence[Waveform]) -> str | None:
        return None


@dataclass(slots=True)
class StubModels:
    hears_silence: bool = False
    recogniser: StubRecogniser = field(default_factory=StubRecogniser)
    _detector: Detector | None = None

    def load(self) -> Engines:
        if self._detector is None:
            self._detector = FakeDetector() if self.hears_silence else SpeechDetector()
        return Engines(self._detector, self.recogniser, lambda: FakeDiarizer([]))
