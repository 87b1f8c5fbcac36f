"""Tracks of people who take turns, as browsers send them: VP8 at 15 pictures a second, Opus; 20 s, repeated."""

from __future__ import annotations

import subprocess
from pathlib import Path

from meetings.pictures.scenes import Presence, scenes_of
from meetings.pictures.script import Face, File, Script
from meetings.pictures.turns import Lead

PIECE_S = 20
TURN_S = 7.0
SIZE, RATE = "640x360", 15
FFMPEG = ("ffmpeg", "-nostdin", "-loglevel", "error", "-y")
VP8 = ("-c:v", "libvpx", "-b:v", "500k", "-deadline", "realtime", "-cpu-used", "8", "-g", "150")


def script_of(folder: Path, people: int, seconds: int) -> Script:
    """Everybody has a camera, and speaks in turn."""
    names = [f"person-{number}" for number in range(people)]
    sounds = [File(str(_sound(folder, n, seconds)), name, 0.0, seconds) for n, name in enumerate(names)]
    pictures = [File(str(_camera(folder, n, seconds)), name, 0.0, seconds, "camera") for n, name in enumerate(names)]
    turns = range(int(seconds / TURN_S))
    leads = [Lead(names[turn % people], turn * TURN_S) for turn in turns]
    scenes = scenes_of("speaker", [Presence(name, 0, seconds) for name in names], [], leads)
    faces = {name: Face(name, "identité vérifiée", "P") for name in names}
    return Script(str(folder / "video.mp4"), "mp4", seconds, faces, scenes, sounds, pictures)


def _camera(folder: Path, number: int, seconds: int) -> Path:
    source = f"testsrc2=size={SIZE}:rate={RATE}:duration={PIECE_S},hue=h={number * 30}"
    return _repeated(folder, f"camera-{number}", "webm", ["-f", "lavfi", "-i", source, *VP8], seconds)


def _sound(folder: Path, number: int, seconds: int) -> Path:
    source = f"aevalsrc='0.2*sin(2*PI*{200 + 40 * number}*t)':s=48000:d={PIECE_S}"
    coded = ["-f", "lavfi", "-i", source, "-ac", "2", "-c:a", "libopus", "-b:a", "32k"]
    return _repeated(folder, f"sound-{number}", "opus", coded, seconds)


def _repeated(folder: Path, name: str, kind: str, made: list[str], seconds: int) -> Path:
    piece, whole = folder / f"{name}.{kind}", folder / f"{name}-{seconds}.{kind}"
    if not piece.exists():
        subprocess.run([*FFMPEG, *made, piece], check=True)
    if not whole.exists():
        again = ["-stream_loop", str(-(-seconds // PIECE_S)), "-i", str(piece), "-c", "copy", "-t", str(seconds)]
        subprocess.run([*FFMPEG, *again, whole], check=True)
    return whole
