"""What a recording lacks because a Janus node was lost: the time of the move, and what lay on its disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from meetings.models import Recording, RecordingPart, Track

LONGEST_DOUBT_S = (
    10.0  # from a node's last packet to our knowing. Who fell silent before that had stopped by themselves
)
SHORTEST_S = 0.5


@dataclass(frozen=True, slots=True)
class Gap:
    """Seconds from the start of the recording."""

    start: float
    end: float


def missing_seconds(recording: Recording) -> int:
    return round(sum(gap.end - gap.start for gap in gaps_of(recording)))


def gaps_of(recording: Recording) -> list[Gap]:
    """In order; none where the meeting stayed on one node that lived."""
    parts = list(recording.parts.all())
    if len(parts) < 2 and RecordingPart.State.LOST not in {part.state for part in parts}:
        return _restarts(recording)
    kept = list(_kept(recording, parts))
    bounds = [(0.0, 0.0), *kept, (length := _length(recording), length)]
    found = [Gap(before[1], after[0]) for before, after in pairwise(bounds)]
    return [gap for gap in found if gap.end - gap.start >= SHORTEST_S]


def _restarts(recording: Recording) -> list[Gap]:
    """Of a node that died and came back under the meeting: files that it never closed end together, then others begin.

    Where somebody was written meanwhile, it lived, and only the process that should have closed a file was gone.
    """
    tracks = [
        (track.start, track.start + track.duration, track.recovered)
        for track in recording.tracks.filter(kind=Track.Kind.MICROPHONE)
    ]
    deaths: dict[float, float] = {}  # by the moment when somebody was written again
    for _, end, was_left_open in sorted(tracks, key=lambda track: track[1]):
        lived = any(start <= end and other > end + LONGEST_DOUBT_S for start, other, _ in tracks)
        if was_left_open and not lived:
            deaths[min((start for start, *_ in tracks if start > end), default=_length(recording))] = end
    return [Gap(end, again) for again, end in deaths.items() if again - end >= SHORTEST_S]


def _kept(recording: Recording, parts: list[RecordingPart]) -> Iterator[tuple[float, float]]:
    """From when to when each part was kept; those that were lost are left out."""
    tracks = [
        (track.start, track.start + track.duration) for track in recording.tracks.filter(kind=Track.Kind.MICROPHONE)
    ]
    length = _length(recording)
    starts = [0.0, *(_seconds(recording, part.started_at) for part in parts[1:])]
    for part, start, next_start in zip(parts, starts, [*starts[1:], float("inf")], strict=True):
        mine = [track for track in tracks if start <= track[0] < next_start]
        if part.state == RecordingPart.State.LOST and not mine:
            continue
        begun = min([begin for begin, _ in mine], default=start) if start else start
        end = min(length, _seconds(recording, part.ended_at)) if part.ended_at else length
        heard = max([stop for _, stop in mine], default=end)
        yield begun, heard if part.ended_at and end - LONGEST_DOUBT_S < heard < end else end


def _length(recording: Recording) -> float:
    return _seconds(recording, recording.stopped_at or recording.started_at)


def _seconds(recording: Recording, moment: datetime) -> float:
    return (moment - recording.started_at).total_seconds()
