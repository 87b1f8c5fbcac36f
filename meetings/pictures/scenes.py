"""Which tiles are shown from when on: from who was there, who spoke and who shared a screen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from meetings.pictures import layouts
from meetings.pictures.layouts import Shown, Source, Tile
from meetings.pictures.turns import Lead


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody who can be shown: by their sound alone, or by a picture. Seconds from the start of the recording."""

    person: str
    start: float
    end: float
    source: Source = "camera"


@dataclass(frozen=True, slots=True)
class Scene:
    start: float
    tiles: tuple[Tile, ...]


def scenes_of(
    layout: str, people: Sequence[Presence], screens: Sequence[Presence], leads: Sequence[Lead]
) -> list[Scene]:
    """In order, from 0 on; each holds until the next one, and differs from it."""
    moments = {0.0} | {lead.start for lead in leads}
    for each in (*people, *screens):
        moments |= {each.start, each.end}
    scenes: list[Scene] = []
    for moment in sorted(moments):
        tiles = tuple(_tiles(layout, moment, people, screens, leads))
        if not scenes or scenes[-1].tiles != tiles:
            scenes.append(Scene(moment, tiles))
    return scenes


def _tiles(
    layout: str, moment: float, people: Sequence[Presence], screens: Sequence[Presence], leads: Sequence[Lead]
) -> list[Tile]:
    there = list(dict.fromkeys(each.person for each in people if each.start <= moment < each.end))
    shared = list(dict.fromkeys(each.person for each in screens if each.start <= moment < each.end))
    heard = [lead.person for lead in leads[: bisect_right(leads, moment, key=lambda lead: lead.start)]]
    lead = next((person for person in reversed(heard) if person in there), there[0] if there else None)
    if layout == "share" and shared:
        return layouts.share(shared[-1], lead)
    pictures: list[Shown] = [(person, "screen") for person in shared]
    if layout == "grid":
        return layouts.grid([*pictures, *((person, "camera") for person in there)])
    others = [person for person in _newest_first(heard) if person in there and person != lead]
    others += [person for person in there if person not in others and person != lead]
    strip = sorted(others[: layouts.IN_STRIP - min(len(pictures), layouts.IN_STRIP)], key=there.index)
    return layouts.speaker(lead, [*pictures, *((person, "camera") for person in strip)])


def _newest_first(heard: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(reversed(heard)))
