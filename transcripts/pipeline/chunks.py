"""Cut a track at its silences into chunks that can be heard apart, on any machine, in any order."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass

from transcripts.pipeline.speech import Region
from transcripts.pipeline.splice import Splice, pack

WINDOW_S = 28.0  # Whisper hears 30 s at a time, and costs as much for one word as for thirty seconds
WINDOWS_IN_CHUNK = 12  # at most five and a half minutes of speech: what a killed worker hears again


@dataclass(frozen=True, slots=True)
class Chunk:
    """Windows of speech in a row, at least one; `regions` is the speech in them, on the track's clock."""

    number: int
    windows: tuple[Splice, ...]
    regions: tuple[Region, ...]

    def key(self, *parameters: str) -> str:
        """Fixed by what is heard and how: equal keys, equal results. `parameters` name the track and the model."""
        places = [[piece.start, piece.end] for window in self.windows for piece in window.pieces]
        spoken = [[region.start, region.end] for region in self.regions]
        digest = hashlib.sha256(json.dumps([places, spoken, *parameters]).encode()).hexdigest()
        return f"{self.number:04d}-{digest[:32]}"


def cut_into_chunks(regions: Sequence[Region], track_seconds: float) -> list[Chunk]:
    """`regions` are sorted and apart. The same regions give the same chunks."""
    windows = pack(regions, track_seconds, WINDOW_S)
    groups = [windows[first : first + WINDOWS_IN_CHUNK] for first in range(0, len(windows), WINDOWS_IN_CHUNK)]
    return [Chunk(number, tuple(group), _inside(group, regions)) for number, group in enumerate(groups)]


def _inside(windows: Sequence[Splice], regions: Sequence[Region]) -> tuple[Region, ...]:
    start, end = windows[0].start, windows[-1].end
    return tuple(
        region for region in itertools.takewhile(lambda region: region.start < end, regions) if region.end > start
    )
