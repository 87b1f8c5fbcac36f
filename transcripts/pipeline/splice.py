"""Cut the silences out of a track, and find the way back to the track's clock."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from transcripts.pipeline.audio import SAMPLE_RATE, Waveform
from transcripts.pipeline.speech import Region

# Of the track's own silence, kept around speech: models expect sentences to breathe. The detector lets go late.
BEFORE_S, AFTER_S = 0.4, 0.25
LONGEST_IN_MEMORY_S = 600.0


@dataclass(frozen=True, slots=True)
class Piece:
    """[start, end] on the track's clock lies at `place` in the spliced audio."""

    start: float
    end: float
    place: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Splice:
    """Pieces of a track laid end to end, at least one."""

    pieces: tuple[Piece, ...]

    @property
    def start(self) -> float:
        return self.pieces[0].start

    @property
    def end(self) -> float:
        return self.pieces[-1].end

    @property
    def seconds(self) -> float:
        return sum(piece.seconds for piece in self.pieces)

    def cut(self, waveform: Waveform) -> Waveform:
        """Copy the pieces out of `waveform`, shape (samples,); long ones to a nameless file, not to memory."""
        spans = [(round(piece.start * SAMPLE_RATE), round(piece.end * SAMPLE_RATE)) for piece in self.pieces]
        spans = [(min(start, len(waveform)), min(end, len(waveform))) for start, end in spans]
        copy = _room_for(sum(end - start for start, end in spans))
        place = 0
        for start, end in spans:
            copy[place : place + end - start] = waveform[start:end]
            place += end - start
        return copy

    def on_track(self, start: float, end: float) -> list[Region]:
        """Where a stretch of the spliced audio lies on the track: a part for each piece that it touches."""
        shifted = [
            Region(
                piece.start + max(start - piece.place, 0.0),
                piece.start + min(end - piece.place, piece.seconds),
            )
            for piece in self.pieces
        ]
        return [region for region in shifted if region.end > region.start]


def splice(regions: Sequence[Region], track_seconds: float) -> Splice:
    """One splice of everything. `regions` are sorted and do not overlap."""
    return _lay(_pad(regions, track_seconds))


def pack(regions: Sequence[Region], track_seconds: float, longest_s: float) -> list[Splice]:
    """Splices of at most `longest_s`, each as full as the order allows: work grows with speech, not with duration.

    A single region longer than `longest_s` is cut through.
    """
    windows: list[list[Region]] = []
    room = 0.0
    for region in itertools.chain.from_iterable(_chop(padded, longest_s) for padded in _pad(regions, track_seconds)):
        seconds = region.end - region.start
        if seconds > room:
            windows.append([])
            room = longest_s
        windows[-1].append(region)
        room -= seconds
    return [_lay(window) for window in windows]


def _room_for(samples: int) -> Waveform:
    if samples <= LONGEST_IN_MEMORY_S * SAMPLE_RATE:
        return np.empty(samples, np.float32)
    with tempfile.TemporaryFile() as file:
        return np.memmap(file, dtype=np.float32, mode="w+", shape=(samples,))


def _pad(regions: Sequence[Region], track_seconds: float) -> list[Region]:
    """Widen, and never past the middle of the silence to the neighbour."""
    if not regions:
        return []
    middles = [(before.end + after.start) / 2 for before, after in itertools.pairwise(regions)]
    limits = itertools.pairwise([0.0, *middles, track_seconds])
    return [
        Region(max(region.start - BEFORE_S, lowest), min(region.end + AFTER_S, highest))
        for region, (lowest, highest) in zip(regions, limits, strict=True)
    ]


def _chop(region: Region, longest_s: float) -> Iterator[Region]:
    start = region.start
    while region.end - start > longest_s:
        yield Region(start, start + longest_s)
        start += longest_s
    yield Region(start, region.end)


def _lay(regions: Sequence[Region]) -> Splice:
    places = itertools.accumulate((region.end - region.start for region in regions), initial=0.0)
    return Splice(tuple(Piece(region.start, region.end, place) for region, place in zip(regions, places, strict=False)))
