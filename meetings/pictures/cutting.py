"""The script of a video: from the rows of a recording, and its files on this machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from meetings.models import Composition, Recording, Track
from meetings.pictures import faces, levels
from meetings.pictures.scenes import Presence, scenes_of
from meetings.pictures.script import File, Script
from meetings.pictures.turns import Voice, leads_of, turns_of

RETURNS_S = 10.0  # who comes back within that time had not left, for the picture
SHORTEST_S = 1.0


def script_of(composition: Composition, tracks: Sequence[Track], paths: Mapping[Track, Path], output: Path) -> Script:
    """Raises storage.StorageUnavailable."""
    sounds = [track for track in tracks if track.kind == Track.Kind.MICROPHONE]
    screens = [track for track in tracks if track.kind == Track.Kind.SCREEN]
    people = {track.participation_id: track.participation for track in tracks}
    turns = turns_of([Voice(_person(track), track.start, levels.measure(track)) for track in sounds])
    return Script(
        output=str(output),
        container=composition.container,
        duration=length_of(composition.recording),
        faces={str(pk): faces.face_of(person) for pk, person in people.items()},
        scenes=scenes_of(composition.layout, presences(sounds), shared(screens), leads_of(turns)),
        sounds=[_file(track, paths[track]) for track in sounds],
        pictures=[_file(track, paths[track]) for track in tracks if track.kind != Track.Kind.MICROPHONE],
    )


def length_of(recording: Recording) -> float:
    """Seconds."""
    return (recording.stopped_at - recording.started_at).total_seconds() if recording.stopped_at else 0.0


def presences(sounds: Iterable[Track]) -> list[Presence]:
    """Stays of each person, without the moments that a page takes to load again."""
    found: list[Presence] = []
    last: dict[str, int] = {}
    for track in sorted(sounds, key=lambda track: track.start):
        person, end = _person(track), track.start + track.duration
        place = last.get(person)
        if place is not None and track.start - found[place].end <= RETURNS_S:
            found[place] = Presence(person, found[place].start, max(found[place].end, end))
            continue
        last[person] = len(found)
        found.append(Presence(person, track.start, end))
    return found


def shared(screens: Iterable[Track]) -> list[Presence]:
    """When a screen was shown: tracks, but for their holes."""
    found = []
    for track in screens:
        start = track.start
        for hole in track.heard.get("holes", []):
            found.append(Presence(_person(track), start, track.start + hole["start"], "screen"))
            start = track.start + hole["end"]
        found.append(Presence(_person(track), start, track.start + track.duration, "screen"))
    return [each for each in found if each.end - each.start >= SHORTEST_S]


def _file(track: Track, path: Path) -> File:
    is_picture = track.kind != Track.Kind.MICROPHONE
    holes = [(hole["start"], hole["end"]) for hole in track.heard.get("holes", [])] if is_picture else []
    return File(str(path), _person(track), track.start, track.duration, track.kind, holes)


def _person(track: Track) -> str:
    return str(track.participation_id)
