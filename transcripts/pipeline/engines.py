"""The engines of a worker process: which, loaded once, verified first."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from transcripts.pipeline import models as model_folders
from transcripts.pipeline.audio import Waveform
from transcripts.pipeline.diarize import Diarizer
from transcripts.pipeline.hearing import Recogniser
from transcripts.pipeline.recognisers.choice import OPENAI_WHISPER, Server, load_recogniser
from transcripts.pipeline.speech import Region


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
    """Which models, by their folders. `threads` are of each worker process; a GPU does not use them.

    `recogniser` is a name of recognisers.choice; `server` stands in place of the folder `whisper` for a remote one.
    """

    whisper: Path
    diarization: Path
    threads: int = 1
    recogniser: str = OPENAI_WHISPER
    server: Server | None = None

    def load(self) -> Engines:
        """Load once per process, then give the same again. Raises ModelRejected before anything is loaded."""
        recogniser = load_recogniser(self.recogniser, self.whisper, self.server, self.threads)
        engines = Engines(_detector(), recogniser, lambda: _diarizer(self.diarization))
        _use_threads(self.threads)
        return engines


@functools.cache
def _detector() -> Detector:
    from transcripts.pipeline.activity import SpeechDetector

    return SpeechDetector()


@functools.cache
def _diarizer(folder: Path) -> Diarizer:
    from transcripts.pipeline.diarize import PyannotePipeline

    model_folders.verify(folder)
    return PyannotePipeline(folder)


def _use_threads(count: int) -> None:
    """After loading, since importing silero-vad sets it to 1. The number also decides the last digits of sums."""
    import torch

    torch.set_num_threads(count)
