"""What the page draws: for each person, how loud they were and when they spoke."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from meetings.models import Track
from meetings.pictures.turns import LOUDEST, STEPS_A_S, Voice, turns_of
from meetings.unrecorded import Stretch

COLUMNS = 600
HEIGHT = 32
QUIET = 60  # of LOUDEST: the noise of rooms, which is not drawn
STEEP = 1.6  # levels are decibels, and look all alike


@dataclass(slots=True)
class Lane:
    """One person. `peaks`: COLUMNS levels over the whole recording; `turns`: pairs of seconds, in order."""

    name: str
    peaks: list[int] = field(default_factory=lambda: [0] * COLUMNS)
    turns: list[tuple[float, float]] = field(default_factory=list)
    marks: list[tuple[float, float]] = field(default_factory=list)  # turns as columns: where, and how wide
    is_recorded: bool = True

    @property
    def outline(self) -> str:
        """The path of an SVG of COLUMNS × HEIGHT."""
        return f"M0 {HEIGHT}" + "".join(f"V{_top(peak)}h1" for peak in self.peaks) + f"V{HEIGHT}z"

    @property
    def spoken(self) -> str:
        """For how long, as minutes and seconds."""
        minutes, seconds = divmod(round(sum(end - start for start, end in self.turns)), 60)
        return f"{minutes}:{seconds:02}"


def lanes_of(tracks: Sequence[Track], duration: float, unrecorded: Iterable[Stretch] = ()) -> list[Lane]:
    """In order of who came first; then whoever spoke off the record. Tracks not measured yet are silent."""
    lanes: dict[object, Lane] = {}
    for track in tracks:
        lane = lanes.setdefault(track.participation_id, Lane(track.participation.display_name))
        levels = getattr(track, "levels", None)
        if levels is None:
            continue
        steps = bytes(levels.steps)
        _add_peaks(lane.peaks, steps, track.start, duration)
        lane.turns += [(turn.start, turn.end) for turn in turns_of([Voice("", track.start, steps)])]
    found = list(lanes.values())
    if stretches := [(stretch.start, stretch.end) for stretch in unrecorded]:
        found.append(Lane(_("Off the record"), turns=stretches, is_recorded=False))
    for lane in found:
        lane.turns.sort()
        lane.marks = _marks(lane.turns, duration)
    return found


def _top(peak: int) -> int:
    share = max(0, peak - QUIET) / (LOUDEST - QUIET)
    return HEIGHT - round(HEIGHT * math.pow(share, STEEP))


def _marks(turns: Iterable[tuple[float, float]], duration: float) -> list[tuple[float, float]]:
    columns_a_s = COLUMNS / max(duration, 0.1)
    return [(round(start * columns_a_s, 1), round(max(1.0, (end - start) * columns_a_s), 1)) for start, end in turns]


def _add_peaks(peaks: list[int], steps: bytes, start: float, duration: float) -> None:
    steps_a_column = max(duration * STEPS_A_S / COLUMNS, 0.01)
    first = start * STEPS_A_S
    for column in range(COLUMNS):
        begin, end = column * steps_a_column - first, (column + 1) * steps_a_column - first
        part = steps[max(0, int(begin)) : max(0, int(end) + 1)] if end > 0 else b""
        peaks[column] = max(peaks[column], max(part, default=0))
