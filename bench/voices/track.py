"""Render a script: for each speaker one track of the same length, and the truth of what was said when."""

from __future__ import annotations

import json
import subprocess
import wave
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.voices import espeak
from bench.voices.espeak import Voice
from bench.voices.script import Line

TRACK_RATE_HZ = 48_000
PAUSE_S = 0.7
CHANGE_OF_SPEAKER_S = 0.9
LAST_PAUSE_S = 2.0  # Chromium plays the file over and over


@dataclass(frozen=True, slots=True)
class SaidWord:
    """Seconds from the start of the tracks."""

    speaker: str
    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """`tracks`, by speaker: mono, 16 bits, espeak.RATE_HZ, all of `seconds`."""

    seconds: float
    tracks: dict[str, NDArray[np.int16]]
    words: tuple[SaidWord, ...]


def render(script: Sequence[Line], voices: Mapping[str, Voice]) -> Rendered:
    """Lines follow each other without overlap, as in a very polite meeting."""
    placed: list[tuple[Line, int, espeak.Speech]] = []
    at_samples = _samples(PAUSE_S)
    for line, following in zip(script, [*script[1:], None], strict=True):
        speech = espeak.synthesiser().say(line.text, voices[line.speaker])
        placed.append((line, at_samples, speech))
        at_samples += len(speech.samples) + _samples(_pause_between(line, following))
    tracks = {line.speaker: np.zeros(at_samples, np.int16) for line in script}
    for line, start_samples, speech in placed:
        end_samples = start_samples + len(speech.samples)
        tracks[line.speaker][start_samples:end_samples] = speech.samples // 2  # espeak-ng speaks close to clipping
    words = tuple(
        _said(line, word, start_samples / espeak.RATE_HZ)
        for line, start_samples, speech in placed
        for word in speech.words
    )
    return Rendered(at_samples / espeak.RATE_HZ, tracks, words)


def write(rendered: Rendered, folder: Path) -> dict[str, Path]:
    """Write `<speaker>.wav` (48 kHz, mono, 16 bits) and `truth.json`; return the tracks by speaker."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {speaker: folder / f"{speaker}.wav" for speaker in rendered.tracks}
    for speaker, samples in rendered.tracks.items():
        _write_wav(paths[speaker], samples)
    truth = {"seconds": rendered.seconds, "words": [asdict(word) for word in rendered.words]}
    (folder / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return paths


def _pause_between(line: Line, following: Line | None) -> float:
    if following is None:
        return LAST_PAUSE_S
    return PAUSE_S if following.speaker == line.speaker else CHANGE_OF_SPEAKER_S


def _said(line: Line, word: espeak.SpokenWord, start: float) -> SaidWord:
    return SaidWord(line.speaker, round(start + word.start, 3), round(start + word.end, 3), word.text)


def _samples(seconds: float) -> int:
    return round(seconds * espeak.RATE_HZ)


def _write_wav(path: Path, samples: NDArray[np.int16]) -> None:
    resample = ["ffmpeg", "-nostdin", "-loglevel", "error", *_raw(espeak.RATE_HZ), "-i", "pipe:0"]
    done = subprocess.run(
        [*resample, *_raw(TRACK_RATE_HZ), "pipe:1"], input=samples.tobytes(), capture_output=True, check=True
    )
    with wave.open(str(path), "wb") as file:  # 44 bytes of header and no more: browsers read little else
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(TRACK_RATE_HZ)
        file.writeframes(done.stdout)


def _raw(rate_hz: int) -> list[str]:
    return ["-f", "s16le", "-ar", str(rate_hz), "-ac", "1"]
