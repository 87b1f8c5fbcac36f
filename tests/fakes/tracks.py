"""Tracks of silence, told apart by their lengths, and a recogniser that knows what each holds."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from meetings.models import Recording
from tests.fakes.speech import FakeDetector, FakeDiarizer
from transcripts.pipeline.audio import Waveform, duration_of
from transcripts.pipeline.diarize import SpeakerCount
from transcripts.pipeline.engines import Engines
from transcripts.pipeline.hearing import Hints, Passage
from transcripts.pipeline.models import ModelCard
from transcripts.pipeline.speech import Turn, Word
from transcripts.run import Tools
from transcripts.speech_settings import Speech

SAMPLE_RATE = 16_000
CARD = ModelCard("demo", True, {"fr": "670 mots.", "en": "670 words."})


def sound(seconds: float) -> bytes:
    """A WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as track:
        track.setnchannels(1)
        track.setsampwidth(2)
        track.setframerate(SAMPLE_RATE)
        track.writeframes(bytes(2 * int(seconds * SAMPLE_RATE)))
    return file.getvalue()


@dataclass(slots=True)
class ScriptedModels:
    """Hears `words[n]` in the track of n seconds, and notes what it was asked. `interrupt` may raise, or worse."""

    words: Mapping[float, Sequence[Word]]
    turns: Sequence[Turn] = ()
    heard: list[float] = field(default_factory=list)
    interrupt: Callable[[float], None] = lambda seconds: None
    windows_at_once: int = 4
    languages: list[str | None] = field(default_factory=list)
    hints: list[Hints] = field(default_factory=list)
    speakers: list[SpeakerCount] = field(default_factory=list)

    def load(self) -> Engines:
        return Engines(FakeDetector(), self, lambda: FakeDiarizer(self.turns, speakers=self.speakers))

    def hear(self, windows: Sequence[Waveform], *, language: str | None, hints: Hints) -> list[list[Passage]]:
        """A track of a few seconds is one window."""
        seconds = round(sum(map(duration_of, windows)), 1)
        self.heard.append(seconds)
        self.languages.append(language)
        self.hints.append(hints)
        self.interrupt(seconds)
        return [[Passage((word,)) for word in self.words.get(seconds, ())]]

    def detect_language(self, windows: Sequence[Waveform]) -> str | None:
        return "fr"


def make_tools(models: ScriptedModels, recording: Recording, scratch: Path) -> Tools:
    """Tools whose store holds, for each track, the sound of its length."""
    lengths = {track.key: track.duration for track in recording.tracks.all()}

    def fetch(key: str, path: Path) -> None:
        path.write_bytes(sound(lengths[key]))

    return Tools(lambda name: Speech(models, CARD, "demo"), scratch, fetch)
