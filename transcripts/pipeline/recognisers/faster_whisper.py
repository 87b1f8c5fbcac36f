"""Recognise words with faster-whisper (CTranslate2, 8-bit weights where the processor can): an optional library."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from transcripts.pipeline import environment
from transcripts.pipeline.audio import Waveform
from transcripts.pipeline.errors import ModelRejected, RecogniserRefused
from transcripts.pipeline.hearing import Hints, Passage, choose_language
from transcripts.pipeline.recognisers.whisper_words import words_of

# In the folder, or the library would ask a hub for them.
FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.json")
TEMPERATURES = (0.0, 0.2, 0.4)
SEED = 1
_DETECTION_WINDOWS = 3
_PROCESSOR = Path("/proc/cpuinfo")


class FasterWhisper:
    """Loads the CTranslate2 model of `folder`, on the first GPU if there is one."""

    windows_at_once = 1

    def __init__(self, folder: Path, threads: int) -> None:
        if missing := [name for name in FILES if not (folder / name).is_file()]:
            raise ModelRejected(f"{folder.name}: no {missing[0]}")
        environment.prepare()
        try:
            import ctranslate2
            from faster_whisper import WhisperModel
        except ImportError as error:
            raise RecogniserRefused("faster-whisper is not installed") from error
        has_gpu = ctranslate2.get_cuda_device_count() > 0
        self._set_seed = ctranslate2.set_random_seed
        self._model: Any = WhisperModel(
            str(folder),
            device="cuda" if has_gpu else "cpu",
            compute_type="float16" if has_gpu else processor_type(),
            cpu_threads=threads,
            local_files_only=True,
        )
        if not self._model.model.is_multilingual:
            raise ModelRejected(f"{folder.name}: knows English only")

    def hear(self, windows: Sequence[Waveform], *, language: str | None, hints: Hints) -> list[list[Passage]]:
        language = language or self.detect_language(windows)
        return [self._hear(window, language, hints.prompt()) for window in windows]

    def detect_language(self, windows: Sequence[Waveform]) -> str:
        found = [self._model.detect_language(window)[2] for window in windows[:_DETECTION_WINDOWS]]
        return choose_language([dict(probabilities) for probabilities in found])

    def _hear(self, window: Waveform, language: str, prompt: str) -> list[Passage]:
        self._set_seed(SEED)
        segments, _ = self._model.transcribe(
            window,
            language=language,
            beam_size=1,
            temperature=TEMPERATURES,
            condition_on_previous_text=False,  # a slip would be carried into every window after it
            hotwords=prompt or None,
            word_timestamps=True,
        )
        return [passage for segment in segments if (passage := _passage(segment)).words]


def processor_type() -> str:
    """Of CTranslate2's numbers on this machine.

    On x86 without VNNI, products of 8 bits overflow between two sums; only MKL does without, and CTranslate2 leaves it
    to Intel's processors (on others it takes four times as long). Words were seen 14 s late: 32 bits it is.
    """
    if platform.machine() not in {"x86_64", "AMD64"} or not _PROCESSOR.exists():
        return "int8"
    told = _PROCESSOR.read_text(encoding="utf-8", errors="replace")
    return "int8" if "GenuineIntel" in told or "vnni" in told else "float32"


def _passage(segment: Any) -> Passage:
    parts = [
        {"word": word.word, "start": word.start, "end": word.end, "probability": word.probability}
        for word in segment.words or ()
    ]
    return Passage(tuple(words_of(parts)), float(segment.avg_logprob), float(segment.no_speech_prob))
