"""Who is near: on a track of one person, a voice much fainter than this person's is somebody else's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transcripts.pipeline.audio import SAMPLE_RATE, Waveform
from transcripts.pipeline.speech import Region

QUIETEST_DB = -100.0
BACKGROUND_DB = 25.0  # people who whisper are some 15 dB fainter than themselves
FRAME_S = 0.05  # of Loudness
_SHARE = 0.9  # of the speech, at most, is fainter than the voice that the track is of


def level_of(waveform: Waveform, start: float, end: float) -> float:
    """Decibels below full scale, of the mean power."""
    samples = waveform[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)]
    power = float((samples.astype("float64") ** 2).mean()) if len(samples) else 0.0
    return max(10 * math.log10(power), QUIETEST_DB) if power > 0 else QUIETEST_DB


def near_regions(waveform: Waveform, regions: Sequence[Region]) -> list[Region]:
    """Those that the person of the track may have said; with a person who never speaks, all of them."""
    levels = [level_of(waveform, region.start, region.end) for region in regions]
    if not levels:
        return []
    own = own_level(levels, [region.end - region.start for region in regions])
    return [region for region, level in zip(regions, levels, strict=True) if level >= own - BACKGROUND_DB]


@dataclass(frozen=True, slots=True)
class Loudness:
    """How loud a track is from `start` on, a number each FRAME_S: decibels below full scale."""

    start: float
    decibels: tuple[int, ...]


def loudness_of(waveform: Waveform, regions: Sequence[Region]) -> list[Loudness]:
    """Of each region; of what was said in it, this says nothing."""
    size = round(FRAME_S * SAMPLE_RATE)
    found = []
    for region in regions:
        samples = waveform[round(region.start * SAMPLE_RATE) : round(region.end * SAMPLE_RATE)].astype("float64")
        powers = (samples[: len(samples) // size * size].reshape(-1, size) ** 2).mean(axis=1)
        decibels = np.maximum(10 * np.log10(powers + 1e-30), QUIETEST_DB)
        found.append(Loudness(region.start, tuple(np.rint(decibels).astype(int).tolist())))
    return found


def own_level(levels: Sequence[float], weights: Sequence[float]) -> float:
    """The level that _SHARE of the weight does not reach."""
    ordered = sorted(zip(levels, weights, strict=True))
    left = _SHARE * sum(weights)
    for level, weight in ordered:
        left -= weight
        if left <= 0:
            return level
    return ordered[-1][0]
