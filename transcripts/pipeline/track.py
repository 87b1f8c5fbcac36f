"""One track, from its file to its words."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol, Self

from transcripts.pipeline import models as model_folders
from transcripts.pipeline.audio import Waveform, decode, duration_of
from transcripts.pipeline.diarize import Diarizer
from transcripts.pipeline.progress import Progress, between
from transcripts.pipeline.speakers import assign_speakers, number_voices
from transcripts.pipeline.speech import Region, Turn, Word
from transcripts.pipeline.splice import splice
from transcripts.pipeline.transcribe import Recogniser

# Shares of the work, measured on a processor: decoding and detection are little.
_DECODED, _DETECTED, _DIARIZED = 0.03, 0.08, 0.4


class Detector(Protocol):
    def find_speech(self, waveform: Waveform) -> list[Region]: ...


@dataclass(frozen=True, slots=True)
class Engines:
    """`diarizer` is a function: few tracks are shared microphones, and loading costs seconds and memory."""

    detector: Detector
    recogniser: Recogniser
    diarizer: Callable[[], Diarizer]


class Models(Protocol):
    def load(self) -> Engines: ...


@dataclass(frozen=True, slots=True)
class SpeechModels:
    """Which models, by their folders. `threads` is torch's, for each worker process; a GPU does not use it."""

    whisper: Path
    diarization: Path
    language: str = "fr"
    threads: int = 1

    def load(self) -> Engines:
        """Load once per process, then give the same again. Raises ModelRejected before anything is loaded."""
        engines = Engines(_detector(), _recogniser(self.whisper, self.language), lambda: _diarizer(self.diarization))
        _use_threads(self.threads)
        return engines


@dataclass(frozen=True, slots=True)
class TrackSpeech:
    """Seconds from the start of the track. `speech_seconds` is what was worth recognising, of `seconds` in all."""

    seconds: float
    speech_seconds: float
    words: tuple[Word, ...]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Self:
        words = tuple(Word(**word) for word in fields["words"])
        return cls(float(fields["seconds"]), float(fields["speech_seconds"]), words)


def transcribe_track(path: Path, *, shared_microphone: bool, models: Models, progress: Progress) -> TrackSpeech:
    """Find the words of a recorded file; on a shared microphone, each with the number of its voice ("1", "2"…).

    The same file gives the same words. Raises AudioUnreadable, ModelRejected.
    """
    waveform = decode(path)
    progress(_DECODED)
    engines = models.load()
    regions = engines.detector.find_speech(waveform)
    progress(_DETECTED)
    turns: Sequence[Turn] = ()
    recognised_from = _DETECTED
    if shared_microphone and regions:
        turns = _find_voices(waveform, regions, engines.diarizer(), between(progress, _DETECTED, _DIARIZED))
        recognised_from = _DIARIZED
    words = engines.recogniser.transcribe(waveform, regions, between(progress, recognised_from, 1.0))
    progress(1.0)
    return TrackSpeech(
        seconds=round(duration_of(waveform), 3),
        speech_seconds=round(sum(region.end - region.start for region in regions), 3),
        words=tuple(assign_speakers(words, turns)) if shared_microphone else tuple(words),
    )


def _find_voices(
    waveform: Waveform, regions: Sequence[Region], diarizer: Diarizer, progress: Progress
) -> Sequence[Turn]:
    """Diarize speech alone: the cost is that of the seconds said, not of the meeting's."""
    speech = splice(regions, duration_of(waveform))
    turns = diarizer.find_turns(speech.cut(waveform), progress)
    return number_voices(
        Turn(part.start, part.end, turn.speaker) for turn in turns for part in speech.on_track(turn.start, turn.end)
    )


@functools.cache
def _detector() -> Detector:
    from transcripts.pipeline.activity import SpeechDetector

    return SpeechDetector()


@functools.cache
def _recogniser(folder: Path, language: str) -> Recogniser:
    from transcripts.pipeline.transcribe import OpenAIWhisper

    model_folders.verify(folder)
    return OpenAIWhisper(model_folders.checkpoint_of(folder), language)


@functools.cache
def _diarizer(folder: Path) -> Diarizer:
    from transcripts.pipeline.diarize import PyannotePipeline

    model_folders.verify(folder)
    return PyannotePipeline(folder)


def _use_threads(count: int) -> None:
    """After loading, since importing silero-vad sets it to 1. The number also decides the last digits of sums."""
    import torch

    torch.set_num_threads(count)
