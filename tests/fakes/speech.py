"""Speech engines that know what they will hear: no model, no torch, the real decoding and merging around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from transcripts.pipeline.audio import Waveform, duration_of
from transcripts.pipeline.diarize import ANY_NUMBER, SpeakerCount
from transcripts.pipeline.engines import Engines
from transcripts.pipeline.hearing import Hints, Passage
from transcripts.pipeline.progress import Progress
from transcripts.pipeline.speech import Region, Turn, Word


@dataclass(slots=True)
class FakeDetector:
    """Takes all of a track for speech, unless told which parts are."""

    regions: Sequence[Region] | None = None

    def find_speech(self, waveform: Waveform) -> list[Region]:
        return [Region(0.0, duration_of(waveform))] if self.regions is None else list(self.regions)


@dataclass(slots=True)
class FakeRecogniser:
    """Hears `words` in the first window that it is given, on its clock; notes what it was asked."""

    words: Sequence[Word]
    heard_seconds: list[float] = field(default_factory=list)
    hints: list[Hints] = field(default_factory=list)
    languages: list[str | None] = field(default_factory=list)
    windows_at_once: int = 4

    def hear(self, windows: Sequence[Waveform], *, language: str | None, hints: Hints) -> list[list[Passage]]:
        self.hints.append(hints)
        self.languages.append(language)
        first = not self.heard_seconds
        self.heard_seconds += map(duration_of, windows)
        return [
            [Passage((word,)) for word in self.words] if first and not place else [] for place, _ in enumerate(windows)
        ]

    def detect_language(self, windows: Sequence[Waveform]) -> str | None:
        return "nl"


@dataclass(slots=True)
class FakeDiarizer:
    turns: Sequence[Turn]
    heard_seconds: list[float] = field(default_factory=list)
    speakers: list[SpeakerCount] = field(default_factory=list)

    def find_turns(self, waveform: Waveform, progress: Progress, speakers: SpeakerCount = ANY_NUMBER) -> list[Turn]:
        self.heard_seconds.append(duration_of(waveform))
        self.speakers.append(speakers)
        progress(1.0)
        return list(self.turns)


class FakeModels:
    """Stands where SpeechModels does."""

    def __init__(
        self, words: Sequence[Word], turns: Sequence[Turn] = (), regions: Sequence[Region] | None = None
    ) -> None:
        self.detector = FakeDetector(regions)
        self.recogniser = FakeRecogniser(words)
        self.diarizer = FakeDiarizer(turns)

    def load(self) -> Engines:
        return Engines(self.detector, self.recogniser, lambda: self.diarizer)
