"""The voices of a chunk in one pass of the embedding model: pyannote.audio 4.0 makes one pass for each of them.

The model's layers see the sound alone; voices differ by the mask of their frames, in the pooling at the end. Nearly
all of the cost of diarization is in those layers.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from pyannote.audio.pipelines import SpeakerDiarization
from pyannote.core import SlidingWindowFeature

CHUNKS_AT_ONCE = {"cpu": 2, "cuda": 32}  # larger ones are no faster on a processor, and take memory


class OnePass(SpeakerDiarization):
    """The same numbers as its parent's, but for the last digits."""

    def get_embeddings(
        self, file: Any, binary_segmentations: Any, exclude_overlap: bool = False, hook: Any = None
    ) -> Any:
        """Shape (chunks, voices, dimension)."""
        chunks, _, voices = binary_segmentations.data.shape
        at_once = CHUNKS_AT_ONCE.get(self._embedding.device.type, 1)
        total = math.ceil(chunks / at_once)
        found = []
        sounds = self._sounds_and_masks(file, binary_segmentations, exclude_overlap)
        for completed in range(1, total + 1):
            waveforms, masks = zip(*itertools.islice(sounds, at_once), strict=True)
            found.append(self._embedding(torch.stack(waveforms), masks=torch.stack(masks)))
            if hook is not None:
                hook("embeddings", found[-1], total=total, completed=completed)
        return np.vstack(found).reshape(chunks, voices, -1)

    def _sounds_and_masks(self, file: Any, segmentations: Any, exclude_overlap: bool) -> Iterator[tuple[Any, Any]]:
        """For each chunk its sound (1, samples), and the masks of its voices (voices, frames)."""
        fewest = self._fewest_frames(segmentations) if exclude_overlap else -1
        for chunk, frames in segmentations:
            whole = np.nan_to_num(frames, nan=0.0).astype(np.float32)
            alone = whole * (np.sum(frames, axis=1, keepdims=True) < 2) if exclude_overlap else whole
            masks = np.where(alone.sum(axis=0) > fewest, alone, whole)
            waveform, _ = self._audio.crop(file, chunk, mode="pad")
            yield waveform, torch.from_numpy(np.ascontiguousarray(masks.T, dtype=np.float32))

    def _fewest_frames(self, segmentations: SlidingWindowFeature) -> int:
        """Of a voice alone, from which the model can tell something."""
        samples = float(segmentations.sliding_window.duration * self._embedding.sample_rate)
        return math.ceil(int(segmentations.data.shape[1]) * float(self._embedding.min_num_samples) / samples)


def embed_at_once(pipeline: Any) -> Any:
    """`pipeline` itself, changed, if it is pyannote.audio's own with a model that pools by voice; else as it was."""
    if type(pipeline) is SpeakerDiarization and hasattr(pipeline._embedding, "model_"):  # noqa: SLF001
        pipeline.__class__ = OnePass
    return pipeline
