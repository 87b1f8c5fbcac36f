"""Find where somebody speaks: silero-vad with the model of its own package, over what is not quiet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transcripts.pipeline.audio import SAMPLE_RATE, Waveform
from transcripts.pipeline.speech import Region

THRESHOLD = 0.5
SHORTEST_SPEECH_MS = 200  # « oui » takes 250
JOINED_SILENCE_MS = 300  # shorter silences stay inside a region
LONGEST_REGION_S = 27.0  # past that, cut at the longest silence inside: a region fits a window of Whisper's
QUIET_DB = -60.0  # below full scale, mean power of a step: a microphone that is off, or nobody there
# Of silero-vad, which hears 512 samples at a time and remembers: stretches are heard side by side, each after a second
# that only warms its memory up.
_STEP_SAMPLES = 512
_WARM_UP, _STRETCH = 31, 313  # steps: 1 s, 10 s
_BATCH = 32
_AROUND_QUIET = 16  # steps: half a second


class SpeechDetector:
    """Loads torch. About 0.1 s of processor for a minute of sound, and next to none for a minute of silence."""

    def __init__(self) -> None:
        import silero_vad
        from silero_vad.utils_vad import get_speech_timestamps_from_probs

        self._to_spans = get_speech_timestamps_from_probs
        self._model: Any = silero_vad.load_silero_vad()

    def find_speech(self, waveform: Waveform) -> list[Region]:
        """Sorted, apart, without padding. Silence, hum and noise give none."""
        probabilities = np.zeros(-(-len(waveform) // _STEP_SAMPLES), np.float32)
        stretches = list(_stretches(_is_loud(waveform)))
        for first in range(0, len(stretches), _BATCH):
            self._hear(waveform, stretches[first : first + _BATCH], probabilities)
        found = self._to_spans(
            probabilities.tolist(),
            audio_length_samples=len(waveform),
            threshold=THRESHOLD,
            sampling_rate=SAMPLE_RATE,
            min_speech_duration_ms=SHORTEST_SPEECH_MS,
            min_silence_duration_ms=JOINED_SILENCE_MS,
            max_speech_duration_s=LONGEST_REGION_S,
            speech_pad_ms=0,
        )
        return [Region(span["start"] / SAMPLE_RATE, span["end"] / SAMPLE_RATE) for span in found]

    def _hear(self, waveform: Waveform, batch: Sequence[tuple[int, int]], probabilities: NDArray[np.float32]) -> None:
        import torch

        steps = _WARM_UP + max(end - start for start, end in batch)
        samples = np.zeros((len(batch), steps * _STEP_SAMPLES), np.float32)
        for row, (start, end) in zip(samples, batch, strict=True):
            _copy(waveform, start - _WARM_UP, end, row)
        self._model.reset_states()
        with torch.inference_mode():
            columns = torch.from_numpy(samples).view(len(batch), steps, _STEP_SAMPLES).unbind(1)
            heard = torch.cat([self._model(column, SAMPLE_RATE) for column in columns], dim=1).numpy()
        for row, (start, end) in zip(heard, batch, strict=True):
            probabilities[start:end] = row[_WARM_UP : _WARM_UP + end - start]


def _is_loud(waveform: Waveform) -> NDArray[np.bool_]:
    """By step; what lies within half a second of something loud counts as such. Reads a few minutes at a time."""
    loud = np.zeros(-(-len(waveform) // _STEP_SAMPLES), np.bool_)
    slab = 10_000
    for first in range(0, len(loud), slab):
        samples = np.zeros(min(slab, len(loud) - first) * _STEP_SAMPLES, np.float32)
        _copy(waveform, first, first + slab, samples)
        steps = samples.reshape(-1, _STEP_SAMPLES)
        power = np.einsum("ij,ij->i", steps, steps) / _STEP_SAMPLES
        loud[first : first + slab] = power > 10 ** (QUIET_DB / 10)
    if not len(loud):
        return loud
    around = np.lib.stride_tricks.sliding_window_view(np.pad(loud, _AROUND_QUIET), 2 * _AROUND_QUIET + 1)
    return np.asarray(around.any(axis=1))


def _stretches(loud: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """[start, end) of what is loud, in steps, _STRETCH at most."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], loud, [False]]).astype(np.int8)))
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        for first in range(start, end, _STRETCH):
            yield first, min(first + _STRETCH, end)


def _copy(waveform: Waveform, first: int, end: int, row: NDArray[np.float32]) -> None:
    """Steps [first, end) of `waveform` into `row`; what lies before its start or past its end stays zero."""
    before = max(-first * _STEP_SAMPLES, 0)
    samples = waveform[max(first, 0) * _STEP_SAMPLES : end * _STEP_SAMPLES]
    row[before : before + len(samples)] = samples
