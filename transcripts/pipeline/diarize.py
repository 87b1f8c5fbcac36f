"""Tell the voices of a shared microphone apart: pyannote.audio, from a folder of this machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from transcripts.pipeline import environment
from transcripts.pipeline.audio import SAMPLE_RATE, Waveform, duration_of
from transcripts.pipeline.errors import ModelRejected
from transcripts.pipeline.progress import Progress
from transcripts.pipeline.speech import Turn

SHORTEST_S = 1.0  # below, models give turns that outlast the audio
# Where each step begins, and its share of the whole: measured on a processor.
_STEPS = {"segmentation": (0.0, 0.1), "embeddings": (0.1, 0.9)}


@dataclass(frozen=True, slots=True)
class SpeakerCount:
    """How many people may be at one microphone; None where nobody knows. Raises ValueError if nobody could be."""

    least: int | None = None
    most: int | None = None

    def __post_init__(self) -> None:
        least = 1 if self.least is None else self.least
        if least < 1 or (self.most is not None and self.most < least):
            raise ValueError("not a number of speakers")


ANY_NUMBER = SpeakerCount()


def speakers_among(names: Sequence[str]) -> SpeakerCount:
    """No more than are named, some of whom may say nothing. One name is somebody's, not everybody's."""
    return SpeakerCount(most=len(names)) if len(names) > 1 else ANY_NUMBER


class Diarizer(Protocol):
    def find_turns(self, waveform: Waveform, progress: Progress, speakers: SpeakerCount = ANY_NUMBER) -> list[Turn]:
        """Turns in order, at most one voice at a time, within the audio. Names of voices mean nothing outside."""


class PyannotePipeline:
    """Loads torch and the models of `folder`. Loading runs code that the folder names: verify it first."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():  # it would be taken for the name of a model on a hub
            raise NotADirectoryError(folder)
        environment.prepare()
        import torch
        from pyannote.audio import Pipeline

        from transcripts.pipeline.embeddings import embed_at_once

        environment.require_silence()
        pipeline = Pipeline.from_pretrained(folder)
        if pipeline is None:
            raise ModelRejected(f"{folder.name}: not a pipeline of pyannote.audio")
        if torch.cuda.is_available():
            pipeline.to(torch.device("cuda"))
        self._pipeline: Any = embed_at_once(pipeline)

    def find_turns(self, waveform: Waveform, progress: Progress, speakers: SpeakerCount = ANY_NUMBER) -> list[Turn]:
        seconds = duration_of(waveform)
        if seconds < SHORTEST_S:
            return []
        import torch

        audio = {"waveform": torch.from_numpy(waveform)[None], "sample_rate": SAMPLE_RATE, "uri": "track"}
        # The output also holds a voice print of each speaker. It is biometric data: it ends here.
        found = self._pipeline(audio, hook=_Hook(progress), min_speakers=speakers.least, max_speakers=speakers.most)
        exclusive = found.exclusive_speaker_diarization
        return clip_turns([Turn(span.start, span.end, name) for span, _, name in _spans(exclusive)], seconds)


def clip_turns(turns: Sequence[Turn], seconds: float) -> list[Turn]:
    """Models may end a turn past the audio."""
    clipped = (Turn(max(turn.start, 0.0), min(turn.end, seconds), turn.speaker) for turn in turns)
    return sorted((turn for turn in clipped if turn.end > turn.start), key=lambda turn: turn.start)


def _spans(annotation: Any) -> list[tuple[Any, Any, str]]:
    return list(annotation.itertracks(yield_label=True))


class _Hook:
    """What pyannote.audio calls as it goes: turns its steps into one share."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def __call__(
        self, step: str, _artifact: object, *, total: int | None = None, completed: int | None = None, **_: object
    ) -> None:
        if step in _STEPS and total and completed is not None:
            begins, share = _STEPS[step]
            self._progress(begins + share * min(int(completed) / int(total), 1.0))  # they come as numpy integers
