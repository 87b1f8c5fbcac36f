"""From the clock of a window, which is made of speech alone, to that of its track."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from transcripts.pipeline.audio import Waveform
from transcripts.pipeline.levels import level_of
from transcripts.pipeline.speech import Region, Word
from transcripts.pipeline.splice import Splice

EDGE_S = 0.1  # how far a word may reach outside the speech that was detected


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
    return replace(word, start=round(max(best.start, 0.0), 3), end=round(best.end, 3))


def measure_level(word: Word, waveform: Waveform) -> Word:
    """`word`, on the track's clock, with how loud the track is there."""
    return replace(word, level=round(level_of(waveform, word.start, word.end), 1))
