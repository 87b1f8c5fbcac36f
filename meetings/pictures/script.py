"""What the renderer is told: a file of JSON between the worker and the process that it starts. Knows no Django."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from meetings.pictures.layouts import Tile
from meetings.pictures.scenes import Scene

RATE = 25  # pictures a second


@dataclass(frozen=True, slots=True)
class Face:
    """What stands for somebody: burnt in, beside or instead of their picture."""

    name: str
    assurance: str
    initials: str


@dataclass(frozen=True, slots=True)
class File:
    """A track on this machine. Seconds; holes are from its start."""

    path: str
    person: str
    start: float
    duration: float
    source: str = "microphone"
    holes: list[tuple[float, float]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Script:
    output: str
    container: str  # "mp4", "webm"
    duration: float
    faces: dict[str, Face]
    scenes: list[Scene]
    sounds: list[File]
    pictures: list[File]


def write(script: Script, path: Path) -> None:
    path.write_text(json.dumps(asdict(script)), encoding="utf-8")


def read(path: Path) -> Script:
    raw = json.loads(path.read_text(encoding="utf-8"))
    return Script(
        output=raw["output"],
        container=raw["container"],
        duration=raw["duration"],
        faces={person: Face(**face) for person, face in raw["faces"].items()},
        scenes=[Scene(scene["start"], tuple(Tile(**tile) for tile in scene["tiles"])) for scene in raw["scenes"]],
        sounds=[File(**file) for file in raw["sounds"]],
        pictures=[File(**file) for file in raw["pictures"]],
    )
