"""Recognise words: openai-whisper, over speech alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from transcripts.pipeline import environment
from transcripts.pipeline.audio import Waveform, duration_of
from transcripts.pipeline.progress import Progress
from transcripts.pipeline.speech import Region, Word
from transcripts.pipeline.splice import Splice, pack

WINDOW_S = 28.0  # Whisper hears 30 s at a time, and costs as much for one word as for thirty seconds
# A window is tried again a little warmer when the first text is repetitive or improbable; 0.0 alone would keep it.
TEMPERATURES = (0.0, 0.2, 0.4)
SEED = 1
EDGE_S = 0.1  # how far a word may reach outside the speech that was detected


class Recogniser(Protocol):
    def transcribe(self, waveform: Waveform, regions: Sequence[Region], progress: Progress) -> list[Word]:
        """Words in order, on the clock of `waveform`; none outside `regions`. The same input gives the same words."""


class OpenAIWhisper:
    """Loads torch and the weights of `model_path`, on the first GPU if there is one."""

    def __init__(self, model_path: Path, language: str) -> None:
        if not model_path.is_file():  # a bare name would be downloaded
            raise FileNotFoundError(model_path)
        environment.prepare()
        import whisper

        self._language = language
        self._model: Any = whisper.load_model(str(model_path))
        # The heads whose attention follows the audio; an official file does not carry its own, but its name tells.
        heads = whisper._ALIGNMENT_HEADS.get(model_path.stem)  # noqa: SLF001
        if heads is not None:
            self._model.set_alignment_heads(heads)

    def transcribe(self, waveform: Waveform, regions: Sequence[Region], progress: Progress) -> list[Word]:
        windows = pack(regions, duration_of(waveform), WINDOW_S)
        words: list[Word] = []
        for number, window in enumerate(windows, 1):
            spoken = [region for region in regions if region.end > window.start and region.start < window.end]
            heard = words_of(self._recognise(window.cut(waveform)))
            words += (placed for word in heard if (placed := place_word(word, window, spoken)) is not None)
            progress(number / len(windows))
        return words

    def _recognise(self, window: Waveform) -> Sequence[Mapping[str, Any]]:
        """Whisper's segments. Its sampling above temperature 0 is seeded, and leaves no trace in the process."""
        import torch

        with torch.random.fork_rng(), torch.inference_mode():
            torch.manual_seed(SEED)
            result = self._model.transcribe(
                window,
                language=self._language,
                word_timestamps=True,
                condition_on_previous_text=False,  # a slip would be carried into every window after it
                temperature=TEMPERATURES,
                fp16=self._model.device.type == "cuda",
            )
        segments: Sequence[Mapping[str, Any]] = result["segments"]
        return segments


def words_of(segments: Sequence[Mapping[str, Any]]) -> Iterator[Word]:
    """Words as they are written: Whisper gives « l » and « 'ordre » apart, and the French « ? » with its space."""
    for segment in segments:
        written: list[Mapping[str, Any]] = []
        for part in segment["words"]:
            if written and part["word"].startswith(" ") and _is_said(part["word"]):
                yield from _join(written)
                written = []
            written.append(part)
        yield from _join(written)


def _join(parts: Sequence[Mapping[str, Any]]) -> Iterator[Word]:
    text = "".join(part["word"] for part in parts).strip()
    if _is_said(text):
        probability = min(float(part["probability"]) for part in parts)
        yield Word(float(parts[0]["start"]), float(parts[-1]["end"]), text, probability=round(probability, 3))


def _is_said(text: str) -> bool:
    return any(character.isalnum() for character in text)


def place_word(word: Word, window: Splice, regions: Sequence[Region]) -> Word | None:
    """Move `word` from its window to the track's clock; None if nobody was speaking there: Whisper invents in noise."""
    within = (
        Region(max(part.start, region.start - EDGE_S), min(part.end, region.end + EDGE_S))
        for part in window.on_track(word.start, word.end)
        for region in regions
    )
    best = max(within, key=lambda stretch: stretch.end - stretch.start, default=None)
    if best is None or best.end <= best.start:
        return None
    return Word(round(best.start, 3), round(best.end, 3), word.text, word.speaker, word.probability)
