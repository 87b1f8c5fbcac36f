"""Write the corpus: meetings of several kinds, from one seed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from bench.corpus import sounds
from bench.corpus.scene import RATE_HZ, Samples, Scene, play
from transcripts.pipeline.evaluation.reference import Said, turns_of, write_ctm, write_rttm, write_stm

PEOPLE = ("claire", "bilal", "chen", "dora")
ROOM = ("claire", "bilal", "chen")


def write_corpus(folder: Path, *, seed: int, seconds: float) -> Path:
    """Return the path of its manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    recordings = [
        _meeting(folder, "tracks", seed, seconds, noise_db=-60),
        _meeting(folder, "tracks-noisy", seed + 1, seconds, noise_db=-42, overlap=0.4),
        _meeting(folder, "tracks-echo", seed + 2, seconds, noise_db=-60, echo_db=-18),
        _objector(folder, seed + 3, seconds),
        _room(folder, seed + 4, seconds),
        _import(folder, seed + 5, seconds),
        _silence(folder, seed + 6, seconds),
    ]
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps({"recordings": recordings}, indent=1) + "\n", encoding="utf-8")
    return manifest


def _meeting(
    folder: Path, name: str, seed: int, seconds: float, *, noise_db: float, overlap: float = 0.15, echo_db: float = -200
) -> dict[str, Any]:
    """A track for each person; with an echo, each microphone hears all others a little, 120 ms late."""
    scene = play(seed, PEOPLE, seconds, overlap=overlap)
    tracks = []
    for number, (speaker, voice) in enumerate(scene.voices.items()):
        others = np.sum([other for who, other in scene.voices.items() if who != speaker], axis=0)
        echo = np.roll(others, round(0.12 * RATE_HZ)) * 10 ** (echo_db / 20)
        sound = voice + echo.astype(np.float32) + sounds.noise(seed * 100 + number, len(voice), noise_db)
        tracks.append(_track(folder, f"{name}-{speaker}.opus", sound, speaker=speaker))
    return _recording(folder, name, tracks, scene, scene.words)


def _objector(folder: Path, seed: int, seconds: float) -> dict[str, Any]:
    """Paul objects: he has no track, and is heard faintly at Claire's microphone. None of his words may be there."""
    scene = play(seed, ("claire", "bilal", "paul"), seconds)
    leak = sounds.far_field(seed, scene.voices["paul"], -40)
    tracks = [
        _track(folder, "objector-claire.opus", scene.voices["claire"] + leak, speaker="claire"),
        _track(folder, "objector-bilal.opus", scene.voices["bilal"], speaker="bilal"),
    ]
    return _recording(folder, "objector", tracks, scene, [word for word in scene.words if word.speaker != "paul"])


def _room(folder: Path, seed: int, seconds: float) -> dict[str, Any]:
    """Three people around one microphone, at three distances."""
    scene = play(seed, ROOM, seconds, overlap=0.2)
    heard = [
        sounds.far_field(seed * 10 + number, voice, -3.0 * number) for number, voice in enumerate(scene.voices.values())
    ]
    sound = np.sum(heard, axis=0) + sounds.noise(seed, len(heard[0]), -55)
    return _recording(folder, "room", [_track(folder, "room.opus", sound, speakers=[2, 4])], scene, scene.words)


def _import(folder: Path, seed: int, seconds: float) -> dict[str, Any]:
    """One mixed track of two people, as another product records it."""
    scene = play(seed, ("claire", "bilal"), seconds)
    sound = np.sum(list(scene.voices.values()), axis=0) + sounds.noise(seed, round(seconds * RATE_HZ), -55)
    return _recording(folder, "import", [_track(folder, "import.m4a", sound, speakers=[1, 2])], scene, scene.words)


def _silence(folder: Path, seed: int, seconds: float) -> dict[str, Any]:
    """Nobody speaks: nothing, noise, loud noise, a line on hold, a keyboard."""
    part = round(seconds / 5 * RATE_HZ)
    parts = [
        np.zeros(part, np.float32),
        sounds.noise(seed, part, -45),
        sounds.noise(seed + 1, part, -25),
        sounds.hold_tone(part),
        sounds.clicks(seed + 2, part),
    ]
    sound = np.concatenate(parts)
    scene = Scene(len(sound) / RATE_HZ, {}, ())
    return _recording(folder, "silence", [_track(folder, "silence.opus", sound, speaker="claire")], scene, ())


def _track(folder: Path, name: str, sound: Samples, **fields: Any) -> dict[str, Any]:
    sounds.write(folder / name, sound)
    return {"file": name, **fields}


def _recording(
    folder: Path, name: str, tracks: list[dict[str, Any]], scene: Scene, words: Sequence[Said]
) -> dict[str, Any]:
    truth = {"seconds": scene.seconds, "words": [asdict(word) for word in words]}
    (folder / f"{name}.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / f"{name}.rttm").write_text(write_rttm(name, turns_of(words)), encoding="utf-8")
    (folder / f"{name}.ctm").write_text(write_ctm(name, words), encoding="utf-8")
    (folder / f"{name}.stm").write_text(write_stm(name, words), encoding="utf-8")
    return {"name": name, "tracks": tracks, "reference": [f"{name}.json"], "language": "fr"}
