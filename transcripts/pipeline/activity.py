"""Find where somebody speaks: silero-vad with the model of its own package."""

from __future__ import annotations

from typing import Any

from transcripts.pipeline.audio import SAMPLE_RATE, Waveform
from transcripts.pipeline.speech import Region

THRESHOLD = 0.5
SHORTEST_SPEECH_MS = 200  # « oui » takes 250
JOINED_SILENCE_MS = 300  # shorter silences stay inside a region
LONGEST_REGION_S = 27.0  # past that, cut at the longest silence inside: a region fits a window of Whisper's


class SpeechDetector:
    """Loads torch. About 1 s of processor for a minute of audio."""

    def __init__(self) -> None:
        import silero_vad

        self._silero_vad = silero_vad
        self._model: Any = silero_vad.load_silero_vad()

    def find_speech(self, waveform: Waveform) -> list[Region]:
        """Sorted, apart, without padding. Silence, hum and noise give none."""
        import torch

        found = self._silero_vad.get_speech_timestamps(
            torch.from_numpy(waveform),
            self._model,
            threshold=THRESHOLD,
            sampling_rate=SAMPLE_RATE,
            min_speech_duration_ms=SHORTEST_SPEECH_MS,
            min_silence_duration_ms=JOINED_SILENCE_MS,
            max_speech_duration_s=LONGEST_REGION_S,
            speech_pad_ms=0,
        )
        return [Region(span["start"] / SAMPLE_RATE, span["end"] / SAMPLE_RATE) for span in found]
