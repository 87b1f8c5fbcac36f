"""Speech engines that know what they will hear: no model, no torch, the real decoding and merging around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from transcripts.pipeline.audio import Waveform, duration_of
from transcripts.pipeline.progress import Progress
from transcripts.pipeline.speech import Region, Turn, Word
from transcripts.pipeline.track import Engines


@dataclass(slots=True)
class FakeDetector:
    """Takes all of a track for speech, unless told which parts are."""

    regions: Sequence[Region] | None = None

    def find_speech(self, waveform: Waveform) -> list[Region]:
        return [Region(0.0, duration_of(waveform))] if self.regions is None else list(self.regions)


@dataclass(slots=True)
class FakeRecogniser:
    """Hears `words` in every track, and goes through the same progress as the real one."""

    words: Sequence[Word]
    heard_seconds: list[float] = field(default_factory=list)

    def transcribe(self, waveform: Waveform, regions: Sequence[Region], progress: Progress) -> list[Word]:
        self.heard_seconds.append(duration_of(waveform))
        for number, _ in enumerate(regions, 1):
            progress(number / len(regions))
        return list(self.words) if regions else []


@dataclass(slots=True)
class FakeDiarizer:
    turns: Sequence[Turn]
    heard_seconds: list[float] = field(default_factory=list)

    def find_turns(self, waveform: Waveform, progress: Progress) -> list[Turn]:
        self.heard_seconds.append(duration_of(waveform))
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
